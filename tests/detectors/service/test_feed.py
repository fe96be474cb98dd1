"""In which order changes of the registry may arrive; the rest of the server: test_server.py."""

from __future__ import annotations

from detectors.service.feed import Feed
from detectors.values import TargetProfile


def profile(target: str, version: int = 1) -> TargetProfile:
    return TargetProfile(target, version, ())


def test_profiles_wait_for_vectors_and_the_sequence_only_grows() -> None:
    feed = Feed()
    assert feed.take([profile("a"), profile("b")], [], 5) == []
    assert feed.sequence == 0
    feed.close(5)
    feed.close(3)
    assert feed.sequence == 5
    assert list(feed.pending) == ["a", "b"]


def test_what_another_worker_sent_already_is_not_done_again() -> None:
    feed = Feed()
    feed.take([profile("a")], [], 5)
    feed.pending.clear()
    feed.take([profile("a")], [], 6)
    assert feed.pending == {}
    feed.take([profile("a", 2)], [], 7)
    assert feed.pending == {"a": profile("a", 2)}


def test_an_earlier_reading_does_not_undo_a_removal() -> None:
    feed = Feed()
    feed.take([profile("a")], [], 5)
    assert feed.take([], ["a"], 6) == ["a"]
    feed.take([profile("a")], [], 5)
    assert feed.pending == {}


def test_an_earlier_removal_does_not_undo_a_later_registration() -> None:
    feed = Feed()
    feed.take([profile("a", 3)], [], 8)
    assert feed.take([], ["a"], 7) == []
    assert list(feed.pending) == ["a"]
