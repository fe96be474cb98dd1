"""Which roles a resource is open to.

It knows roles; the edge has found out who asks before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from gateway.errors import PermissionDeniedError
from gateway.registry import Actor, Role

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


Officer = Annotated[Actor, Depends(_open_to(Role.OFFICER))]
Operator = Annotated[Actor, Depends(_open_to(Role.OPERATOR))]
KeyReader = Annotated[Actor, Depends(_open_to(Role.OPERATOR, Role.AUDITOR))]
Tester = Annotated[Actor, Depends(_open_to(Role.OFFICER, Role.OPERATOR))]
Reader = Annotated[Actor, Depends(_open_to(*Role))]


def may_read_text(actor: Actor) -> bool:
    """Return whether somebody may see what a target says, and not only that it exists."""
    return not actor.roles.isdisjoint({Role.OFFICER, Role.AUDITOR})
