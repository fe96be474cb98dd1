"""The guards, each registered in one line; to add one is to write its file and its line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.guards.agentic import AgenticGuard, repair
from gateway.guards.base import Asked, Cost, Draft, Guard, GuardTools, Treatment
from gateway.guards.constrain import ConstrainGuard
from gateway.guards.costs import Budget
from gateway.guards.in_context import InContextGuard
from gateway.guards.model import GuardModel, GuardModelError, GuardServer, Reply
from gateway.guards.monitor import MonitorGuard
from gateway.guards.redact import RedactGuard, redacted
from gateway.guards.refuse import RefuseGuard
from gateway.target import GuardName

__all__ = [
    "GUARDS",
    "Asked",
    "Budget",
    "Cost",
    "Draft",
    "Guard",
    "GuardModel",
    "GuardModelError",
    "GuardServer",
    "GuardTools",
    "Reply",
    "Treatment",
    "redacted",
    "repair",
]

GUARDS: Mapping[GuardName, Guard] = MappingProxyType(
    {
        GuardName.REFUSE: RefuseGuard(),
        GuardName.IN_CONTEXT: InContextGuard(),
        GuardName.AGENTIC: AgenticGuard(),
        GuardName.REDACT: RedactGuard(),
        GuardName.CONSTRAIN: ConstrainGuard(),
        GuardName.MONITOR: MonitorGuard(),
    }
)
