"""The guard `refuse`: answer at once, without asking the upstream."""

from __future__ import annotations

from gateway.guards.base import Asked, Treatment
from gateway.target import Disclosure
from gateway.wording import REFUSAL


class RefuseGuard:
    """Say that there is no answer, as plainly as the disclosure allows."""

    async def apply(self, asked: Asked) -> Treatment:
        """Return the refusal as the answer."""
        return Treatment("refused", answer=refusal(asked.plan.disclosure))


def refusal(disclosure: Disclosure) -> str:
    """Return the words of a refusal, which is also what guards that need a model fall back to."""
    return REFUSAL.get(disclosure, REFUSAL[Disclosure.GENERIC])
