"""The error tree: every error has its place in the drawing and its shape on the wire."""

from __future__ import annotations

import json

import pytest

from gateway import errors
from gateway.errors import GatewayError, StartupError


def tree(kind: type[GatewayError]) -> list[type[GatewayError]]:
    return [kind, *(each for child in kind.__subclasses__() for each in tree(child))]


@pytest.mark.parametrize("kind", [k for k in tree(GatewayError) if k.__module__ == errors.__name__])
def test_every_error_is_drawn_with_its_status(kind: type[GatewayError]) -> None:
    drawn = [
        line for line in (errors.__doc__ or "").splitlines() if f" {kind.__name__} " in f" {line} "
    ]
    assert len(drawn) == 1
    if kind is not GatewayError and not issubclass(kind, StartupError):
        assert f" {kind.status} " in drawn[0]


def test_the_wire_shape_is_that_of_the_openai_api() -> None:
    body = json.loads(GatewayError("why", param="field").body())
    assert body == {
        "error": {
            "message": "why",
            "type": "server_error",
            "param": "field",
            "code": "internal_error",
        }
    }
