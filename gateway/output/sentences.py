"""Where sentences end in a text that grows. It knows punctuation only."""

from __future__ import annotations

import re

# A sentence that does not end within so many characters is judged as far as it goes.
LONGEST = 600

_END = re.compile(r"[.!?…]+[\"'”’)\]*]*\s+|\n+|[。！？]+")


def end_of_last_sentence(text: str) -> int:
    """Return where the last whole sentence of a text ends, with the blanks behind it; 0 for none.

    Where the text is longer than a sentence may be, that is its last blank.
    """
    end = 0
    for match in _END.finditer(text):
        end = match.end()
    if not end and len(text) > LONGEST:
        end = text.rfind(" ") + 1 or len(text)
    return end


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text."""
    ends = [match.end() for match in _END.finditer(text)]
    bounds = zip([0, *ends], [*ends, len(text)], strict=True)
    pieces = (text[start:end].strip() for start, end in bounds)
    return [piece for piece in pieces if piece]
