"""Pieces of a text that decode to text: base64, hexadecimal, URL, HTML and character escapes.

Each function returns what to put where, in order; it knows nothing of views.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import string
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from detectors.views.view import Change

SHORTEST_BASE64_RUN = 12

_BASE64_DIGITS = string.ascii_letters + string.digits + "+/-_"
# For bytes.translate: digits of base64 to one letter, everything else to a blank.
_BASE64_SHAPE = bytes(97 if chr(code) in _BASE64_DIGITS else 32 for code in range(256))
_LONG_ENOUGH = b"a" * SHORTEST_BASE64_RUN
# A shorter run counts where its padding shows what it is.
_PADDED = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{6,11}={1,2}(?!=)")
_URL_SAFE = str.maketrans("-_", "+/")
_LINE_BREAKS = ("\n", "\r\n")

# These begin with a set of characters, where `re` is fast, and nothing is asked of what follows
# a run, which would make the work grow with its square: `_stands_alone` asks each match. A prefix
# of bytes belongs to the separator, and the first one is looked for behind.
_HEX_RUN = re.compile(r"[2-7][0-9A-Fa-f](?:(?:[ ,:;-]|, )?(?:0x|\\x)?[0-9A-Fa-f]{2}){3,}")
_HEX_PREFIXES = ("0x", "\\x")
_FEWEST_BYTES = 4
_READABLE = re.compile(r"[^\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]+")
_NOT_HEX = re.compile(r"0x|\\x|[ ,:;-]")
_BINARY_RUN = re.compile(r"[01]{8}(?:[ ,]{0,2}[01]{8}){2,}")
_DECIMAL_RUN = re.compile(r"[0-9]{2,3}(?:[ ,]{1,2}[0-9]{2,3}){3,}")
_BINARY_DIGITS = re.compile(r"[01]{8}")
_DECIMAL = re.compile(r"\d+")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_ENTITY = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31})(?:;|(?![A-Za-z0-9=]))"
)
_ESCAPE = re.compile(
    r"(?:\\u[0-9A-Fa-f]{4}|\\u\{[0-9A-Fa-f]{1,6}\}|\\U[0-9A-Fa-f]{8}|\\x[0-9A-Fa-f]{2}"
    r"|\\[0-3][0-7]{2})+|[Uu]\+[0-9A-Fa-f]{4,5}(?: ?[Uu]\+[0-9A-Fa-f]{4,5})*"
)
_CODE = re.compile(r"\\([0-7]{3})|(?:\\[uUx]\{?|[Uu]\+)([0-9A-Fa-f]+)")
_MORSE_RUN = re.compile(r"[.\-]{1,6}(?:(?: {1,3}| ?[/|] ?)[.\-]{1,6}){3,}")
_MORSE = dict(
    zip(
        ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- "
        ".-- -..- -.-- --.. ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.".split(),
        "abcdefghijklmnopqrstuvwxyz0123456789",
        strict=True,
    )
)


def base64_changes(text: str) -> list[Change]:
    """Return what base64 in `text` decodes to, also where it was first turned by rot13."""
    found: list[Change] = []
    for start, end in _base64_runs(text):
        piece = _decode_base64(text[start:end])
        if piece is None:
            continue
        if found and text[found[-1][1] : start] in _LINE_BREAKS:
            start, _, before = found.pop()
            piece = before + piece
        found.append((start, end, piece))
    return found


def hex_changes(text: str) -> list[Change]:
    """Return what bytes written as hexadecimal digits decode to."""
    found: list[Change] = []
    for start, end, piece in _decoded(text, _HEX_RUN, _decode_hex):
        if text[max(0, start - 2) : start] in _HEX_PREFIXES:
            start -= 2
        if _stands_alone(text, start, end):
            found.append((start, end, piece))
    return found


def number_changes(text: str) -> list[Change]:
    """Return what bytes written as binary or decimal numbers decode to."""
    binary = _standing_alone(text, _BINARY_RUN, _decode_binary)
    return binary or _standing_alone(text, _DECIMAL_RUN, _decode_decimal)


def url_changes(text: str) -> list[Change]:
    """Return what URL escapes stand for."""
    return list(_decoded(text, _PERCENT, unquote))


def html_changes(text: str) -> list[Change]:
    """Return what HTML entities stand for, named or by number."""
    return list(_decoded(text, _ENTITY, html.unescape))


def escape_changes(text: str) -> list[Change]:
    r"""Return what escapes such as \\u0041, \\x41, \\101 and U+0041 stand for."""
    return list(_decoded(text, _ESCAPE, _decode_escapes))


def morse_changes(text: str) -> list[Change]:
    """Return what at least four signs of Morse code stand for."""
    return _standing_alone(text, _MORSE_RUN, _decode_morse)


def rot13(text: str) -> str:
    """Return `text` with its ASCII letters moved by thirteen."""
    return codecs.encode(text, "rot13")


def _decoded(
    text: str, pattern: re.Pattern[str], decode: Callable[[str], str | None]
) -> Iterator[Change]:
    for run in pattern.finditer(text):
        piece = decode(run.group())
        if piece is not None and piece != run.group():
            yield run.start(), run.end(), piece


def _standing_alone(
    text: str, pattern: re.Pattern[str], decode: Callable[[str], str | None]
) -> list[Change]:
    found = _decoded(text, pattern, decode)
    return [change for change in found if _stands_alone(text, change[0], change[1])]


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Return whether no letter or digit stands beside a piece."""
    beside = text[max(0, start - 1) : start] + text[end : end + 1]
    return not any(character.isalnum() for character in beside)


def _base64_runs(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of what may be base64, in order."""
    places = [run.span() for run in _PADDED.finditer(text)] if "=" in text else []
    shape = text.encode("ascii", "replace").translate(_BASE64_SHAPE) + b" "
    end = 0
    while (start := shape.find(_LONG_ENOUGH, end)) >= 0:
        end = shape.index(b" ", start)
        while text[end : end + 1] == "=" and text[end - 2 : end] != "==":
            end += 1
        places.append((start, end))
    return iter(sorted(places))


def _decode_base64(run: str) -> str | None:
    """Return the printable text that `run` encodes, or None."""
    digits = run.rstrip("=")
    if len(digits) < len(run) < SHORTEST_BASE64_RUN and len(run) % 4:
        return None
    if digits.isalpha() and (digits[1:].islower() or digits.isupper()):
        # A long word. Printable text has a capital or a digit in nearly every four signs.
        return None
    for candidate in (digits, rot13(digits)):
        padded = candidate.translate(_URL_SAFE) + "=" * (-len(candidate) % 4)
        try:
            return _printable(base64.b64decode(padded))
        except (binascii.Error, UnicodeDecodeError):
            continue
    return None


def _decode_hex(run: str) -> str | None:
    """Return the text that the bytes begin with: words such as "be" behind it look like bytes."""
    digits = _NOT_HEX.sub("", run)
    text = bytes.fromhex(digits[: len(digits) // 2 * 2]).decode(errors="replace")
    readable = _READABLE.match(text)
    return readable.group() if readable and len(readable.group()) >= _FEWEST_BYTES else None


def _decode_binary(run: str) -> str | None:
    return _printable_or_none(bytes(int(byte, 2) for byte in _BINARY_DIGITS.findall(run)))


def _decode_decimal(run: str) -> str | None:
    codes = [int(code) for code in _DECIMAL.findall(run)]
    return "".join(map(chr, codes)) if all(32 <= code < 127 for code in codes) else None


def _decode_escapes(run: str) -> str:
    codes = (int(octal, 8) if octal else int(digits, 16) for octal, digits in _CODE.findall(run))
    written = "".join(chr(code) for code in codes if code <= 0x10FFFF)
    # Two escaped surrogates are one character.
    return written.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _decode_morse(run: str) -> str | None:
    words = re.split(r" {2,}| ?[/|] ?", run)
    letters = [[_MORSE.get(sign) for sign in word.split()] for word in words]
    if not all(letter for word in letters for letter in word):
        return None
    return " ".join("".join(filter(None, word)) for word in letters)


def _printable_or_none(data: bytes) -> str | None:
    try:
        return _printable(data)
    except UnicodeDecodeError:
        return None


def _printable(data: bytes) -> str:
    """Return the text that `data` is; raise UnicodeDecodeError where it is none to be read."""
    text = data.decode()
    for position, character in enumerate(text):
        if not (character.isprintable() or character.isspace()):
            raise UnicodeDecodeError("utf-8", data, position, position + 1, "not printable")
    return text
