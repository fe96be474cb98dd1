"""Where the sentences and paragraphs of a text begin and end.

A cut that is in doubt is not made, so that what belongs together is masked together. Knows
characters; nothing of targets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_END = re.compile(r"(?:[.!?…]+[\"'”’)\]*_]*\s+|[。！？]+[」』”’]*\s*|\n+)")
_LAST_WORD = re.compile(r"(\w+)[.]+$")
_ABBREVIATED = frozenset(
    "mr ms mrs dr st jr sr prof vs e.g i.e no vol fig ca approx dept inc ltd co corp gen col lt "
    "rev hon ave blvd rd jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_TERMINATED = re.compile(r"[.!?…。！？][\"'”’)\]*_」』]*\s*$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A half-open range of characters, blanks after it included.

    Attributes:
        paragraph: the number of its paragraph in the text.
    """

    start: int
    end: int
    paragraph: int

    def of(self, text: str) -> str:
        """Return the characters."""
        return text[self.start : self.end]


def sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of `text` in order, which together are all of it; a line ends one."""
    found: list[Sentence] = []
    start = 0
    for number, end in enumerate(_paragraph_ends(text)):
        found += _of_paragraph(text, start, end, number)
        start = end
    return tuple(found)


def is_terminated(sentence: str) -> bool:
    """Return whether a sentence ends with a mark, as headings and fields of a form do not."""
    return _TERMINATED.search(sentence) is not None


def _paragraph_ends(text: str) -> list[int]:
    ends = [match.end() for match in _PARAGRAPH.finditer(text)]
    return ends if ends and ends[-1] == len(text) else [*ends, len(text)]


def _of_paragraph(text: str, start: int, end: int, paragraph: int) -> list[Sentence]:
    found = []
    for match in _END.finditer(text, start, end):
        if match.end() < end and _is_end(text, match):
            found.append(Sentence(start, match.end(), paragraph))
            start = match.end()
    if start < end:
        found.append(Sentence(start, end, paragraph))
    return found


def _is_end(text: str, match: re.Match[str]) -> bool:
    """Return whether a mark ends a sentence, and not an abbreviation, an initial or a label."""
    mark = match.group()
    if "\n" in mark or mark[0] != ".":
        return True
    if text[match.end()].islower():
        return False
    word = _LAST_WORD.search(text, max(0, match.start() - 20), match.start() + 1)
    if word is None:
        return True
    last = word.group(1)
    if last.isdigit():
        # "1. First": the number of a line; "in 1930. Then": a year.
        line = text.rfind("\n", 0, word.start()) + 1
        return bool(text[line : word.start()].strip())
    return len(last) > 1 and last.lower() not in _ABBREVIATED
