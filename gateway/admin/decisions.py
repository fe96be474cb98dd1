"""`/v1/decisions`: what was done to a request that was changed, without its content.

It knows the record of a decision; it does not know how it was reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from gateway.admin.access import Reader
from gateway.admin.services import WithServices

DecisionId = Annotated[
    str,
    Path(
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="The `x-lethe-request-id` of the answer.",
    ),
]

router = APIRouter(prefix="/v1/decisions", tags=["decisions"])


class DecisionView(BaseModel):
    """What was done to one request."""

    id: str = Field(description="The request's id.")
    time: datetime = Field(description="When it was decided, UTC.")
    path: str = Field(description="The path of the request.", examples=["/v1/chat/completions"])
    guard: str = Field(description="The guard that applied.", examples=["refuse"])
    action: str = Field(description="What it did.", examples=["refused"])
    matches: list[Mapping[str, object]] = Field(
        description="Per match the target, its version, the stage and view that found it, score, "
        "threshold, channel and reason; never any text of the request."
    )
    guard_calls: int = Field(description="Calls of a model that the guard made by itself.")
    guard_tokens: int = Field(description="Tokens that those took, prompts and answers together.")


@router.get("/{id}", summary="Read a decision")
async def read(id: DecisionId, actor: Reader, services: WithServices) -> DecisionView:
    """Requests that were changed only, and the last 10,000 of them."""
    decision = await services.registry.decisions.get(id)
    return DecisionView(
        id=decision.id,
        time=decision.time,
        path=decision.path,
        guard=decision.guard,
        action=decision.action,
        matches=list(decision.matches),
        guard_calls=decision.guard_calls,
        guard_tokens=decision.guard_tokens,
    )
