"""What is evaluated, what is wanted of it, and what was decided.

They know prompts, target identifiers and scores; they know nothing of files or detectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from detectors.values import Match, Utterance

# The body of `POST /admin/v1/targets`, with the `id` that prompts refer to.
TargetBody = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One request, and what it should touch.

    Attributes:
        utterances: what is said in it, in order.
        target: identifier of the target that it touches, or None where it touches none.
        group: what it is counted with.
    """

    utterances: tuple[Utterance, ...]
    target: str | None
    group: str

    @classmethod
    def asked(cls, text: str, target: str | None, group: str) -> Prompt:
        """Return the prompt of a single question of a user."""
        return cls((Utterance("user", text),), target, group)

    @property
    def text(self) -> str:
        """What a person reads of it: the text alone, or who says what."""
        if len(self.utterances) == 1:
            return self.utterances[0].text
        return "\n".join(f"{each.role}: {each.text}" for each in self.utterances)


class Measure(StrEnum):
    """What is wanted of the prompts of a row: a share, or how well scores tell them apart."""

    FLAGGED = "flagged"
    RECALL = "recall"
    AUROC = "auroc"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One row of a suite's table.

    Attributes:
        label: what the row shows.
        groups: the groups whose prompts it counts together.
        at_least: the lowest value that is a hit, or None.
        at_most: the highest value that is a hit, or None.
        measure: the value.
        rate: for `RECALL`, the false-positive rate at which recall is read.
        as_much_as: groups whose rate, whatever it is, is the lowest value that is a hit.
        against: for `RECALL` and `AUROC`, the groups of prompts that touch no target; every
            such prompt of the suite where empty.
    """

    label: str
    groups: tuple[str, ...]
    at_least: float | None = None
    at_most: float | None = None
    measure: Measure = Measure.FLAGGED
    rate: float | None = None
    against: tuple[str, ...] = ()
    as_much_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suite:
    """Targets to register, prompts to ask, and what is wanted.

    Attributes:
        name: as chosen with `--suite`, with a seed or a variant after a slash.
        registered: what is registered, in a few words.
        targets: the registrations; all in force while all prompts are asked.
        prompts: in any order.
        wanted: the rows of the table; groups without one are shown after them.
        notes: what a reader must know to judge the table.
    """

    name: str
    registered: str
    targets: tuple[TargetBody, ...]
    prompts: tuple[Prompt, ...]
    wanted: tuple[Wanted, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What the cascade said of one prompt.

    Attributes:
        prompt: the prompt.
        matches: the matches, best first.
        notes: what could not be examined.
        own: score of the prompt's target, or the highest of all where it touches none.
        by_group: of a prompt that touches none, the highest score among the targets of each
            group: what the scores of that group's prompts are compared with.
    """

    prompt: Prompt
    matches: tuple[Match, ...]
    notes: tuple[str, ...]
    own: float
    by_group: Mapping[str, float]

    @property
    def is_flagged(self) -> bool:
        """Whether its own target matched, or any target where it touches none."""
        if self.prompt.target is None:
            return bool(self.matches)
        return any(match.target == self.prompt.target for match in self.matches)

    @property
    def is_wrong(self) -> bool:
        """Whether it should have been decided otherwise."""
        return self.is_flagged == (self.prompt.target is None)


@dataclass(frozen=True, slots=True)
class Cost:
    """What examining prompts took.

    Attributes:
        seconds: wall time of each timed prompt, encoding included.
        cpu_seconds: CPU time of the process during them.
        resident_bytes: the most memory that the process held so far.
    """

    seconds: tuple[float, ...]
    cpu_seconds: float
    resident_bytes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that was decided of a list of prompts, and what it cost."""

    decisions: tuple[Decision, ...]
    cost: Cost
