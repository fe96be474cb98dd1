"""What is measured of a text and a passage, for the classifier to judge whether they agree.

It knows words and one cosine; what the numbers amount to is the classifier's to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from wordfreq import zipf_frequency

from detectors.semantic.particulars import Passage, particulars_of, words_of

# Zipf: the logarithm to base 10 of occurrences in a billion words. Common words reach 7.
_ZIPF_OF_THE_COMMONEST = 7.0
_LEAST_WEIGHT = 0.5
# Every number is common, and which one it is tells one date or address from another.
_NUMBER_WEIGHT = 3.5
# Words that stand less often than twice in a million others tell one text from another.
RARE = 3.3
MOST_COMMON = 4


@dataclass(frozen=True, slots=True)
class Features:
    """A text compared with a passage.

    Attributes:
        cosine: of their vectors.
        share: which part of the passage's particulars the text has, by weight; 0 without any.
        bare: 1 where the passage has no particulars, else 0.
        named: 1 where the text, or the request around it, names the target, else 0.
        covered: which part of the text's own particulars the target has, by weight; 1 without any.
        common: how many particulars of the target the text has, in quarters of 4, at most 1.
    """

    cosine: float
    share: float
    bare: float
    named: float
    covered: float
    common: float

    def values(self) -> tuple[float, ...]:
        """Return the inputs of the classifier, in the order of its weights."""
        return (
            self.cosine,
            self.share,
            self.bare,
            self.named,
            self.covered,
            self.common,
            self.cosine * self.share,
            self.cosine * self.bare,
            self.cosine * self.covered,
        )


NAMES = (
    "cosine",
    "share",
    "bare",
    "named",
    "covered",
    "common",
    "cosine*share",
    "cosine*bare",
    "cosine*covered",
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a text that is compared.

    Attributes:
        words: all of them, normalised.
        particulars: those that tell it from others like it: numbers, names, rare words.
    """

    words: frozenset[str]
    particulars: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Wording:
        """Return the wording of a text, whatever its case."""
        words = words_of(text)
        rare = (word for word in words if word.isalpha() and _zipf(word) < RARE)
        return cls(words, frozenset(particulars_of(text)) | frozenset(rare))


def features_of(passage: Passage, wording: Wording, *, cosine: float, is_named: bool) -> Features:
    """Return the features of a text beside a passage."""
    known = passage.particulars | passage.known
    return Features(
        cosine=cosine,
        share=_share(passage.particulars, wording.words),
        bare=0.0 if passage.particulars else 1.0,
        named=1.0 if is_named else 0.0,
        covered=_share(wording.particulars, known) if wording.particulars else 1.0,
        common=min(MOST_COMMON, len(known & wording.words)) / MOST_COMMON,
    )


def _share(particulars: frozenset[str], words: frozenset[str]) -> float:
    whole = sum(map(_weight, particulars))
    return sum(map(_weight, particulars & words)) / whole if whole else 0.0


@lru_cache(maxsize=1 << 16)
def _weight(word: str) -> float:
    """Return how much a word tells: the rarer, the more."""
    weight = max(_LEAST_WEIGHT, _ZIPF_OF_THE_COMMONEST - _zipf(word))
    return max(weight, _NUMBER_WEIGHT) if any(map(str.isdigit, word)) else weight


@lru_cache(maxsize=1 << 16)
def _zipf(word: str) -> float:
    return float(zipf_frequency(word, "en", "small"))
