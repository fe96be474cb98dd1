"""Which utterances of a conversation count, and what becomes of what was found in the others.

The current turn counts, and whatever no speaker of a turn said (system texts, tool results, texts
beside the messages). An earlier turn is context: what was found there counts only if the current
turn leans on it. Knows utterances and verdicts; nothing of how texts are searched.

    plan = plan_of(utterances)
    verdict = apply(plan, examine(plan.texts), values=values_of_target)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from detectors.conversation.leaning import (
    Leaning,
    leaning,
    names_somebody,
    speaks_of_pieces,
)
from detectors.conversation.spread import Joined, joined
from detectors.values import Match, Mention, Stage, Utterance, Verdict
from detectors.views import normalise

USER = "user"
SPEAKERS = (USER, "assistant")
# Of no turn: it counts whenever it is sent.
ALWAYS = -1
# "When was he born?" asks of the last person spoken of, at most so many turns ago.
PERSON_REACHES = 4
# In words: who gives a name in pieces then asks a short question about it.
LONGEST_QUESTION = 16

_LEANT_ON = "An earlier turn holds this, and the current turn leans on it. "


@dataclass(frozen=True)
class ConversationPlan:
    """What to examine of a conversation, and what of it counts.

    Attributes:
        utterances: all of them, in order; each is examined by itself, so that verdicts can be
            kept by content and a long chat costs only its new turn.
        turns: for each utterance the number of its turn, or `ALWAYS`. A turn is what users say
            without being answered, and all that follows up to the next user.
        joined: texts made of several utterances, for names given in pieces. They are examined as
            strings only, after the utterances.
    """

    utterances: tuple[Utterance, ...]
    turns: tuple[int, ...]
    joined: tuple[Joined, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """What to examine: the utterances, then the joined texts."""
        return (*(one.text for one in self.utterances), *(one.text for one in self.joined))

    @property
    def current_turn(self) -> int:
        """The number of the last turn; `ALWAYS` where no turn exists."""
        return max(self.turns, default=ALWAYS)

    @property
    def current(self) -> frozenset[int]:
        """Indices of the utterances that count by themselves."""
        now = (ALWAYS, self.current_turn)
        return frozenset(place for place, turn in enumerate(self.turns) if turn in now)

    @property
    def context(self) -> frozenset[int]:
        """Indices of the utterances that count only if the current turn leans on them."""
        return frozenset(range(len(self.utterances))) - self.current

    @cached_property
    def leant_on(self) -> frozenset[int]:
        """Numbers of the earlier turns that the current one leans on, directly or over others."""
        return frozenset(self._leant_on())

    def may_use_pieces(self, turn: int) -> bool:
        """Return whether the current turn may ask about what an earlier one gave in pieces.

        It does where it speaks of pieces; and where the turn before it gave the last of them
        without asking anything yet.
        """
        asked = self.asked(self.current_turn)
        if speaks_of_pieces(asked):
            return True
        just_given = turn == self.current_turn - 1 and "?" not in self.asked(turn)
        return just_given and len(asked.split()) <= LONGEST_QUESTION

    def asked(self, turn: int) -> str:
        """Return what the user said in a turn."""
        said = zip(self.utterances, self.turns, strict=True)
        return "\n".join(one.text for one, of in said if of == turn and one.role == USER)

    def _leant_on(self) -> Iterator[int]:
        turn = self.current_turn
        kind = leaning(self.asked(turn)) if turn > 0 else Leaning.NONE
        if kind is Leaning.CONVERSATION:
            yield from range(turn)
            return
        while turn > 0 and leaning(self.asked(turn)) is not Leaning.NONE:
            turn -= 1
            yield turn
        if kind is Leaning.PERSON:
            for earlier in range(turn - 1, max(-1, turn - PERSON_REACHES), -1):
                if names_somebody(self.asked(earlier + 1)):
                    return
                yield earlier


def plan_of(utterances: Sequence[Utterance]) -> ConversationPlan:
    """Return which of the utterances count, and which texts they make together."""
    turns: list[int] = []
    turn, answered = 0, False
    for utterance in utterances:
        if utterance.role == USER:
            turn, answered = (turn + 1, False) if answered else (turn, False)
        elif utterance.role in SPEAKERS:
            answered = True
        turns.append(turn if utterance.role in SPEAKERS else ALWAYS)
    return ConversationPlan(tuple(utterances), tuple(turns), joined(utterances))


def apply(
    plan: ConversationPlan,
    verdict: Verdict,
    *,
    values: Callable[[str], Sequence[str]] = lambda target: (),
) -> Verdict:
    """Return the verdict without what was found in earlier turns that are not leant on.

    Args:
        plan: of the conversation.
        verdict: what was found in `plan.texts`, by their index.
        values: given a target's identifier, what only it would have: its secrets, say. A current
            turn with one of them leans on every turn in which the target was found.

    What stays of an earlier turn has `Stage.CONTEXT`. What was found in a joined text is moved to
    the last utterance that has a part in it. A mention in the current turn of a target that was
    found earlier is a match; a mention in a turn that is leant on is carried to the current turn.
    """
    placed = (_placed(plan, place, match) for place, match in verdict.matches)
    found = tuple(one for one in placed if one is not None)
    pieced = set(found) - set(verdict.matches)
    earlier = {match.target for place, match in found if place in plan.context}
    recalled = _recalled(plan, earlier, verdict, values) if earlier else frozenset()
    matches: dict[tuple[int, Match], None] = {}
    for place, match in found:
        if place in plan.current:
            matches[place, match] = None
        elif plan.turns[place] in plan.leant_on or match.target in recalled:
            matches[place, _in_context(match)] = None
        elif (place, match) in pieced and plan.may_use_pieces(plan.turns[place]):
            matches[place, _in_context(match)] = None
    return Verdict(tuple(matches), verdict.notes, tuple(_mentions(plan, verdict)))


def _placed(plan: ConversationPlan, place: int, match: Match) -> tuple[int, Match] | None:
    """Return a match in a joined text as one in the last utterance that it has a part of.

    None where one part holds all of it: its utterance was examined by itself.
    """
    count = len(plan.utterances)
    if place < count:
        return place, match
    parts = plan.joined[place - count].parts_of(*match.span)
    if len(parts) < 2:
        return None
    last = max(parts, key=lambda part: part.utterance)
    reason = f"Pieces given apart make it up. {match.reason}"
    return last.utterance, replace(match, span=last.span, reason=reason)


def _in_context(match: Match) -> Match:
    return replace(match, stage=Stage.CONTEXT, reason=_LEANT_ON + match.reason)


def _recalled(
    plan: ConversationPlan,
    targets: set[str],
    verdict: Verdict,
    values: Callable[[str], Sequence[str]],
) -> frozenset[str]:
    """Return the targets of earlier turns that the current turn mentions, or has a value of."""
    mentioned = {mention.target for place, mention in verdict.mentions if place in plan.current}
    said = f" {normalise(plan.asked(plan.current_turn)).text} "
    return frozenset(
        target
        for target in targets
        if target in mentioned or any(_stands_in(value, said) for value in values(target))
    )


def _stands_in(value: str, text: str) -> bool:
    """Return whether a value stands in a normalised text between what is no letter or digit."""
    sought = normalise(value).text.strip()
    start = text.find(sought) if sought else -1
    while start >= 0:
        if not (text[start - 1].isalnum() or text[start + len(sought)].isalnum()):
            return True
        start = text.find(sought, start + 1)
    return False


def _mentions(plan: ConversationPlan, verdict: Verdict) -> Iterator[tuple[int, Mention]]:
    """Yield the mentions of the current turn, and those that it leans on as its own."""
    asking = [
        place
        for place, one in enumerate(plan.utterances)
        if one.role == USER and plan.turns[place] == plan.current_turn
    ]
    for place, mention in verdict.mentions:
        if place in plan.current:
            yield place, mention
        elif place < len(plan.turns) and plan.turns[place] in plan.leant_on and asking:
            whole = (0, len(plan.utterances[asking[-1]].text))
            yield asking[-1], replace(mention, span=whole)
