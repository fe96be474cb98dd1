"""What is measured of a text and a passage, for the classifier to judge whether they agree.

It knows words and one cosine; what the numbers amount to is the classifier's to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from wordfreq import zipf_frequency

from detectors.semantic.particulars import Passage

# Zipf: the logarithm to base 10 of occurrences in a billion words. Common words reach 7.
_ZIPF_OF_THE_COMMONEST = 7.0
_LEAST_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Features:
    """A text compared with a passage.

    Attributes:
        cosine: of their vectors.
        share: which part of the passage's particulars the text has, by weight; 0 without any.
        bare: 1 where the passage has no particulars, else 0.
        named: 1 where the text, or the request around it, names the target, else 0.
    """

    cosine: float
    share: float
    bare: float
    named: float

    def values(self) -> tuple[float, ...]:
        """Return the inputs of the classifier, in the order of its weights."""
        return (
            self.cosine,
            self.share,
            self.bare,
            self.named,
            self.cosine * self.share,
            self.cosine * self.bare,
        )


NAMES = ("cosine", "share", "bare", "named", "cosine*share", "cosine*bare")


def features_of(
    passage: Passage, words: frozenset[str], *, cosine: float, is_named: bool
) -> Features:
    """Return the features of a text with these normalised words beside a passage."""
    return Features(
        cosine=cosine,
        share=_share(passage.particulars, words),
        bare=0.0 if passage.particulars else 1.0,
        named=1.0 if is_named else 0.0,
    )


def _share(particulars: frozenset[str], words: frozenset[str]) -> float:
    whole = sum(map(_weight, particulars))
    return sum(map(_weight, particulars & words)) / whole if whole else 0.0


@lru_cache(maxsize=1 << 16)
def _weight(word: str) -> float:
    """Return how much a word tells: the rarer, the more."""
    return max(_LEAST_WEIGHT, _ZIPF_OF_THE_COMMONEST - zipf_frequency(word, "en", "small"))
