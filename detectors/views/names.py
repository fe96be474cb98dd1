"""The strings under which a registered name is looked for in the views of a text."""

from __future__ import annotations

import re

from detectors.views.confusables import fold
from detectors.views.reading import normalise, with_one_stroke

# A name of several words that is shorter is too often a word when written in one.
FEWEST_LETTERS_IN_ONE_WORD = 6

_SIGNS = re.compile(r"[^\w ]|_")
# Two initials or more in a row, whichever way they are written.
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\. ?|[^\W\d_] ){2,}(?=\w)")


def forms_of(name: str) -> tuple[str, ...]:
    """Return the normalised strings that `name` is to be looked for as, the plain one first.

    The others are: with blanks for signs and without signs, as hyphens and dots are taken out of a
    text (`jk rowling`); with initials written in every usual way (`j. k.`, `j.k.`); in one word, as
    after letters written apart (`stephenking`); with i for l, as where digits stand for both; and,
    for a name in another script, with look-alikes folded, since a text that mixes scripts is read
    so.
    """
    plain = normalise(name).text.strip()
    if not plain:
        return ()
    forms = [plain, *_without_signs(plain), *_with_initials(plain)]
    if not plain.isascii():
        for written in (name, plain):
            folded = normalise(fold(written)).text.strip()
            forms += [folded, *_without_signs(folded)]
    forms += [with_one_stroke(form) for form in (plain, forms[1])]
    return tuple(dict.fromkeys(filter(None, forms)))


def _with_initials(form: str) -> list[str]:
    found = _INITIALS.search(form)
    if found is None:
        return []
    letters = [sign for sign in found[0] if sign.isalpha()]
    written = (". ".join(letters) + ".", ".".join(letters) + ".", " ".join(letters))
    together = "".join(letters)
    return [f"{form[: found.start()]}{each} {form[found.end() :]}" for each in (*written, together)]


def _without_signs(form: str) -> list[str]:
    bare = " ".join(_SIGNS.sub("", form).split())
    parted = " ".join(_SIGNS.sub(" ", form).split())
    together = bare.replace(" ", "")
    if together == bare or len(together) < FEWEST_LETTERS_IN_ONE_WORD:
        return [bare, parted]
    return [bare, parted, together]
