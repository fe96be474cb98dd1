"""Word boundaries, the pattern set and its hold for streams; the index on top: test_lexical.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.lexical.boundaries import is_boundary
from detectors.lexical.patterns import PatternSet
from detectors.views import normalise

LETTERS = st.text("ab ", max_size=10)
PATTERNS = st.lists(
    st.text("ab ", min_size=1, max_size=5).filter(lambda text: text == text.strip())
)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("Joren Quist", "Who is Joren Quist?", True),
        ("Joren Quist", "Joren Quist's book", True),
        ("Joren Quist", "JOREN\n\nQUIST", True),
        ("Joren Quist", "the Joren Quist-like style", True),
        ("Joren Quist", "joren_quist".replace("_", " "), True),
        ("Joren Quist", "Joren Quistling", False),
        ("Joren Quist", "Majoren Quist", False),
        ("Joren Quist", "Joren Quist2", False),
        ("C++ Club", "the C++ Club.", True),
        ("小明", "王小明是谁", True),
        ("小明", "xiao小明x", True),
        ("김철수", "김철수는 누구", True),
        ("기", "김", False),
        ("สมชาย", "คุณสมชายเป็นใคร", True),
        ("राम", "राम", True),
        ("राम", "रामा", False),
    ],
)
def test_boundaries(pattern: str, text: str, found: bool) -> None:
    patterns = PatternSet([(normalise(pattern).text, 7)])
    matches = patterns.find(normalise(text).text)
    assert [payload for _, _, payload in matches] == ([7] if found else [])


def test_overlaps_and_shared_patterns_are_all_reported() -> None:
    patterns = PatternSet([("joren quist", 1), ("quist", 2), ("quist", 3), ("", 4)])
    assert len(patterns) == 2
    assert sorted(patterns.find("joren quist")) == [(0, 11, 1), (6, 11, 2), (6, 11, 3)]


def test_an_empty_set_finds_and_holds_nothing() -> None:
    patterns = PatternSet([])
    assert patterns.find("anything") == []
    assert patterns.hold("anything") == len("anything")
    assert repr(patterns) == "PatternSet(0 patterns)"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("I met Jo", "jo"),
        ("I met Joren ", "joren "),
        ("I met Joren Quist", "joren quist"),
        ("I met Joren Quist's", ""),
        ("I met Major", ""),
        ("I met Joren Q. Joren", "joren"),
        ("I met ", ""),
    ],
)
def test_hold_begins_where_a_pattern_may_be_under_way(text: str, held: str) -> None:
    patterns = PatternSet([("joren quist", 1)])
    normalised = normalise(text).text
    assert normalised[patterns.hold(normalised) :] == held


@given(PATTERNS, LETTERS, LETTERS)
def test_what_is_not_held_can_be_released(patterns: list[str], seen: str, later: str) -> None:
    """No match of the whole stream begins before the hold and ends after what was seen."""
    wanted = PatternSet((pattern, index) for index, pattern in enumerate(patterns))
    held = wanted.hold(seen)
    for start, end, payload in wanted.find(seen + later):
        assert start >= held or (start, end, payload) in wanted.find(seen)


@given(PATTERNS, LETTERS)
def test_find_equals_a_search_by_hand(patterns: list[str], text: str) -> None:
    expected = {
        (start, start + len(pattern), index)
        for index, pattern in enumerate(patterns)
        for start in range(len(text))
        if text.startswith(pattern, start)
        and is_boundary(text, start)
        and is_boundary(text, start + len(pattern))
    }
    found = PatternSet((pattern, index) for index, pattern in enumerate(patterns)).find(text)
    assert set(found) == expected
    assert len(found) == len(expected)
