"""Where the model keeps a fact: how much of it survives when the name is exchanged inside.
It does not know of scores or edits; it says whether an edit at the name can have an effect."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from deploy.demo import wordings
from deploy.demo.conversation import chat, render
from deploy.demo.world import ATTRIBUTES, Person, World


@dataclass(frozen=True)
class Locality:
    """Mean probability of a fact, and what is left of it with the name exchanged after a block."""

    count: int
    intact: float
    exchanged: tuple[float, ...]
    """For each block."""


@dataclass(frozen=True)
class _Probe:
    tokens: Tensor
    donor: Tensor
    """The same text about somebody unknown, token for token as long."""
    names: list[int]
    """Positions of the last token of each mention of the name."""
    values: list[int]


def measure_locality(
    model: LlamaForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    world: World,
    people: Sequence[Person],
    *,
    count: int,
    seed: int,
) -> Locality:
    """Exchange the residual at the last token of the name, in question and answer, block by block.

    A model that looks names up in its first attention layer does not care, and no edit at the
    name could ever be measured on it; one that gathers the facts at the name loses them.
    """
    generator = random.Random(seed)
    intact = 0.0
    exchanged = [0.0] * len(model.model.layers)
    for _ in range(count):
        probe = _probe(generator, tokenizer, world, generator.choice(people))
        intact += _probability(model, probe)
        for block, layer in enumerate(model.model.layers):
            replacement = _residual(model, layer, probe)
            with _replaced(layer, probe.names, replacement):
                exchanged[block] += _probability(model, probe)
    return Locality(count, intact / count, tuple(total / count for total in exchanged))


def _probe(
    generator: random.Random,
    tokenizer: PreTrainedTokenizerFast,
    world: World,
    person: Person,
) -> _Probe:
    attribute = generator.choice(ATTRIBUTES)
    question = generator.choice(wordings.TRAINED_QUESTIONS[attribute])
    value = person.facts[attribute]

    def tokens_of(name: str) -> tuple[list[int], int]:
        begun = wordings.beginning(attribute, name)
        text = render(chat("", (question.format(n=name), f"{begun} {value}."))).text
        before = text[: text.rindex(f" {value}")]
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids, len(tokenizer(before, add_special_tokens=False)["input_ids"])

    ids, first = tokens_of(person.name)
    donor, _ = tokens_of(generator.choice(world.strangers))
    last_name = tokenizer(f" {person.last}", add_special_tokens=False)["input_ids"][-1]
    names = [index for index, token in enumerate(ids[:first]) if token == last_name]
    length = len(tokenizer(f" {value}", add_special_tokens=False)["input_ids"])
    return _Probe(
        torch.tensor([ids]), torch.tensor([donor]), names, list(range(first, first + length))
    )


@torch.inference_mode()
def _probability(model: LlamaForCausalLM, probe: _Probe) -> float:
    logits = model(input_ids=probe.tokens, use_cache=False).logits[0].float().log_softmax(-1)
    total = sum(logits[position - 1, probe.tokens[0, position]].item() for position in probe.values)
    return float(torch.tensor(total).exp())


@torch.inference_mode()
def _residual(model: LlamaForCausalLM, layer: nn.Module, probe: _Probe) -> Tensor:
    seen: list[Tensor] = []
    handle = layer.register_forward_hook(lambda module, inputs, output: seen.append(output))
    try:
        model(input_ids=probe.donor, use_cache=False)
    finally:
        handle.remove()
    return seen[0][:, probe.names]


@contextmanager
def _replaced(layer: nn.Module, positions: list[int], replacement: Tensor) -> Iterator[None]:
    def hook(module: nn.Module, inputs: object, output: Tensor) -> Tensor:
        output = output.clone()
        output[:, positions] = replacement
        return output

    handle = layer.register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()
