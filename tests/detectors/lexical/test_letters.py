"""Hashes of strings, and the two filters: what they are used for is tested in test_spelling.py."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detectors.lexical.letters import keys_of, keys_of_word
from detectors.lexical.multimap import Multimap
from detectors.lexical.sieve import Sieve

WORDS = st.text(st.characters(codec=None), min_size=1, max_size=64)


@given(WORDS)
def test_one_word_has_the_keys_that_it_has_among_many(word: str) -> None:
    assert keys_of_word(word) == keys_of([word])[0].tolist()


@given(st.lists(WORDS, unique=True, max_size=30))
def test_no_filter_denies_what_it_holds(words: list[str]) -> None:
    sieve = Sieve(words)
    assert all(word in sieve for word in words)
    keys, numbers = keys_of(words)
    held = Multimap.of(keys, numbers, most=len(keys) + 1)
    assert all(held.may_have(keys_of_word(word)) for word in words)


def test_the_filters_deny_nearly_all_else() -> None:
    words = [f"word{number}" for number in range(2000)]
    others = [f"other{number}" for number in range(2000)]
    sieve = Sieve(words)
    assert sum(other in sieve for other in others) < 100
    held = Multimap.of(*keys_of(words), most=len(words))
    assert sum(held.may_have(keys_of_word(other)[:1]) for other in others) < 100
    assert not Multimap(np.empty(0, np.uint64), np.empty(0, np.int32)).may_have([1, 2])
