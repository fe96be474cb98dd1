"""`/v1/targets`: registering, reading, changing and erasing one target.

It knows HTTP and versions; the registry knows what is stored.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request, Response
from pydantic import Field

from gateway.admin.access import Officer, Reader
from gateway.admin.admission import Override, admit
from gateway.admin.fields import Id
from gateway.admin.lists import PageQuery
from gateway.admin.merge_patch import merged
from gateway.admin.preconditions import IfMatch, etag, versions
from gateway.admin.services import Services, WithServices
from gateway.admin.standing import check_standing
from gateway.admin.strict_route import StrictRoute
from gateway.admin.target_form import NewTargetForm, TargetForm, form_of
from gateway.admin.target_view import TargetList, TargetView, view_of
from gateway.admin.trial_view import TrialView, trial_view
from gateway.errors import PreconditionError
from gateway.registry import Actor
from gateway.registry.values import utc_now
from gateway.target import ForgetTarget, State, TargetContent
from gateway.trial import trial_of

PATCH_ATTEMPTS = 5
ETAG_HEADER = {"ETag": {"description": 'The version, such as `"3"`.', "schema": {"type": "string"}}}
LOCATION = {"Location": {"description": "Where it is.", "schema": {"type": "string"}}}
WITH_ETAG: dict[int | str, dict[str, Any]] = {200: {"headers": ETAG_HEADER}}
WITH_LOCATION: dict[int | str, dict[str, Any]] = {
    200: {"model": TrialView, "description": "What a dry run found; nothing was registered."},
    201: {"headers": {**ETAG_HEADER, **LOCATION}},
}
PATCH_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/merge-patch+json": {
                "schema": {"type": "object"},
                "example": {"state": "withdrawn", "policy": {"guard": None}},
            }
        },
    }
}

DryRun = Annotated[
    bool,
    Query(
        description="Register nothing, and answer what the target would flag of the ordinary "
        "prompts that the gateway is calibrated with."
    ),
]
TargetId = Annotated[Id, Path(description="The id of a target.", examples=["t_0f3c"])]

router = APIRouter(prefix="/v1/targets", tags=["targets"], route_class=StrictRoute)


class TargetQuery(PageQuery):
    """Which page of which targets."""

    state: State | None = Field(None, description="Only targets in this state.")
    expired: bool | None = Field(
        None, description="Only targets whose time is over, or only those whose time is not."
    )


@router.post(
    "",
    status_code=201,
    summary="Register a target",
    response_model=TargetView,
    responses=WITH_LOCATION,
)
async def create(
    form: NewTargetForm,
    actor: Officer,
    services: WithServices,
    request: Request,
    response: Response,
    dry_run: DryRun = False,
    override: Override = False,
) -> TargetView | Response:
    """When this has answered, no later request to this host is served without the target.

    A name or id that is registered already is a 409 that names the id. Detection by meaning
    follows within seconds: `semantic` says `pending` until then. A target that would flag more
    than 0.1 % of ordinary prompts is refused with the code `floods`, unless `override` is given.
    """
    content = form.content()
    await check_standing(content, None, services)
    if dry_run:
        return await _tried(content, form.id, actor, services)
    is_overridden = await admit(content, override=override)
    target = await services.registry.targets.create(
        content, actor, id=form.id, is_overridden=is_overridden
    )
    await services.settle()
    response.headers["Location"] = f"{request.scope['root_path']}{router.prefix}/{target.id}"
    return _shown(target, actor, services, response)


@router.get("", summary="List targets")
async def list_targets(
    query: Annotated[TargetQuery, Query()], actor: Reader, services: WithServices
) -> TargetList:
    """In the order of their registration. A key with the role `operator` alone sees no text."""
    await services.settle()
    page, cursor = await services.registry.targets.page(
        cursor=query.cursor, limit=query.limit, state=query.state, expired=query.expired
    )
    views = [view_of(target, services.inspector, actor) for target in page]
    return TargetList(data=views, next_cursor=cursor)


@router.get("/{id}", summary="Read a target", responses=WITH_ETAG)
async def read(
    id: TargetId, actor: Reader, services: WithServices, response: Response
) -> TargetView:
    """Its version is in the `ETag`, for an `If-Match` on the next change."""
    await services.settle()
    target = await services.registry.targets.get(id)
    return _shown(target, actor, services, response)


@router.put("/{id}", summary="Replace a target", responses=WITH_ETAG)
async def replace(
    id: TargetId,
    form: TargetForm,
    actor: Officer,
    services: WithServices,
    response: Response,
    if_match: IfMatch = None,
    override: Override = False,
) -> TargetView:
    """Fields that are left out return to their defaults. Without `If-Match` the last one wins.

    A target under a legal hold stays under it: repeat `legal_hold`, or lift the hold with `PATCH`.
    """
    expected = await _expected(services, id, if_match)
    content = form.content()
    before = (await services.registry.targets.get(id)).content
    await check_standing(content, before, services)
    is_overridden = await admit(content, override=override, before=before)
    target = await services.registry.targets.replace(
        id,
        content,
        actor,
        expected_version=expected,
        is_overridden=is_overridden,
        may_release=False,
    )
    await services.settle()
    return _shown(target, actor, services, response)


@router.patch("/{id}", summary="Change a target", responses=WITH_ETAG, openapi_extra=PATCH_BODY)
async def patch(
    id: TargetId,
    changes: Annotated[dict[str, Any], Body()],
    actor: Officer,
    services: WithServices,
    response: Response,
    if_match: IfMatch = None,
    override: Override = False,
) -> TargetView:
    """A JSON merge patch (RFC 7396): what is given changes, null returns a field to its default.

    `{"state": "withdrawn"}` takes a target out of effect and keeps its content;
    `{"state": "active"}` brings it back.
    """
    expected = await _expected(services, id, if_match)
    target = await _patched(services, id, changes, actor, expected, override=override)
    await services.settle()
    return _shown(target, actor, services, response)


@router.delete("/{id}", status_code=204, summary="Erase a target")
async def erase(
    id: TargetId, actor: Officer, services: WithServices, if_match: IfMatch = None
) -> None:
    """Destroys its text and the key to it; what stays is its id, and its events without text.

    A target under a legal hold is a 409 with the code `legal_hold`.
    """
    expected = await _expected(services, id, if_match)
    await services.registry.targets.erase(id, actor, expected_version=expected)
    await services.settle()


def _shown(
    target: ForgetTarget, actor: Actor, services: Services, response: Response
) -> TargetView:
    response.headers["ETag"] = etag(target.version)
    return view_of(target, services.inspector, actor)


async def _expected(services: Services, id: str, if_match: str | None) -> int | None:
    """Return the version that the target must have when it changes, or None."""
    named = versions(if_match)
    if named is None:
        return None
    current = (await services.registry.targets.get(id)).version
    if current not in named:
        raise PreconditionError(
            f"Target {id} is at version {current}: read it again and repeat the change.",
            param="If-Match",
        )
    return current


async def _patched(
    services: Services,
    id: str,
    changes: dict[str, Any],
    actor: Actor,
    expected: int | None,
    *,
    override: bool,
) -> ForgetTarget:
    """Apply a patch to what is there, again if somebody else was faster and no version is asked."""
    attempts = PATCH_ATTEMPTS if expected is None else 1
    while True:
        current = await services.registry.targets.get(id)
        content = _with_changes(current.content, changes)
        await check_standing(content, current.content, services)
        is_overridden = await admit(content, override=override, before=current.content)
        version = current.version if expected is None else expected
        try:
            return await services.registry.targets.replace(
                id, content, actor, expected_version=version, is_overridden=is_overridden
            )
        except PreconditionError:
            attempts -= 1
            if not attempts:
                raise


async def _tried(
    content: TargetContent, id: str | None, actor: Actor, services: Services
) -> Response:
    prompts, flagged = await asyncio.to_thread(trial_of, content)
    now = utc_now()
    target = view_of(ForgetTarget(id or "", 0, 0, content, now, now), services.inspector, actor)
    found = trial_view(content, prompts, flagged, target)
    return Response(found.model_dump_json(), media_type="application/json")


def _with_changes(content: TargetContent, changes: dict[str, Any]) -> TargetContent:
    return TargetForm.read(merged(form_of(content), changes)).content()
