"""What a guard is: a request and a plan in, what to do with the request out.

A guard knows the wording of its treatment; it does not know sockets, storage or detectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from gateway.policy import Plan
from gateway.wire.dialect import Body, Dialect


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a guard decided.

    Attributes:
        action: what is recorded: `refused`, `instructed`, `monitored`.
        answer: the text that answers at once, without the upstream; None to ask it.
        request: the request to send upstream in place of the client's; None for its own bytes.
    """

    action: str
    answer: str | None = None
    request: Body | None = None


class Guard(Protocol):
    """One way to treat a matched request."""

    def apply(self, request: Body, plan: Plan, dialect: Dialect) -> Treatment:
        """Return what becomes of `request`, which must stay unchanged."""
