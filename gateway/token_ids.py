"""Texts that a request writes as token ids, read through the upstream's own tokenizer.

It knows vLLM's `/detokenize`; it does not know what the texts are judged by. Ids that cannot be
read are not forwarded.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from collections.abc import Coroutine, Iterable, Sequence

from gateway.errors import AuthenticationError, RequestError, UnavailableError, UpstreamError
from gateway.exchange import JSON_TYPE
from gateway.upstream import Headers, Upstream
from gateway.wire.dialect import Body, TokenPrompt
from gateway.wire.strict_json import dump
from gateway.wire.text import Channel, dotted

PATH = "/detokenize"
# Of one request: what a batch of embeddings may hold, and what one text may be.
MOST_TEXTS = 4096
MOST_TOKENS = 2_000_000
AT_ONCE = 16
# Of all requests: texts that were read lately.
MOST_KEPT_CHARACTERS = 2_000_000

_Key = tuple[str, tuple[int, ...]]


class TokenTexts:
    """Reads token ids, and remembers what it read lately."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._texts: OrderedDict[_Key, str] = OrderedDict()
        self._characters = 0

    async def channels(
        self, prompts: Sequence[TokenPrompt], request: Body, headers: Headers
    ) -> tuple[Channel, ...]:
        """Return the texts that `prompts` stand for, each at the path of its ids.

        Args:
            prompts: what the dialect found in `request`.
            headers: those that go upstream with the request; only its authorization is used.

        Raises:
            RequestError: there are too many ids, or they stand for nothing in this model.
            UnavailableError: the upstream cannot say what they stand for.
        """
        if not prompts:
            return ()
        if len(prompts) > MOST_TEXTS or sum(len(one.ids) for one in prompts) > MOST_TOKENS:
            raise RequestError(
                f"At most {MOST_TEXTS} texts and {MOST_TOKENS} token ids are read; send text.",
                param=dotted(prompts[0].path[:1]),
            )
        model = request.get("model")
        name = model if isinstance(model, str) else ""
        turn = asyncio.Semaphore(AT_ONCE)
        texts = await _all(self._read(one, name, headers, turn) for one in prompts)
        return tuple(
            Channel(one.path, one.role, text) for one, text in zip(prompts, texts, strict=True)
        )

    async def text(self, ids: tuple[int, ...], request: Body, headers: Headers) -> str:
        """Return what some ids of an answer to `request` spell.

        Raises:
            GatewayError: the upstream does not say.
        """
        model = request.get("model")
        return await self._ask(
            TokenPrompt((), ids), model if isinstance(model, str) else "", headers
        )

    async def _read(
        self, prompt: TokenPrompt, model: str, headers: Headers, turn: asyncio.Semaphore
    ) -> str:
        key = (model, prompt.ids)
        if key in self._texts:
            self._texts.move_to_end(key)
            return self._texts[key]
        async with turn:
            text = await self._ask(prompt, model, headers)
        self._keep(key, text)
        return text

    async def _ask(self, prompt: TokenPrompt, model: str, headers: Headers) -> str:
        own = [(name, value) for name, value in headers if name.lower() == b"authorization"]
        asked = {"tokens": list(prompt.ids), **({"model": model} if model else {})}
        try:
            async with await self._upstream.send(
                "POST", PATH, headers=[*own, JSON_TYPE], body=dump(asked)
            ) as answer:
                status, body = answer.status, await answer.body()
        except UpstreamError as error:
            raise _unreadable() from error
        if status in (401, 403):
            raise AuthenticationError("The upstream does not accept this key.")
        if 400 <= status < 500:
            raise RequestError(
                f"`{dotted(prompt.path)}` holds token ids that the upstream cannot turn into "
                "text, so they cannot be inspected; send text.",
                param=dotted(prompt.path),
                code="cannot_inspect",
            )
        return _text_of(status, body)

    def _keep(self, key: _Key, text: str) -> None:
        if key in self._texts:
            return
        self._texts[key] = text
        self._characters += _size(key, text)
        while self._characters > MOST_KEPT_CHARACTERS:
            self._characters -= _size(*self._texts.popitem(last=False))


async def _all(reads: Iterable[Coroutine[None, None, str]]) -> list[str]:
    """Return the results in order; the first failure cancels the others."""
    tasks = [asyncio.ensure_future(read) for read in reads]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def _size(key: _Key, text: str) -> int:
    return len(text) + len(key[1])


def _text_of(status: int, body: bytes) -> str:
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise _unreadable() from error
    text = answer.get("prompt") if isinstance(answer, dict) else None
    if status != 200 or not isinstance(text, str):
        raise _unreadable()
    return text


def _unreadable() -> UnavailableError:
    return UnavailableError(
        "The upstream does not say what the token ids stand for, so they cannot be inspected; "
        "send text, or try again.",
        code="tokens_unreadable",
    )
