"""The one place that speaks HTTP to the upstream.

It moves bytes and headers and maps failures to the error tree; it does not know what they mean.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from types import TracebackType

import httpx

from gateway.errors import UpstreamError, UpstreamTimeoutError, UpstreamUnreachableError

Headers = list[tuple[bytes, bytes]]

# RFC 9110 section 7.6.1: what concerns one connection only; and what the gateway sets itself.
HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer "
    b"transfer-encoding upgrade".split()
)
_OURS_UPSTREAM = frozenset(b"host content-length accept-encoding expect".split())
CONNECT_SECONDS = 5.0
API_PREFIX = "/v1"
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=256)


class UpstreamAnswer:
    """An answer whose head has arrived; its body is read once, in pieces."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.status = response.status_code
        self.headers = end_to_end(response.headers.raw)
        self.is_event_stream = response.headers.get("content-type", "").startswith(
            "text/event-stream"
        )
        self.is_encoded = "content-encoding" in response.headers

    async def __aenter__(self) -> UpstreamAnswer:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._response.aclose()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives.

        Raises:
            UpstreamError: the upstream stopped before the end.
        """
        try:
            async for chunk in self._response.aiter_raw():
                yield chunk
        except httpx.HTTPError as error:
            raise mapped(error) from error

    async def body(self) -> bytes:
        """Return the whole body."""
        return b"".join([chunk async for chunk in self.chunks()])


class Upstream:
    """A pool of connections to one OpenAI-compatible base URL."""

    def __init__(
        self,
        url: str,
        *,
        timeout: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare to ask a server.

        Args:
            url: its base URL, as `http://127.0.0.1:8000/v1`.
            timeout: seconds without a byte before giving up.
            transport: how it is reached, where that is not TCP.
        """
        self.url = url.rstrip("/")
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=CONNECT_SECONDS),
            limits=_LIMITS,
            transport=transport,
            trust_env=False,
        )

    async def send(
        self, method: str, path: str, *, headers: Headers, body: bytes = b"", query: bytes = b""
    ) -> UpstreamAnswer:
        """Send a request and return its answer once the head is there.

        Args:
            path: from the server's root: what begins with `/v1/` is found under the base URL,
                whatever that ends in.

        Raises:
            UpstreamUnreachableError: no connection could be made.
            UpstreamTimeoutError: no answer came in time.
            UpstreamError: the exchange broke off.
        """
        url = self._at(path) + ("?" + query.decode("latin-1") if query else "")
        request = httpx.Request(method, url, headers=self._request_headers(headers), content=body)
        request.extensions["timeout"] = self._client.timeout.as_dict()
        try:
            return UpstreamAnswer(await self._client.send(request, stream=True))
        except httpx.HTTPError as error:
            raise mapped(error) from error

    async def aclose(self) -> None:
        """Close every connection."""
        await self._client.aclose()

    def _at(self, path: str) -> str:
        if path.startswith(API_PREFIX + "/"):
            return self.url + path.removeprefix(API_PREFIX)
        return self.url.removesuffix(API_PREFIX) + path

    def _request_headers(self, headers: Headers) -> Headers:
        kept = [(name, value) for name, value in end_to_end(headers) if name not in _OURS_UPSTREAM]
        return [*kept, (b"accept-encoding", b"identity")]


def over_socket(path: Path) -> httpx.AsyncBaseTransport:
    """Return the transport to a server that listens on a unix socket."""
    return httpx.AsyncHTTPTransport(uds=str(path), limits=_LIMITS)


def end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Return the headers, names in lower case, without those that concern one connection only."""
    lowered = [(name.lower(), value) for name, value in headers]
    named = {
        token.strip().lower()
        for name, value in lowered
        if name == b"connection"
        for token in value.split(b",")
    }
    return [(name, value) for name, value in lowered if name not in HOP_BY_HOP | named]


def mapped(error: httpx.HTTPError) -> UpstreamError:
    """Return the error of our tree that says what went wrong, without addresses or content."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.UnsupportedProtocol):
        return UpstreamUnreachableError(
            "The upstream model server cannot be reached; try again when it is up."
        )
    if isinstance(error, httpx.TimeoutException):
        return UpstreamTimeoutError("The upstream model server did not answer in time.")
    return UpstreamError("The upstream model server broke off the exchange.")
