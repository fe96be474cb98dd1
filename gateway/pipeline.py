"""The way of a request, from the client's bytes to the client's answer.

    body ─► strict JSON ─► text channels ─► verdict ─► plan ─► guard ─► upstream ─► output filter

Each stage is one line of `Pipeline.run`; what a stage does stands in the module it names.
"""

from __future__ import annotations

from dataclasses import dataclass

from detectors.values import Utterance
from gateway.access import AUTHORIZATION, admit, upstream_headers
from gateway.decisions import answer_decision, request_decision
from gateway.exchange import JSON_TYPE, Exchange
from gateway.facts import with_values
from gateway.guards import GUARDS, Treatment
from gateway.inspection import Inspection
from gateway.live import LiveTargets, Snapshot
from gateway.output_filter import OutputFilter
from gateway.policy import Plan, plan_for
from gateway.registry import Registry
from gateway.relay import Relay, pass_through
from gateway.settings import Settings
from gateway.target import ForgetTarget
from gateway.upstream import Headers, Upstream
from gateway.wire.dialect import Body, Dialect, stream_answer, wants_stream
from gateway.wire.strict_json import dump, parse_object
from gateway.wire.text import request_channels

UNTREATED = Treatment("passed")


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The stages, with what they need."""

    settings: Settings
    registry: Registry
    live: LiveTargets
    inspection: Inspection
    upstream: Upstream

    async def run(self, exchange: Exchange, dialect: Dialect) -> None:
        """Answer a request for generated text."""
        headers = self._admitted(exchange, await self.live.current())
        body = await exchange.body(self.settings.max_body_bytes)
        request = parse_object(body)
        dialect.check(request)
        channels = request_channels(request)
        snapshot = await self.live.current()
        said = [Utterance(channel.role, channel.text) for channel in channels]
        verdict = await self.inspection.examine(said, snapshot)
        named = await self.live.named(verdict, snapshot)
        verdict = with_values(verdict, said, named)
        plan = plan_for(verdict, await self.live.matched(verdict, snapshot))
        treatment = GUARDS[plan.guard].apply(request, plan, dialect) if plan else UNTREATED
        decision = request_decision(exchange, plan, treatment, verdict, channels) if plan else None
        if decision:
            self.registry.decisions.record(decision)
        if treatment.answer is not None:
            await _answer(exchange, dialect, request, treatment.answer)
            return
        relay = Relay(
            exchange=exchange,
            dialect=dialect,
            request=request,
            output_filter=OutputFilter(snapshot.rules, _at_stake(plan, named)),
            targets=snapshot.targets,
            on_withheld=lambda target: self.registry.decisions.record(
                answer_decision(exchange, target, _version(snapshot, target), decision)
            ),
        )
        sent = dump(treatment.request) if treatment.request is not None else body
        await exchange.while_connected(self._exchange_upstream(exchange, headers, sent, relay))

    async def carry(self, exchange: Exchange) -> None:
        """Forward a request that holds no text, and its answer."""
        snapshot = await self.live.current()
        headers = self._admitted(exchange, snapshot)
        await exchange.while_connected(self._carry(exchange, headers))

    async def _carry(self, exchange: Exchange, headers: Headers) -> None:
        async with await self.upstream.send(
            exchange.method, exchange.path, headers=headers, query=exchange.query
        ) as answer:
            await pass_through(exchange, answer)

    async def _exchange_upstream(
        self, exchange: Exchange, headers: Headers, body: bytes, relay: Relay
    ) -> None:
        async with await self.upstream.send(
            "POST", exchange.path, headers=headers, body=body, query=exchange.query
        ) as answer:
            await relay.run(answer)

    def _admitted(self, exchange: Exchange, snapshot: Snapshot) -> Headers:
        """Return the headers to send upstream, if the client may send anything at all."""
        key = admit(
            exchange.header(AUTHORIZATION),
            snapshot.client_keys,
            is_needed=snapshot.needs_client_key,
        )
        own_key = self.settings.upstream_api_key
        return upstream_headers(
            exchange.headers,
            own_key=own_key.get_secret_value() if own_key else None,
            is_lethe_key=key is not None,
        )


def _at_stake(plan: Plan | None, named: tuple[ForgetTarget, ...]) -> tuple[ForgetTarget, ...]:
    """Return the targets whose common secrets the answer may not say."""
    matched = plan.targets if plan else ()
    return (*matched, *(target for target in named if target not in matched))


def _version(snapshot: Snapshot, target: str) -> int | None:
    return snapshot.targets[target].version if target in snapshot.targets else None


async def _answer(exchange: Exchange, dialect: Dialect, request: Body, text: str) -> None:
    if wants_stream(request):
        await exchange.reply_stream(stream_answer(dialect, request, text))
    else:
        await exchange.reply(200, [JSON_TYPE], dialect.answer(request, text))
