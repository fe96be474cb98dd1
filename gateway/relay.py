"""The way back: the upstream's answer to the client, through the output filter.

What nothing matched is forwarded as the bytes that came. The relay knows when an answer is
withheld; it does not know how the request was judged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gateway.errors import GatewayError, UpstreamError
from gateway.exchange import Exchange
from gateway.filtered_stream import FilteredStream, error_events, json_or_text
from gateway.known_targets import KnownTarget
from gateway.output_filter import OutputFilter
from gateway.target import Disclosure
from gateway.upstream import Headers, UpstreamAnswer
from gateway.wire.dialect import Body, Dialect, wants_usage
from gateway.wire.text import walk
from gateway.wording import CUT, REFUSAL

# What describes the exact bytes of a body, and is set anew or dropped when we send it.
_BODY_HEADERS = (b"content-length", b"content-digest", b"repr-digest")


async def pass_through(exchange: Exchange, answer: UpstreamAnswer) -> None:
    """Forward an answer as it comes; a stream that breaks off ends with an error event."""
    await exchange.start(answer.status, answer.headers)
    try:
        async for chunk in answer.chunks():
            await exchange.write(chunk)
    except GatewayError as error:
        if not answer.is_event_stream:
            raise
        await exchange.finish(error_events(error))
    else:
        await exchange.finish()


@dataclass(frozen=True, slots=True)
class Relay:
    """One answer of the model on its way back.

    Attributes:
        request: the client's request, which says how many choices and whether usage is wanted.
        targets: the active targets, whose policies word what is withheld.
        on_withheld: called with the target for which an answer was withheld.
    """

    exchange: Exchange
    dialect: Dialect
    request: Body
    output_filter: OutputFilter
    targets: Mapping[str, KnownTarget]
    on_withheld: Callable[[str], None]

    async def run(self, answer: UpstreamAnswer) -> None:
        """Send the answer to the client.

        Raises:
            UpstreamError: the answer cannot be inspected, or broke off before its head was sent.
        """
        if self.output_filter.is_idle:
            await pass_through(self.exchange, answer)
        elif answer.is_encoded:
            raise UpstreamError(
                "The upstream compressed its answer although identity was asked for, "
                "so it cannot be inspected."
            )
        elif answer.is_event_stream:
            await self._stream(answer)
        else:
            await self._whole(answer)

    async def _whole(self, answer: UpstreamAnswer) -> None:
        body = await answer.body()
        value = json_or_text(body)
        hit = self.output_filter.first_hit(text for _, text in walk(value))
        if hit is None:
            await self.exchange.reply(answer.status, _without_body_headers(answer.headers), body)
            return
        self.on_withheld(hit)
        if answer.status >= 400 or not isinstance(value, dict):
            raise UpstreamError("The upstream's answer was withheld.", code="answer_withheld")
        replaced = self.dialect.withheld(value, REFUSAL[self._disclosure(hit)])
        await self.exchange.reply(200, _without_body_headers(answer.headers), replaced)

    async def _stream(self, answer: UpstreamAnswer) -> None:
        await self.exchange.start(answer.status, _without_body_headers(answer.headers))
        stream = FilteredStream(
            self.output_filter.watch(), self._ending, wants_usage=wants_usage(self.request)
        )
        try:
            async for chunk in answer.chunks():
                released = b"".join(stream.feed(chunk))
                if released:
                    await self.exchange.write(released)
                if stream.is_over:
                    break
            last = b"".join(stream.finish())
        except GatewayError as error:
            last = b"".join(stream.broken(error))
        await self.exchange.finish(last)

    def _ending(self, target: str, opening: Body, has_shown: bool) -> Iterator[bytes]:
        self.on_withheld(target)
        wording = (CUT if has_shown else REFUSAL)[self._disclosure(target)]
        members = opening or self.dialect.opening(self.request)
        yield from self.dialect.text_events(members, self.dialect.choices(self.request), wording)

    def _disclosure(self, target: str) -> Disclosure:
        known = self.targets.get(target)
        return known.disclosure if known else Disclosure.GENERIC


def _without_body_headers(headers: Headers) -> Headers:
    return [(name, value) for name, value in headers if name not in _BODY_HEADERS]
