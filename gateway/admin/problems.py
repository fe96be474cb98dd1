"""Errors as the admin API sends them: always the error object of the OpenAI API.

It knows what FastAPI and pydantic raise; it repeats no value of a request, which may be a name.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from gateway.errors import (
    AuthenticationError,
    GatewayError,
    MethodNotAllowedError,
    NotFoundError,
    RequestError,
)

MAX_PATH = 128
PARTS = ("body", "query", "path", "header")
READ_ONLY = frozenset(
    {
        *("id", "version", "protection", "semantic", "secret_rules"),
        *("created_at", "updated_at", "revoked_at", "source"),
    }
)

logger = logging.getLogger(__name__)


def add_problem_handlers(app: FastAPI) -> None:
    """Answer everything that can be raised with an error object."""
    app.add_exception_handler(GatewayError, _on_gateway_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)
    app.add_exception_handler(Exception, _on_bug)


def problem(error: GatewayError, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that carries an error."""
    extra = dict(headers or {})
    if isinstance(error, AuthenticationError):
        extra["WWW-Authenticate"] = "Bearer"
    return Response(
        error.body(), status_code=error.status, headers=extra, media_type="application/json"
    )


def first_problem(errors: Sequence[Any], known: Sequence[str] = ()) -> RequestError:
    """Return the first of pydantic's errors as one of ours.

    Args:
        errors: as pydantic lists them.
        known: the fields that exist, for a misspelt one.
    """
    # A misspelt field explains one that is missing, so it is told first.
    error = next((each for each in errors if each["type"] == "extra_forbidden"), errors[0])
    place = [str(part) for part in error["loc"]]
    path = ".".join(place[1:] if place and place[0] in PARTS else place)[:MAX_PATH]
    return RequestError(_sentence(error, path, known), param=path or None, code=_code(error))


def _sentence(error: Mapping[str, Any], path: str, known: Sequence[str]) -> str:
    name = path.rpartition(".")[2]
    match error["type"]:
        case "missing" | "model_attributes_type" | "model_type" | "dict_type" if not path:
            return "A JSON object is needed as the body."
        case "missing":
            return f"`{path}` is required."
        case "extra_forbidden" if name in READ_ONLY:
            return f"`{path}` is set by the registry: leave it out."
        case "extra_forbidden":
            near = get_close_matches(name, known, n=1)
            return f"`{path}` is not known" + (f"; did you mean `{near[0]}`?" if near else ".")
        case "not_supported" | "not_allowed":
            return f"`{path}`: {error['msg']}"
        case _:
            return f"`{path or 'body'}`: {error['msg']}."


def _code(error: Mapping[str, Any]) -> str | None:
    return {
        "not_supported": "not_supported",
        "extra_forbidden": "unknown_field",
        "missing": "missing_field",
    }.get(error["type"])


def _known_fields(request: Request) -> tuple[str, ...]:
    """Return the fields of the body that the route takes."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or route.body_field is None:
        return ()
    form = route.body_field.field_info.annotation
    if isinstance(form, type) and issubclass(form, BaseModel):
        return tuple(form.model_fields)
    return ()


async def _on_gateway_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, GatewayError)
    return problem(error)


async def _on_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return problem(first_problem(error.errors(), _known_fields(request)))


async def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path = request.url.path
    if error.status_code == 404:
        return problem(NotFoundError("There is nothing at this path of the admin API."))
    if error.status_code == 405:
        message = f"{request.method} is not possible here."
        return problem(MethodNotAllowedError(message), error.headers)
    logger.error("unexpected HTTP error %d at %s", error.status_code, path)
    return problem(RequestError("The request cannot be understood."))


async def _on_disconnect(request: Request, error: Exception) -> Response:
    return Response(status_code=400)


async def _on_bug(request: Request, error: Exception) -> Response:
    return problem(GatewayError("The gateway failed; its log says where."))
