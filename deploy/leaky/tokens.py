"""A tokenizer of bytes and a few whole words, so that ids say something.

It knows no model's vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_BYTES = 256
_WORD = re.compile(r" ?\w+", re.UNICODE)
BLANKED = "\N{LATIN CAPITAL LETTER G WITH DOT ABOVE}"


class Tokens:
    """Ids: a byte is itself, and the words of the strings that the upstream knows come behind."""

    def __init__(self, strings: Iterable[str]) -> None:
        words = {match.group() for text in strings for match in _WORD.finditer(text)}
        both = {form for word in words for form in (word.strip(), " " + word.strip())}
        self._words = sorted(both)
        self._ids = {word: _BYTES + number for number, word in enumerate(self._words)}

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text."""
        ids: list[int] = []
        position = 0
        for match in _WORD.finditer(text):
            word = self._ids.get(match.group())
            if word is not None:
                ids += [*text[position : match.start()].encode(), word]
                position = match.end()
        return [*ids, *text[position:].encode("utf-8", "replace")]

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of some ids; unknown ones are left out."""
        data = b"".join(self.bytes_of(each) for each in ids)
        return data.decode("utf-8", "replace")

    def bytes_of(self, token: int) -> bytes:
        """Return the bytes of one token."""
        if 0 <= token < _BYTES:
            return bytes([token])
        if _BYTES <= token < _BYTES + len(self._words):
            return self._words[token - _BYTES].encode()
        return b""

    def strings(self, ids: Sequence[int]) -> list[str]:
        """Return each token as vLLM's /tokenize spells it, a blank as its byte-level sign."""
        return [self.decode([each]).replace(" ", BLANKED) for each in ids]
