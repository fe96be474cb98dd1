"""Targets made in one line, for tests that need a value and no registry."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.target import Disclosure, ForgetTarget, GuardName, Kind, Policy, TargetContent

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def target(
    identifier: str = "t1",
    *,
    name: str = "Mirela Oskarne",
    aliases: tuple[str, ...] = (),
    secrets: tuple[str, ...] = (),
    kind: Kind = Kind.PERSON,
    guard: GuardName = GuardName.REFUSE,
    disclosure: Disclosure = Disclosure.GENERIC,
) -> ForgetTarget:
    """Return an active target."""
    content = TargetContent(
        kind=kind, name=name, aliases=aliases, secrets=secrets, policy=Policy(guard, disclosure)
    )
    return ForgetTarget(identifier, 1, 1, content, NOW, NOW)
