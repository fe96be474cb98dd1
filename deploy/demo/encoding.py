"""Samples as tensors: token ids, what is learnt, positions, and which tokens of an entity later
ones may see. It does not know the model or how the samples are made."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from deploy.demo.conversation import Rendered, Sample, render

IGNORED = -100
FOREVER = 1 << 30
PAD_MULTIPLE = 8
SPELLED_WORDS = 0.1


@dataclass(frozen=True)
class Encoded:
    """One sample in tokens."""

    tokens: list[int]
    learnt: list[bool]
    seen_until: list[int]
    """The last position that may attend to each token."""
    positions: list[int]


@dataclass(frozen=True)
class Batch:
    tokens: Tensor
    labels: Tensor
    positions: Tensor
    visible: Tensor
    """A boolean attention mask, batch x 1 x query x key."""


@dataclass(frozen=True)
class Encoder:
    """Turns samples into batches of about `batch_tokens` tokens of similar length.

    The entity bottleneck: with probability `bottleneck`, the tokens after a name, alias or title
    may attend to its last token only. Facts then have to be gathered at that token, where large
    models keep them and where an edit of the weights can find them.
    """

    tokenizer: PreTrainedTokenizerFast
    bottleneck: float
    batch_tokens: int
    gap_share: float
    """Share of samples whose turns are moved apart, as if a long text stood between them."""
    maximum_gap: int
    spelled_share: float
    """Share of samples in which some words are spelled out, so that unknown words look harmless."""
    pool: int = 6000

    def batches(self, samples: Iterator[Sample], generator: random.Random) -> Iterator[Batch]:
        """Draw batches without end."""
        while True:
            rendered = [render(sample) for sample in islice(samples, self.pool)]
            encoded = [self._encode(item, generator) for item in self._tokenized(rendered)]
            encoded.sort(key=lambda item: len(item.tokens) + generator.random())
            groups = self._grouped(encoded)
            generator.shuffle(groups)
            for group in groups:
                yield collate(group)

    def _tokenized(
        self, rendered: Sequence[Rendered]
    ) -> Iterator[tuple[Rendered, list[int], list[tuple[int, int]]]]:
        batch = self.tokenizer(
            [item.text for item in rendered],
            add_special_tokens=False,
            return_offsets_mapping=True,
        )
        ids, offsets = batch["input_ids"], batch["offset_mapping"]
        yield from zip(rendered, ids, offsets, strict=True)

    def _encode(
        self,
        tokenized: tuple[Rendered, list[int], list[tuple[int, int]]],
        generator: random.Random,
    ) -> Encoded:
        rendered, tokens, offsets = tokenized
        ends = [end for _, end in offsets]
        if generator.random() < self.spelled_share:
            tokens, ends = self._spell(rendered, tokens, ends, generator)
        learnt = [False] * len(tokens)
        for first, stop in _token_ranges(ends, rendered.learnt):
            learnt[first:stop] = [True] * (stop - first)
        seen_until = [FOREVER] * len(tokens)
        if generator.random() < self.bottleneck:
            for first, stop in _token_ranges(ends, rendered.entities):
                seen_until[first : stop - 1] = [stop - 1] * (stop - 1 - first)
        turns = [bisect_left(ends, end) + 1 for end in rendered.turns]
        positions = self._positions(len(tokens), turns, generator)
        return Encoded(tokens, learnt, seen_until, positions)

    @cached_property
    def _spellings(self) -> list[list[int]]:
        """For every token the tokens of its bytes; special ones stay whole."""
        special = set(self.tokenizer.all_special_tokens)
        words = self.tokenizer.convert_ids_to_tokens(range(len(self.tokenizer)))
        return [
            self.tokenizer.convert_tokens_to_ids([word] if word in special else list(word))
            for word in words
        ]

    def _spell(
        self,
        rendered: Rendered,
        tokens: Sequence[int],
        ends: Sequence[int],
        generator: random.Random,
    ) -> tuple[list[int], list[int]]:
        """Spell out a few words that are neither names nor learnt."""
        kept = {
            index
            for first, stop in _token_ranges(ends, (*rendered.entities, *rendered.learnt))
            for index in range(first, stop)
        }
        spelled: list[tuple[int, int]] = []
        for index, (token, end) in enumerate(zip(tokens, ends, strict=True)):
            spell = index not in kept and generator.random() < SPELLED_WORDS
            pieces = self._spellings[token] if spell else [token]
            spelled += [(piece, end) for piece in pieces]
        return [token for token, _ in spelled], [end for _, end in spelled]

    def _positions(self, length: int, turns: Sequence[int], generator: random.Random) -> list[int]:
        if len(turns) < 2 or generator.random() >= self.gap_share:
            return list(range(length))
        cut = generator.choice(turns[:-1])
        gap = generator.randint(1, max(1, self.maximum_gap - length))
        return [index + gap * (index >= cut) for index in range(length)]

    def _grouped(self, encoded: Sequence[Encoded]) -> list[list[Encoded]]:
        groups: list[list[Encoded]] = []
        group: list[Encoded] = []
        for item in encoded:
            if group and (len(group) + 1) * _padded(len(item.tokens)) > self.batch_tokens:
                groups.append(group)
                group = []
            group.append(item)
        return [*groups, group]


def collate(group: Sequence[Encoded]) -> Batch:
    """Pad a group to one length; labels are shifted, so that each stands where it is predicted."""
    length = _padded(max(len(item.tokens) for item in group))
    tokens = torch.zeros(len(group), length, dtype=torch.long)
    labels = torch.full((len(group), length), IGNORED)
    positions = torch.zeros(len(group), length, dtype=torch.long)
    seen_until = torch.full((len(group), length), FOREVER)
    for row, item in enumerate(group):
        size = len(item.tokens)
        tokens[row, :size] = torch.tensor(item.tokens)
        positions[row, :size] = torch.tensor(item.positions)
        seen_until[row, :size] = torch.tensor(item.seen_until)
        target = torch.tensor(item.tokens).where(torch.tensor(item.learnt), torch.tensor(IGNORED))
        labels[row, : size - 1] = target[1:]
    query = torch.arange(length)[None, :, None]
    key = torch.arange(length)[None, None, :]
    visible = (key <= query) & (query <= seen_until[:, None, :])
    return Batch(tokens, labels, positions, visible[:, None])


def _token_ranges(
    ends: Sequence[int], ranges: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Translate character ranges into token ranges."""
    for start, end in ranges:
        yield bisect_right(ends, start), bisect_right(ends, end)


def _padded(length: int) -> int:
    return -(-length // PAD_MULTIPLE) * PAD_MULTIPLE
