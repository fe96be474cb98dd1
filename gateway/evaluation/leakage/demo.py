"""The demonstration as a measurement: vLLM once, and a gateway for each way of guarding.

It knows in which order things are asked; the servers, the people and the probes come from the
checkout, since an installed package has none.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from gateway.evaluation.checkout import ROOT
from gateway.evaluation.errors import InputError
from gateway.evaluation.leakage.asking import Asks, Said, Server
from gateway.evaluation.leakage.baselines import SystemPromptOnly, YesNoFilter
from gateway.evaluation.leakage.measuring import (
    Outcome,
    answerable,
    gateway_outcomes,
    guarded_outcomes,
    unguarded_answers,
)
from gateway.evaluation.leakage.probes import Probe, probes_of
from gateway.evaluation.leakage.registering import Registry, registered
from gateway.evaluation.leakage.report import Report, costs_of, examples_of, groups_of
from gateway.evaluation.values import TargetBody

MODULE = "deploy.demo.leakage"
FULL, GUARD, FILTER = "full", "guard", "filter"
# So many more are drawn than wanted: the unguarded model answers two in five of some groups.
DRAWN = 2.6
MANY_TARGETS = 50
EXAMPLES = 4
# The yes/no filter asks up to 40 questions for each probe, so it is asked fewer of them.
FILTERED = 25

Bar = Callable[[int, str], AbstractContextManager[Callable[[int], None]]]


class Front(Protocol):
    """A gateway that runs."""

    url: str
    admin_key: str

    def cpu_seconds(self) -> float:
        """Return the CPU time of its processes."""


class Demo(Protocol):
    """What the checkout's demo offers."""

    def targets(self, guard: str, size: int = ...) -> list[TargetBody]:
        """Return registrations."""

    def names(self, size: int = ...) -> list[str]:
        """Return the names of those registered."""

    def probes(self, size: int, people: int = ...) -> list[dict[str, Any]]:
        """Draw so many probes of every group."""

    def upstream(self) -> AbstractContextManager[str]:
        """Run vLLM."""

    def front(self, upstream_url: str, protection: str) -> AbstractContextManager[Front]:
        """Run a gateway."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be measured.

    Attributes:
        guards: each is measured with the output filter and without it.
        size: probes of each group that count.
        has_baselines: whether the baselines are asked too.
        has_many: whether the answers about others are compared with 50 people registered.
        groups: the groups that are asked; all of them where empty.
    """

    guards: tuple[str, ...]
    size: int
    has_baselines: bool = False
    has_many: bool = True
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Questions:
    """The probes that the unguarded model answers, with its answers."""

    probes: list[Probe]
    unguarded: list[Said]

    def first(self, most: int) -> Questions:
        """Return the first ones of each group."""
        taken: Counter[str] = Counter()
        places = []
        for place, probe in enumerate(self.probes):
            taken[probe.group] += 1
            if taken[probe.group] <= most:
                places.append(place)
        return Questions([self.probes[p] for p in places], [self.unguarded[p] for p in places])


def open_demo(
    split: str, say: Callable[[str], None], root: Path = ROOT
) -> AbstractContextManager[Demo]:
    """Return the demo of this checkout.

    Raises:
        InputError: this is an installed package, which holds none.
    """
    if not (root / Path(*MODULE.split("."))).with_suffix(".py").is_file():
        raise InputError(
            f"--demo needs a checkout of the repository: there is no {MODULE} in {root}. Clone it, "
            "run `make setup` and then `lethe` from there."
        )
    if str(root) not in sys.path:
        sys.path.append(str(root))
    return cast(AbstractContextManager[Demo], importlib.import_module(MODULE).open_demo(split, say))


def measure(
    demo: Demo,
    wish: Wish,
    connect: Callable[[str, str], AbstractContextManager[Registry]],
    bar: Bar,
) -> Iterator[Report]:
    """Yield a report for each way of guarding, as it is done.

    Args:
        demo: the servers, the people and the probes.
        wish: what is to be measured.
        connect: opens the admin API at an address with a key.
        bar: shows how far a list of probes has come, under a label.
    """
    with demo.upstream() as url:
        questions = _questions(demo, wish, url, bar)
        for protection in (FULL, GUARD, FILTER):
            with demo.front(url, protection) as front:
                if protection == FULL:
                    yield _unregistered(front, questions, bar)
                # Without the guard it does not matter which one it would be.
                for guard in wish.guards[:1] if protection == FILTER else wish.guards:
                    yield _mode(demo, front, guard, protection, questions, connect, bar)
        if wish.has_many:
            with demo.front(url, FULL) as front:
                yield _many(demo, front, wish, url, connect, bar)
        if wish.has_baselines:
            yield from asyncio.run(_baselines(demo, url, questions, bar))


def _questions(demo: Demo, wish: Wish, url: str, bar: Bar) -> Questions:
    rows = demo.probes(round(wish.size * DRAWN))
    if wish.groups:
        rows = [row for row in rows if row["group"] in wish.groups]
    probes = probes_of(rows, _ids(demo.targets(wish.guards[0])))
    with bar(len(probes), "the model unguarded") as advance:
        said = asyncio.run(unguarded_answers(url, probes, advance=advance))
    return Questions(*answerable(probes, said, wish.size))


def _unregistered(front: Front, questions: Questions, bar: Bar) -> Report:
    """Ask everything with nothing registered: what the gateway costs before any guard."""
    before = front.cpu_seconds()
    with bar(len(questions.probes), "no targets") as advance:
        asyncio.run(unguarded_answers(front.url, questions.probes, advance=advance))
    spent = front.cpu_seconds() - before
    label = "nothing registered"
    return {"label": label, "groups": {}, "costs": {"cpu_ms": _each(spent, questions.probes)}}


def _mode(
    demo: Demo,
    front: Front,
    guard: str,
    protection: str,
    questions: Questions,
    connect: Callable[[str, str], AbstractContextManager[Registry]],
    bar: Bar,
) -> Report:
    label = f"{guard}, {protection}" if protection != FILTER else "the filter alone"
    with connect(front.url, front.admin_key) as registry, registered(registry, demo.targets(guard)):
        before = front.cpu_seconds()
        with bar(len(questions.probes), label) as advance:
            outcomes = asyncio.run(
                gateway_outcomes(
                    front.url,
                    questions.probes,
                    questions.unguarded,
                    admin_key=front.admin_key,
                    advance=advance,
                )
            )
        spent = front.cpu_seconds() - before
    return {
        "guard": None if protection == FILTER else guard,
        "protection": protection,
        "label": label,
        **_numbers(outcomes),
        "costs": {**costs_of(outcomes), "cpu_ms": _each(spent, outcomes)},
    }


def _many(
    demo: Demo,
    front: Front,
    wish: Wish,
    url: str,
    connect: Callable[[str, str], AbstractContextManager[Registry]],
    bar: Bar,
) -> Report:
    """Register many people, and compare the answers about those who are left."""
    rows = demo.probes(wish.size, MANY_TARGETS)
    rows = [row for row in rows if row["target"] is None and "prompt" in row]
    probes = probes_of(rows, ())
    with bar(2 * len(probes), f"{MANY_TARGETS} targets") as advance:
        said = asyncio.run(unguarded_answers(url, probes, advance=advance))
        targets = demo.targets(wish.guards[0], MANY_TARGETS)
        with connect(front.url, front.admin_key) as registry, registered(registry, targets):
            outcomes = asyncio.run(
                gateway_outcomes(
                    front.url, probes, said, admin_key=front.admin_key, advance=advance
                )
            )
    label = f"{len(targets)} targets, {wish.guards[0]}"
    return {
        "guard": wish.guards[0],
        "protection": FULL,
        "label": label,
        "targets": len(targets),
        **_numbers(outcomes),
    }


async def _baselines(demo: Demo, url: str, questions: Questions, bar: Bar) -> list[Report]:
    reports: list[Report] = []
    names = demo.names()
    async with Server(url) as server:
        ways: tuple[tuple[str, Asks, Questions], ...] = (
            ("upstream", server, questions),
            ("system prompt alone", SystemPromptOnly(server, names), questions),
            ("yes/no filter", YesNoFilter(server, names), questions.first(FILTERED)),
        )
        for label, way, asked in ways:
            with bar(len(asked.probes), label) as advance:
                outcomes = await guarded_outcomes(
                    way, asked.probes, asked.unguarded, advance=advance
                )
            reports.append({"baseline": label, "label": label, **_numbers(outcomes)})
    return reports


def _numbers(outcomes: Sequence[Outcome]) -> Report:
    return {"groups": groups_of(outcomes), "examples": examples_of(outcomes, EXAMPLES)}


def _each(seconds: float, requests: Sequence[object]) -> float:
    """Return the milliseconds that each of the requests took."""
    return round(1000 * seconds / max(len(requests), 1), 3)


def _ids(targets: Sequence[TargetBody]) -> set[str]:
    return {str(target["id"]) for target in targets}
