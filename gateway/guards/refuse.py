"""The guard `refuse`: answer at once, without asking the upstream."""

from __future__ import annotations

from gateway.guards.base import Treatment
from gateway.policy import Plan
from gateway.wire.dialect import Body, Dialect
from gateway.wording import REFUSAL


class RefuseGuard:
    """Say that there is no answer, as plainly as the disclosure allows."""

    def apply(self, request: Body, plan: Plan, dialect: Dialect) -> Treatment:
        """Return the refusal as the answer."""
        return Treatment("refused", answer=REFUSAL[plan.disclosure])
