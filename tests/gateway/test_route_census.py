"""The census of our own routes: what is open is declared, and what administers has a rule."""

from __future__ import annotations

from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from gateway.admin import access
from gateway.admin.app import build_admin_app
from gateway.admin.inspector import Inspector
from gateway.errors import MethodNotAllowedError, NotFoundError
from gateway.registry import Registry
from gateway.routes import ADMIN_PREFIX, ROUTES, Posture, route_for, undeclared
from tests.gateway.conftest import MakeRig, Rig
from tests.gateway.upstreams import Upstream

# What the API's page is made of; it is shown to whoever has no key yet.
PAGES = ("/openapi.json", "/docs", "/static")


def rules(route: APIRoute) -> list[str]:
    """Return the access rules of a route, as the names of their functions."""
    calls = [dependency.call for dependency in route.dependant.dependencies]
    return [call.__name__ for call in calls if call and call.__module__ == access.__name__]


def without_rule(routes: list[BaseRoute]) -> list[str]:
    """Return the routes of the admin API that anybody with any key could use."""
    return [
        route.path
        for route in routes
        if isinstance(route, APIRoute)
        and not route.path.startswith(PAGES)
        and not {"check", "changing"} & set(rules(route))
    ]


@pytest.fixture
def admin() -> FastAPI:
    """Return the admin application, which is asked for its routes only."""
    return build_admin_app(cast("Registry", None), cast("Inspector", None))


def test_every_route_of_the_admin_api_has_an_access_rule(admin: FastAPI) -> None:
    paths = [getattr(route, "path", "") for route in admin.routes]
    assert all(path.startswith(("/v1/", *PAGES)) for path in paths)
    assert len([path for path in paths if path.startswith("/v1/")]) > 10
    assert without_rule(admin.routes) == []


def test_a_route_without_an_access_rule_is_found(admin: FastAPI) -> None:
    admin.get("/v1/secrets")(lambda: None)
    assert without_rule(admin.routes) == ["/v1/secrets"]


def test_every_refused_path_says_why_and_every_other_has_methods() -> None:
    for path, route in ROUTES.items():
        is_refused = route.posture is Posture.REFUSED
        assert bool(route.reason) is is_refused, path
        assert bool(route.methods) is not is_refused, path
        assert (route.dialect is not None) is (route.posture is Posture.GUARDED), path
        assert not path.startswith(ADMIN_PREFIX)


def test_only_what_says_nothing_to_the_model_is_carried() -> None:
    carried = {path for path, route in ROUTES.items() if route.posture is Posture.CARRIED}
    assert carried == {"/v1/models", "/v1/messages/count_tokens", "/tokenize", "/detokenize"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/collective_rpc"),
        ("POST", "/invocations"),
        ("GET", "/v1/responses/resp_1"),
        ("POST", "/v1/responses/resp_1/cancel"),
        ("DELETE", "/adapters/base"),
        ("GET", "/metrics"),
        ("POST", "/v1/unheard/of"),
        ("POST", "/v1/responses/"),
        ("POST", "//v1/chat/completions"),
        ("POST", "/v1/chat/completions/"),
        ("POST", "/v1/chat/../chat/completions"),
        ("POST", "/V1/chat/completions"),
    ],
)
def test_what_is_not_declared_open_is_refused(method: str, path: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        route_for(method, path)
    assert caught.value.wire_code == "path_not_carried"


def test_another_method_of_an_open_path_is_refused() -> None:
    for path, route in ROUTES.items():
        if route.posture is not Posture.REFUSED:
            assert route_for(route.methods[0], path) is route
            with pytest.raises(MethodNotAllowedError):
                route_for("DELETE", path)


def test_an_undeclared_route_is_found() -> None:
    assert undeclared([("POST", "/v1/thoughts"), ("POST", "/sleep")]) == ["POST /v1/thoughts"]


def without_parameters(path: str) -> str:
    return path.replace("{", "").replace("}", "")


async def test_no_refused_path_reaches_the_upstream(rig: Rig) -> None:
    for path, route in ROUTES.items():
        for method in ("GET", "POST", "PUT", "DELETE") if route.reason else ():
            answer = await rig.client.request(method, without_parameters(path), json={})
            assert answer.status_code == 404
            assert answer.json()["error"]["message"].endswith(route.reason)
    assert rig.upstream.received == []


async def test_a_stored_answer_cannot_be_read_past_the_filter(make_rig: MakeRig) -> None:
    upstream = Upstream(pieces=[b'{"output": "Mirela Oskarne"}'])
    rig = await make_rig(upstream)
    answer = await rig.client.get("/v1/responses/resp_0123456789abcdef")
    assert answer.status_code == 404
    assert upstream.received == []
