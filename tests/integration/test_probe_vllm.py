"""The matrix of `lethe probe` against the real vLLM, for the cells that it can produce.

A fake upstream that leaks on every channel stands in tests/gateway/test_probe_matrix.py.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from deploy.demo.admin import Admin
from deploy.demo.cases import Story
from deploy.demo.running import MODEL, Servers
from gateway.probing.cells import Cell, Matrix
from gateway.probing.results import HOLES, Outcome, Result, Summary
from gateway.probing.running import Probe, Server
from gateway.probing.target import ProbedTarget

# Cells in which vLLM with the demo model, asked directly, is known to say what was forgotten.
BITING = {
    "/v1/chat/completions": (
        *("content, asked", "logprobs, asked", "token_ids, asked", "tokens_as_ids, asked"),
        *("second_choice, asked", "prompt_logprobs, asked", "prompt_text, asked", "user turn"),
        *("content parts", "parts, name split", "prefill", "echo", "choice", "regex"),
        *("response_format const", "tool result", "earlier assistant turn", "grammar"),
    ),
    "/v1/completions": (
        *("prompt_logprobs, asked", "token_ids, asked", "echo", "echo with logprobs", "choice"),
        *("prompt logprobs", "regex"),
    ),
    "/v1/responses": ("content, asked", "input items", "choice"),
    "/v1/messages": ("content, asked", "user turn", "content parts", "parts, name split"),
    "/v1/chat/completions/batch": ("content, asked",),
    "/invocations": ("other path",),
}


def _different(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells that ask vLLM something of their own; it obeys no header."""
    found: dict[tuple[str, str, bytes], Cell] = {}
    for cell in cells:
        if cell.is_about_target:
            found.setdefault((cell.method, cell.path, cell.body), cell)
    return list(found.values())


async def _run(base_url: str, servers: Servers, target: ProbedTarget) -> list[Result]:
    server = Server(base_url, None, servers.gateway_url, servers.admin_key)
    async with Probe(server, target) as probe:
        asked = await probe.asked(MODEL)
        assert asked.ids, "vLLM does not tokenise"
        cells = _different(Matrix(target, MODEL, asked).cells())
        return await probe.run(cells, lambda count: None)


def _shown(results: Sequence[Result]) -> str:
    return "\n".join(
        f"{each.cell.path} {each.cell.name} [{each.cell.hiding}] "
        f"{'streamed' if each.cell.streamed else 'whole'}: {each.words}"
        for each in results
    )


async def test_directly_vllm_says_it_wherever_it_can(
    servers: Servers, admin: Admin, story: Story
) -> None:
    identifier = admin.register(story.target("refuse"))
    target = ProbedTarget.read(admin.get(f"/targets/{identifier}"))
    results = await _run(servers.vllm_url, servers, target)
    leaking = {(each.cell.path, each.cell.name) for each in results if each.outcome is Outcome.LEAK}
    expected = {(path, name) for path, names in BITING.items() for name in names}
    assert not expected - leaking, sorted(expected - leaking)


@pytest.mark.parametrize("guard", ["refuse", "in_context"])
async def test_through_the_gateway_nothing_leaks_or_slips_by(
    servers: Servers, admin: Admin, story: Story, guard: str
) -> None:
    identifier = admin.register(story.target(guard))
    target = ProbedTarget.read(admin.get(f"/targets/{identifier}"))
    results = await _run(servers.gateway_url, servers, target)
    wrong = [result for result in results if result.outcome in HOLES or result.slipped_by]
    assert not wrong, _shown(wrong)
    assert not Summary.of(results).has_holes
    assert sum(result.outcome is Outcome.HELD for result in results) > 100
