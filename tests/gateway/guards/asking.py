"""A request as a guard gets it, judged by the lexical stage itself, and a scripted guard model.

The model is a server of its own that is spoken to over HTTP, so that what is down, slow or
nonsense is so on the wire. What a true model makes of the prompts is not known here.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Receive, Scope, Send

from detectors.cascade import lexical_stage, read, read_text
from detectors.lexical.index import LexicalIndex
from detectors.values import Utterance, Verdict
from gateway.guards import Asked, Budget, Draft, GuardModel, GuardServer
from gateway.policy import Plan, plan_for
from gateway.profiles import profile_of
from gateway.target import ForgetTarget
from gateway.upstream import Headers, Upstream
from gateway.wire.chat import ChatDialect
from gateway.wire.dialect import Body, Dialect
from gateway.wire.text import Channel
from tests.gateway.upstreams import serving

NOW = 1_800_000_000.0
Script = Callable[[Body], object]


@dataclass
class ScriptedModel:
    """A guard model that answers what it is told to, as an OpenAI-compatible server.

    Attributes:
        script: leads from a request to its answer: a text, a value that is written as JSON, or
            bytes that are the whole body; an exception breaks the connection.
        status: of its answers.
        pause: seconds before each.
        received: the requests.
        headers: theirs.
    """

    script: Script = lambda request: "..."
    status: int = 200
    pause: float = 0.0
    finish_reason: str = "stop"
    received: list[Body] = field(default_factory=list)
    headers: list[dict[bytes, bytes]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        request = json.loads(body)
        self.received.append(request)
        self.headers.append(dict(scope["headers"]))
        if self.pause:
            await asyncio.wait({asyncio.ensure_future(receive())}, timeout=self.pause)
        said = self.script(request)
        if isinstance(said, Exception):
            raise said
        answer = said if isinstance(said, bytes) else self._answer(request, said)
        start = {
            "type": "http.response.start",
            "status": self.status,
            "headers": [(b"content-type", b"application/json")],
        }
        await send(start)
        await send({"type": "http.response.body", "body": answer})

    def _answer(self, request: Body, said: object) -> bytes:
        text = said if isinstance(said, str) else json.dumps(said)
        message = {"role": "assistant", "content": text}
        words = sum(len(str(each["content"]).split()) for each in request["messages"])
        usage = {"prompt_tokens": words, "completion_tokens": len(text.split())}
        choice = {"index": 0, "message": message, "finish_reason": self.finish_reason}
        return json.dumps({"choices": [choice], "usage": usage}).encode()

    @property
    def agents(self) -> list[str]:
        """The forms that were asked for, in order."""
        return [
            request["response_format"]["json_schema"]["name"]
            for request in self.received
            if "response_format" in request
        ]


def by_agent(**answers: object) -> Script:
    """Return a script with an answer, or a list of answers in turn, for each form."""
    turns = {name: list(each) for name, each in answers.items() if isinstance(each, list)}

    def script(request: Body) -> object:
        name = request["response_format"]["json_schema"]["name"].lower()
        return turns[name].pop(0) if name in turns else answers[name]

    return script


@dataclass
class Tools:
    """The tools of one request: a draft that is at hand, and the lexical stage over `targets`."""

    model: GuardModel
    targets: Sequence[ForgetTarget] = ()
    draft_: Draft = field(default_factory=lambda: draft("Fine."))
    may_constrain: bool = False
    drafted: list[Body | None] = field(default_factory=list)

    async def draft(self, request: Body | None = None) -> Draft:
        self.drafted.append(request)
        return self.draft_

    async def candidates(self, texts: Sequence[str]) -> tuple[ForgetTarget, ...]:
        verdict = judged([Channel(("text",), "user", " ".join(texts))], self.targets)
        return tuple(each for each in self.targets if each.id in verdict.targets)

    async def is_clear(self, request: Body) -> bool:
        return not judged(ChatDialect().channels(request), self.targets).matches


@asynccontextmanager
async def guard_model(
    script: ScriptedModel | None = None,
    *,
    name: str | None = None,
    key: str | None = None,
    is_elsewhere: bool = False,
    priority: int | None = None,
    budget: Budget | None = None,
    headers: Headers | None = None,
) -> AsyncIterator[GuardModel]:
    """Run a scripted model; yield it as one request may ask it."""
    async with serving(script or ScriptedModel()) as url:
        upstream = Upstream(f"{url}/v1", timeout=5)
        server = GuardServer(
            upstream, name, key, is_elsewhere, priority, budget or Budget(tokens=16384)
        )
        try:
            yield server.for_request(headers or [], "served")
        finally:
            await upstream.aclose()


def judged(channels: Sequence[Channel], targets: Sequence[ForgetTarget]) -> Verdict:
    """Return what the lexical stage finds."""
    index = LexicalIndex([profile_of(target) for target in targets])
    said = [Utterance(channel.role, channel.text) for channel in channels]
    return lexical_stage(read(said, lambda text: read_text(index, text)))


def asked(
    request: Body,
    targets: Sequence[ForgetTarget],
    tools: Tools,
    dialect: Dialect | None = None,
) -> Asked:
    """Return a request with the plan that its texts make, which must be one."""
    dialect = dialect or ChatDialect()
    channels = dialect.channels(request)
    verdict = judged(channels, targets)
    plan = plan_for(
        verdict, channels, {each.id: each for each in targets}, client_roles=(), now=NOW
    )
    assert plan is not None, "nothing matched"
    tools.targets = tuple(targets)
    return Asked(request, dialect, channels, verdict, plan, tools)


def with_plan(one: Asked, plan: Plan) -> Asked:
    """Return the same request with another plan."""
    return Asked(one.request, one.dialect, one.channels, one.verdict, plan, one.tools)


def chat(*messages: tuple[str, Any], **fields: Any) -> Body:
    """Return a chat request of (role, content)."""
    return {"messages": [{"role": role, "content": said} for role, said in messages], **fields}


def draft(prose: str, *, other: str = "", status: int = 200) -> Draft:
    """Return a whole answer that says `prose`."""
    return Draft(status, [], json.dumps({"said": prose}).encode(), False, prose, other)
