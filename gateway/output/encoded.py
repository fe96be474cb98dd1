"""Runs of characters that look encoded: base64, hexadecimal bytes, escapes.

In a stream such a run is held until it is whole and was read; ordinary words, identifiers and
addresses do not look so. It knows characters; it does not decode.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# A shorter run is shown: it holds few letters, and many identifiers are as irregular.
SHORTEST = 8
# Nobody waits for the end of a longer one: what is shown of it is examined with the whole text.
LONGEST = 4096
# How often, at least, letters of one case, of the other, and digits take turns in base64.
_TURNS = 0.3

_RUN = re.compile(
    r"(?:[2-7][0-9A-Fa-f][ ,:]{1,2}){3,}[0-9A-Fa-f]{0,2}|[A-Za-z0-9+/=_%&#;:\\{}-]{8,}"
)
# No encoded run is without one of these, and few ordinary texts have one.
_SUSPECT = re.compile(
    r"[a-z][A-Z0-9]|[0-9][A-Za-z]|[A-Z][0-9]|[%&\\]|[0-9]{8}"
    r"|[2-7][0-9A-Fa-f][ ,:]{1,2}[2-7][0-9A-Fa-f]?[ ,:]"
)
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2}){2}|(?:\\[ux]\{?[0-9A-Fa-f]{2,}\}?){2}|(?:&#\w+;){2}")
_HEX = re.compile(r"(?:[2-7][0-9A-Fa-f][ ,:;-]{0,2}){4,}|(?:[2-7][0-9A-Fa-f][ ,:]{1,2}){3}")
_TURN = re.compile(r"[a-z](?=[A-Z0-9])|[0-9](?=[A-Za-z])|[A-Z](?=[0-9])|[A-Z](?=[A-Z][a-z])")


def may_hold_runs(text: str) -> bool:
    """Return whether `encoded_runs` is worth its time."""
    return _SUSPECT.search(text) is not None


def encoded_runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the runs that look encoded."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        if end - start <= LONGEST and _looks_encoded(run.group()):
            yield start, end


def _looks_encoded(run: str) -> bool:
    if _ESCAPES.search(run) or _HEX.search(run):
        return True
    return len(_TURN.findall(run)) >= _TURNS * len(run)
