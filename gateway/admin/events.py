"""`/v1/events`: the log of every change, as it was hashed.

It knows pages; whether the log is sound is for its reader to check.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from gateway.admin.access import Reader
from gateway.admin.fields import ID_PATTERN
from gateway.admin.lists import MAX_LIMIT
from gateway.admin.services import WithServices
from gateway.registry import Event

MAX_SEQUENCE = 2**63 - 1

router = APIRouter(prefix="/v1/events", tags=["events"])


class EventQuery(BaseModel):
    """Which part of the log."""

    model_config = ConfigDict(extra="forbid")

    after: int = Field(0, ge=0, le=MAX_SEQUENCE, description="Only events above this sequence.")
    limit: int = Field(100, ge=1, le=MAX_LIMIT, description="How many at most.")
    target: str | None = Field(
        None, pattern=ID_PATTERN, description="Only the events of this target."
    )


class EventView(BaseModel):
    """One change. `hash` is the SHA-256 of the other fields, as JSON with sorted names."""

    sequence: int = Field(description="Its number: 1, 2, 3 and so on, without gaps.")
    time: str = Field(description="When, UTC.", examples=["2026-03-01T12:00:00.000000Z"])
    actor: str = Field(description="The name of the key that made the change.")
    action: str = Field(description="What happened.", examples=["target.created"])
    case: str = Field(description="The reference that was given with it (`X-Lethe-Case`).")
    target_id: str | None = Field(description="The target that changed, if one did.")
    target_version: int | None = Field(description="The version that it has since.")
    key_id: str | None = Field(description="The key that changed, if one did.")
    digest: str = Field(
        description="A keyed hash of the new content: equal for equal content, and worthless "
        "once the target is erased."
    )
    previous: str = Field(description="The `hash` of the event before; zeros for the first.")
    hash: str = Field(description="The hash of this event.")


class EventList(BaseModel):
    """A page of the log, in the order of the changes."""

    data: list[EventView] = Field(description="The events.")
    next_after: int | None = Field(description="`after` for the next page; null on the last.")


@router.get("", summary="Read the log")
async def list_events(
    query: Annotated[EventQuery, Query()], actor: Reader, services: WithServices
) -> EventList:
    """Append-only and chained: `lethe events verify` checks that no row was changed or removed."""
    events = await services.registry.events.page(query.after, query.limit, target_id=query.target)
    full = len(events) == query.limit
    return EventList(
        data=[_view(event) for event in events],
        next_after=events[-1].sequence if full else None,
    )


def _view(event: Event) -> EventView:
    return EventView.model_validate(event.as_dict())
