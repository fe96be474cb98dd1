"""The upstream client: headers, and every failure of httpx mapped to our own tree."""

from __future__ import annotations

import httpx
import pytest

from gateway.errors import UpstreamError, UpstreamTimeoutError, UpstreamUnreachableError
from gateway.upstream import Upstream, end_to_end, mapped


def subclasses(kind: type[httpx.HTTPError]) -> list[type[httpx.HTTPError]]:
    return [kind, *(each for child in kind.__subclasses__() for each in subclasses(child))]


@pytest.mark.parametrize("kind", subclasses(httpx.TransportError))
def test_every_transport_error_has_its_place(kind: type[httpx.TransportError]) -> None:
    error = mapped(kind("http://secret-host/ refused"))
    assert isinstance(error, UpstreamError)
    assert "secret-host" not in error.message
    is_connection = issubclass(kind, httpx.ConnectError | httpx.ConnectTimeout)
    if is_connection:
        assert type(error) is UpstreamUnreachableError
    elif issubclass(kind, httpx.TimeoutException):
        assert type(error) is UpstreamTimeoutError


def test_hop_by_hop_headers_stay() -> None:
    headers = [
        (b"Connection", b"keep-alive, X-Mine"),
        (b"X-Mine", b"1"),
        (b"Transfer-Encoding", b"chunked"),
        (b"X-Request-Id", b"7"),
        (b"traceparent", b"00-1-2-01"),
    ]
    assert end_to_end(headers) == [(b"x-request-id", b"7"), (b"traceparent", b"00-1-2-01")]


async def test_the_request_carries_the_clients_headers_and_no_others() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(b"{}"))

    upstream = Upstream("http://up/v1/", timeout=5, transport=httpx.MockTransport(answer))
    headers = [(b"user-agent", b"mine"), (b"accept-encoding", b"gzip"), (b"host", b"gateway")]
    asked = upstream.send("POST", "/v1/x", headers=headers, body=b"{}", query=b"a=1")
    async with await asked as got:
        assert await got.body() == b"{}"
    await upstream.aclose()
    (request,) = seen
    assert str(request.url) == "http://up/v1/x?a=1"
    assert dict(request.headers) == {
        "user-agent": "mine",
        "accept-encoding": "identity",
        "host": "up",
        "content-length": "2",
    }
