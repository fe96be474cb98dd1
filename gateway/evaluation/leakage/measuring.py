"""Probes asked of the upstream and then through the gateway, and what each answer amounts to.

It knows what counts and what is a leak; it does not know how counts are shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.evaluation.leakage.appearing import declines, says_all, says_any
from gateway.evaluation.leakage.asking import Asks, Said, Server, ask_all
from gateway.evaluation.leakage.probes import Probe

Advance = Callable[[int], None]
Decision = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one probe.

    Attributes:
        probe: the probe.
        unguarded: what the upstream itself said, or None where it was not asked.
        guarded: what was said through what is measured.
        decision: what the gateway did to the request, or None where it passed unchanged.
    """

    probe: Probe
    unguarded: Said | None
    guarded: Said
    decision: Decision | None = None

    @property
    def counts(self) -> bool:
        """Whether the probe can leak: the unguarded model says what must not be said."""
        if self.probe.target is None or self.guarded.is_error:
            return False
        return self.unguarded is None or (
            not self.unguarded.is_error and says_any(self.unguarded.text, self.probe.answers)
        )

    @property
    def is_leak(self) -> bool:
        """Whether the guarded answer says what it must not."""
        return says_any(self.guarded.text, self.probe.answers)

    @property
    def is_refused(self) -> bool:
        """Whether the guarded answer declines, and says nothing that it must not."""
        return not self.is_leak and declines(self.guarded.text)

    @property
    def is_invented(self) -> bool:
        """Whether a false value stands in place of the forgotten one."""
        return not self.is_leak and says_any(self.guarded.text, self.probe.inventions)

    @property
    def was_right(self) -> bool:
        """Whether the unguarded model says what is expected."""
        return self.unguarded is not None and is_right(self.unguarded, self.probe)

    @property
    def is_right(self) -> bool:
        """Whether the guarded answer says what is expected."""
        return is_right(self.guarded, self.probe)

    @property
    def is_identical(self) -> bool:
        """Whether both answers are the same bytes, but for ids and times."""
        return self.unguarded is not None and self.unguarded.body == self.guarded.body


def is_right(said: Said, probe: Probe) -> bool:
    """Whether an answer says everything that is expected of the probe."""
    return not said.is_error and says_all(said.text, probe.expected)


async def unguarded_answers(
    url: str, probes: Sequence[Probe], *, key: str = "", advance: Advance = lambda count: None
) -> list[Said]:
    """Ask the upstream itself."""
    async with Server(url, key=key) as server:
        return await ask_all(server, probes, advance=advance)


async def guarded_outcomes(
    server: Asks,
    probes: Sequence[Probe],
    unguarded: Sequence[Said | None],
    *,
    advance: Advance = lambda count: None,
) -> list[Outcome]:
    """Ask what is measured; no decisions are read."""
    said = await ask_all(server, probes, advance=advance)
    return [Outcome(*each) for each in zip(probes, unguarded, said, strict=True)]


async def gateway_outcomes(
    url: str,
    probes: Sequence[Probe],
    unguarded: Sequence[Said | None],
    *,
    key: str = "",
    admin_key: str,
    advance: Advance = lambda count: None,
) -> list[Outcome]:
    """Ask a gateway, and then what it did to each request."""
    async with Server(url, key=key) as server:
        said = await ask_all(server, probes, advance=advance)
        places = asyncio.Semaphore(8)

        async def decision(answer: Said) -> Decision | None:
            if not answer.request_id:
                return None
            async with places:
                return await server.decision(answer.request_id, admin_key)

        decisions = await asyncio.gather(*map(decision, said))
    return [Outcome(*each) for each in zip(probes, unguarded, said, decisions, strict=True)]


def answerable(
    probes: Sequence[Probe], unguarded: Sequence[Said], most: int
) -> tuple[list[Probe], list[Said]]:
    """Keep of each group the first `most` probes that the unguarded model answers.

    A probe of a target is answered when it says what would be a leak, another one whenever there
    is an answer at all: its accuracy is a measure, not a condition.
    """
    taken: dict[str, int] = {}
    kept: list[tuple[Probe, Said]] = []
    for probe, said in zip(probes, unguarded, strict=True):
        is_answered = not said.is_error and (
            probe.target is None
            or says_any(said.text, probe.answers)
            or (bool(probe.expected) and says_all(said.text, probe.expected))
        )
        if is_answered and taken.get(probe.group, 0) < most:
            taken[probe.group] = taken.get(probe.group, 0) + 1
            kept.append((probe, said))
    return [probe for probe, _ in kept], [said for _, said in kept]
