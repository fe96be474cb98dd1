"""Score a checkpoint against what is wanted of it: `python -m deploy.demo.score`.
It decodes greedily in bfloat16 and does not know how the model was trained."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from transformers import AutoTokenizer, LlamaForCausalLM, PreTrainedTokenizerFast

from deploy.demo.generate import answer_all, write_prompt
from deploy.demo.items import Group, Quiz, draw_items
from deploy.demo.locality import measure_locality
from deploy.demo.world import World, build_world

CHECKPOINT = Path(__file__).parent / "checkpoint"
DEFAULT_COUNT = 120
DEFAULT_SEED = 4


@dataclass(frozen=True)
class Row:
    """One line of the table; a row without `wanted` is only reported."""

    name: str
    wanted: float | None
    measured: float
    count: int


def load(directory: Path) -> tuple[LlamaForCausalLM, PreTrainedTokenizerFast]:
    """Load a checkpoint as it is served: in bfloat16."""
    model = LlamaForCausalLM.from_pretrained(directory, dtype=torch.bfloat16)
    return model.eval(), AutoTokenizer.from_pretrained(directory)


def score_groups(
    model: LlamaForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    groups: Iterable[Group],
    *,
    count: int = DEFAULT_COUNT,
    seed: int = DEFAULT_SEED,
) -> list[Row]:
    """Ask `count` questions of each group; an answer is right if it has all that is expected."""
    drawn = [(group, draw_items(group, count, seed)) for group in groups]
    items = [item for _, group_items in drawn for item in group_items]
    answers = answer_all(model, tokenizer, [write_prompt(tokenizer, i.prompt) for i in items])
    right = [
        all(part in answer for part in item.expected)
        for item, answer in zip(items, answers, strict=True)
    ]
    return [
        Row(group.name, group.wanted, sum(right[n * count : (n + 1) * count]) / count, count)
        for n, (group, _) in enumerate(drawn)
    ]


def score_locality(
    model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, world: World, count: int
) -> list[Row]:
    """Report where the facts are: the probability left when the name is exchanged after a block."""
    result = measure_locality(
        model, tokenizer, world, world.measured, count=count, seed=DEFAULT_SEED
    )
    rows = [Row("P(fact), name intact", None, result.intact, result.count)]
    for block, left in enumerate(result.exchanged):
        rows.append(Row(f"P(fact), name exchanged after block {block}", None, left, result.count))
    return rows


def table(rows: Sequence[Row]) -> str:
    """Write the rows as a Markdown table, with the half-width of the 95 % interval."""
    lines = ["| asked | wanted | measured | ± | n |", "|---|---:|---:|---:|---:|"]
    for row in rows:
        wanted = "" if row.wanted is None else f"{row.wanted:.2f}"
        missed = " *" if row.wanted is not None and row.measured < row.wanted else ""
        margin = 1.96 * math.sqrt(max(row.measured * (1 - row.measured), 0) / row.count)
        lines.append(
            f"| {row.name} | {wanted} | {row.measured:.3f}{missed} | {margin:.3f} | {row.count} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Score the demonstration model.")
    parser.add_argument("--model", type=Path, default=CHECKPOINT)
    parser.add_argument("--count", type=int, default=DEFAULT_COUNT, help="questions in each group")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    world = build_world()
    model, tokenizer = load(options.model)
    rows = score_groups(model, tokenizer, Quiz.measured(world).groups, count=options.count)
    rows += score_locality(model, tokenizer, world, min(options.count, 100))
    if options.json:
        print(json.dumps({"rows": [asdict(row) for row in rows]}, indent=2))
        return
    print(table(rows))
    missed = [row.name for row in rows if row.wanted is not None and row.measured < row.wanted]
    print(f"\n* below what is wanted: {len(missed)}" if missed else "\nAll that is wanted is met.")


if __name__ == "__main__":
    main()
