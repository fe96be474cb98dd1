"""How common a word is in general writing. It knows words, not names, targets or texts.

Counts are those of wordfreq (English, and the frequent words of six languages that share its
letters), on the zipf scale: the base-10 logarithm of occurrences in a thousand million words, so
3 is one in a million. The lists fold case: "rose" counts for the flower and for the person.
"""

from __future__ import annotations

from functools import lru_cache

from wordfreq import freq_to_zipf, get_frequency_dict

_OTHERS = ("de", "es", "fr", "it", "nl", "pt")


@lru_cache(maxsize=1)
def _lists() -> tuple[dict[str, float], ...]:
    others = (get_frequency_dict(language, "small") for language in _OTHERS)
    return (get_frequency_dict("en", "large"), *others)


@lru_cache(maxsize=8)
def _list_of(language: str) -> dict[str, float]:
    frequencies: dict[str, float] = get_frequency_dict(language, "small")
    return frequencies


@lru_cache(maxsize=1 << 12)
def zipf_among(word: str, languages: tuple[str, ...]) -> float:
    """Return the frequency of a casefolded `word` in that of `languages` where it is highest."""
    frequency = max(_list_of(language).get(word, 0.0) for language in languages)
    return freq_to_zipf(frequency) if frequency else 0.0


@lru_cache(maxsize=1 << 15)
def zipf(word: str) -> float:
    """Return the frequency of a casefolded `word` where it is most common; 0 if never seen."""
    frequency = max(frequencies.get(word, 0.0) for frequencies in _lists())
    return freq_to_zipf(frequency) if frequency else 0.0
