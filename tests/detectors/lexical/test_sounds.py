"""The ways to read the spelling of a name; whole names in other scripts: test_foreign.py."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from detectors.lexical import foreign, sounds

WORDS = st.text("arjwCghstxdzpcTvei1", min_size=1, max_size=7)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(tuple)


@given(NAMES)
def test_readings_are_those_of_the_rules_one_after_the_other(name: tuple[str, ...]) -> None:
    rules = sounds._OTHERWISE
    ways = [way for way in rules if any(way[0].search(word) for word in name)]
    expected = {name: 0}
    for count in (1, 2, 3):
        for chosen in combinations(ways, count):
            if len(expected) < sounds.MOST_READINGS:
                read = name
                for pattern, instead in chosen:
                    read = tuple(pattern.sub(instead, word) for word in read)
                expected.setdefault(read, count)
    assert sounds.readings(name) == expected


@given(NAMES)
def test_a_name_is_kept_under_the_keys_that_it_is_read_by(name: tuple[str, ...]) -> None:
    vocabulary: set[str] = set()
    read = foreign._readings(" ".join(name))
    assert foreign._keys(name, vocabulary) == set(read)
    assert vocabulary == {word for each in read for word in each.split(" ")}
