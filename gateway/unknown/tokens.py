"""Into which tokens words are cut, as the upstream's own tokenizer does it.

It remembers words for each model; it does not know what they are for, or how the upstream is asked.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

KEPT = 60_000
"""Words that are remembered for a model."""
AT_A_TIME = 8_000
"""Bytes that are asked about in one call."""

_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text in tokens.

    Attributes:
        ids: the numbers of the tokens.
        strings: as the tokenizer writes them, with its own signs for blanks and bytes.
    """

    ids: tuple[int, ...]
    strings: tuple[str, ...]


# (model, text) to its tokens without special ones, None where the upstream does not say.
Tokenise = Callable[[str, str], Awaitable[Tokens | None]]


@dataclass(frozen=True, slots=True)
class Cut:
    """One word in tokens.

    Attributes:
        ids: the numbers of its tokens, in order.
        pieces: what each of them adds to the word, a blank before it left out.
    """

    ids: tuple[int, ...]
    pieces: tuple[str, ...]


class Vocabulary:
    """Words as one model's tokenizer cuts them, behind a blank and at the beginning of a line.

    Attributes:
        model: its name.
    """

    def __init__(self, model: str, tokenise: Tokenise) -> None:
        self.model = model
        self._tokenise = tokenise
        self._cuts: OrderedDict[tuple[str, bool], Cut | None] = OrderedDict()
        self._lists: set[object] = set()

    async def learn(self, words: Iterable[str]) -> None:
        """Ask about the words that are not known yet, many in one call."""
        words = list(dict.fromkeys(words))
        for is_behind_blank in (True, False):
            unknown = [word for word in words if (word, is_behind_blank) not in self._cuts]
            for batch in _batches(unknown):
                await self._learn(batch, is_behind_blank)

    async def learn_list(self, name: object, words: Iterable[str]) -> None:
        """Ask about a list of words, once for its name."""
        if name not in self._lists:
            await self.learn(words)
            self._lists.add(name)

    def cut(self, word: str, *, is_behind_blank: bool) -> Cut | None:
        """Return how a learnt word is cut; None where that is not known."""
        return self._cuts.get((word, is_behind_blank))

    async def _learn(self, words: Sequence[str], is_behind_blank: bool) -> None:
        start = "\n " if is_behind_blank else "\n"
        text = "".join(start + word for word in words) + "\n"
        tokens = await self._tokenise(self.model, text)
        cuts = _cuts(text, words, start, tokens) if tokens else [None] * len(words)
        for word, cut in zip(words, cuts, strict=True):
            self._cuts[word, is_behind_blank] = cut
        while len(self._cuts) > KEPT:
            self._cuts.popitem(last=False)


def _batches(words: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for word in words:
        size += len(word.encode()) + 2
        if batch and size > AT_A_TIME:
            yield batch
            batch, size = [], len(word.encode()) + 2
        batch.append(word)
    if batch:
        yield batch


def _cuts(text: str, words: Sequence[str], start: str, tokens: Tokens) -> list[Cut | None]:
    """Return the cut of each word of `text`, None for one that shares a token with another."""
    pieces = texts_of(tokens.strings)
    if "".join(pieces) != text:
        return [None] * len(words)
    ends = list(accumulate(map(len, pieces)))
    cuts: list[Cut | None] = []
    place = at = 0
    for word in words:
        first = place + len(start) - 1  # The blank, or the line's end, before the word.
        begin, end = place + len(start), place + len(start) + len(word)
        while ends[at] <= first and start == "\n ":
            at += 1
        while ends[at] <= begin and start == "\n":
            at += 1
        own = at
        while ends[own] < end:
            own += 1
        is_own = ends[own] == end and (at == 0 or ends[at - 1] in (first, begin))
        if is_own:
            bounds = [begin, *(max(begin, stop) for stop in ends[at : own + 1])]
            parts = tuple(text[a:b] for a, b in zip(bounds, bounds[1:], strict=False))
            cuts.append(Cut(tokens.ids[at : own + 1], parts))
        else:
            cuts.append(None)
        place = end
    return cuts


def texts_of(strings: Sequence[str]) -> list[str]:
    """Return what each token adds to the text; a character that is cut belongs to its last token.

    Tokenizers that work on bytes write each as a printable character (the table of GPT-2),
    others write a blank as U+2581 and a byte as `<0xE4>`.
    """
    table = _bytes_of_characters()
    if all(character in table for string in strings for character in string):
        return _decoded([bytes(table[character] for character in string) for string in strings])
    return _decoded(
        [
            bytes([int(byte[1], 16)])
            if (byte := _BYTE.fullmatch(string))
            else string.replace("\u2581", " ").encode()
            for string in strings
        ]
    )


def _decoded(pieces: Sequence[bytes]) -> list[str]:
    texts: list[str] = []
    pending = b""
    for piece in pieces:
        pending += piece
        try:
            text, pending = pending.decode(), b""
        except UnicodeDecodeError:
            text = ""
        texts.append(text)
    return texts


@lru_cache(maxsize=1)
def _bytes_of_characters() -> dict[str, int]:
    """Return the byte that each character stands for in byte-level BPE (GPT-2's table)."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in set(shown)]
    return {chr(byte): byte for byte in shown} | {
        chr(256 + place): byte for place, byte in enumerate(others)
    }
