"""`/v1/keys`: making, listing and revoking the keys of clients and administrators.

It knows who may give which role; the registry knows the keys.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from gateway.admin.access import KeyReader, Operator
from gateway.admin.fields import RoleName
from gateway.admin.lists import PageQuery
from gateway.admin.services import WithServices
from gateway.admin.strict_route import StrictRoute
from gateway.errors import PermissionDeniedError, RequestError
from gateway.registry import Actor, KeyKind, KeyRecord, Role

MAX_ROLES = 32
RESERVED = ("environment", "first-")
KeyId = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_]{1,64}$", description="The id of a key.", examples=["key_1a"])
]

router = APIRouter(prefix="/v1/keys", tags=["keys"], route_class=StrictRoute)


class NewKeyForm(BaseModel):
    """A key to make."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        pattern=r"^[A-Za-z0-9_.@-][A-Za-z0-9_.@ -]{0,63}$",
        description="Who or what holds it; the log names this for every change made with it.",
        examples=["helpdesk-bot"],
    )
    kind: KeyKind = Field(description="`client` opens the models, `admin` this API.")
    roles: list[RoleName] = Field(
        [],
        max_length=MAX_ROLES,
        description="For an admin key any of `officer` (targets), `operator` (keys, sees ids "
        "only) and `auditor` (reads); for a client key names of your own.",
        examples=[["officer"]],
    )


class KeyView(BaseModel):
    """A key, without the key."""

    id: str = Field(description="Its id.")
    name: str = Field(description="Who or what holds it.")
    kind: KeyKind = Field(description="What it opens.")
    roles: list[str] = Field(description="Its roles.")
    source: str = Field(
        description="Where it came from: `api`, `environment`, or `generated` at the first start.",
        examples=["api"],
    )
    created_at: datetime = Field(description="When it was made, UTC.")
    revoked_at: datetime | None = Field(description="When it was revoked, UTC.")


class NewKeyView(KeyView):
    """A key that was just made: the only time that it is shown."""

    key: str = Field(description="The key itself. It is stored as a hash and never shown again.")


class KeyList(BaseModel):
    """A page of keys, in the order of their making."""

    data: list[KeyView] = Field(description="The keys, the revoked ones included.")
    next_cursor: str | None = Field(description="Where the next page begins; null on the last.")


@router.post("", status_code=201, summary="Make a key")
async def create(form: NewKeyForm, actor: Operator, services: WithServices) -> NewKeyView:
    """The answer shows the key, once. Nobody can give an admin role that they do not have."""
    _check(form, actor)
    record, token = await services.registry.keys.create(
        form.name, kind=form.kind, roles=form.roles, actor=actor
    )
    await services.settle()
    return NewKeyView(**_view(record).model_dump(), key=token)


@router.get("", summary="List keys")
async def list_keys(
    query: Annotated[PageQuery, Query()], actor: KeyReader, services: WithServices
) -> KeyList:
    """In the order of their making."""
    page, cursor = await services.registry.keys.page(cursor=query.cursor, limit=query.limit)
    return KeyList(data=[_view(record) for record in page], next_cursor=cursor)


@router.delete("/{id}", status_code=204, summary="Revoke a key")
async def revoke(id: KeyId, actor: Operator, services: WithServices) -> None:
    """At once and for good. A key of the environment is a 409: remove it there and restart.

    Where the last client key is revoked clients still need one: the door does not open again.
    """
    await services.registry.keys.revoke(id, actor)
    await services.settle()


def _check(form: NewKeyForm, actor: Actor) -> None:
    if form.name.startswith(RESERVED):
        names = " and ".join(f"`{prefix}`" for prefix in RESERVED)
        message = f"Names that begin with {names} are those of keys that the gateway makes itself."
        raise RequestError(message, param="name")
    known = {role.value for role in Role}
    if form.kind is KeyKind.CLIENT:
        taken = sorted(known.intersection(form.roles))
        if taken:
            message = (
                f"`{taken[0]}` is a role of admin keys; ask for `kind` admin, or name another."
            )
            raise RequestError(message, param="roles")
        return
    unknown = sorted(set(form.roles) - known)
    if unknown or not form.roles:
        names = ", ".join(sorted(known))
        problem = f"`{unknown[0]}` is no admin role" if unknown else "An admin key needs a role"
        raise RequestError(f"{problem}; give any of {names}.", param="roles")
    if not actor.roles.issuperset(form.roles):
        raise PermissionDeniedError("You can give only roles that your own key has.", param="roles")


def _view(record: KeyRecord) -> KeyView:
    return KeyView(
        id=record.id,
        name=record.name,
        kind=record.kind,
        roles=sorted(record.roles),
        source=record.source.value,
        created_at=record.created_at,
        revoked_at=record.revoked_at,
    )
