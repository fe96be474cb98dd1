"""Ways to write a name that the demonstration model still reads, and a gateway has to.

It knows letters only. Which of them the model reads was found out on the validation people; base64,
full-width letters, reversed names and HTML entities it does not read at all.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from deploy.demo.misspelling import misspell

Hide = Callable[[random.Random, str], str]

_DIGITS = {"a": "4", "e": "3", "i": "1", "o": "0", "s": "5"}
_LOOKALIKES = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х", "y": "у", "i": "і"}
_ACCENTED = {"a": "á", "e": "é", "i": "í", "o": "ó", "u": "ú"}
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060"
_MARKS = ("**{n}**", "_{n}_", '"{n}"', "*{n}*", "`{n}`", "<b>{n}</b>", "[{n}]")


def _exchanged(table: Mapping[str, str]) -> Hide:
    """Exchange one letter, where the name has any that can be exchanged."""

    def hide(generator: random.Random, name: str) -> str:
        places = [place for place, letter in enumerate(name) if letter in table]
        if not places:
            return name.lower()
        place = generator.choice(places)
        return name[:place] + table[name[place]] + name[place + 1 :]

    return hide


def _zero_width(generator: random.Random, name: str) -> str:
    place = generator.randrange(1, len(name))
    return name[:place] + generator.choice(_ZERO_WIDTH) + name[place:]


def _typing_error(generator: random.Random, name: str) -> str:
    return misspell(generator, name, held_out=True)


def _marked(generator: random.Random, name: str) -> str:
    return generator.choice(_MARKS).format(n=name)


def _initial(generator: random.Random, name: str) -> str:
    first, last = name.split(" ")
    return f"{first} {generator.choice('ABEHKMRST')}. {last}"


HIDINGS: Mapping[str, Hide] = {
    "lower case": lambda generator, name: name.lower(),
    "a typing error": _typing_error,
    "a letter doubled": lambda generator, name: name + name[-1],
    "a digit": _exchanged(_DIGITS),
    "a look-alike": _exchanged(_LOOKALIKES),
    "an accent": _exchanged(_ACCENTED),
    "zero width": _zero_width,
    "spaces": lambda generator, name: name.replace(" ", "   "),
    "marked": _marked,
    "an initial": _initial,
    "run together": lambda generator, name: name.replace(" ", ""),
    "a title": lambda generator, name: f"{generator.choice(('Dr.', 'Prof.', 'Mrs.'))} {name}",
    "spaced letters": lambda generator, name: " ".join(name),
    "hyphened letters": lambda generator, name: "-".join(name),
}


def hidden(generator: random.Random, name: str) -> str:
    """Write a name in one of the ways."""
    return HIDINGS[generator.choice(tuple(HIDINGS))](generator, name)
