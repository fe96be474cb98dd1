"""What of a conversation the semantic stage is asked: pieces of texts, within a budget.

It knows plans, views and segments; it knows nothing of encoders or of what is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from detectors.conversation.turns import ConversationPlan
from detectors.segments import segments, within_budget
from detectors.values import Mention
from detectors.views import PLAIN, Readings, View

MOST_MENTIONED = 16


@dataclass(frozen=True, slots=True)
class Question:
    """A piece of a text whose meaning is asked for.

    Attributes:
        text: the piece, as written or as decoded.
        place: index of the text that it is of.
        view: the name of the view that it was read in.
        span: its start and end in characters of the original text.
    """

    text: str
    place: int
    view: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked at once.

    Attributes:
        asked: the pieces, in the order of the texts.
        mentioned: targets that the texts name or may name, and are compared with whatever else
            they are near to.
        notes: what was left out, and why.
    """

    asked: tuple[Question, ...]
    mentioned: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        plan: ConversationPlan,
        texts: Sequence[Readings],
        mentions: Iterable[tuple[int, Mention]],
    ) -> Questions:
        """Return what to ask of the utterances that count or are leant on.

        Views in which words are only spelt otherwise mean what the plain text means: only decoded
        ones are asked beside it.
        """
        groups = [
            list(_of_view(view, place))
            for place, turn in enumerate(plan.turns)
            if place in plan.current or turn in plan.leant_on
            for view in texts[place].views
            if view.name == PLAIN or view.forgiving
        ]
        chosen = within_budget([[piece.text for piece in group] for group in groups])
        asked = [
            piece
            for number, group in enumerate(groups)
            for index, piece in enumerate(group)
            if (number, index) in chosen
        ]
        left = sum(map(len, groups)) - len(asked)
        notes = (
            (f"The semantic stage left {left} pieces of a long request unread.",) if left else ()
        )
        mentioned = tuple(dict.fromkeys(mention.target for _, mention in mentions))
        return cls(tuple(asked), mentioned[:MOST_MENTIONED], notes)


def _of_view(view: View, place: int) -> Iterator[Question]:
    for segment in segments(view.source):
        span = view.original(segment.start, segment.end)
        yield Question(segment.of(view.source), place, view.name, span)
