"""What streams are held back for, so that nobody tells by a pause which names are registered.

It knows registered strings; it does not know streams. The filter waits for the rest of a name whose
first word is registered. A swapped answer must wait as long as one about a name that only begins
so, and no longer: its own names count up to their first word. And while any target may not be known
to be registered, all answers wait alike wherever something may be a name.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

from detectors.lexical.names import NameSet
from detectors.lexical.segments import SegmentedLexicalIndex

# Words that begin a sentence more often than they are names.
_STARTERS = frozenset(
    "a an and are as at but by can do for he her here his how i if in is it its my no not of on or "
    "our please she so sorry that the there these they this to was we what when where which who "
    "why yes you your".split()
)
LONGEST_RUN = 120
# At the end of a text: words with capitals, up to five in a row.
_RUN = re.compile(r"(?<![^\W_])(?:[^\W\d_a-zß-öø-ÿ][\w.]* ){0,4}[^\W\d_a-zß-öø-ÿ]\w*$")


class Beside:
    """The registered strings, but for what follows the first words of some names."""

    def __init__(self, lexical: SegmentedLexicalIndex, names: Iterable[str]) -> None:
        """Prepare.

        Args:
            lexical: all registered strings.
            names: those that count up to their first word.
        """
        self._lexical = lexical
        self._own = frozenset(NameSet((name, 0) for name in names).continuing(""))

    def hold(self, normalised: str, *, start: int = 0, edges: Container[int] | None = None) -> int:
        """Return from which index on a stream must be held back (see `PatternSet.hold`)."""
        index = self._lexical.hold(normalised, start=start, edges=edges)
        while index < len(normalised) and not self._is_held(normalised[index:]):
            index = self._lexical.hold(normalised, start=index + 1, edges=edges)
        return index

    def _is_held(self, text: str) -> bool:
        if " " not in text.strip():
            return True
        return any(name not in self._own for name in self._lexical.continuing(text))


def start_of_name(text: str) -> int:
    """Return where the words at the end of `text` begin that may be a name; its length if none do.

    It goes by their capitals alone, and by no registered name.
    """
    window = max(0, len(text) - LONGEST_RUN)
    run = _RUN.search(text, window)
    if run is None:
        return len(text)
    words = run.group().split()
    if len(words) == 1 and words[0].casefold() in _STARTERS:
        return len(text)
    return run.start()
