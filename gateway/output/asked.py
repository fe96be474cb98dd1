"""Whether a request asks for an answer that only its end makes readable.

It reads words; it knows nothing of what is registered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# So many characters are read at either end of a text.
_READ = 2000

_DISGUISES = re.compile(
    r"base ?-?\d{2}|rot ?-?\d+|caesar|cipher|cypher|encod|encrypt|hexadecimal|\bhex\b|binary|morse"
    r"|ascii|unicode|escape|percent|backwards?|revers|mirror|anagram|acrostic|scrambl|letter by|"
    r"each letter|every letter|first letters?|pig ?latin|leet|1337|nato\b|spelling alphabet|"
    r"phonetic|transliterat|translat|cyrillic|in (?:russian|greek|arabic|hebrew|chinese|japanese)",
    re.IGNORECASE,
)


def asks_for_disguise(texts: Iterable[str]) -> bool:
    """Return whether one of the texts speaks of an encoding, or of letters in another order.

    What is asked stands at the beginning or at the end of a long text.
    """
    return any(
        _DISGUISES.search(part)
        for text in texts
        for part in ((text[:_READ], text[-_READ:]) if len(text) > _READ else (text,))
    )
