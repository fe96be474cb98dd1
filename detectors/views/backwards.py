"""Text that is written backwards or turned by rot13: whether it looks so, and names so turned.

A name that stands turned in an otherwise plain text is found by its turned form, which costs a
request nothing; a text that is turned as a whole is shown by the commonest words of English.
"""

from __future__ import annotations

from dataclasses import dataclass

from detectors.views.encodings import rot13
from detectors.views.kinds import KINDS, REVERSED, ROT13
from detectors.views.reading import normalise

# Shorter single words become other words: Leon and Noel, Aidan and Nadia.
FEWEST_LETTERS = 6
# So many of the words must stand in a text before it is read as turned.
FEWEST_WORDS = 2

_COMMON = ("the", "of", "and", "is", "what", "who", "which", "did", "was", "for", "when", "where")
_TURNED_BY_ROT13 = tuple(f" {rot13(word)} " for word in _COMMON)
# "saw" and "si" are words themselves; "did" stays what it is.
_REVERSED = tuple(f" {word[::-1]} " for word in _COMMON if word not in ("was", "is", "did"))
# One of these stands in nearly every question that was turned, and in few other texts.
_ROT13_GATE = ("gur", "jub ", "jung ", "juvpu ")
_REVERSED_GATE = ("eht", " ohw", " tahw", " hcihw")


@dataclass(frozen=True, slots=True)
class DisguisedForm:
    """What a name looks like where it was turned.

    Attributes:
        view: name of the view that a match is reported in.
        text: the form, normalised.
        how: for the reason of a match, like `View.how`.
    """

    view: str
    text: str
    how: str


def disguised_forms(name: str) -> tuple[DisguisedForm, ...]:
    """Return what `name` looks like turned by rot13, read backwards, and each word backwards."""
    plain = normalise(name).text.strip()
    if " " not in plain and sum(map(str.isalpha, plain)) < FEWEST_LETTERS:
        return ()
    backwards = plain[::-1]
    by_word = " ".join(word[::-1] for word in plain.split(" "))
    as_written = normalise(rot13(name)).text.strip()
    turned = (
        (ROT13, rot13(plain)),
        # What has marks is no ASCII letter and stays as it is.
        (ROT13, as_written),
        (REVERSED, backwards),
        (REVERSED, by_word),
    )
    forms = dict.fromkeys((view, form) for view, form in turned if form != plain)
    return tuple(DisguisedForm(view, form, f", once {KINDS[view].phrase}") for view, form in forms)


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
