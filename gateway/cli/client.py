"""The admin API of a running gateway, as the command line asks it.

It maps every failure to an error with an exit code; it does not know what the answers mean.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from types import TracebackType
from typing import Any
from urllib.parse import quote

import click
import httpx

from gateway.cli.failure import NotSoError, RefusedError, SetupError, UnreachableError
from gateway.cli.output import about

Answer = dict[str, Any]
Query = dict[str, str | int]

PAGE = 200
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# Embedding a long text on a busy machine takes seconds; a minute without a byte is a hang.
TIMEOUT = httpx.Timeout(60.0, connect=5.0)
# The last answer of an import waits until the workers have read all that is new.
IMPORT_TIMEOUT = httpx.Timeout(600.0, connect=5.0)


class AdminClient:
    """A connection to `/admin/v1`; use it in a `with` statement."""

    def __init__(self, url: str, key: str, *, case: str = "") -> None:
        """Prepare the connection.

        Args:
            url: of the gateway, without a path.
            key: an admin key.
            case: reference that the event log keeps with each change.

        Raises:
            SetupError: the URL, key or case cannot be sent.
        """
        self._url = url.rstrip("/")
        host = _host(self._url)
        self._http = httpx.Client(
            base_url=self._url + "/admin/v1",
            headers=_headers(key, case),
            timeout=TIMEOUT,
            # A proxy of the environment leads away from this machine.
            trust_env=host not in LOOPBACK,
        )

    def __enter__(self) -> AdminClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.close()

    def get(self, *path: str, query: Query | None = None) -> Answer:
        """Return the object at a path below `/admin/v1`, given by its segments."""
        return self._object(self._send("GET", path, params=query))

    def post(
        self, path: str, body: bytes | dict[str, Any], *, query: Query | None = None
    ) -> Answer:
        """Post an object, or bytes that should be one, and return the answer."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        response = self._send("POST", (path,), content=content, headers=headers, params=query)
        return self._object(response)

    def patch(
        self, changes: bytes | dict[str, Any], *path: str, query: Query | None = None
    ) -> Answer:
        """Merge changes into the object at a path, given by its segments; return it as it is then.

        Args:
            changes: a JSON merge patch, or bytes that should be one.
            path: the segments.
            query: what else is asked.
        """
        content = changes if isinstance(changes, bytes) else json.dumps(changes).encode()
        headers = {"content-type": "application/merge-patch+json"}
        response = self._send("PATCH", path, content=content, headers=headers, params=query)
        return self._object(response)

    def import_targets(
        self, lines: Sequence[bytes], *, query: Query | None = None
    ) -> Iterator[Answer]:
        """Register the targets of some lines of JSON; yield one answer for each line.

        All lines are sent before the first answer is read, since httpx does no other; the gateway
        keeps answers for such clients, though not without end.
        """
        request = self._http.build_request(
            "POST",
            "targets/import",
            params=query,
            content=b"\n".join(lines) + b"\n",
            headers={"content-type": "application/x-ndjson"},
            timeout=IMPORT_TIMEOUT,
        )
        answered = 0
        with self._opened(request) as response:
            # To its end, even after the last line: only then are the targets in force.
            for answer in self._lines(response):
                if answered == len(lines):
                    raise self._stranger(response)
                yield answer
                answered += 1
        if answered < len(lines):
            raise UnreachableError(f"the gateway at {self._url} broke off within its answer")

    def delete(self, *path: str) -> None:
        """Delete what is at a path, given by its segments."""
        self._send("DELETE", path)

    def pages(self, path: str, query: Query | None = None) -> Iterator[Answer]:
        """Yield the objects of a listing, page after page by its cursor."""
        asked: Query = {"limit": PAGE, **(query or {})}
        while True:
            page = self.get(path, query=asked)
            yield from page["data"]
            if not page.get("next_cursor"):
                return
            asked["cursor"] = page["next_cursor"]

    def events(self, query: Query | None = None) -> Iterator[Answer]:
        """Yield the rows of the event log in their order."""
        asked: Query = {"after": 0, "limit": PAGE, **(query or {})}
        while True:
            page = self.get("events", query=asked)
            yield from page["data"]
            if page.get("next_after") is None:
                return
            asked["after"] = page["next_after"]

    def _send(self, method: str, path: Sequence[str], **request: Any) -> httpx.Response:
        if not {"", ".", ".."}.isdisjoint(path):
            raise click.UsageError("ID must be the identifier of something registered")
        location = "/".join(quote(segment, safe="") for segment in path)
        with self._opened(self._http.build_request(method, location, **request)) as response:
            response.read()
        return response

    @contextmanager
    def _opened(self, request: httpx.Request) -> Iterator[httpx.Response]:
        try:
            response = self._http.send(request, stream=True)
            with closing(response):
                if not response.is_success:
                    response.read()
                    raise self._refusal(response)
                yield response
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnreachableError(self._unreachable(error)) from None

    def _lines(self, response: httpx.Response) -> Iterator[Answer]:
        for line in response.iter_lines():
            try:
                answer = json.loads(line)
            except ValueError:
                raise self._stranger(response) from None
            if not isinstance(answer, dict):
                raise self._stranger(response)
            yield answer

    def _object(self, response: httpx.Response) -> Answer:
        try:
            answer = response.json()
        except ValueError:
            raise self._stranger(response) from None
        if not isinstance(answer, dict):
            raise self._stranger(response)
        return answer

    def _refusal(self, response: httpx.Response) -> Exception:
        try:
            error = response.json()["error"]
            message = str(error["message"])
        except (ValueError, KeyError, TypeError):
            return self._stranger(response)
        message = about(error.get("param"), message)
        if response.status_code >= 500:
            return UnreachableError(f"the gateway failed: {message}")
        if response.status_code == 404:
            return NotSoError(message)
        if response.status_code == 401:
            message += " (LETHE_ADMIN_KEY holds the key that was sent)"
        return RefusedError(message)

    def _unreachable(self, error: Exception) -> str:
        if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)):
            return f"no gateway answers at {self._url}; start `lethe serve`, or name it with --url"
        if isinstance(error, httpx.TimeoutException):
            return f"the gateway at {self._url} did not answer in time"
        return f"the gateway at {self._url} broke off the exchange ({type(error).__name__})"

    def _stranger(self, response: httpx.Response) -> UnreachableError:
        return UnreachableError(
            f"{self._url} answered {response.status_code}, but not as the admin API of Lethe does; "
            "give the gateway's address with --url, without a path"
        )


def _host(url: str) -> str:
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL()
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise SetupError("--url must be the gateway's address, such as http://127.0.0.1:8080")
    return parsed.host


def _headers(key: str, case: str) -> dict[str, str]:
    headers = {"authorization": f"Bearer {key}"}
    if not key.isascii() or not key.isprintable():
        raise SetupError("LETHE_ADMIN_KEY holds characters that no key has")
    if case:
        if not case.isascii() or not case.isprintable():
            raise SetupError("--case takes printable ASCII characters only")
        headers["x-lethe-case"] = case
    return headers
