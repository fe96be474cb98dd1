"""The form of a name in which two spellings of it are equal.

It knows Unicode; it knows nothing of targets or of how names are found in a text.
"""

from __future__ import annotations

import unicodedata

IGNORED_CATEGORIES = frozenset({"Mn", "Cf"})
"""Marks that modify a letter, and characters that are not seen."""


def normalise_name(name: str) -> str:
    """Return the name decomposed, without marks, case-folded and with single spaces.

    Case folding can compose characters anew, so that it is followed by a second decomposition.
    """
    if name.isascii():
        return " ".join(name.lower().split())
    folded = _bare(unicodedata.normalize("NFKD", name)).casefold()
    return " ".join(_bare(unicodedata.normalize("NFKD", folded)).split())


def is_identifying(name: str) -> bool:
    """Return whether anything by which a text could be searched is left of the name."""
    return any(character.isalnum() for character in normalise_name(name))


def _bare(text: str) -> str:
    return "".join(
        character for character in text if unicodedata.category(character) not in IGNORED_CATEGORIES
    )
