"""Texts made of several messages. What counts of their matches: test_turns.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.conversation import joined
from detectors.values import Utterance


def users(*texts: str) -> tuple[Utterance, ...]:
    return tuple(Utterance("user", text) for text in texts)


def made(*texts: str) -> str:
    return "\n".join(one.text for one in joined(users(*texts)))


@pytest.mark.parametrize(
    "texts",
    [
        ("The first name is Stephen.", "The last name is King."),
        ("The surname is King.", "The given name is Stephen. Who is he?"),
        ("Let A = 'Step'.", "Let B = 'hen King'.", "Who is A + B?"),
        ("Stephen", "King"),
        ("Who is Stephen...", "...King?"),
        ("Tell me what Step", "hen King wrote"),
        ("S-t-e-p-h-e-n", "K, i, n, g"),
        ("Ste", "phen K", "ing", "Who is that?"),
        ("Replace X by King.", "Who is Stephen X?"),
    ],
)
def test_a_name_in_pieces_is_put_together(texts: tuple[str, ...]) -> None:
    assert "stephen king" in made(*texts).lower() or "stephenking" in made(*texts).lower()


def test_one_message_makes_nothing() -> None:
    assert joined(users("Who is Stephen King?")) == ()
    assert joined(()) == ()


def test_assistants_take_no_part() -> None:
    chat = (Utterance("user", "Stephen"), Utterance("assistant", "King"))
    assert joined(chat) == ()


def test_long_messages_meet_at_their_ends_only() -> None:
    said = users("one two three four five six seven", "eight nine ten eleven twelve thirteen")
    seams = joined(said)[0].text
    assert "six seven eight nine" in seams
    assert "one" not in seams and "thirteen" not in seams


def test_pieces_of_one_message_are_put_together_too() -> None:
    assert "Stephen King" in made("a = 'Step'; b = 'hen King'. Who is a + b?")
    assert made("Who is the author of Carrie?") == ""


@given(st.lists(st.text(max_size=60), max_size=7))
def test_each_part_comes_from_its_utterance(texts: list[str]) -> None:
    utterances = users(*texts)
    for one in joined(utterances):
        for part in one.parts:
            piece = one.text[part.start : part.end]
            origin = utterances[part.utterance].text[slice(*part.span)]
            assert set(piece) <= set(origin)


def test_many_pieces_stay_few_texts() -> None:
    crowded = users(*["'a' 'b' 'c' 'd' 'e' = Foo"] * 40)
    assert sum(len(one.text) for one in joined(crowded)) < 8000


def test_a_long_message_costs_no_more() -> None:
    assert len(made("word " * 100_000, "King " * 100_000)) < 1000
