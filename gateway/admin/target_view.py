"""A target as the admin API shows it.

It knows who may see a target's text; it does not know how the target is found.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from gateway.admin.access import may_read_text
from gateway.admin.inspector import Inspector, SemanticState
from gateway.distinctive import standings
from gateway.registry import Actor
from gateway.target import (
    Context,
    Disclosure,
    ForgetTarget,
    GuardName,
    Kind,
    Mentions,
    Scope,
    State,
    TargetContent,
)

TEXT_NOTE = "Null for a key that may see ids only."


class PolicyView(BaseModel):
    """How matched traffic is treated."""

    guard: GuardName = Field(description="What happens to a request or answer that matches.")
    disclosure: Disclosure = Field(description="What an asker may learn.")
    mentions: Mentions = Field(description="Whether an answer may name it.")


class SecretRule(BaseModel):
    """How one secret counts."""

    value: str = Field(description="The secret.")
    alone: bool = Field(
        description="Whether it counts wherever it appears; else only beside the name, and in "
        "answers to requests that matched the target."
    )
    because: str = Field(description="Why.", examples=["It holds six digits or more."])
    chosen: bool = Field(description="Whether an officer decided it, and not the rule.")


class TargetView(BaseModel):
    """A registered target."""

    id: str = Field(description="Its id, by which logs, metrics and events speak of it.")
    version: int = Field(description="Counts its changes; the `ETag` holds it.", examples=[3])
    state: State = Field(description="Only `active` targets have an effect.")
    kind: Kind = Field(description="What identifies it.")
    name: str | None = Field(description=f"Its name. {TEXT_NOTE}")
    aliases: list[str] | None = Field(description=f"Other names. {TEXT_NOTE}")
    description: str | None = Field(description=f"What it is. {TEXT_NOTE}")
    examples: list[str] | None = Field(description=f"Questions that touch it. {TEXT_NOTE}")
    secrets: list[str] | None = Field(description=f"Values to withhold. {TEXT_NOTE}")
    secret_rules: list[SecretRule] | None = Field(
        description=f"How each of `secrets` counts, in their order. {TEXT_NOTE}"
    )
    false_positive_rate: float | None = Field(
        description="The share of ordinary texts that may be taken for it by their meaning; null "
        "for the one that all targets share."
    )
    documents: list[str] | None = Field(description=f"Texts to withhold. {TEXT_NOTE}")
    scope: Scope = Field(description="What is forgotten.")
    context: Context = Field(description="How texts that the client supplies are treated.")
    policy: PolicyView = Field(description="How matched traffic is treated.")
    audiences: list[str] = Field(description="Roles of client keys that are exempt.")
    expires_at: datetime | None = Field(description="From when on it has no effect, UTC.")
    legal_hold: bool = Field(description="Whether it can be neither erased nor shortened.")
    reason: str | None = Field(description=f"Why it was registered. {TEXT_NOTE}")
    protection: str = Field(
        description="What is done today. `guarded`: requests and answers are guarded, while the "
        "model still knows; `monitored`: they are recorded only; `expired`: its time is over; "
        "`none`: the target is not active.",
        examples=["guarded"],
    )
    semantic: SemanticState = Field(
        description="Whether it is found by meaning: `ready`, `pending` for the seconds that its "
        "vectors take, or `off`."
    )
    created_at: datetime = Field(description="When it was registered, UTC.")
    updated_at: datetime = Field(description="When it last changed, UTC.")


class TargetList(BaseModel):
    """A page of targets, in the order of their registration."""

    data: list[TargetView] = Field(description="The targets.")
    next_cursor: str | None = Field(description="Where the next page begins; null on the last.")


def view_of(target: ForgetTarget, inspector: Inspector, actor: Actor) -> TargetView:
    """Return a target as this administrator may see it."""
    content = target.content
    is_active = content.state is State.ACTIVE
    text = _text(content) if may_read_text(actor) else dict.fromkeys(_text(content))
    return TargetView(
        id=target.id,
        version=target.version,
        state=content.state,
        kind=content.kind,
        scope=content.scope,
        context=content.context,
        policy=PolicyView(
            guard=content.policy.guard,
            disclosure=content.policy.disclosure,
            mentions=content.policy.mentions,
        ),
        audiences=list(content.audiences),
        expires_at=content.expires_at,
        legal_hold=content.legal_hold,
        false_positive_rate=content.false_positive_rate,
        protection=_protection(content),
        semantic=inspector.semantic_state(target.id, target.version) if is_active else "off",
        created_at=target.created_at,
        updated_at=target.updated_at,
        **text,
    )


def secret_rules(content: TargetContent) -> list[SecretRule]:
    """Return how each secret of a target counts."""
    return [
        SecretRule(value=value, alone=each.alone, because=each.why, chosen=each.is_chosen)
        for value, each in zip(content.secrets, standings(content), strict=True)
    ]


def _text(content: TargetContent) -> dict[str, Any]:
    return {
        "name": content.name,
        "aliases": list(content.aliases),
        "description": content.description,
        "examples": list(content.examples),
        "secrets": list(content.secrets),
        "secret_rules": secret_rules(content),
        "documents": list(content.documents),
        "reason": content.reason,
    }


def _protection(content: TargetContent) -> str:
    if content.state is not State.ACTIVE:
        return "none"
    if content.expires <= time.time():
        return "expired"
    return "monitored" if content.policy.guard is GuardName.MONITOR else "guarded"
