"""Whether a text as a whole is written backwards or turned by rot13.

The commonest words of English show it. A name that stands turned in an otherwise plain text is
found by `detectors.lexical.turned`; nothing here knows of names.
"""

from __future__ import annotations

from detectors.views.encodings import rot13

# So many of the words must stand in a text before it is read as turned.
FEWEST_WORDS = 2

_COMMON = ("the", "of", "and", "is", "what", "who", "which", "did", "was", "for", "when", "where")
_TURNED_BY_ROT13 = tuple(f" {rot13(word)} " for word in _COMMON)
# "saw" and "si" are words themselves; "did" stays what it is.
_REVERSED = tuple(f" {word[::-1]} " for word in _COMMON if word not in ("was", "is", "did"))
# One of these stands in nearly every question that was turned, and in few other texts.
_ROT13_GATE = ("gur", "jub ", "jung ", "juvpu ")
_REVERSED_GATE = ("eht", " ohw", " tahw", " hcihw")


def looks_turned_by_rot13(normalised: str) -> bool:
    """Return whether a text has the commonest words of English as rot13 leaves them."""
    if not any(word in normalised for word in _ROT13_GATE):
        return False
    return _has_some(f" {normalised} ", _TURNED_BY_ROT13)


def looks_reversed(normalised: str) -> bool:
    """Return whether a text has the commonest words of English backwards."""
    if not any(word in normalised for word in _REVERSED_GATE):
        return False
    return _has_some(f" {normalised} ", _REVERSED)


def _has_some(text: str, words: tuple[str, ...]) -> bool:
    return sum(word in text for word in words) >= FEWEST_WORDS
