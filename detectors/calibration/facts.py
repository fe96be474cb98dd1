"""The kinds of facts, and the ways in which each is asked for.

It knows wording; the values and the people are made elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from zlib import crc32

from detectors.calibration.reading import sections


class Split(StrEnum):
    """Which part of the generated data a wording belongs to."""

    TRAIN = "train"
    VALIDATION = "validation"


@dataclass(frozen=True, slots=True)
class FactKind:
    """One kind of fact, such as a birthplace.

    Attributes:
        name: its name, which is also the name of its section.
        fields: the fields of work whose people have it; `any` for all.
        near: kinds that are asked for in similar words.
        wordings: (form, wording), the form being one of `q c n k y s d`.
    """

    name: str
    fields: frozenset[str]
    near: tuple[str, ...]
    wordings: tuple[tuple[str, str], ...]

    @property
    def held_out(self) -> bool:
        """Whether the whole kind is kept for validation: one in six."""
        return crc32(self.name.encode()) % 6 == 0

    def of_form(self, form: str) -> tuple[str, ...]:
        """The wordings of one form."""
        return tuple(wording for kind, wording in self.wordings if kind == form)

    def of_split(self, form: str, split: Split) -> tuple[str, ...]:
        """The wordings of one form in one part; the first is always for training.

        A form with a single wording has it in both parts, as frames around it differ.
        """
        wordings = self.of_form(form)
        if self.held_out or len(wordings) == 1:
            return wordings
        kept = crc32(f"{self.name} {form}".encode()) % (len(wordings) - 1) + 1
        if split is Split.VALIDATION:
            return wordings[kept : kept + 1]
        return wordings[:kept] + wordings[kept + 1 :]


@cache
def fact_kinds() -> Mapping[str, FactKind]:
    """All kinds of facts by name, in the order of the file."""
    kinds: dict[str, FactKind] = {}
    for name, fields, near, wordings in _sections_with_head("facts.txt"):
        kinds[name] = FactKind(name, fields, near, wordings)
    return kinds


@cache
def frames(split: Split) -> tuple[str, ...]:
    """The frames around a wording, of one part; a frame that stands often is taken often."""
    return sections("frames.txt")[split.value]


@cache
def description_frames(split: Split) -> tuple[str, ...]:
    """The questions that describe a person without a name, of one part."""
    return sections("description_frames.txt")[split.value]


def framed(frame: str, kind: FactKind, wordings: Mapping[str, str]) -> str:
    """A frame with the chosen wording of each form put in, slots of the person still open."""
    question = wordings.get("q", "")
    unmarked = question.rstrip("?")
    filled = {
        "q": question,
        "u": unmarked if unmarked.startswith("{") else unmarked[:1].lower() + unmarked[1:],
        "c": wordings.get("c", ""),
        "p": wordings.get("n", ""),
        "k": wordings.get("k", ""),
        "y": wordings.get("y", question),
        "s": wordings.get("s", question).rstrip("."),
    }
    return re.sub(r"\{(\w)\}", lambda found: filled.get(found[1], found[0]), frame)


def _sections_with_head(
    name: str,
) -> list[tuple[str, frozenset[str], tuple[str, ...], tuple[tuple[str, str], ...]]]:
    read = []
    for heading, lines in sections(name).items():
        kind, _, head = heading.partition(" ")
        fields, _, near = head.partition(":")
        wordings = tuple((line[0], line[2:]) for line in lines)
        read.append((kind, frozenset(fields.split()), tuple(near.split()), wordings))
    return read
