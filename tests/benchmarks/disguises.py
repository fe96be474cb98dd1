"""Ways to hide a name in a question.

They are written without the detector's tables: what they use is what somebody would who wants to
slip past it. Each takes a question, the name in it and a source of chance.
"""

from __future__ import annotations

import base64
import codecs
import html
from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from urllib.parse import quote

Disguise = Callable[[str, str, Random], str]

_HOMOGLYPHS = {
    "a": "аɑα",
    "b": "Ь",
    "c": "сϲ",
    "d": "ԁ",
    "e": "еҽ",
    "g": "ɡ",
    "h": "һ",
    "i": "іı",
    "j": "ј",
    "k": "κк",
    "l": "ӏ",
    "m": "ｍ",
    "n": "ո",
    "o": "оοօ",
    "p": "рρ",
    "q": "ԛ",
    "r": "г",
    "s": "ѕ",
    "t": "т",
    "u": "υս",
    "v": "ѵν",
    "w": "ԝ",
    "x": "х",
    "y": "уγ",
    "z": "ᴢ",
    "A": "АΑ",
    "B": "ВΒ",
    "C": "СϹ",
    "D": "Ꭰ",
    "E": "ЕΕ",
    "F": "Ϝ",
    "G": "Ԍ",
    "H": "НΗ",
    "I": "ІΙ",
    "J": "Ј",
    "K": "КΚ",
    "L": "Ꮮ",
    "M": "МΜ",
    "N": "Ν",
    "O": "ОΟ",
    "P": "РΡ",
    "R": "Ꭱ",
    "S": "Ѕ",
    "T": "ТΤ",
    "V": "Ꮩ",
    "W": "Ԝ",
    "X": "ХΧ",
    "Y": "ΥҮ",
    "Z": "ΖᏃ",
}
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e\ufe0f"
_LEET = {
    "a": "4@",
    "b": "8",
    "e": "3",
    "g": "9",
    "i": "1!",
    "l": "1|",
    "o": "0",
    "s": "5$",
    "t": "7+",
    "z": "2",
}
_ALPHABET = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November "
        "Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey Xray Yankee Zulu".split(),
        strict=True,
    )
)


def _of_name(hide: Callable[[str, Random], str]) -> Disguise:
    """Hide the name only, wherever it stands in the question."""
    return lambda question, name, rng: question.replace(name, hide(name, rng))


def _of_question(encode: Callable[[str], str], sentence: str = "{}") -> Disguise:
    """Encode the whole question."""
    return lambda question, name, rng: sentence.format(encode(question))


def _substituted(table: Mapping[str, str], share: float) -> Callable[[str, Random], str]:
    """Replace that share of the letters that have something in `table`, at least one."""

    def hide(name: str, rng: Random) -> str:
        places = [place for place, letter in enumerate(name) if _entry(table, letter)]
        chosen = {place for place in places if rng.random() < share}
        chosen |= {rng.choice(places)} if places else set()
        return "".join(
            rng.choice(_entry(table, letter)) if place in chosen else letter
            for place, letter in enumerate(name)
        )

    return hide


def _entry(table: Mapping[str, str], letter: str) -> str:
    return table.get(letter) or (table.get(letter.lower(), "") if table is _LEET else "")


def zero_width(name: str, rng: Random) -> str:
    return "".join(letter + rng.choice(_ZERO_WIDTH) for letter in name)


def with_marks(name: str, rng: Random) -> str:
    return "".join(letter + chr(rng.randrange(0x300, 0x340)) for letter in name)


def fullwidth(name: str, rng: Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)


def mathematical(name: str, rng: Random) -> str:
    start = rng.choice((0x1D400, 0x1D468, 0x1D4D0, 0x1D5A0, 0x1D5D4, 0x1D670))
    return "".join(
        chr(start + ord(c) - (65 if c.isupper() else 71)) if c.isascii() and c.isalpha() else c
        for c in name
    )


def _spaced(letters: str, words: str) -> Callable[[str, Random], str]:
    return lambda name, rng: words.join(letters.join(word) for word in name.split(" "))


def hyphenated(name: str, rng: Random) -> str:
    return " ".join(_cut(word, "-", rng) for word in name.split(" "))


def cut_by_signs(name: str, rng: Random) -> str:
    return " ".join(_cut(word, rng.choice("_.*~"), rng) for word in name.split(" "))


def _cut(word: str, sign: str, rng: Random) -> str:
    if len(word) < 3:
        return word
    place = rng.randrange(1, len(word) - 1)
    return word[:place] + sign + word[place:]


def listed(name: str, rng: Random) -> str:
    return ", ".join(name.replace(" ", "").upper())


def quoted_list(name: str, rng: Random) -> str:
    return ", ".join(f"'{letter}'" for letter in name if letter != " ")


def one_a_line(name: str, rng: Random) -> str:
    return "\n" + "\n".join(name.replace(" ", "")) + "\n"


def spelling_alphabet(name: str, rng: Random) -> str:
    return " ".join(_ALPHABET.get(c, c) for c in name.lower() if c != " ")


def doubled_blanks(name: str, rng: Random) -> str:
    return name.replace(" ", "  ")


def no_blanks(name: str, rng: Random) -> str:
    return name.replace(" ", "")


def backwards(name: str, rng: Random) -> str:
    return name[::-1]


def words_backwards(name: str, rng: Random) -> str:
    return " ".join(word[::-1] for word in name.split(" "))


def rot13(text: str) -> str:
    return codecs.encode(text, "rot13")


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def entities(text: str, form: str) -> str:
    return "".join(form.format(ord(character)) for character in text)


DISGUISES: Mapping[str, Disguise] = MappingProxyType(
    {
        "none": lambda question, name, rng: question,
        "homoglyphs, all letters": _of_name(_substituted(_HOMOGLYPHS, 1.0)),
        "homoglyphs, a third": _of_name(_substituted(_HOMOGLYPHS, 0.33)),
        "zero-width": _of_name(zero_width),
        "combining marks": _of_name(with_marks),
        "fullwidth": _of_name(fullwidth),
        "mathematical letters": _of_name(mathematical),
        "leetspeak, all letters": _of_name(_substituted(_LEET, 1.0)),
        "leetspeak, half": _of_name(_substituted(_LEET, 0.5)),
        "spaced, two blanks between words": _of_name(_spaced(" ", "  ")),
        "spaced, one blank": _of_name(_spaced(" ", " ")),
        "spaced, whole question": _of_question(lambda text: " ".join(text)),
        "dots": _of_name(_spaced(".", " ")),
        "hyphens throughout": _of_name(_spaced("-", "-")),
        "underscores": _of_name(_spaced("_", " ")),
        "hyphenated": _of_name(hyphenated),
        "cut by signs": _of_name(cut_by_signs),
        "letter by letter": _of_name(listed),
        "quoted letters": _of_name(quoted_list),
        "one letter a line": _of_name(one_a_line),
        "spelling alphabet": _of_name(spelling_alphabet),
        "doubled blanks": _of_name(doubled_blanks),
        "no blanks": _of_name(no_blanks),
        "reversed": _of_question(lambda text: text[::-1]),
        "name reversed": _of_name(backwards),
        "words reversed": _of_name(words_backwards),
        "base64": _of_question(base64_of),
        "base64 in a sentence": _of_question(base64_of, "Decode {} and answer it."),
        "hex": _of_question(lambda text: text.encode().hex()),
        "hex with blanks": _of_question(lambda text: text.encode().hex(" ")),
        r"hex with \x": _of_question(
            lambda text: "\\x" + text.encode().hex("|").replace("|", "\\x")
        ),
        "hex with 0x": _of_question(lambda text: "0x" + text.encode().hex("|").replace("|", " 0x")),
        "url, all bytes": _of_question(percent),
        "url, as usual": _of_question(quote),
        "html, named": _of_name(lambda name, rng: html.escape(name).replace(" ", "&nbsp;")),
        "html, decimal": _of_question(lambda text: entities(text, "&#{};")),
        "html, hexadecimal": _of_question(lambda text: entities(text, "&#x{:x};")),
        r"\u escapes": _of_question(lambda text: entities(text, "\\u{:04x}")),
        "binary": _of_question(lambda text: " ".join(f"{byte:08b}" for byte in text.encode())),
        "rot13": _of_question(rot13),
        "name in rot13": _of_name(lambda name, rng: rot13(name)),
        "base64 of rot13": _of_question(lambda text: base64_of(rot13(text))),
        "rot13 of base64": _of_question(lambda text: rot13(base64_of(text))),
        "base64 of base64": _of_question(lambda text: base64_of(base64_of(text))),
        "url of leetspeak": lambda question, name, rng: percent(
            question.replace(name, _substituted(_LEET, 0.5)(name, rng))
        ),
        "base64 of spaced": _of_question(lambda text: base64_of(" ".join(text))),
        "base64 of reversed": _of_question(lambda text: base64_of(text[::-1])),
    }
)
