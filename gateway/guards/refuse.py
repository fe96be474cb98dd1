"""The guard `refuse`: answer at once, without asking the upstream."""

from __future__ import annotations

from gateway.guards.base import Asked, Treatment
from gateway.target import Disclosure
from gateway.wording import REFUSAL


class RefuseGuard:
    """Say that there is no answer, as plainly as the disclosure allows."""

    async def apply(self, asked: Asked) -> Treatment:
        """Return the refusal as the answer."""
        return refused(asked)


def refused(asked: Asked, action: str = "refused") -> Treatment:
    """Return a refusal, which is also what guards that need a model fall back to."""
    wording = REFUSAL.get(asked.plan.disclosure, REFUSAL[Disclosure.GENERIC])
    return Treatment(action, answer=wording, cost=asked.tools.model.cost)
