"""All readings of a text: what is hidden in it is undone, at most twice, within stated bounds.

Each kind is tried only where a cheap test of the text shows that there may be something for it to
undo. Nothing here knows of targets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from detectors.views import apart, backwards, encodings, kinds
from detectors.views.confusables import confusable_changes, stroke_changes
from detectors.views.leet import leet_changes
from detectors.views.view import Change, View, plain_view, rewritten
from detectors.views.view import backwards as reversed_view

DEEPEST = 2
MOST_VIEWS = 24
# All views beside the plain one have at most so many characters together: as a multiple of the
# text's length, and however short the text is.
MOST_GROWTH = 4
LEAST_ROOM = 20_000

TOO_DEEP = f"Something encoded more than {DEEPEST} times was left unread."
TOO_MUCH = "Some of what is hidden in a text was left unread, since it has too many readings."


@dataclass(frozen=True, slots=True)
class Readings:
    """The views of a text, the plain one first, and what was left unread, for the verdict."""

    views: tuple[View, ...]
    notes: tuple[str, ...] = ()


def _translation(*groups: tuple[str, str]) -> bytes:
    """Return a table for bytes.translate: the characters of each group to its sign, else blank."""
    table = bytearray(b" " * 256)
    for characters, sign in groups:
        for character in characters:
            table[ord(character)] = ord(sign)
    return bytes(table)


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DIGITS = "0123456789"
_SHAPE = _translation((_LETTERS, "a"), (_DIGITS, "0"), ("@$!|+", "!"), ("-_.*~^\\=", "-"))
_BASE64 = _translation((_LETTERS + _DIGITS + "+/-_", "a"))
_HEX = _translation((_DIGITS + "abcdefABCDEF", "0"))
_HEX_RUNS = (b"00000000", b" 00 00 00 ", b" 00  00  00 ")
_NUMBERS = _translation((_DIGITS, "0"), (_LETTERS, "a"))
_NUMBER_RUNS = (b"00000000", b"00 00", b"00  00")
_SMALL_AND_I = _translation((_LETTERS[:26], "a"), ("I", "I"))
_NO_DIGITS = bytes(set(range(256)) - set(_DIGITS.encode()))
_FEWEST_DIGITS = 6

_UNDO: Mapping[str, Callable[[str], Sequence[Change]]] = MappingProxyType(
    {
        kinds.BASE64: encodings.base64_changes,
        kinds.HEX: encodings.hex_changes,
        kinds.NUMBERS: encodings.number_changes,
        kinds.URL: encodings.url_changes,
        kinds.HTML: encodings.html_changes,
        kinds.ESCAPES: encodings.escape_changes,
        kinds.MORSE: encodings.morse_changes,
        kinds.ROT13: lambda text: [(0, len(text), encodings.rot13(text))],
        kinds.CONFUSABLES: confusable_changes,
        kinds.SPACED: apart.spaced_changes,
        kinds.SPELT: apart.spelt_changes,
        kinds.JOINED: apart.joined_changes,
    }
)
# What decodes to a text of its own, so that anything may be hidden in that.
_DECODERS = frozenset(
    (kinds.BASE64, kinds.HEX, kinds.NUMBERS, kinds.URL, kinds.HTML, kinds.ESCAPES, kinds.MORSE)
)
# What puts letters together leaves nothing to undo but leetspeak, and that leaves nothing.
_AFTER_LETTERS = frozenset((kinds.LEET,))
_WITHIN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        kinds.SPACED: _AFTER_LETTERS,
        kinds.SPELT: frozenset(),
        kinds.JOINED: _AFTER_LETTERS,
        kinds.STROKES: frozenset(),
        kinds.LEET: frozenset(),
    }
)


def views(text: str) -> tuple[View, ...]:
    """Return the readings of `text`, the plain one first."""
    return readings(text).views


def readings(text: str) -> Readings:
    """Return the readings of `text`, and in words what of it was left unread."""
    plain = plain_view(text)
    found = _Found(plain)
    for depth in range(DEEPEST):
        for view in found.take():
            for kind in _kinds_within(view):
                for made in _undone(view, kind):
                    if not found.add(made):
                        return Readings(found.views, (TOO_MUCH,))
        if depth == 0 and not found.fresh:
            return Readings(found.views)
    deep = any(_is_encoded(view) for view in found.take())
    return Readings(found.views, (TOO_DEEP,) if deep else ())


class _Found:
    """The views made so far, within the bounds."""

    def __init__(self, plain: View) -> None:
        self._views = [plain]
        self.fresh = [plain]
        self._texts = {plain.text}
        self._room = max(LEAST_ROOM, MOST_GROWTH * len(plain.source))

    @property
    def views(self) -> tuple[View, ...]:
        return tuple(self._views)

    def take(self) -> list[View]:
        """Return the views added since this was called last."""
        taken, self.fresh = self.fresh, []
        return taken

    def add(self, view: View) -> bool:
        """Return whether there is room for `view`; the same text in a second view is none."""
        if view.text in self._texts:
            return True
        self._room -= len(view.source)
        if self._room < 0 or len(self._views) >= MOST_VIEWS:
            return False
        self._texts.add(view.text)
        self._views.append(view)
        self.fresh.append(view)
        return True


def _undone(view: View, kind: str) -> Iterator[View]:
    if kind == kinds.REVERSED:
        yield reversed_view(view)
    elif kind == kinds.LEET:
        for words in leet_changes(view.source):
            yield rewritten(view, kind, words, one_stroke=True)
    elif changes := _UNDO[kind](view.source):
        yield rewritten(view, kind, changes)
        if kind == kinds.CONFUSABLES and (strokes := stroke_changes(changes)):
            yield rewritten(view, kinds.STROKES, strokes, one_stroke=True)


def _is_encoded(view: View) -> bool:
    return any(
        _UNDO[kind](view.source) for kind in _kinds_in(view.source, view.text) if kind in _DECODERS
    )


def _kinds_within(view: View) -> Iterator[str]:
    """Yield what there may be to undo in `view`; what a decoder gave may be encoded again."""
    last = view.kinds[-1].name
    allowed = _WITHIN.get(last)
    for kind in _kinds_in(view.source, view.text):
        if (kind != last or kind in _DECODERS) and (allowed is None or kind in allowed):
            yield kind


def _kinds_in(text: str, normalised: str) -> Iterator[str]:
    """Yield what there may be to undo in `text`, by tests that cost microseconds."""
    data = text.encode("ascii", "replace")
    plain = data.isascii() and text.isascii()
    if not plain:
        yield kinds.CONFUSABLES
    yield from _escapes_in(text)
    digits = len(data.translate(None, _NO_DIGITS))
    is_long = b"aaaaaaaaaaaa" in data.translate(_BASE64)
    if is_long or "=" in text:
        yield kinds.BASE64
    if digits >= _FEWEST_DIGITS:
        hexadecimal = data.translate(_HEX)
        if any(run in hexadecimal for run in _HEX_RUNS) or "\\x" in text or "0x" in text:
            yield kinds.HEX
        numbers = data.translate(_NUMBERS)
        if any(run in numbers for run in _NUMBER_RUNS):
            yield kinds.NUMBERS
    if "-." in text or ".-" in text:
        yield kinds.MORSE
    yield kinds.SPACED
    if apart.may_be_spelt(normalised):
        yield kinds.SPELT
    shape = data.translate(_SHAPE)
    if not plain or b"a-a" in shape or b"a--a" in shape or "-\n" in text or "-\r\n" in text:
        yield kinds.JOINED
    if _has_leet(text, data, shape, digits):
        yield kinds.LEET
    if backwards.looks_turned_by_rot13(normalised):
        yield kinds.ROT13
    if backwards.looks_reversed(normalised):
        yield kinds.REVERSED


def _escapes_in(text: str) -> Iterator[str]:
    if "%" in text:
        yield kinds.URL
    if "&" in text:
        yield kinds.HTML
    if "\\" in text or ("+" in text and ("U+" in text or "u+" in text)):
        yield kinds.ESCAPES


def _has_leet(text: str, data: bytes, shape: bytes, digits: int) -> bool:
    if digits and (b"a0" in shape or b"0a" in shape):
        return True
    if b"!a" in shape or b"!0" in shape or "$" in text or "|" in text:
        return True
    return "I" in text and b"aI" in data.translate(_SMALL_AND_I)
