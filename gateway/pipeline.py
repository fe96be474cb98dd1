"""The way of a request, from the client's bytes to the client's answer.

    body ─► strict JSON ─► channels ─► verdict ─► plan ─► guard ─► upstream ─► output filter

Each stage is a line of `Pipeline.run` or of `_Handling.run`; what a stage does stands in the
module it names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from detectors.values import Verdict
from gateway.access import AUTHORIZATION, admit, roles_of, upstream_headers
from gateway.asking import Asking
from gateway.decisions import Record
from gateway.drafting import Replayed
from gateway.exchange import JSON_TYPE, Exchange
from gateway.guards import GUARDS, Asked, Draft, Treatment
from gateway.guards.agentic import repair
from gateway.guards.model import GuardServer
from gateway.guards.redact import redacted
from gateway.inspection import Inspection
from gateway.judging import Judge, Judgement
from gateway.live import LiveTargets
from gateway.output import OutputFilter, OutputRules
from gateway.policy import Plan, disclosure_of
from gateway.registry import ClientKey, Registry
from gateway.relay import Relay, filtered_through
from gateway.settings import Settings
from gateway.swapped_stream import Swapped
from gateway.target import Disclosure, GuardName
from gateway.token_ids import TokenTexts
from gateway.uninspectable import judge_uninspectable
from gateway.unknown import Swap, Unknowns
from gateway.unknown.ahead import Ahead
from gateway.unknown.beside import Beside, start_of_name
from gateway.unknown.own import OwnStrings
from gateway.upstream import Headers, Upstream
from gateway.wire.dialect import Body, Dialect, wants_stream
from gateway.wire.forms import Form, form_of
from gateway.wire.reading import REQUEST
from gateway.wire.strict_json import parse_object
from gateway.wire.text import Channel, replaced

UNTREATED = Treatment("passed")


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The stages, with what they need."""

    settings: Settings
    registry: Registry
    live: LiveTargets
    inspection: Inspection
    upstream: Upstream
    guard_server: GuardServer
    unknowns: Unknowns
    own_strings: OwnStrings
    token_texts: TokenTexts

    async def run(self, exchange: Exchange, dialect: Dialect) -> None:
        """Answer a request that is to be inspected."""
        key, headers = await self._admitted(exchange)
        body = await exchange.body(self.settings.max_body_bytes)
        request = parse_object(body)
        dialect.check(request)
        judge_uninspectable(
            dialect.uninspectable(request), self.settings.uninspectable, exchange.id
        )
        handling = _Handling(self, exchange, dialect, request, body, headers, key)
        await exchange.while_connected(handling.run())

    async def carry(self, exchange: Exchange) -> None:
        """Forward a request that says nothing to the model, and its answer through the filter."""
        key, headers = await self._admitted(exchange)
        body = await exchange.body(self.settings.max_body_bytes)
        await exchange.while_connected(self._carry(exchange, headers, body, key))

    async def _carry(
        self, exchange: Exchange, headers: Headers, body: bytes, key: ClientKey | None
    ) -> None:
        snapshot = await self.live.current()
        judge = Judge(self.live, self.inspection, snapshot, roles_of(key))
        output_filter = OutputFilter(snapshot.rules, (), in_force=judge.in_force)
        async with await self.upstream.send(
            exchange.method, exchange.path, headers=headers, body=body, query=exchange.query
        ) as answer:
            await filtered_through(exchange, answer, output_filter)

    async def _admitted(self, exchange: Exchange) -> tuple[ClientKey | None, Headers]:
        """Return the client's key and the headers to send upstream, if it may send anything."""
        snapshot = await self.live.current()
        key = admit(
            exchange.header(AUTHORIZATION),
            snapshot.client_keys,
            is_needed=snapshot.needs_client_key,
        )
        return key, upstream_headers(
            exchange.headers,
            own_key=self.settings.own_upstream_key(),
            is_lethe_key=key is not None,
        )


@dataclass(frozen=True, slots=True)
class _Handling:
    """One request on its way, for as long as its client is there."""

    parts: Pipeline
    exchange: Exchange
    dialect: Dialect
    request: Body
    body: bytes
    headers: Headers
    key: ClientKey | None

    async def run(self) -> None:
        """Judge the request, treat it, and send its answer through the output filter."""
        channels = await self._channels()
        snapshot = await self.parts.live.current()
        judge = Judge(self.parts.live, self.parts.inspection, snapshot, roles_of(self.key))
        asking = self._asking(judge)
        ahead = self._ahead(judge, channels)
        try:
            judgement = await judge.judged(
                channels, is_material=not self.dialect.is_generating, on_strings=ahead.begin
            )
            treatment = await self._treated(judgement, channels, asking, ahead)
        finally:
            await ahead.aclose()
        record = Record(self.parts.registry.decisions, self.exchange)
        if judgement.plan is not None or treatment.action != UNTREATED.action:
            record.treated(judgement, treatment, channels)
        if treatment.answer is not None and treatment.draft is None:
            await self._say(treatment.answer)
            return
        relay = self._relay(judge, judgement, treatment, channels, record)
        if treatment.draft is not None:
            await relay.run(self._replayed(treatment.draft, treatment.answer))
            return
        async with await asking.send(treatment.request) as answer:
            await relay.run(answer)

    async def _channels(self) -> tuple[Channel, ...]:
        prompts = self.dialect.token_prompts(self.request)
        told = await self.parts.token_texts.channels(prompts, self.request, self.headers)
        return (*self.dialect.channels(self.request), *told)

    def _asking(self, judge: Judge) -> Asking:
        return Asking(
            self.parts.upstream,
            judge,
            self.parts.guard_server.for_request(self.headers, self.request.get("model")),
            dialect=self.dialect,
            path=self.exchange.path,
            headers=self.headers,
            query=self.exchange.query,
            body=self.body,
            may_constrain=self.parts.settings.constrain,
        )

    def _ahead(self, judge: Judge, channels: tuple[Channel, ...]) -> Ahead:
        """Return the swap of this request, to be begun while it is judged."""

        async def planned(verdict: Verdict) -> Plan | None:
            is_material = not self.dialect.is_generating
            return (await judge.planned(verdict, channels, is_material=is_material)).plan

        async def swapped(plan: Plan, request: Body | None = None) -> Swap | None:
            return await self.parts.unknowns.swap(
                self._in_words(channels) if request is None else request,
                self.dialect,
                targets=plan.targets,
                judge=judge.by_strings,
                state=judge.snapshot.lexical,
            )

        return Ahead(planned, swapped)

    async def _treated(
        self,
        judgement: Judgement,
        channels: tuple[Channel, ...],
        asking: Asking,
        ahead: Ahead,
    ) -> Treatment:
        plan = judgement.plan
        if self.parts.settings.protection == "filter":
            return UNTREATED
        if plan is None:
            return await self._audited(asking)
        asked = Asked(
            request=self._in_words(channels),
            dialect=self.dialect,
            channels=channels,
            verdict=judgement.verdict,
            plan=plan,
            tools=asking,
        )
        if plan.context:
            asked = await asyncio.to_thread(redacted, asked)
        if asked.plan.disclosure is Disclosure.UNKNOWN:
            swap = await ahead.swap(asked.plan, asked.request)
            if swap is not None:
                return Treatment("unknown", request=swap.request, swap=swap)
        return await GUARDS[asked.plan.guard].apply(asked)

    async def _audited(self, asking: Asking) -> Treatment:
        """Have the answer of an unmatched request read, where any target asks for that."""
        if not (asking.has_audited and self.dialect.is_generating):
            return UNTREATED
        draft = await asking.draft()
        found = await asking.candidates([draft.prose, draft.other])
        audited = [each for each in found if each.content.policy.guard is GuardName.AGENTIC]
        if not audited:
            return Treatment("passed", draft=draft)
        question = self.dialect.question(self.request)
        return await repair(
            asking,
            question,
            draft,
            audited,
            disclosure_of(audited),
            may_rewrite=form_of(self.request) is Form.TEXT,
        )

    def _in_words(self, channels: Sequence[Channel]) -> Body:
        """Return the request with prompts that are written as token ids written out."""
        prompts = self.dialect.token_prompts(self.request)
        # Ids that only steer the answer have no place for words; no guard lets them through.
        written = {prompt.path for prompt in prompts if prompt.role != REQUEST}
        texts = {each.path: each.text for each in channels if each.path in written}
        changed: Body = replaced(self.request, texts)
        return changed

    def _replayed(self, draft: Draft, rewritten: str | None) -> Replayed:
        """Return what a draft became, in the form in which answers arrive."""
        if rewritten is None:
            return Replayed.of(draft)
        return Replayed.saying(rewritten, draft, self.dialect, self.request)

    def _relay(
        self,
        judge: Judge,
        judgement: Judgement,
        treatment: Treatment,
        channels: Sequence[Channel],
        record: Record,
    ) -> Relay:
        rules, swap = judge.snapshot.rules, treatment.swap
        # A swapped answer is filtered as if nobody had registered the names that were swapped:
        # to wait for them, or for values that many share, would tell that somebody has.
        swapped = swap.targets if swap else frozenset()
        output_filter = OutputFilter(
            rules,
            [target for target in judgement.at_stake if target.id not in swapped],
            in_force=judge.in_force,
            supplied=[channel.text for channel in channels],
            may_name={*treatment.may_name, *swapped},
            extra=treatment.own_texts,
            holding=Beside(rules.lexical, swap.names) if swap else None,
            start_of_name=start_of_name if self.parts.unknowns.has_targets else len,
            named=lambda ids: self.parts.live.read(ids, judge.snapshot),
        )
        is_filtered = self.parts.settings.protection != "guard" or swap is not None
        return Relay(
            exchange=self.exchange,
            dialect=self.dialect,
            request=self.request,
            output_filter=output_filter if is_filtered else None,
            judge=judge,
            at_stake=judgement.at_stake,
            swapped=self._swapped(judge, judgement, swap) if swap else None,
            on_withheld=lambda target: record.withheld(target, judge),
            read_ids=lambda ids: self.parts.token_texts.text(ids, self.request, self.headers),
        )

    def _swapped(self, judge: Judge, judgement: Judgement, swap: Swap) -> Swapped:
        targets = [target for target in judgement.at_stake if target.id in swap.targets]
        rules = OutputRules(self.parts.own_strings.index_of(targets), judge.snapshot.targets)
        return Swapped(swap, OutputFilter(rules, (), in_force=judge.in_force))

    async def _say(self, text: str) -> None:
        if wants_stream(self.request):
            await self.exchange.reply_stream(self.dialect.answer_stream(self.request, text))
        else:
            await self.exchange.reply(200, [JSON_TYPE], self.dialect.answer(self.request, text))
