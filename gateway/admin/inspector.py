"""What the admin API asks of the part that judges requests.

It knows the questions; it does not know how they are answered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

SemanticState = Literal["ready", "pending", "off"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What would happen to a text, and why.

    Attributes:
        matched: whether any target was found.
        matches: per match its target, stage, view, score, threshold, span and reason.
        guard: the guard that would apply, or None.
        reason: one sentence that says why this guard, or why none.
        notes: what could not be examined.
    """

    matched: bool
    matches: tuple[Mapping[str, object], ...]
    guard: str | None
    reason: str
    notes: tuple[str, ...] = ()


class Inspector(Protocol):
    """The judgement of this worker, without a request."""

    async def detect(self, text: str, client_roles: Collection[str]) -> Explanation:
        """Return what would happen to a request that holds this text.

        Args:
            text: what a user says.
            client_roles: those of the client's key.

        Raises:
            UnavailableError: nothing can be judged just now.
        """
        ...

    async def settle(self) -> None:
        """Return once this worker judges by everything that the registry holds."""
        ...

    def semantic_state(self, target_id: str, version: int) -> SemanticState:
        """Return whether a target is found by meaning, will be, or is not looked for so."""
        ...
