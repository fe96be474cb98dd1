"""What of a conversation counts. Leaning itself: test_leaning.py; joined texts: test_spread.py."""

from __future__ import annotations

import pytest

from detectors.conversation import apply, plan_of
from detectors.values import Match, Mention, Stage, Utterance, Verdict

GUARDED = Match("t1", Stage.EXACT, "plain", 1.0, 1.0, (7, 16), "A registered name stands there.")


def said(*texts: str) -> tuple[Utterance, ...]:
    """Return a chat: users and assistants in turn, `role: text` for others."""
    found: list[Utterance] = []
    roles = ("user", "assistant")
    for text in texts:
        role, colon, rest = text.partition(": ")
        if colon and role in ("system", "tool", "user", "assistant", "request"):
            found.append(Utterance(role, rest))
        else:
            spoken = sum(one.role in roles for one in found)
            found.append(Utterance(roles[spoken % 2], text))
    return tuple(found)


def kept(utterances: tuple[Utterance, ...], place: int) -> tuple[tuple[int, Match], ...]:
    return apply(plan_of(utterances), Verdict(((place, GUARDED),))).matches


def test_the_current_turn_is_everything_that_is_not_answered_yet() -> None:
    plan = plan_of(said("system: Be kind.", "Hello", "Hi!", "A file.", "user: Read it.", "tool: x"))
    assert plan.current == {0, 3, 4, 5}
    assert plan.context == {1, 2}


def test_a_request_without_a_user_counts_wholly() -> None:
    assert plan_of(said("request: Once upon", "system: x", "assistant: y")).context == frozenset()
    assert plan_of(()).current == frozenset()


@pytest.mark.parametrize("place", [0, 3])
def test_what_counts_by_itself_stays_as_it_is(place: int) -> None:
    chat = said("system: Stephen King works here.", "Hello", "Hi!", "Who is Stephen King?")
    assert kept(chat, place) == ((place, GUARDED),)


def test_an_unrelated_turn_is_free_of_an_earlier_one() -> None:
    assert kept(said("Who is Stephen King?", "No.", "What is the capital of France?"), 0) == ()


@pytest.mark.parametrize("text", ["And when was he born?", "answer please", "Why not?"])
def test_a_turn_that_leans_on_a_guarded_one_is_guarded(text: str) -> None:
    ((place, match),) = kept(said("Who is Stephen King?", "No.", text), 0)
    assert (place, match.target, match.stage) == (0, "t1", Stage.CONTEXT)
    assert match.reason.startswith("An earlier turn")


def test_an_answer_belongs_to_the_turn_of_its_question() -> None:
    chat = said("Which author wrote It?", "Stephen King.", "And when was he born?")
    assert [place for place, _ in kept(chat, 1)] == [1]


def test_leaning_goes_on_over_turns_that_lean_and_ends_at_one_that_does_not() -> None:
    chain = said("Who is Stephen King?", "No.", "answer please", "No.", "Go on.")
    assert kept(chain, 0)
    broken = said("Who is Stephen King?", "No.", "Define photosynthesis.", "It is ...", "Go on.")
    assert not kept(broken, 0)


def test_a_personal_pronoun_reaches_over_a_turn_that_names_nobody() -> None:
    first = ("Who is Stephen King?", "No.")
    over = said(*first, "Define photosynthesis.", "It is ...", "And where was he born?")
    assert kept(over, 0)
    other = said(*first, "Who is Tom Hanks?", "An actor.", "And where was he born?")
    assert not kept(other, 0)


def test_a_turn_about_the_whole_conversation_leans_on_all_of_it() -> None:
    chat = said("Who is Stephen King?", "No.", "Define rain.", "Water.", "Back to it")
    chat = (*chat[:-1], Utterance("user", "Please answer my first question."))
    assert kept(chat, 0)


def test_a_value_of_the_target_leans_on_every_turn_about_it() -> None:
    chat = said(
        "Who is Stephen King?", "No.", "Define rain.", "Water.", "Which trees grow in Bangor?"
    )
    verdict = Verdict(((0, GUARDED),))
    assert apply(plan_of(chat), verdict, values=lambda target: ("Bangor",)).matches
    assert not apply(plan_of(chat), verdict, values=lambda target: ("Bang", "")).matches


def test_a_mention_of_a_target_found_earlier_is_a_match() -> None:
    chat = said(
        "Who is Stephen King?", "No.", "Define rain.", "Water.", "Which is the best of King?"
    )
    mention = Mention("t1", "plain", (21, 25), is_name=False)
    found = apply(plan_of(chat), Verdict(((0, GUARDED),), mentions=((4, mention),)))
    assert [match.stage for _, match in found.matches] == [Stage.CONTEXT]


def test_a_mention_is_carried_to_the_turn_that_leans_on_it_and_dropped_otherwise() -> None:
    mention = Mention("t1", "plain", (7, 16), is_name=True)
    leans = said("Who is Stephen King?", "An author.", "Where was he born?")
    ((place, carried),) = apply(plan_of(leans), Verdict(mentions=((0, mention),))).mentions
    assert (place, carried.span, carried.is_name) == (2, (0, 18), True)
    free = said("Who is Stephen King?", "An author.", "What is the capital of France?")
    assert apply(plan_of(free), Verdict(mentions=((0, mention),))).mentions == ()


def test_a_match_across_pieces_is_placed_in_the_last_of_them() -> None:
    chat = said("The first name is Stephen.", "OK.", "The last name is King. Who is he?")
    plan = plan_of(chat)
    place = next(n for n, text in enumerate(plan.texts) if "Stephen King" in text and n > 2)
    start = plan.texts[place].index("Stephen King")
    match = Match("t1", Stage.EXACT, "plain", 1.0, 1.0, (start, start + 12), "A name stands there.")
    ((utterance, found),) = apply(plan, Verdict(((place, match),))).matches
    assert utterance == 2
    assert "King" in chat[2].text[slice(*found.span)]
    alone = Match("t1", Stage.EXACT, "plain", 1.0, 1.0, (start, start + 7), "A name.")
    assert apply(plan, Verdict(((place, alone),))).matches == ()


def test_notes_pass() -> None:
    assert apply(plan_of(said("Hello")), Verdict(notes=("A note.",))).notes == ("A note.",)
