"""What a text touches for one client: the registry and the detectors, as one request sees them.

It knows a snapshot, the client's roles and the moment; it does not know what becomes of a match.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from detectors.values import Utterance, Verdict
from gateway.facts import with_values
from gateway.inspection import Inspection
from gateway.live import LiveTargets, Snapshot
from gateway.policy import Plan, plan_for, settles
from gateway.target import ForgetTarget
from gateway.wire.text import Channel


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found in a request, and what is to be done.

    Attributes:
        verdict: what all stages found; the index of a match is that of a channel.
        plan: what is to be done; None where nothing in force matched.
        named: targets in force of which only facts are forgotten, whose name the request holds.
    """

    verdict: Verdict
    plan: Plan | None
    named: tuple[ForgetTarget, ...]

    @property
    def at_stake(self) -> tuple[ForgetTarget, ...]:
        """The targets whose common secrets the answer may not say."""
        matched = self.plan.at_stake if self.plan else ()
        return tuple({target.id: target for target in (*matched, *self.named)}.values())


class Judge:
    """Judges texts for one client, against one snapshot, as of one moment."""

    def __init__(
        self,
        live: LiveTargets,
        inspection: Inspection,
        snapshot: Snapshot,
        client_roles: Collection[str],
    ) -> None:
        self.snapshot = snapshot
        self._live = live
        self._inspection = inspection
        self._client_roles = client_roles
        self._now = time.time()

    def in_force(self, target: str) -> bool:
        """Return whether a target exists for this client at this moment."""
        return self.snapshot.in_force(target, self._client_roles, self._now)

    @property
    def has_audited(self) -> bool:
        """Whether answers of requests that matched nothing are to be audited too."""
        return self.snapshot.targets.audits(self._client_roles, self._now)

    def version_of(self, target: str) -> int | None:
        """Return the version of a target, if it is active."""
        known = self.snapshot.targets.get(target)
        return known.version if known else None

    async def judged(
        self,
        channels: Sequence[Channel],
        *,
        is_material: bool = False,
        on_strings: Callable[[Verdict], None] = lambda verdict: None,
    ) -> Judgement:
        """Return what the texts of a request touch, and what is to be done.

        Args:
            channels: the texts.
            is_material: whether nothing in them asks for an answer, as where texts are embedded.
            on_strings: called with what strings told, before meanings are looked for.

        Raises:
            UnavailableError: it cannot be judged just now.
        """

        def is_settled(verdict: Verdict) -> bool:
            on_strings(verdict)
            return settles(
                verdict,
                channels,
                self.snapshot.targets,
                client_roles=self._client_roles,
                now=self._now,
                is_material=is_material,
            )

        said = [Utterance(channel.role, channel.text) for channel in channels]
        verdict = await self._inspection.examine(said, self.snapshot, is_settled=is_settled)
        return await self.planned(verdict, channels, is_material=is_material)

    async def planned(
        self, verdict: Verdict, channels: Sequence[Channel], *, is_material: bool = False
    ) -> Judgement:
        """Return what is to be done if `verdict` is what detection says of the texts.

        Raises:
            UnavailableError: the registry cannot be read.
        """
        said = [Utterance(channel.role, channel.text) for channel in channels]
        named = await self._named(verdict)
        verdict = with_values(verdict, said, named)
        matched = await self._live.matched(verdict, self.snapshot)
        plan = plan_for(
            verdict,
            channels,
            matched,
            client_roles=self._client_roles,
            now=self._now,
            is_material=is_material,
            is_audited=self.has_audited,
        )
        return Judgement(verdict, plan, named)

    def by_strings(self, channels: Sequence[Channel]) -> Verdict:
        """Return which registered strings the texts of a request hold."""
        said = [Utterance(channel.role, channel.text) for channel in channels]
        return self._inspection.by_strings(said, self.snapshot)

    async def spoken_of(self, texts: Sequence[str]) -> tuple[ForgetTarget, ...]:
        """Return the targets in force that texts speak of, best first, by name and by meaning.

        Raises:
            UnavailableError: it cannot be judged just now.
        """
        said = [Utterance("user", text) for text in texts if text]
        verdict = await self._inspection.examine(
            said, self.snapshot, is_settled=lambda verdict: False
        )
        matched = await self._live.matched(verdict, self.snapshot)
        return tuple(matched[id] for id in verdict.targets if id in matched and self.in_force(id))

    async def meant(self, sentences: Sequence[str]) -> frozenset[str]:
        """Return the targets that any of the sentences is about by its meaning.

        Raises:
            UnavailableError: it cannot be judged just now.
        """
        return await self._inspection.meant(sentences)

    async def _named(self, verdict: Verdict) -> tuple[ForgetTarget, ...]:
        named = await self._live.named(verdict, self.snapshot)
        return tuple(target for target in named if self.in_force(target.id))
