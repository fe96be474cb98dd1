"""What is left of a mixed question once its sentences about the targets are taken out.

"Where was X born? And what is the capital of Y?" asks two things, of which one may be answered.
It knows sentences and matches; it does not know how the rest is asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from detectors.conversation.leaning import Leaning, leaning
from detectors.values import Match, Stage
from gateway.guards.base import Asked
from gateway.guards.masking import Masker, Span
from gateway.guards.sentences import is_terminated, sentences
from gateway.wire.dialect import Body
from gateway.wire.text import Path, replaced

# The members of requests of which one message can be taken without another answer being missed.
_CONVERSATIONS = ("messages", "input")
# Stages that say where in a text a target stands; by meaning, it may be anywhere.
_PLACED = frozenset({Stage.EXACT, Stage.FUZZY, Stage.PART, Stage.FOREIGN})
_LONGEST = 8_000
_ASKING = (
    r"(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|tell|"
    r"name|list|describe|explain|write|give|translate|summari[sz]e)"
)
_WISHING = r"i\s+(?:want|need|would like|'d like|wonder|am asking)"
_CONJUNCTION = re.compile(
    rf"[,;]?\s+(?:and|but|or)\s+(?:(?:also|then|please)\s+)?(?=(?:{_ASKING}|{_WISHING})\b)",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^\W*(?:(?:and|but|or|also|then|as well as)\b\W*)+", re.IGNORECASE)
_NUMBER = re.compile(r"^\s*\(?(?:\d{1,2}|[a-z])[.):]\s+", re.IGNORECASE)
_BULLET = re.compile(r"^\s*[-*•+–]\s")
_QUESTION = re.compile(r"[?？][\"'”’)\]*\s]*$")
_REQUEST = re.compile(rf"^\W*(?:please\s+)?(?:{_ASKING}|{_WISHING})\b", re.IGNORECASE)
_END = re.compile(r"[.!?…][\"'”’)\]*]*\s*$")


async def remainder(asked: Asked) -> Body | None:
    """Return the request without what it asks about the plan's targets.

    Returns:
        None where nothing is left to be asked, where a target is asked after in a place that
        cannot be told from the rest, or where the rest, examined as if it were a request of its
        own, still touches anything.
    """
    turn = _last_turn(asked)
    said = list(turn.values())
    if sum(len(_clauses(text)) for text in said) < 2:
        return None
    spans = _spans(asked, turn)
    if spans is None or any(_goes_on(*pair) for pair in pairwise(said)):
        return None
    masker = Masker(asked.plan.targets)
    texts = {path: rest_of(text, spans.get(path, ()), masker) for path, text in turn.items()}
    if not any(texts.values()):
        return None
    rest = _without([path for path, text in texts.items() if not text], asked.request, texts)
    return rest if rest is not None and await asked.tools.is_clear(rest) else None


def rest_of(text: str, spans: Sequence[Span], masker: Masker) -> str:
    """Return the sentences of a message that ask for something else; "" if none does.

    Args:
        text: the message.
        spans: where it speaks of targets, in characters.
        masker: knows the targets.
    """
    kept: list[str] = []
    was_cut = False
    for start, end in _clauses(text):
        said = text[start:end]
        is_hit = any(start < last and first < end for first, last in spans)
        leans = leaning(_NUMBER.sub("", said)) is not Leaning.NONE
        if is_hit or leans or masker.touches(said):
            was_cut = True
        else:
            kept.append(_alone(said) if was_cut else said)
            was_cut = False
    rest = _closed("".join(kept).strip(), text)
    return rest if any(_asks(said) for said in kept) else ""


def _without(empty: Sequence[Path], request: Body, texts: Mapping[Path, str]) -> Body | None:
    """Return the request with its new texts, and without the messages or parts that say nothing.

    No note stands in their place: a small model answers the note.
    """
    rest: Body = replaced(request, texts)
    # From the last to the first, so that the places of the others stay.
    for path in sorted(empty, key=_places, reverse=True):
        place = max(
            (number for number, part in enumerate(path) if isinstance(part, int)), default=0
        )
        if path[0] not in _CONVERSATIONS or not place:
            return None
        rest = _without_element(rest, path[: place + 1])
    return rest


def _places(path: Path) -> tuple[int, ...]:
    return tuple(part for part in path if isinstance(part, int))


def _without_element(value: Any, path: Path) -> Any:
    first, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(first, int):
        changed = [_without_element(value[first], rest)] if rest else []
        return [*value[:first], *changed, *value[first + 1 :]]
    return {**value, first: _without_element(value[first], rest)}


def _last_turn(asked: Asked) -> Mapping[Path, str]:
    """Return the texts of the user's messages after everybody else's, by their paths."""
    turn: dict[Path, str] = {}
    last = max(
        (place for place, each in enumerate(asked.channels) if each.role in _OTHERS), default=-1
    )
    for channel in asked.channels[last + 1 :]:
        if channel.role == "user" and isinstance(_value_at(asked.request, channel.path), str):
            turn[channel.path] = channel.text
    return turn


_OTHERS = ("assistant", "tool", "system", "developer")


def _spans(asked: Asked, turn: Mapping[Path, str]) -> dict[Path, list[Span]] | None:
    """Return where each text of the turn speaks of the targets, None if that cannot be told."""
    spans: dict[Path, list[Span]] = defaultdict(list)
    joined: set[tuple[Path, str]] = set()
    found: set[tuple[Path, str]] = set()
    supplied = {place for place, _ in asked.plan.context}
    for place, match in asked.verdict.matches:
        if match.target not in asked.plan.target_ids or place in supplied:
            continue
        channel = asked.channels[place]
        if not _is_placed(match) or len(channel.text) > _LONGEST:
            return None
        if channel.path in turn:
            spans[channel.path].append(match.span)
            found.add((channel.path[:-2], match.target))
        else:
            joined.add((channel.path, match.target))
    # The text of all parts of a message repeats what one of them says; all else stands elsewhere.
    return dict(spans) if spans and joined <= found else None


def _is_placed(match: Match) -> bool:
    return match.stage in _PLACED


def _clauses(text: str) -> list[Span]:
    """Return the ranges of sentences, those of two questions cut between them."""
    found: list[Span] = []
    for sentence in sentences(text):
        start = sentence.start
        if found and _goes_on(text[found[-1][0] : start], sentence.of(text)):
            start = found.pop()[0]
        for cut in _CONJUNCTION.finditer(text, start, sentence.end):
            found.append((start, cut.start()))
            start = cut.start()
        found.append((start, sentence.end))
    return found


def _goes_on(before: str, after: str) -> bool:
    """Return whether a line or message only continues the one before: "When was X", "born?"."""
    if is_terminated(before) or not before.strip():
        return False
    return not any(opens.match(after) for opens in (_NUMBER, _BULLET, _REQUEST))


def _alone(said: str) -> str:
    """Return a clause as it stands where the one before it is gone."""
    number = _NUMBER.match(said)
    said = _OPENING.sub("", said[number.end() :] if number else said)
    return said[:1].upper() + said[1:]


def _closed(rest: str, text: str) -> str:
    """Return the rest with the mark at its end that it lost with the clause after it."""
    end = _END.search(text)
    return rest + end.group().strip() if rest and end and not _END.search(rest) else rest


def _asks(said: str) -> bool:
    said = _OPENING.sub("", _NUMBER.sub("", said))
    return bool(_QUESTION.search(said) or _REQUEST.match(said))


def _value_at(value: object, path: Path) -> object:
    for part in path:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value):
            value = value[part]
        else:
            return None
    return value
