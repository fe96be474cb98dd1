"""The strings under which a registered secret is looked for: numbers and keys as people group them.

It knows how a value may be written; it does not know whose it is.
"""

from __future__ import annotations

import re

from detectors.views import normalise

# What stands between the groups of a card, an account, a telephone number or a key.
_BETWEEN = ("", " ", "-", ".")
_GROUPS = re.compile(r"[^\W_]+")
# A shorter value without its signs is met by chance.
_FEWEST_SIGNS = 7
_MOST_GROUPS = 12


def forms_of_secret(secret: str) -> tuple[str, ...]:
    """Return the normalised strings that a secret is to be looked for as, the plain one first.

    A value with digits is written with blanks, hyphens or points between its groups, or none.
    """
    plain = normalise(secret).text.strip()
    groups = _GROUPS.findall(plain)
    has_digit = any(character.isdigit() for character in plain)
    if not has_digit or not 1 < len(groups) <= _MOST_GROUPS or len("".join(groups)) < _FEWEST_SIGNS:
        return (plain,)
    return tuple(dict.fromkeys((plain, *(between.join(groups) for between in _BETWEEN))))
