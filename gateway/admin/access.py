"""Which roles a resource is open to.

It knows roles; the edge has found out who asks before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPBearer

from gateway.errors import PermissionDeniedError
from gateway.registry import Actor, Role

CASE_HEADER = "X-Lethe-Case"
CASE_PATTERN = r"^[A-Za-z0-9_.:/#-]{0,64}$"

# For the API's page only: by the time a route runs the edge has checked the key.
bearer = HTTPBearer(
    auto_error=False, description="An admin key, from the first start or from `POST /v1/keys`."
)


def _open_to(*roles: Role) -> Callable[[Request], Actor]:
    names = " or ".join(roles)

    def check(request: Request) -> Actor:
        actor: Actor = request.state.actor
        if actor.roles.isdisjoint(roles):
            raise PermissionDeniedError(f"This needs a key with the role {names}.")
        return actor

    return check


def _case_as_described(
    case: Annotated[
        str | None,
        Header(
            alias=CASE_HEADER,
            description="A reference, such as a ticket, that the log keeps with the change for "
            "good; it must name nobody.",
            examples=["DSR-2026/114"],
            json_schema_extra={"pattern": CASE_PATTERN},
        ),
    ] = None,
) -> None:
    """Describe the header that the edge reads."""


def _changes_as(role: Role) -> Callable[..., Actor]:
    check = _open_to(role)

    def changing(request: Request, _: Annotated[None, Depends(_case_as_described)]) -> Actor:
        return check(request)

    return changing


Officer = Annotated[Actor, Depends(_changes_as(Role.OFFICER))]
Operator = Annotated[Actor, Depends(_changes_as(Role.OPERATOR))]
KeyReader = Annotated[Actor, Depends(_open_to(Role.OPERATOR, Role.AUDITOR))]
Tester = Annotated[Actor, Depends(_open_to(Role.OFFICER, Role.OPERATOR))]
Reader = Annotated[Actor, Depends(_open_to(*Role))]


def may_read_text(actor: Actor) -> bool:
    """Return whether somebody may see what a target says, and not only that it exists."""
    return not actor.roles.isdisjoint({Role.OFFICER, Role.AUDITOR})
