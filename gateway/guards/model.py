"""The guard model: any OpenAI-compatible model that writes or judges texts for the guards.

It knows chat completions, budgets and forms of answers; it does not know what is asked, or why.
Its errors hold no text of a request or of an answer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from gateway.access import AUTHORIZATION
from gateway.errors import RequestError, SettingsError, UpstreamError
from gateway.guards.costs import Budget, Cost
from gateway.settings import Settings
from gateway.upstream import Headers, Upstream
from gateway.wire.dialect import Body
from gateway.wire.strict_json import dump, parse, parse_object

PATH = "/v1/chat/completions"
JSON_TYPE = (b"content-type", b"application/json")
# Where the model does not say what it read and wrote.
CHARACTERS_PER_TOKEN = 4
# An answer of a guard model that is longer is not read.
LARGEST_ANSWER_BYTES = 1_048_576

Form = TypeVar("Form", bound=BaseModel)


class GuardModelError(Exception):
    """Raised when the guard model is down, too slow, over budget, or answers nonsense.

    Attributes:
        why: `down`, `slow`, `budget` or `nonsense`.
    """

    def __init__(self, why: str) -> None:
        super().__init__(f"The guard model did not help: {why}.")
        self.why = why


@dataclass(frozen=True, slots=True)
class Reply:
    """What the guard model answered.

    Attributes:
        text: its words.
        value: the words read as the form that was asked for; None where none was.
        prompt_tokens: as it counts them, or an estimate.
        completion_tokens: the same.
    """

    text: str
    value: BaseModel | None
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class GuardServer:
    """Where the guard model answers.

    Attributes:
        upstream: its server.
        name: the model's name; None for the model that the client asked for.
        key: sent as its Authorization; None to send that of the request, unless it is elsewhere.
        is_elsewhere: whether its server is another than the upstream.
        priority: vLLM's priority of its calls, where that schedules by priority.
        budget: what one request may spend.
    """

    upstream: Upstream
    name: str | None = None
    key: str | None = None
    is_elsewhere: bool = False
    priority: int | None = None
    budget: Budget = Budget()

    @classmethod
    def of(cls, settings: Settings, upstream: Upstream) -> GuardServer:
        """Return the guard model of the settings.

        Args:
            upstream: the upstream, or a connection to the guard model's own URL where one is set.

        Raises:
            SettingsError: a URL is set without the model's name. Another server is told what is
                asked and whom it concerns, so nothing is sent there by half a setting.
        """
        if settings.guard_url and not settings.guard_model:
            raise SettingsError(
                "LETHE_GUARD_URL is set, but not LETHE_GUARD_MODEL; name the model that is to be "
                "asked there.",
                param="LETHE_GUARD_MODEL",
            )
        key = settings.guard_api_key
        return cls(
            upstream,
            name=settings.guard_model,
            key=key.get_secret_value() if key else None,
            is_elsewhere=settings.guard_url is not None,
            priority=settings.guard_priority,
            budget=Budget(tokens=settings.guard_tokens, seconds=settings.guard_seconds),
        )

    def for_request(self, headers: Headers, model: object) -> GuardModel:
        """Return the guard model for one request.

        Args:
            headers: those that go upstream with the request, of which only Authorization is used.
            model: the `model` that the client asked for.
        """
        name = self.name or (model if isinstance(model, str) else None)
        return GuardModel(self, name, self._headers(headers))

    def _headers(self, headers: Headers) -> Headers:
        if self.key is not None:
            return [JSON_TYPE, (AUTHORIZATION, b"Bearer " + self.key.encode())]
        if self.is_elsewhere:
            # A client's key for the upstream is nobody else's business.
            return [JSON_TYPE]
        return [JSON_TYPE, *((name, value) for name, value in headers if name == AUTHORIZATION)]


class GuardModel:
    """The guard model as one request may ask it."""

    def __init__(self, server: GuardServer, model: str | None, headers: Headers) -> None:
        self._server = server
        self._model = model
        self._headers = headers
        self._deadline: float | None = None
        self._cost = Cost()

    @property
    def is_named(self) -> bool:
        """Whether the operator named a model for guards, apart from the model that is served."""
        return self._server.name is not None

    @property
    def cost(self) -> Cost:
        """What was spent so far, failed calls too."""
        return self._cost

    async def ask(
        self,
        messages: Sequence[Body],
        *,
        schema: type[BaseModel] | None = None,
        max_tokens: int,
    ) -> Reply:
        """Ask once, greedily.

        Args:
            messages: of the chat, those that stay the same first, for the prefix cache.
            schema: the form of the answer, which is demanded of the server and checked here.
            max_tokens: the longest answer; an answer that reaches it is nonsense.

        Raises:
            GuardModelError: no usable answer came within the budget.
        """
        before, budget = self._cost, self._server.budget
        # Counted now, so that a call that fails is paid for too.
        self._cost = _after(before, _estimate(messages), 0)
        seconds, tokens = self._seconds_left(), budget.tokens - self._cost.tokens
        if before.calls >= budget.calls or seconds <= 0 or tokens <= 0:
            self._cost = before
            raise GuardModelError("budget")
        body = dump(self._request(messages, schema, min(max_tokens, tokens)))
        try:
            async with asyncio.timeout(seconds):
                answer = await self._answer(body)
        except TimeoutError:
            raise GuardModelError("slow") from None
        except UpstreamError:
            raise GuardModelError("down") from None
        text, usage = _said(answer)
        prompt_tokens = _count(usage, "prompt_tokens", _estimate(messages))
        completion_tokens = _count(usage, "completion_tokens", len(text) // CHARACTERS_PER_TOKEN)
        self._cost = _after(before, prompt_tokens, completion_tokens)
        return Reply(text, _filled(schema, text), prompt_tokens, completion_tokens)

    async def fill(self, form: type[Form], messages: Sequence[Body], *, max_tokens: int) -> Form:
        """Ask once, and return the answer as a filled form.

        Raises:
            GuardModelError: no usable answer came within the budget.
        """
        reply = await self.ask(messages, schema=form, max_tokens=max_tokens)
        if not isinstance(reply.value, form):
            raise GuardModelError("nonsense")
        return reply.value

    async def _answer(self, body: bytes) -> bytes:
        async with await self._server.upstream.send(
            "POST", PATH, headers=self._headers, body=body
        ) as answer:
            pieces: list[bytes] = []
            size = 0
            async for piece in answer.chunks():
                pieces.append(piece)
                size += len(piece)
                if size > LARGEST_ANSWER_BYTES:
                    raise GuardModelError("nonsense")
            if answer.status != 200:
                raise GuardModelError("down")
            return b"".join(pieces)

    def _request(
        self, messages: Sequence[Body], schema: type[BaseModel] | None, max_tokens: int
    ) -> Body:
        request: Body = {
            "messages": list(messages),
            "temperature": 0,
            "max_tokens": max_tokens,
        }
        if self._model is not None:
            request["model"] = self._model
        if schema is not None:
            form = {"name": schema.__name__, "schema": schema.model_json_schema(), "strict": True}
            request["response_format"] = {"type": "json_schema", "json_schema": form}
        if self._server.priority is not None:
            request["priority"] = self._server.priority
        return request

    def _seconds_left(self) -> float:
        now = time.monotonic()
        if self._deadline is None:
            self._deadline = now + self._server.budget.seconds
        return self._deadline - now


def _said(answer: bytes) -> tuple[str, Any]:
    """Return what a model said, and the usage that its server counted.

    Raises:
        GuardModelError: it is no answer, or was cut off.
    """
    try:
        value = parse_object(answer)
        choice = value["choices"][0]
        text, reason = choice["message"]["content"], choice["finish_reason"]
    except (RequestError, LookupError, TypeError):
        raise GuardModelError("nonsense") from None
    if not isinstance(text, str) or reason != "stop":
        raise GuardModelError("nonsense")
    return text, value.get("usage")


def _filled(schema: type[BaseModel] | None, text: str) -> BaseModel | None:
    if schema is None:
        return None
    try:
        return schema.model_validate(parse(text.encode()), strict=True)
    except (RequestError, ValidationError, UnicodeEncodeError):
        raise GuardModelError("nonsense") from None


def _after(before: Cost, prompt_tokens: int, completion_tokens: int) -> Cost:
    return Cost(
        before.calls + 1,
        before.prompt_tokens + prompt_tokens,
        before.completion_tokens + completion_tokens,
    )


def _estimate(messages: Sequence[Body]) -> int:
    characters = sum(len(str(message.get("content", ""))) for message in messages)
    return characters // CHARACTERS_PER_TOKEN


def _count(usage: Any, member: str, estimate: int) -> int:
    count = usage.get(member) if isinstance(usage, dict) else None
    if isinstance(count, int) and not isinstance(count, bool) and count >= 0:
        return count
    return estimate
