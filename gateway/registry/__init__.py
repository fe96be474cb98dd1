"""Storage of what must be forgotten: targets, keys, decisions and the log of every change.

The registry knows text at rest and identifiers; it knows nothing of HTTP, detectors or guards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.registry.chain import ChainReport, Event, verify
from gateway.registry.errors import TargetExistsError
from gateway.registry.values import (
    Actor,
    Changes,
    ClientKey,
    Decision,
    KeyKind,
    KeyRecord,
    Role,
)

if TYPE_CHECKING:
    from gateway.registry.registry import Registry

__all__ = [
    "Actor",
    "ChainReport",
    "Changes",
    "ClientKey",
    "Decision",
    "Event",
    "KeyKind",
    "KeyRecord",
    "Registry",
    "Role",
    "TargetExistsError",
    "verify",
]


def __getattr__(name: str) -> object:
    """Import `Registry`, and with it SQLAlchemy, only when it is asked for.

    The command line reads the values and verifies the log without paying for a database.
    """
    if name == "Registry":
        from gateway.registry.registry import Registry

        return Registry
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
