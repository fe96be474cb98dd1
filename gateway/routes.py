"""Every path of the gateway and how it is treated; what is not here is refused.

The table is the whole truth about what a client can reach. It knows no handler.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from gateway.errors import MethodNotAllowedError, NotFoundError
from gateway.wire.chat import ChatDialect
from gateway.wire.completions import CompletionsDialect
from gateway.wire.dialect import Dialect

API_PREFIX = "/v1"
ADMIN_PREFIX = "/admin"


class Posture(StrEnum):
    """How a path is treated: inspected both ways, forwarded as it is, or answered by us."""

    GUARDED = "guarded"
    CARRIED = "carried"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Route:
    """One path."""

    posture: Posture
    methods: tuple[str, ...]
    dialect: Dialect | None = None


def _guarded(dialect: Dialect) -> tuple[str, Route]:
    return API_PREFIX + dialect.path, Route(Posture.GUARDED, ("POST",), dialect)


ROUTES: Mapping[str, Route] = MappingProxyType(
    dict(
        [
            _guarded(ChatDialect()),
            _guarded(CompletionsDialect()),
            (API_PREFIX + "/models", Route(Posture.CARRIED, ("GET",))),
            ("/health", Route(Posture.OWN, ("GET", "HEAD"))),
            ("/healthz", Route(Posture.OWN, ("GET", "HEAD"))),
            ("/readyz", Route(Posture.OWN, ("GET", "HEAD"))),
        ]
    )
)


def route_for(method: str, path: str) -> Route:
    """Return the route of a request.

    Raises:
        NotFoundError: the path is not carried; the message lists those that are.
        MethodNotAllowedError: the path exists, the method does not.
    """
    route = ROUTES.get(path)
    if route is None:
        raise NotFoundError(
            "This path is refused: the gateway forwards only what it can guard. "
            f"Paths: {', '.join(ROUTES)}.",
            code="path_not_carried",
        )
    if method not in route.methods:
        raise MethodNotAllowedError(f"Use {' or '.join(route.methods)} for this path.")
    return route
