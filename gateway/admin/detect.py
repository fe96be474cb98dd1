"""`/v1/detect`: what would happen to a text, and why, without asking the model.

It knows the question and the answer's form; the inspector judges.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gateway.admin.access import Tester
from gateway.admin.fields import MAX_AUDIENCES, RoleName
from gateway.admin.services import WithServices
from gateway.admin.strict_route import StrictRoute

MAX_TEXT = 300_000

router = APIRouter(prefix="/v1/detect", tags=["detect"], route_class=StrictRoute)


class DetectForm(BaseModel):
    """A text to try."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(
        max_length=MAX_TEXT,
        description="What a user might ask.",
        examples=["Where was Mirela Oskarne born?"],
    )
    roles: list[RoleName] = Field(
        [],
        max_length=MAX_AUDIENCES,
        description="Roles of the client's key, for targets that spare an audience.",
    )


class InspectionView(BaseModel):
    """What would happen to the text."""

    matched: bool = Field(description="Whether it touches a target.")
    matches: list[Mapping[str, object]] = Field(
        description="Per match the target, the stage and view that found it, score, threshold, "
        "span in characters, and a sentence that says why."
    )
    guard: str | None = Field(description="The guard that would apply.", examples=["refuse"])
    reason: str = Field(description="Why this guard, or why none.")
    notes: list[str] = Field(description="What could not be examined.")


@router.post("", summary="Try a text")
async def detect(form: DetectForm, actor: Tester, services: WithServices) -> InspectionView:
    """The text is judged as a user's message would be; nothing is recorded or sent anywhere.

    `roles` are tried as they stand: where clients need no key, no client has any.
    """
    inspection = await services.inspector.detect(form.text, form.roles)
    return InspectionView(
        matched=inspection.matched,
        matches=list(inspection.matches),
        guard=inspection.guard,
        reason=inspection.reason,
        notes=list(inspection.notes),
    )
