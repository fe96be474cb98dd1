"""What is remembered of texts that were read, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from detectors.cascade import ReadText, read_text
from detectors.lexical.findings import Findings
from detectors.lexical.segments import SegmentedLexicalIndex
from detectors.views import View
from gateway import seen
from gateway.derived import Derived
from gateway.live import Snapshot
from gateway.seen import LONGEST_TEXT, SeenTexts
from tests.gateway.targets import target


class CountingIndex(SegmentedLexicalIndex):
    """Finds nothing, and knows what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def examine(self, readings: Sequence[View]) -> Findings:
        self.asked.append(readings[0].source)
        return super().examine(readings)


def snapshot(index: SegmentedLexicalIndex, sequence: int = 1) -> Snapshot:
    return Snapshot(Derived(sequence, index), {}, needs_client_key=False)


def test_a_text_is_read_once() -> None:
    index, texts = CountingIndex(), SeenTexts()
    first = texts.looking(snapshot(index))("a text")
    assert texts.looking(snapshot(index))("a text") is first
    texts.looking(snapshot(index))("another")
    assert index.asked == ["a text", "another"]


@pytest.mark.parametrize("sequence", [1, 2])
def test_what_another_index_found_is_not_taken_over(sequence: int) -> None:
    """Not even under the same number: a registry put back from a copy counts up to it again."""
    texts = SeenTexts()
    empty = snapshot(SegmentedLexicalIndex(), 1)
    renewed = Snapshot(Derived.of([target(name="Mirela Oskarne")], sequence), {}, False)
    text = "Who is Mirela Oskarne?"
    assert texts.looking(empty)(text).findings.matches == ()
    assert [match.target for match in texts.looking(renewed)(text).findings.matches] == ["t1"]
    assert texts.looking(empty)(text).findings.matches == ()


def test_what_is_read_by_an_earlier_snapshot_does_not_reach_the_next() -> None:
    """A request in a thread may still read when the next one has a newer snapshot."""
    texts = SeenTexts()
    early = texts.looking(snapshot(SegmentedLexicalIndex(), 1))
    renewed = Snapshot(Derived.of([target(name="Mirela Oskarne")], 2), {}, False)
    late = texts.looking(renewed)
    text = "Who is Mirela Oskarne?"
    assert early(text).findings.matches == ()
    assert late(text).findings.matches != ()


def test_the_oldest_texts_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "MOST_CHARACTERS", 30)
    index, texts = CountingIndex(), SeenTexts()
    look = texts.looking(snapshot(index))
    for number in range(5):
        look(f"text {number} ***")
    index.asked.clear()
    for number in (4, 3, 2, 0):
        look(f"text {number} ***")
    assert index.asked == ["text 0 ***"]


def test_a_text_that_is_too_long_is_read_anew_and_displaces_nothing() -> None:
    index, texts = CountingIndex(), SeenTexts()
    look = texts.looking(snapshot(index))
    long = "word " * (LONGEST_TEXT // 5 + 1)
    for text in ("short", long, long, "short"):
        look(text)
    assert index.asked == ["short", long, long]


def test_a_text_that_two_threads_read_at_once_is_counted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(seen, "MOST_CHARACTERS", 30)
    both, index = Barrier(2, timeout=10), CountingIndex()

    def read_together(held: SegmentedLexicalIndex, text: str) -> ReadText:
        if text == "text of two":
            both.wait()
        return read_text(held, text)

    monkeypatch.setattr(seen, "read_text", read_together)
    look = SeenTexts().looking(snapshot(index))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(look, ["text of two"] * 2))
    look("another text")
    index.asked.clear()
    look("another text")
    monkeypatch.setattr(seen, "read_text", read_text)
    look("text of two")
    assert index.asked == []


def test_many_threads_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "MOST_CHARACTERS", 40)
    texts = SeenTexts()
    renewed = Derived.of([target(name="Mirela Oskarne")], 1)

    def ask(number: int) -> int:
        look = texts.looking(Snapshot(renewed, {}, needs_client_key=False))
        return len(look(f"Mirela Oskarne {number % 7}").findings.matches)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(800))) == {1}
