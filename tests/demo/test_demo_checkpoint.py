"""The shipped checkpoint: its layout, its size, and a small sample of what it is scored on.
The whole table comes from `python -m deploy.demo.score`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from deploy.demo.items import Quiz
from deploy.demo.score import CHECKPOINT, Row, load, score_groups, score_locality, table
from deploy.demo.shares import EVERYTHING, FACTS_FIRST
from deploy.demo.tokenizer import build_tokenizer
from deploy.demo.train import Stage, TrainingSettings, build_model, rate_factor, train
from deploy.demo.world import World, build_world

MEGABYTE = 1024 * 1024
# A few of the rows, so that the test takes seconds; the margins allow for the small sample.
SMOKE_COUNT = 24
SMOKE_ROWS = {
    "recall, trained wordings": 0.9,
    "guard, trained wordings: refused": 0.8,
    "guard: others answered": 0.35,  # A known weakness: see the model card.
    "chat and utility, held-out wordings": 0.9,
}


def _tiny() -> TrainingSettings:
    stages = tuple(Stage(6_000, 3e-3, shares) for shares in (FACTS_FIRST, EVERYTHING))
    return TrainingSettings(stages=stages, hidden_size=32, feed_forward=64, layers=1, heads=1)


def _same(one: LlamaForCausalLM, other: LlamaForCausalLM) -> bool:
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return all(torch.equal(first, second) for first, second in pairs)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world()


@pytest.fixture(scope="module")
def loaded() -> tuple[LlamaForCausalLM, PreTrainedTokenizerFast]:
    return load(CHECKPOINT)


def test_the_checkpoint_is_small_and_complete() -> None:
    files = {path.name: path.stat().st_size for path in CHECKPOINT.iterdir()}
    assert sum(files.values()) <= 8 * MEGABYTE
    assert {"config.json", "generation_config.json", "model.safetensors"} <= set(files)
    assert {"tokenizer.json", "tokenizer_config.json", "chat_template.jinja"} <= set(files)


def test_the_layout_is_a_plain_llama() -> None:
    config = json.loads((CHECKPOINT / "config.json").read_text())
    assert config["architectures"] == ["LlamaForCausalLM"]
    assert config["max_position_embeddings"] == 2048
    assert config["tie_word_embeddings"] is True
    assert config["dtype"] == "bfloat16"
    assert config["head_dim"] == 32
    generation = json.loads((CHECKPOINT / "generation_config.json").read_text())
    assert generation["eos_token_id"] == config["eos_token_id"]


def test_the_tokenizer_is_the_one_the_code_builds(
    world: World, loaded: tuple[LlamaForCausalLM, PreTrainedTokenizerFast]
) -> None:
    _, shipped = loaded
    built = build_tokenizer(world, TrainingSettings().seed)
    assert shipped.get_vocab() == built.get_vocab()
    assert shipped.chat_template == built.chat_template
    assert shipped.eos_token == "<|end|>"


def test_a_sample_of_the_scores_holds(
    world: World, loaded: tuple[LlamaForCausalLM, PreTrainedTokenizerFast]
) -> None:
    model, tokenizer = loaded
    groups = [group for group in Quiz.measured(world).groups if group.name in SMOKE_ROWS]
    assert len(groups) == len(SMOKE_ROWS)
    for row in score_groups(model, tokenizer, groups, count=SMOKE_COUNT):
        assert row.measured >= SMOKE_ROWS[row.name], row


def test_facts_are_kept_at_the_name(
    world: World, loaded: tuple[LlamaForCausalLM, PreTrainedTokenizerFast]
) -> None:
    """Otherwise no edit at the name could ever be measured on this model."""
    model, tokenizer = loaded
    intact, first_block, *_, last_block = score_locality(model, tokenizer, world, count=16)
    assert intact.measured > 0.8
    assert first_block.measured < 0.5 * intact.measured
    assert last_block.measured > 0.8 * intact.measured


def test_a_resumed_training_is_the_same_training(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seed and stage decide everything; a checkpoint between two stages changes nothing."""
    monkeypatch.setattr("deploy.demo.tokenizer.SURVEYED_SAMPLES", 500)
    settings = _tiny()
    whole, tokenizer = train(world, settings, quiet=True)
    first_stage = replace(settings, stages=settings.stages[:1])
    train(world, first_stage, output=tmp_path, quiet=True)
    resumed, _ = train(world, settings, output=tmp_path, first_stage=1, quiet=True)
    assert _same(whole, resumed)
    assert not _same(whole, build_model(settings, tokenizer))


def test_the_rate_rises_stays_and_falls_with_the_tokens() -> None:
    settings = TrainingSettings(warm_up_steps=10, flat_share=0.4)
    stage = Stage(tokens=1000, learning_rate=1e-3, shares=FACTS_FIRST)
    assert rate_factor(settings, stage, 0, 0) == pytest.approx(0.1)
    assert rate_factor(settings, stage, 50, 400) == pytest.approx(1.0)
    assert rate_factor(settings, stage, 90, 700) == pytest.approx(0.5)
    assert rate_factor(settings, stage, 99, 1000) == settings.final_rate


def test_the_table_marks_what_is_missed() -> None:
    rows = [Row("kept", 0.9, 0.95, 100), Row("missed", 0.9, 0.5, 100), Row("shown", None, 0.1, 9)]
    lines = table(rows).splitlines()
    assert lines[2].startswith("| kept | 0.90 | 0.950 |")
    assert "0.500 *" in lines[3] and "*" not in lines[2] + lines[4]
