"""The guards, each registered in one line; to add one is to write its file and its line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.guards.base import Guard, Treatment
from gateway.guards.in_context import InContextGuard
from gateway.guards.monitor import MonitorGuard
from gateway.guards.refuse import RefuseGuard
from gateway.target import GuardName

__all__ = ["GUARDS", "Guard", "Treatment"]

GUARDS: Mapping[GuardName, Guard] = MappingProxyType(
    {
        GuardName.REFUSE: RefuseGuard(),
        GuardName.IN_CONTEXT: InContextGuard(),
        GuardName.MONITOR: MonitorGuard(),
    }
)
