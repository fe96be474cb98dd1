"""What a worker holds of one active target: what a decision needs, and nothing of its text.

It knows identifiers and policies; it does not know how many there are, or where their text is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import inf

from gateway.profiles import profile_of
from gateway.target import (
    Context,
    Disclosure,
    ForgetTarget,
    GuardName,
    Mentions,
    is_affected,
)


@dataclass(frozen=True, slots=True)
class KnownTarget:
    """One active target.

    Attributes:
        version: counts its changes.
        sequence: the number of the event that last changed it.
        guard: what its policy asks for.
        disclosure: what an asker may learn.
        has_passages: whether it is known by meaning.
        audiences: roles of client keys for which it does not exist.
        expires_at: from when on it has no effect, in seconds since 1970; infinity for never.
        allows_mention: whether an answer may name it.
        allows_context: whether texts that the client supplies may speak of it.
    """

    version: int
    sequence: int
    guard: GuardName
    disclosure: Disclosure
    has_passages: bool
    audiences: tuple[str, ...] = ()
    expires_at: float = inf
    allows_mention: bool = False
    allows_context: bool = False

    @classmethod
    def of(cls, target: ForgetTarget) -> KnownTarget:
        """Return what is held of a target."""
        content = target.content
        profile = profile_of(target)
        return cls(
            version=target.version,
            sequence=target.sequence,
            guard=content.policy.guard,
            disclosure=content.policy.disclosure,
            has_passages=bool(profile.passages or profile.description),
            audiences=content.audiences,
            expires_at=content.expires,
            allows_mention=content.policy.mentions is Mentions.ALLOW,
            allows_context=content.context is Context.ALLOW,
        )

    def is_in_force(self, client_roles: Collection[str], now: float) -> bool:
        """Return whether the target exists for a client at a moment.

        Args:
            client_roles: those of the client's key; none where clients need no key.
            now: seconds since 1970.
        """
        return now < self.expires_at and is_affected(self.audiences, client_roles)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many targets there are, and of what kind; those that expired are among them.

    Attributes:
        targets: all of them.
        protected: those that are not only recorded.
        with_passages: those that are known by meaning.
        audited: those whose guard reads the answer to every request.
    """

    targets: int = 0
    protected: int = 0
    with_passages: int = 0
    audited: int = 0

    def changed(self, old: KnownTarget | None, new: KnownTarget | None) -> Counts:
        """Return the counts after one target took the place of another."""
        return Counts(
            self.targets + (new is not None) - (old is not None),
            self.protected + _is_protected(new) - _is_protected(old),
            self.with_passages + _has_passages(new) - _has_passages(old),
            self.audited + _is_audited(new) - _is_audited(old),
        )


def _is_protected(target: KnownTarget | None) -> bool:
    return target is not None and target.guard is not GuardName.MONITOR


def _has_passages(target: KnownTarget | None) -> bool:
    return target is not None and target.has_passages


def _is_audited(target: KnownTarget | None) -> bool:
    return target is not None and target.guard is GuardName.AGENTIC
