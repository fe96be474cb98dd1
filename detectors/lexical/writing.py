"""How a word stands in a text as written: as a name would, or as any other word.

It reads capitals and the words beside; it knows nothing of what is registered.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from html import unescape

# As far as the words beside a place are looked at, in characters: of what is written plainly, and
# of what may be mostly marks and invisible characters.
_NEAR = 48
_FAR = 200
_BLANKS = re.compile(r"[^\S\n]+")
_UNSEEN = frozenset(("Mn", "Me", "Cf"))
_BEFORE = re.compile(r"([^\W\d_][\w'’.]*)([ -]|\. )$")
_AFTER = re.compile(r"([ -])([^\W_][\w’'-]*)")
_POSSESSIVE = re.compile(r"['’]s?(?![\w])")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;\n\"“(\[•*#>|]|\d\.)[\s\"“'‘(*#_-]*$")
# What is called after a person is not about the person: "Newton's third law", "the Turing test".
_EPONYM = re.compile(
    r"(?:['’]s?)?[ -](?:[\w.]+[ -]){0,2}?"
    r"(?:algorithm|award|complete|completeness|constant|day|disease|distribution|effect|equation|"
    r"formula|function|hypothesis|inequality|law|laws|machine|medal|method|model|number|paradox|"
    r"phenomenon|prize|principle|principles|rule|scale|series|sequence|syndrome|test|tests|"
    r"theorem|theory|transform|triangle)s?\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_][\w'’]*")
# Words that stand before a person who did or is something.
_AUXILIARIES = frozenset(
    "did does do has had have was were is are will would could can should might must".split()
)
# Words that may begin a sentence with a capital and are no one's first name.
_NO_FIRST_NAME = _AUXILIARIES | frozenset(
    """a about according after against all also although among an and any around as at based
    because before besides between beyond both but by compared considering despite due during
    each either even for from given how however if in including inside instead into is its like
    many most near no not of off on once one only or our out outside over per regarding since so
    some still than that the their then there these they this those though through throughout
    to under unlike until upon was we what when where whether which while who whom whose why with
    within without yet you your
    mr mrs ms miss dr prof professor sir lord lady president author writer actor actress singer
    king queen prince princess general senator governor minister judge captain saint director
    analyse analyze answer ask assess can cite compare contrast count define describe detail
    discuss does draw evaluate examine explain explore find follow generate give has hello help
    hey hi identify illustrate introduce know let list mention name outline please present
    provide quote read recall show sketch specify state study suggest summarise summarize tell
    think thank translate use write""".split()
)


class Case(Enum):
    """How a whole text uses capitals."""

    SENTENCE = "sentence"
    TITLE = "title"
    UPPER = "upper"
    LOWER = "lower"


def case_of(text: str) -> Case:
    """Return whether capitals mean anything in `text`: only in sentences do they mark names."""
    if text.islower():
        return Case.LOWER
    if text.isupper():
        return Case.UPPER
    words = [word for word in _WORD.findall(text[:2000]) if len(word) > 3]
    capitals = sum(word[0].isupper() for word in words)
    return Case.TITLE if len(words) >= 5 and capitals > 0.8 * len(words) else Case.SENTENCE


@dataclass(frozen=True, slots=True)
class Place:
    """Where a word stands.

    Attributes:
        is_capital: whether it begins with a capital, or has no case.
        is_initial: whether it begins a sentence, a line or a quotation.
        is_possessive: whether `'s` follows.
        before: the word beside it that reads as the first part of a longer name, casefolded.
        after: the same on its right.
        is_agent: whether an auxiliary stands before it ("did Grant"), as before a person.
        is_listed: whether an ampersand stands beside it, as in the name of a band or a company.
        is_eponym: whether something follows that is called after a person, as a law or a test.
    """

    is_capital: bool
    is_initial: bool
    is_possessive: bool
    before: str
    after: str
    is_agent: bool
    is_listed: bool
    is_eponym: bool


def place_of(text: str, start: int, end: int) -> Place:
    """Return how `text[start:end]` stands in `text`, which uses capitals as sentences do."""
    left = _tidied(text[max(0, start - _FAR) : start])[-_NEAR:]
    right = _tidied(text[end : end + _FAR])[:_NEAR]
    before = _BEFORE.search(left)
    after = _AFTER.match(right)
    word = before.group(1).rstrip(".") if before else ""
    lowered = word.lower()
    is_name = word[:1].isupper() and lowered not in _NO_FIRST_NAME
    follower = after.group(2) if after and after.group(2)[0].isupper() else ""
    return Place(
        is_capital=not text[start].islower(),
        is_initial=_SENTENCE_END.search(left) is not None,
        is_possessive=_POSSESSIVE.match(right) is not None,
        before=lowered if is_name else "",
        after=follower.lower().removesuffix("'s").removesuffix("’s"),
        is_agent=lowered in _AUXILIARIES,
        is_listed="&" in (left[-2:-1], right[1:2]),
        is_eponym=_EPONYM.match(right) is not None,
    )


def _tidied(text: str) -> str:
    """Return `text` as it is read: one blank between words, nothing unseen, no HTML entities.

    Who stands beside a name must not depend on how the name was disguised.
    """
    if "&" in text:
        text = unescape(text)
    if not text.isascii():
        shown = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in shown if unicodedata.category(c) not in _UNSEEN)
    return _BLANKS.sub(" ", text)
