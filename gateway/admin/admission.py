"""Refuses targets that would flag much of ordinary traffic, unless an officer insists.

It knows what is asked of the trial and how its answer is put; the trial knows prompts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from gateway.errors import RequestError
from gateway.target import State, TargetContent
from gateway.trial import Flood, floods

Override = Annotated[
    bool,
    Query(
        description="Register the target even where it would flag more than 0.1 % of the ordinary "
        "prompts. The log then holds an event `target.overridden` beside that of the change."
    ),
]


async def admitted(
    contents: Sequence[TargetContent], *, override: bool
) -> list[bool | RequestError]:
    """Return for each content whether it needs the override, or why it is refused.

    Args:
        contents: what is to be registered.
        override: whether the officer insists.
    """

    def verdict(flood: Flood | None) -> bool | RequestError:
        if flood is None or override:
            return flood is not None
        return _refusal(flood.field, flood.flagged / flood.prompts)

    return [verdict(flood) for flood in await asyncio.to_thread(floods, contents)]


async def admit(
    content: TargetContent, *, override: bool, before: TargetContent | None = None
) -> bool:
    """Return whether a content needs the override to be registered.

    Args:
        content: what is to be registered.
        override: whether the officer insists.
        before: what it replaces: what was found by the same strings then is not judged again.

    Raises:
        RequestError: it would flag too much, and nobody insists.
    """
    if before and _strings(before) == _strings(content) and before.state is State.ACTIVE:
        return False
    (verdict,) = await admitted([content], override=override)
    if isinstance(verdict, RequestError):
        raise verdict
    return verdict


def _strings(content: TargetContent) -> tuple[object, ...]:
    named = (content.kind, content.scope, content.name, content.aliases)
    return (*named, content.secrets, content.secrets_alone, content.documents)


def _refusal(field: str, rate: float) -> RequestError:
    return RequestError(
        f"`{field}` alone would flag {100 * rate:.2g} % of ordinary prompts, more than 0.1 %: "
        "leave it out or make it longer. `?dry_run=true` shows which prompts, and "
        "`?override=true` registers it all the same, which the log keeps.",
        param=field,
        code="floods",
    )
