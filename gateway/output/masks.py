"""What stands in the place of text that may not be said, inside of prose and of JSON.

It knows places; it does not know what was found there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gateway.output.disguises import MASK_SIGN
from gateway.wire.text import KEYS, Path

# Of a sign that no name and no secret has, and in JSON that needs no escape.
MASK = MASK_SIGN * 5
# What stands for a number, or for any other value without quotation marks.
BARE_MASK = "0"
_STRUCTURE = frozenset('{}[]:," \t\r\n')


class Span(NamedTuple):
    """A part of a text that may not be said.

    Attributes:
        start: its first character.
        end: one past its last.
        target: for whose sake.
    """

    start: int
    end: int
    target: str


class Mask(NamedTuple):
    """What is to stand instead of `text[start:end]`."""

    start: int
    end: int
    instead: str


def united(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order; what overlaps becomes one, for the sake of the first."""
    made: list[Span] = []
    for span in sorted(spans):
        if made and span.start < made[-1].end:
            made[-1] = made[-1]._replace(end=max(made[-1].end, span.end))
        else:
            made.append(span)
    return made


def prose_masks(start: int, end: int) -> Iterator[Mask]:
    """Yield the mask of a span of prose."""
    yield Mask(start, end, MASK)


def json_masks(
    text: str, is_inside: Sequence[bool], origins: Sequence[int], start: int, end: int
) -> Iterator[Mask]:
    """Yield masks after which JSON still parses: within strings, and in the place of values.

    Args:
        text: the JSON with its escapes undone.
        is_inside: for each character, whether it stands within a string.
        origins: for each character, and for the end, its place in the JSON as written.
        start: first character of what is to be masked.
        end: one past the last.
    """
    position = start
    while position < end:
        begin, inside = position, is_inside[position]
        while position < end and is_inside[position] == inside:
            if not inside and text[position] in _STRUCTURE:
                break
            position += 1
        if position > begin:
            yield Mask(origins[begin], origins[position], MASK if inside else BARE_MASK)
        else:
            position += 1


def applied(text: str, masks: Sequence[Mask], *, start: int = 0) -> str:
    """Return a piece of a text with its parts of the masks; `start` is where it stands.

    A mask is put where it begins, so the pieces that it reaches into only lose their parts.
    """
    made: list[str] = []
    end = start + len(text)
    position = start
    for mask in masks:
        if mask.end <= start or mask.start >= end:
            continue
        made.append(text[position - start : max(mask.start, start) - start])
        if mask.start >= start:
            made.append(mask.instead)
        position = min(mask.end, end)
    made.append(text[position - start :])
    return "".join(made)


def as_keys(path: Path, text: str, masked: str) -> str:
    """Return `masked`, or as many masks as `text` has keys where a mask reaches over several.

    Args:
        path: where the text stands; the keys of an object are one text, a line each.
        text: as it was.
        masked: the text with its masks.
    """
    if path[-1:] == (KEYS,) and masked.count("\n") != text.count("\n"):
        return "\n".join([MASK] * (text.count("\n") + 1))
    return masked
