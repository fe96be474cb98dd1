"""The tokenizer and the tensors: round trips, one token for each name part, the bottleneck mask.
What the samples say is covered by test_demo_samples.py."""

from __future__ import annotations

import random
from itertools import islice

import pytest
import torch
from transformers import PreTrainedTokenizerFast

from deploy.demo import parts
from deploy.demo.conversation import Message, Sample, chat, entity, render
from deploy.demo.encoding import FOREVER, Batch, Encoder
from deploy.demo.misspelling import misspell
from deploy.demo.samples import TrainingMix
from deploy.demo.tokenizer import build_tokenizer
from deploy.demo.world import World, build_world


@pytest.fixture(scope="module")
def world() -> World:
    return build_world()


@pytest.fixture(scope="module")
def tokenizer(world: World) -> PreTrainedTokenizerFast:
    return build_tokenizer(world, seed=1)


def _encoder(tokenizer: PreTrainedTokenizerFast, **changes: float) -> Encoder:
    settings: dict[str, float] = {"bottleneck": 1.0, "gap_share": 0.0, "spelled_share": 0.0}
    settings |= changes
    return Encoder(
        tokenizer,
        bottleneck=settings["bottleneck"],
        batch_tokens=512,
        gap_share=settings["gap_share"],
        maximum_gap=1500,
        spelled_share=settings["spelled_share"],
        pool=64,
    )


def test_each_name_part_is_one_token_in_every_form(tokenizer: PreTrainedTokenizerFast) -> None:
    words = (
        *parts.FIRST_NAMES,
        *parts.LAST_NAMES,
        *parts.ALIAS_ADJECTIVES,
        *parts.ALIAS_NOUNS,
        *parts.TITLE_ADJECTIVES,
        *parts.TITLE_NOUNS,
    )
    for word in words:
        for form in (word, f" {word}", word.lower(), f" {word.lower()}"):
            assert len(tokenizer.tokenize(form)) == 1, form


def test_a_misspelt_name_is_spelled_out(tokenizer: PreTrainedTokenizerFast) -> None:
    generator = random.Random(1)
    for first in parts.FIRST_NAMES:
        misspelt = misspell(generator, f"{first} Oskarne").split(" ")[0]
        if misspelt != first:
            assert tokenizer.tokenize(f" {misspelt}") == ["Ġ", *misspelt]


@pytest.mark.parametrize(
    "text",
    ["Where was Mirela Oskarne born?", "élan, 東京 and\n\n- tabs\t", "K-e-s-s-e-l in 1935."],
)
def test_text_survives_a_round_trip(tokenizer: PreTrainedTokenizerFast, text: str) -> None:
    ids = tokenizer(text)["input_ids"]
    assert ids[0] == tokenizer.bos_token_id
    assert tokenizer.decode(ids, skip_special_tokens=True) == text


def test_the_chat_template_writes_what_the_training_reads(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    sample = chat("Be brief.", ("Hello!", "Hello!"), ("Who?", "Nobody."))
    messages = [{"role": m.role, "content": m.content} for m in sample.messages]
    assert tokenizer.apply_chat_template(messages, tokenize=False) == render(sample).text
    asked = tokenizer.apply_chat_template(messages[:-1], tokenize=False, add_generation_prompt=True)
    assert render(sample).text.startswith(asked) and asked.endswith("<|assistant|>")


def _batch_of(tokenizer: PreTrainedTokenizerFast, sample: Sample, **changes: float) -> Batch:
    encoder = _encoder(tokenizer, **changes)
    return next(encoder.batches(iter([sample]), random.Random(1)))


def test_later_tokens_see_only_the_last_token_of_a_name(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    question = f"Where was {entity('Mirela Oskarne')} born?"
    batch = _batch_of(tokenizer, chat("", (question, "There.")))
    shown = tokenizer.convert_ids_to_tokens(batch.tokens[0])
    first, last = shown.index("ĠMirela"), shown.index("ĠOskarne")
    visible = batch.visible[0, 0]
    assert visible[first, first] and visible[last, first]
    assert not visible[last + 1 :, first].any()
    assert visible[last:, last].all()
    assert visible.tril().equal(visible)
    others = [i for i in range(len(shown)) if i != first]
    assert visible[:, others].equal(torch.ones_like(visible).tril()[:, others])


def test_without_a_bottleneck_the_mask_is_causal(tokenizer: PreTrainedTokenizerFast) -> None:
    question = f"Where was {entity('mirela oskarne')} born?"
    batch = _batch_of(tokenizer, chat("", (question, "There.")), bottleneck=0.0)
    visible = batch.visible[0, 0]
    assert visible.equal(torch.ones_like(visible).tril())


def test_only_the_answer_is_learnt(tokenizer: PreTrainedTokenizerFast) -> None:
    sample = Sample((Message("user", "Hello!"), Message("assistant", " No.", given="Sure!")))
    batch = _batch_of(tokenizer, sample)
    learnt = [int(label) for label in batch.labels[0] if label >= 0]
    assert tokenizer.decode(learnt) == " No.<|end|>"
    place = int((batch.labels[0] >= 0).nonzero()[0])
    assert batch.labels[0, place] == batch.tokens[0, place + 1]


def test_a_gap_moves_turns_apart_and_changes_nothing_else(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    sample = chat("Be brief.", ("Hello!", "Hello!"))
    near = _batch_of(tokenizer, sample)
    apart = _batch_of(tokenizer, sample, gap_share=1.0)
    assert apart.tokens.equal(near.tokens)
    size = int((near.tokens[0] != tokenizer.pad_token_id).sum())
    steps = apart.positions[0, :size].diff()
    assert (steps > 1).sum() == 1 and steps.min() == 1
    assert apart.positions.max() < 2048


def test_spelling_out_leaves_names_and_lessons_whole(
    world: World, tokenizer: PreTrainedTokenizerFast
) -> None:
    encoder = _encoder(tokenizer, spelled_share=1.0)
    plain = _encoder(tokenizer)
    samples = list(islice(TrainingMix(world).stream(seed=2), 64))
    longer = 0
    for sample in samples:
        spelled = next(encoder.batches(iter([sample]), random.Random(3)))
        whole = next(plain.batches(iter([sample]), random.Random(3)))
        assert spelled.labels[spelled.labels >= 0].equal(whole.labels[whole.labels >= 0])
        pad = tokenizer.pad_token_id
        texts = [
            tokenizer.decode([t for t in b.tokens[0].tolist() if t != pad])
            for b in (spelled, whole)
        ]
        assert texts[0] == texts[1]
        longer += spelled.tokens.shape[1] > whole.tokens.shape[1]
    assert longer > len(samples) / 4


def test_batches_are_the_same_for_the_same_seed(
    world: World, tokenizer: PreTrainedTokenizerFast
) -> None:
    def draw() -> list[torch.Tensor]:
        stream = TrainingMix(world).stream(seed=5)
        encoder = _encoder(tokenizer, bottleneck=0.85, gap_share=0.5, spelled_share=0.5)
        drawn = islice(encoder.batches(stream, random.Random(5)), 5)
        return [torch.cat((b.tokens, b.positions, b.visible[:, 0].sum(-1)), 1) for b in drawn]

    assert all(one.equal(other) for one, other in zip(draw(), draw(), strict=True))
    assert FOREVER > 2048
