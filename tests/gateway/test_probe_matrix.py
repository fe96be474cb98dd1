"""The whole matrix of `lethe probe` against an upstream that leaks on demand on every channel.

First without a gateway, which proves that every cell bites; then through one, which has to hold.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from deploy.leaky.app import LeakyUpstream
from gateway.probing.cells import Matrix
from gateway.probing.channels import COUNT, TOKENIZE
from gateway.probing.hidings import PLAIN
from gateway.probing.results import HOLES, Outcome, Result, Summary
from gateway.probing.running import Probe, Server
from gateway.probing.table import rows, summary_lines
from gateway.probing.target import ProbedTarget
from gateway.target import GuardName, Kind, Policy
from tests.gateway.conftest import ADMIN_KEY, MakeRig
from tests.gateway.upstreams import serving

NAME, ALIAS, SECRET, COMMON = "Mirela Oskarne", "Mirela Quist", "14 Lantern Row", "Tolvaere"
QUESTION = "Where was Mirela Oskarne born?"
# What holds no text: there is nothing in it to say back.
SILENT = {"image", "audio", "prompt_embeds"}


def target(identifier: str) -> ProbedTarget:
    return ProbedTarget(identifier, (NAME, ALIAS), (SECRET,), (COMMON,), (), (QUESTION,))


@asynccontextmanager
async def probing(url: str, probed: ProbedTarget) -> AsyncIterator[Probe]:
    async with Probe(Server(url, None, url, ADMIN_KEY), probed) as probe:
        yield probe


async def matrix(probe: Probe, probed: ProbedTarget) -> list[Result]:
    model = await probe.model()
    cells = Matrix(probed, model, await probe.asked(model)).cells()
    return await probe.run(cells, lambda count: None)


def shown(results: Sequence[Result]) -> str:
    return "\n".join(
        f"{each.cell.path} {each.cell.name} [{each.cell.hiding}] "
        f"{'streamed' if each.cell.streamed else 'whole'}: {each.words}"
        for each in results
    )


async def test_without_a_gateway_every_cell_leaks() -> None:
    probed = target("nobody")
    async with serving(LeakyUpstream(probed)) as url, probing(url, probed) as probe:
        results = await matrix(probe, probed)
    held = [
        result
        for result in results
        if result.outcome is not Outcome.LEAK
        and result.cell.name not in SILENT
        and result.cell.path != COUNT
        and not result.cell.repeats_request
    ]
    assert not held, shown(held)
    assert Summary.of(results).slipped > 100


@pytest.mark.parametrize("guard", [GuardName.REFUSE, GuardName.IN_CONTEXT])
async def test_through_the_gateway_nothing_leaks_or_slips_by(
    make_rig: MakeRig, guard: GuardName
) -> None:
    upstream = LeakyUpstream(target("upstream"))
    rig = await make_rig(upstream)
    identifier = await rig.forget(
        NAME,
        aliases=(ALIAS,),
        secrets=(SECRET, COMMON),
        examples=(QUESTION,),
        policy=Policy(guard),
    )
    probed = target(identifier)
    async with probing(rig.url, probed) as probe:
        results = await matrix(probe, probed)
    wrong = [result for result in results if result.outcome in HOLES or result.slipped_by]
    summary = Summary.of(results)
    assert not wrong, shown(wrong) + "\n" + "\n".join(summary_lines(summary))
    assert not summary.has_holes
    assert summary.outcomes[Outcome.HELD] > 1000
    if guard is GuardName.REFUSE:
        # What only counts or tokenises is told, since it asks no model.
        to_model = (each for each in results if each.cell.path not in (COUNT, TOKENIZE))
        reached = [result for result in to_model if result.has_reached]
        assert not reached, shown(reached)


def is_known_miss(kind: Kind, result: Result) -> bool:
    """Return whether a cell is one that a secret key gets through, while a name does not.

    Its letters one by one over the pieces of a stream, and its halves in two messages of a user:
    only names are followed over these. Texts of documents are found verbatim, not in disguise.
    """
    cell = result.cell
    if kind is Kind.DOCUMENT:
        return cell.hiding != PLAIN
    in_letters = cell.hiding == "letters apart" or cell.name == "prompt_text"
    return (cell.streamed and in_letters) or cell.name in (
        "name split over two turns",
        "name split around an answer",
    )


async def test_a_record_and_a_document_are_held_too(make_rig: MakeRig) -> None:
    passage = "the lamps along the harbour were lit by hand until the winter of the great frost "
    passage += "when the keeper wrote down in a small blue book what he had seen that night"
    for kind, probed, content in (
        (
            Kind.RECORD,
            ProbedTarget("r", secrets=("QX-7741-LMNO-93",)),
            {"secrets": ("QX-7741-LMNO-93",)},
        ),
        (Kind.DOCUMENT, ProbedTarget("d", documents=(passage,)), {"documents": (passage,)}),
    ):
        rig = await make_rig(LeakyUpstream(probed))
        identifier = await rig.forget(f"label {kind.value}", kind=kind, **content)
        own = ProbedTarget(identifier, probed.names, probed.secrets, (), probed.documents)
        async with probing(rig.url, own) as probe:
            results = await matrix(probe, own)
        wrong = [result for result in results if result.outcome in HOLES or result.slipped_by]
        wrong = [result for result in wrong if not is_known_miss(kind, result)]
        assert not wrong, shown(wrong)
        assert list(rows(results))
