"""What a guard may ask for while it treats one request: the upstream, the guard model, detection.

It knows one request and where it goes; it does not know what guards want to know, or why.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from gateway.drafting import draft_of
from gateway.guards.base import Draft
from gateway.guards.model import GuardModel
from gateway.judging import Judge
from gateway.target import ForgetTarget
from gateway.upstream import Headers, Upstream, UpstreamAnswer
from gateway.wire.dialect import Body, Dialect
from gateway.wire.strict_json import dump


class Asking:
    """The tools of the guards for one request: the `GuardTools` of the gateway."""

    def __init__(
        self,
        upstream: Upstream,
        judge: Judge,
        model: GuardModel,
        *,
        dialect: Dialect,
        path: str,
        headers: Headers,
        query: bytes,
        body: bytes,
        may_constrain: bool,
    ) -> None:
        """Prepare the tools.

        Args:
            upstream: where the request goes.
            judge: what detection says, for this client.
            model: the guard model.
            dialect: of the endpoint.
            path: of the endpoint.
            headers: those that go upstream.
            query: the client's query string.
            body: the client's bytes.
            may_constrain: whether secrets may be sent as `bad_words`.
        """
        self._upstream = upstream
        self._judge = judge
        self._model = model
        self._dialect = dialect
        self._path = path
        self._headers = headers
        self._query = query
        self._body = body
        self._may_constrain = may_constrain

    @property
    def model(self) -> GuardModel:
        """The guard model, with what this request may still spend on it."""
        return self._model

    @property
    def may_constrain(self) -> bool:
        """Whether secrets may be sent to the upstream as `bad_words`."""
        return self._may_constrain

    @property
    def has_audited(self) -> bool:
        """Whether answers of requests that matched nothing are to be audited too."""
        return self._judge.has_audited

    async def send(self, request: Body | None = None) -> UpstreamAnswer:
        """Ask the upstream, by default with the client's own bytes; the answer is to be closed.

        Raises:
            UpstreamError: the exchange failed.
        """
        return await self._upstream.send(
            "POST",
            self._path,
            headers=self._headers,
            query=self._query,
            body=self._body if request is None else dump(request),
        )

    async def draft(self, request: Body | None = None) -> Draft:
        """Ask the upstream once and return its whole answer.

        Raises:
            UpstreamError: the exchange failed, or the answer cannot be read.
        """
        async with await self.send(request) as answer:
            return await draft_of(answer, self._dialect, request or json.loads(self._body))

    async def candidates(self, texts: Sequence[str]) -> tuple[ForgetTarget, ...]:
        """Return the targets in force that texts may speak of, best first.

        Raises:
            UnavailableError: it cannot be judged just now.
        """
        return await self._judge.spoken_of(texts)

    async def is_clear(self, request: Body) -> bool:
        """Return whether detection finds no target that is in force in a request.

        Raises:
            UnavailableError: it cannot be judged just now.
        """
        return (await self._judge.judged(self._dialect.channels(request))).plan is None
