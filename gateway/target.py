"""What the operator wants forgotten, as a frozen value.

A target knows nothing of how it is stored, found in a text, or guarded.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import inf


class Kind(StrEnum):
    """What identifies a target: names (person, entity), examples (topic), text, or values."""

    PERSON = "person"
    ENTITY = "entity"
    TOPIC = "topic"
    DOCUMENT = "document"
    RECORD = "record"


class State(StrEnum):
    """Where a target is in its life; only `active` ones have an effect."""

    DRAFT = "draft"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


class Scope(StrEnum):
    """Whether everything about the target is forgotten, or only the listed facts."""

    ALL = "all"
    FACTS = "facts"


class Context(StrEnum):
    """Whether text that the client supplied itself may speak of the target."""

    FORGET = "forget"
    ALLOW = "allow"


class Mentions(StrEnum):
    """Whether an answer may name the target where it says nothing else of it."""

    WITHHOLD = "withhold"
    ALLOW = "allow"


class GuardName(StrEnum):
    """The guards that a policy may name."""

    REFUSE = "refuse"
    IN_CONTEXT = "in_context"
    AGENTIC = "agentic"
    ADAPTER = "adapter"
    REDACT = "redact"
    CONSTRAIN = "constrain"
    MONITOR = "monitor"


class Disclosure(StrEnum):
    """What an asker may learn from a withheld answer."""

    EXPLICIT = "explicit"
    GENERIC = "generic"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Policy:
    """How matched traffic is treated."""

    guard: GuardName = GuardName.REFUSE
    disclosure: Disclosure = Disclosure.GENERIC
    mentions: Mentions = Mentions.WITHHOLD


@dataclass(frozen=True, slots=True)
class TargetContent:
    """Everything about a target that its operator writes.

    Attributes:
        audiences: roles of client keys for which the target does not exist; sorted.
        expires_at: from then on it has no effect on anybody; None for never.
        secrets_alone: secrets of which the operator decided whether they count without the name
            beside them; sorted, each with that decision.
        false_positive_rate: the share of ordinary texts that may be taken for it by their
            meaning, where the operator asked for one.
        legal_hold: whether its text must be kept: the target cannot be erased, but may be
            withdrawn, since a hold keeps what is known and not what is done.
    """

    kind: Kind
    name: str
    aliases: tuple[str, ...] = ()
    description: str = ""
    examples: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    scope: Scope = Scope.ALL
    context: Context = Context.FORGET
    policy: Policy = Policy()
    audiences: tuple[str, ...] = ()
    expires_at: datetime | None = None
    reason: str = ""
    state: State = State.ACTIVE
    secrets_alone: tuple[tuple[str, bool], ...] = ()
    false_positive_rate: float | None = None
    legal_hold: bool = False

    def is_in_force(self, client_roles: Collection[str], now: float) -> bool:
        """Return whether the target exists for a client at a moment.

        Args:
            client_roles: those of the client's key; none where clients need no key.
            now: seconds since 1970.
        """
        if self.state is not State.ACTIVE or self.expires <= now:
            return False
        return is_affected(self.audiences, client_roles)

    @property
    def expires(self) -> float:
        """When it expires, in seconds since 1970; infinity for never."""
        return self.expires_at.timestamp() if self.expires_at else inf


@dataclass(frozen=True, slots=True)
class ForgetTarget:
    """A registered target: its content with the identity that the registry gave it.

    `version` counts the changes of this target from 1; `sequence` is the number of the event
    that last changed it, common to the whole registry and ever growing.
    """

    id: str
    version: int
    sequence: int
    content: TargetContent
    created_at: datetime
    updated_at: datetime


def is_affected(audiences: Collection[str], client_roles: Collection[str]) -> bool:
    """Return whether a client without any of the exempt roles is meant."""
    return not any(role in audiences for role in client_roles)
