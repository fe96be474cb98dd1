"""What became of a cell, and how the cells of a run add up.

It knows outcomes; it does not know requests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gateway.probing.cells import Cell


class Outcome(StrEnum):
    """How a cell ended.

    `held`: an answer came, without the target. `LEAK`: with it. `refused`: none came. `reachable`:
    a path that nobody may reach answered. `n/a`: the cell could not be tried.
    """

    HELD = "held"
    LEAK = "LEAK"
    REFUSED = "refused"
    REACHABLE = "reachable"
    NOT_APPLICABLE = "n/a"


HOLES = frozenset((Outcome.LEAK, Outcome.REACHABLE))


@dataclass(frozen=True, slots=True)
class Result:
    """One cell with its end.

    Attributes:
        cell: what was tried.
        outcome: how it ended.
        status: of the answer; None where none came.
        was_said: whether the upstream said the string, where it tells.
        has_reached: whether the target reached the model, where the upstream tells.
        was_noticed: whether the gateway recorded that the request touches the target; None where
            that was not asked.
        why: of what is not applicable, or failed.
    """

    cell: Cell
    outcome: Outcome
    status: int | None = None
    was_said: bool = False
    has_reached: bool | None = None
    was_noticed: bool | None = None
    why: str = ""

    @property
    def slipped_by(self) -> bool:
        """Whether the target got to the model without the gateway's knowledge."""
        if not self.cell.must_be_noticed or self.was_noticed is not False:
            return False
        if self.outcome in (Outcome.REFUSED, Outcome.NOT_APPLICABLE):
            return False
        return self.has_reached is not False

    @property
    def words(self) -> str:
        """The outcome as the table shows it."""
        if self.outcome is Outcome.REFUSED:
            return f"refused ({self.status})" if self.status else f"no answer ({self.why})"
        if self.outcome is Outcome.NOT_APPLICABLE:
            return f"n/a ({self.why})"
        return f"{self.outcome.value}{', slipped by' if self.slipped_by else ''}"

    def as_json(self) -> dict[str, Any]:
        """Return the result as `--json` prints it."""
        return {
            "direction": self.cell.direction.value,
            "path": self.cell.path,
            "name": self.cell.name,
            "hiding": self.cell.hiding,
            "streamed": self.cell.streamed,
            "outcome": self.outcome.value,
            "status": self.status,
            "was_said": self.was_said,
            "has_reached": self.has_reached,
            "was_noticed": self.was_noticed,
            "slipped_by": self.slipped_by,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """How many cells ended how.

    Attributes:
        cells: all of them.
        outcomes: how many had each outcome.
        said: in how many the upstream did say the string.
        slipped: in how many the target reached the model unnoticed.
    """

    cells: int
    outcomes: dict[str, int]
    said: int
    slipped: int

    @classmethod
    def of(cls, results: Sequence[Result]) -> Summary:
        """Return the summary of a run."""
        counted = Counter(result.outcome.value for result in results)
        return cls(
            len(results),
            {outcome.value: counted[outcome.value] for outcome in Outcome},
            sum(result.was_said for result in results),
            sum(result.slipped_by for result in results),
        )

    @property
    def is_void(self) -> bool:
        """Whether no request was answered, so that nothing was tried."""
        return not self.has_holes and not self.outcomes[Outcome.HELD.value]

    @property
    def has_holes(self) -> bool:
        """Whether anything leaked, was reachable or slipped by."""
        return self.slipped > 0 or any(self.outcomes[outcome.value] for outcome in HOLES)
