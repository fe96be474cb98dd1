"""How a string may be disguised, on the way in as on the way out.

Each disguise is one that `detectors.views` claims to undo. It knows nothing of targets.
"""

from __future__ import annotations

import base64
import codecs
from collections.abc import Callable, Mapping
from types import MappingProxyType

PLAIN = "plain"
ESCAPED = "escaped"

_HOMOGLYPHS = str.maketrans("aceopxyAEKMOPTX", "асеорхуАЕКМОРТХ")
_FULLWIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_LEET = str.maketrans("aeios", "43105")
_ZERO_WIDTH = "\N{ZERO WIDTH SPACE}"
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"


def _in_first_word(text: str, sign: str) -> str:
    return text[:2] + sign + text[2:]


def _escaped(text: str) -> str:
    units = text.encode("utf-16-be").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


# "The" and "of" around the string make clear to any reader in which direction the text goes.
def _sentence(text: str) -> str:
    return f"the life of {text} is what the town spoke of"


HIDINGS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        PLAIN: lambda text: text,
        "upper case": str.upper,
        "double space": lambda text: text.replace(" ", "  "),
        "newline": lambda text: text.replace(" ", "\n"),
        "homoglyph": lambda text: text.translate(_HOMOGLYPHS),
        "zero width": lambda text: _in_first_word(text, _ZERO_WIDTH),
        "soft hyphen": lambda text: _in_first_word(text, _SOFT_HYPHEN),
        "letters apart": " ".join,
        "fullwidth": lambda text: text.translate(_FULLWIDTH),
        "bold": lambda text: f"**{text.replace(' ', '** **')}**",
        "leet": lambda text: text.translate(_LEET),
        ESCAPED: _escaped,
        "base64": lambda text: base64.b64encode(text.encode()).decode(),
        "hex": lambda text: text.encode().hex(),
        "reversed": lambda text: _sentence(text)[::-1],
        "rot13": lambda text: codecs.encode(_sentence(text), "rot13"),
    }
)


def hidden(text: str, hiding: str) -> str:
    """Return a string in a disguise.

    Raises:
        KeyError: there is no such disguise.
    """
    return HIDINGS[hiding](text)
