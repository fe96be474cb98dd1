"""The way back: the upstream's answer to the client, through the output filter.

What nothing matched is forwarded as the bytes that came. The relay knows when an answer is
withheld; it does not know how the request was judged.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.answer_ids import AnswerIds, Read, may_hold_ids
from gateway.errors import GatewayError, UpstreamError
from gateway.exchange import Exchange
from gateway.filtered_stream import FilteredStream, Spelt, error_events, json_or_text
from gateway.judging import Judge
from gateway.output import OutputFilter, examine, sentences_of
from gateway.output.logprobs import without_tokens
from gateway.swapped_stream import NamesPutBack, Swapped
from gateway.target import Disclosure, ForgetTarget
from gateway.upstream import Headers
from gateway.wire.dialect import Body, Dialect
from gateway.wire.strict_json import dump
from gateway.wire.text import walk
from gateway.wording import CUT, REFUSAL

Meant = Callable[[Sequence[str]], Awaitable[frozenset[str]]]

# What describes the exact bytes of a body, and is set anew or dropped when we send it.
_BODY_HEADERS = (b"content-length", b"content-digest", b"repr-digest")
# What every server sends, and no model writes.
_USUAL_HEADERS = (b"content-type", b"date", b"server", b"cache-control")


class Answer(Protocol):
    """An answer whose head is there: of the upstream, or a draft of one."""

    @property
    def status(self) -> int:
        """The status of HTTP."""

    @property
    def headers(self) -> Headers:
        """The headers, end to end."""

    @property
    def is_event_stream(self) -> bool:
        """Whether it is a stream of events."""

    @property
    def is_encoded(self) -> bool:
        """Whether it is compressed."""

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it arrives."""

    async def body(self) -> bytes:
        """Return the whole body."""


async def pass_through(
    exchange: Exchange, answer: Answer, broken: Callable[[GatewayError], Iterator[bytes]]
) -> None:
    """Forward an answer as it comes; a stream that breaks off ends with `broken`."""
    await exchange.start(answer.status, answer.headers)
    try:
        async for chunk in answer.chunks():
            await exchange.write(chunk)
    except GatewayError as error:
        if not answer.is_event_stream:
            raise
        await exchange.finish(b"".join(broken(error)))
    else:
        await exchange.finish()


async def filtered_through(exchange: Exchange, answer: Answer, output_filter: OutputFilter) -> None:
    """Forward an answer that no model wrote, unless it says what may not be said.

    Raises:
        UpstreamError: it does, or it cannot be read.
    """
    if output_filter.is_idle:
        await pass_through(exchange, answer, _broken)
        return
    body = await _readable(answer)
    if output_filter.first_hit(text for _, text in walk(json_or_text(body))) is not None:
        raise _withheld()
    await exchange.reply(answer.status, _shown(answer.headers, output_filter), body)


@dataclass(frozen=True, slots=True)
class Relay:
    """One answer of the model on its way back.

    Attributes:
        request: the client's request, which says what form its answer has.
        output_filter: None where answers are not filtered.
        judge: what detection says for this client.
        at_stake: the targets that the request matched, which an answer may not paraphrase.
        swapped: what disclosure `unknown` did to the request, to be undone.
        on_withheld: called with the target for which an answer was withheld.
        read_ids: what token ids of the answer spell.
    """

    exchange: Exchange
    dialect: Dialect
    request: Body
    output_filter: OutputFilter | None
    judge: Judge
    at_stake: Sequence[ForgetTarget]
    swapped: Swapped | None
    on_withheld: Callable[[str], None]
    read_ids: Read

    async def run(self, answer: Answer) -> None:
        """Send the answer to the client.

        Raises:
            UpstreamError: the answer cannot be inspected, or broke off before its head was sent.
        """
        if self.output_filter is None or (self.output_filter.is_idle and self.swapped is None):
            await pass_through(self.exchange, answer, self.dialect.stream(self.request).broken)
        elif answer.is_event_stream:
            await self._stream(answer, self.output_filter)
        else:
            await self._whole(answer, self.output_filter)

    async def _whole(self, answer: Answer, output_filter: OutputFilter) -> None:
        body = await _readable(answer)
        if self.swapped is not None:
            told = json_or_text(body)
            hit, changed = await self._examined(told, self.swapped.own_strings)
            if hit is not None:
                await self._withhold(answer, told, hit)
                return
            body = self.swapped.swap.whole(body if changed is None else dump(changed))
        value = json_or_text(body)
        restored = self.dialect.stream(self.request).restored(value)
        if restored != value:
            value, body = restored, dump(restored)
        hit, changed = await self._examined(value, output_filter)
        if hit is None and may_hold_ids(body):
            changed = await self._without_ids(value, output_filter, changed)
        if hit is not None:
            await self._withhold(answer, value, hit)
            return
        if changed is not None:
            body = dump(changed)
        await self.exchange.reply(answer.status, _shown(answer.headers, output_filter), body)

    async def _withhold(self, answer: Answer, value: Any, target: str) -> None:
        """Send what stands in the place of a whole answer.

        Raises:
            UpstreamError: there is no answer whose shape it could have.
        """
        self.on_withheld(target)
        if answer.status >= 400 or not isinstance(value, dict) or self.output_filter is None:
            raise _withheld()
        wording = self._wording(target, has_shown=False)
        body = self.dialect.withheld(self.request, value, wording)
        headers = _shown(answer.headers, self.output_filter)
        await self.exchange.reply(answer.status, headers, body)

    async def _examined(
        self, value: Any, output_filter: OutputFilter
    ) -> tuple[str | None, Any | None]:
        """Return (the target for which all of it is withheld, the answer with parts masked)."""
        if not isinstance(value, dict):
            return output_filter.first_hit(text for _, text in walk(value)), None
        format = self.dialect.stream(self.request)
        examined = examine(value, format.texts(value), output_filter)
        if await output_filter.learn():
            examined = examine(value, format.texts(value), output_filter)
        if examined.hit is None and self._protected:
            meant = await self._meant(sentences_of(self.dialect.said(value)))
            if meant:
                return min(meant), None
        if examined.hit is None:
            for target in examined.targets:
                self.on_withheld(target)
        return examined.hit, examined.value

    async def _without_ids(self, value: Any, output_filter: OutputFilter, changed: Any) -> Any:
        """Return an answer without the token ids that spell a target; `changed` where none do."""
        is_clear, target = await self._spelling(output_filter)(value)
        if is_clear:
            return changed
        if target is not None:
            self.on_withheld(target)
        return without_tokens(value if changed is None else changed)

    def _spelling(self, output_filter: OutputFilter) -> Spelt:
        """Return what tells whether token ids may be shown: those that cannot be read may not."""
        ids = AnswerIds(self.read_ids)

        async def spelt(value: Any) -> tuple[bool, str | None]:
            texts = await ids.texts(value)
            target = output_filter.first_hit(texts) if texts else None
            return texts is not None and target is None, target

        return spelt

    async def _stream(self, answer: Answer, output_filter: OutputFilter) -> None:
        if answer.is_encoded:
            raise _unreadable()
        await self.exchange.start(answer.status, _shown(answer.headers, output_filter))
        stream = self._filtered(output_filter, judge=self._meant if self._protected else None)
        names = self._names(self.swapped) if self.swapped is not None else None
        try:
            async for chunk in answer.chunks():
                told = await names.feed(chunk) if names else chunk
                released = b"".join(await stream.feed(told))
                if released:
                    await self.exchange.write(released)
                if stream.is_over:
                    break
            rest = await stream.feed(await names.finish()) if names else []
            last = b"".join([*rest, *await stream.finish()])
        except GatewayError as error:
            rest = await stream.feed(names.broken()) if names else []
            last = b"".join([*rest, *stream.broken(error)])
        await self.exchange.finish(last)

    def _filtered(self, output_filter: OutputFilter, judge: Meant | None) -> FilteredStream:
        return FilteredStream(
            output_filter.watch(judge=judge),
            self.dialect.stream(self.request),
            self._ending,
            on_masked=self.on_withheld,
            spelt=self._spelling(output_filter),
        )

    def _names(self, swapped: Swapped) -> NamesPutBack:
        own = self._filtered(swapped.own_strings, judge=None)
        return NamesPutBack(own, swapped.swap.stream())

    @property
    def _protected(self) -> frozenset[str]:
        """The targets of which a paraphrase is withheld.

        A swapped request did not ask about any, and to pause at the ends of sentences would tell.
        """
        if self.swapped is not None:
            return frozenset()
        return frozenset(target.id for target in self.at_stake)

    async def _meant(self, sentences: Sequence[str]) -> frozenset[str]:
        """Return the targets at stake that any of the sentences is about."""
        return await self.judge.meant(sentences) & self._protected if sentences else frozenset()

    def _ending(self, target: str, has_shown: bool) -> str:
        self.on_withheld(target)
        return self._wording(target, has_shown=has_shown)

    def _wording(self, target: str, *, has_shown: bool) -> str:
        known = self.judge.snapshot.targets.get(target)
        disclosure = known.disclosure if known else Disclosure.GENERIC
        return (CUT if has_shown else REFUSAL)[disclosure]


async def _readable(answer: Answer) -> bytes:
    if answer.is_encoded:
        raise _unreadable()
    return await answer.body()


def _broken(error: GatewayError) -> Iterator[bytes]:
    yield error_events(error)


def _unreadable() -> UpstreamError:
    return UpstreamError(
        "The upstream compressed its answer although identity was asked for, so it cannot be "
        "inspected."
    )


def _withheld() -> UpstreamError:
    return UpstreamError("The upstream's answer was withheld.", code="answer_withheld")


def _shown(headers: Headers, output_filter: OutputFilter) -> Headers:
    """Return the headers that go to the client: a value that reveals a target is left out."""
    return [
        (name, value)
        for name, value in headers
        if name in _USUAL_HEADERS
        or (name not in _BODY_HEADERS and not _reveals(name + b" " + value, output_filter))
    ]


def _reveals(header: bytes, output_filter: OutputFilter) -> bool:
    return output_filter.first_hit([header.decode("utf-8", "replace")]) is not None
