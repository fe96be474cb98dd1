"""The guard `monitor`: let the request pass, and have it recorded."""

from __future__ import annotations

from gateway.guards.base import Treatment
from gateway.policy import Plan
from gateway.wire.dialect import Body, Dialect


class MonitorGuard:
    """Change nothing; the pipeline records the decision."""

    def apply(self, request: Body, plan: Plan, dialect: Dialect) -> Treatment:
        """Return the request's own bytes to the upstream."""
        return Treatment("monitored")
