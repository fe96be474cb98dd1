"""Which secret values may be withheld wherever they appear, and which only beside their target.

Cities, years and professions are secrets of one target and facts about many others. The rule
reads the shape of a value and how common its words are (counts of wordfreq, of general writing);
it does not know who else has the value, so the operator may decide otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from gateway.target import Kind, TargetContent

# Six digits or more identify something: a telephone number, an account, a date with its year.
_FEWEST_DIGITS = 6
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|\w+://\S+")
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_RUN = re.compile(r"\d+|[^\W\d_]+")
# Letters and digits taking turns, or three digits among letters, are a key and no word.
_KEY_LENGTH = 6
_KEY_RUNS = 3
_KEY_DIGITS = 3
_MONTHS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
# Decimal digits of how improbable words are that stand together by chance: a house number beside
# 9 of them ("14 Lantern Row" has 9.8, "14 High Street" 7), a sentence of its own from 28.
_ZIPF_OF_ALL = 9.0
_HOUSE = 9.0
_SENTENCE = 28.0
# What the table says nothing of, such as words in other scripts, is taken for middling common.
_UNLISTED = 4.5
_INVENTED_LETTERS = 6
_KEPT = 1 << 14


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a secret counts alone or only beside its target, and why.

    Attributes:
        alone: whether it counts wherever it stands.
        why: one sentence without the value.
        is_chosen: whether the operator decided it.
    """

    alone: bool
    why: str
    is_chosen: bool = False


def standalone(content: TargetContent) -> tuple[str, ...]:
    """Return the secrets that count without the target's name beside them."""
    chosen = dict(content.secrets_alone)
    return tuple(value for value in content.secrets if _counts(content.kind, chosen, value))


def standings(content: TargetContent) -> tuple[Standing, ...]:
    """Return for each secret of a target how it counts."""
    chosen = dict(content.secrets_alone)
    return tuple(
        Standing(chosen[value], "The operator chose so.", is_chosen=True)
        if value in chosen
        else _ruled(content.kind, value)
        for value in content.secrets
    )


def _counts(kind: Kind, chosen: dict[str, bool], value: str) -> bool:
    return chosen[value] if value in chosen else _ruled(kind, value).alone


def _ruled(kind: Kind, value: str) -> Standing:
    if kind is Kind.RECORD:
        return Standing(True, "It is a value of a record, which nothing else identifies.")
    return standing_of(value)


def is_distinctive(value: str) -> bool:
    """Return whether hardly two things share a value."""
    return standing_of(value).alone


@lru_cache(maxsize=_KEPT)
def standing_of(value: str) -> Standing:
    """Return how a value counts by the rule.

    Names of places, employers and people count beside the target only, also those that no table
    knows: an invented word with a capital letter may be a village of many people.
    """
    for alone, why in _reasons(value):
        return Standing(alone, why)
    return Standing(False, "It is made of common words or is a name, which others may share.")


def _reasons(value: str) -> Iterator[tuple[bool, str]]:
    """Yield what decides about a value, the strongest first."""
    if sum(character.isdigit() for character in value) >= _FEWEST_DIGITS:
        yield True, "It holds six digits or more."
    if _ADDRESS.search(value):
        yield True, "It is an address of the internet."
    words = _WORD.findall(value)
    if any(map(_is_key, words)):
        yield True, "Letters and digits alternate in it, as in a key."
    spoken = [word for word in words if not word.isdigit()]
    folded = [word.casefold() for word in spoken]
    if not spoken:
        yield False, "It is a short number, such as a year."
    if any(word.isdigit() for word in (words[:1] + words[-1:])) and _MONTHS.isdisjoint(folded):
        if len(folded) > 1 and sum(map(_surprise, folded)) >= _HOUSE:
            yield True, "It is a number with words that seldom stand together, as in an address."
        if len(folded) == 1 and _is_unseen(folded[0]):
            yield True, "It is a number with a word that is hardly ever written, as in an address."
    if any(word.islower() and _is_unseen(word) for word in spoken):
        yield True, "It holds a word that is hardly ever written."
    if sum(map(_surprise, folded)) >= _SENTENCE:
        yield True, "It is so long that hardly two texts share it."


def _is_key(word: str) -> bool:
    runs = _RUN.findall(word)
    digits = sum(character.isdigit() for character in word)
    if len(word) < _KEY_LENGTH or not digits or digits == len(word):
        return False
    return len(runs) >= _KEY_RUNS or digits >= _KEY_DIGITS


def _is_unseen(folded: str) -> bool:
    is_latin = folded.isascii() and folded.isalpha()
    return is_latin and len(folded) >= _INVENTED_LETTERS and not _zipf(folded)


def _surprise(folded: str) -> float:
    return _ZIPF_OF_ALL - (_zipf(folded) or _UNLISTED)


def _zipf(folded: str) -> float:
    # Here, since the tables take a sixth of a second to read: not everybody who asks needs them.
    from detectors.lexical.commonness import zipf

    return zipf(folded)
