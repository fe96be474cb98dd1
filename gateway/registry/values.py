"""The values that pass between the registry and whoever uses it.

They know identifiers, roles and times; they know nothing of how anything is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from gateway.target import ForgetTarget


class Role(StrEnum):
    """What an administrator may do: change targets, change keys and settings, or read."""

    OFFICER = "officer"
    OPERATOR = "operator"
    AUDITOR = "auditor"


class KeyKind(StrEnum):
    """Which side of the gateway a key opens: the models (client) or the admin API (admin)."""

    CLIENT = "client"
    ADMIN = "admin"


class KeySource(StrEnum):
    """Where a key came from: the admin API, a setting, or the first start without one."""

    API = "api"
    ENVIRONMENT = "environment"
    GENERATED = "generated"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change: the name of the key, its roles, and the case it is made for."""

    name: str
    roles: frozenset[Role] = frozenset()
    case: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """What moved between two sequences.

    Attributes:
        targets: those created or changed, in any state, as they are now.
        erased: ids of those that were erased.
        sequence: the number of the last event that this answer includes.
    """

    targets: tuple[ForgetTarget, ...]
    erased: tuple[str, ...]
    sequence: int


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key as it may be shown: everything but the key.

    `roles` are admin roles for an admin key and free names for a client key.
    """

    id: str
    name: str
    kind: KeyKind
    roles: frozenset[str]
    source: KeySource
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClientKey:
    """What the hot path needs to know of a client's key."""

    id: str
    name: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was done to one request that was changed, without any of its content.

    Attributes:
        id: the request's id, which the answer carries.
        time: when the request was decided, UTC.
        path: the path of the request.
        guard: the guard that applied.
        action: what it did (`refused`, `in_context`, `monitored`, `answer_withheld`).
        matches: per match its target, target_version, stage, view, score, threshold, channel
            and reason; identifiers and numbers only.
        guard_calls: calls of a model that the guard itself made, beside the client's one.
        guard_tokens: tokens that these calls took, of prompts and answers together.
    """

    id: str
    time: datetime
    path: str
    guard: str
    action: str
    matches: tuple[Mapping[str, object], ...] = field(default=())
    guard_calls: int = 0
    guard_tokens: int = 0


def utc_now() -> datetime:
    """Return the present moment, UTC."""
    return datetime.now(UTC)


def iso_time(moment: datetime) -> str:
    """Return a moment as the text that the log hashes: UTC, microseconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
