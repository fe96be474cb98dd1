"""The output filter: what no answer may say, found in whole answers and in streams.

It holds back whole events only while their text could still become a match. It knows patterns
and texts; it does not know wire formats or what is sent in place of a withheld answer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detectors.lexical.patterns import PatternSet
from detectors.lexical.segments import SegmentedLexicalIndex
from detectors.views import normalise
from gateway.known_targets import KnownTargets
from gateway.target import ForgetTarget, GuardName
from gateway.wire.text import Path


@dataclass(frozen=True, slots=True)
class OutputRules:
    """What answers may not say: the names and stand-alone secrets of all protected targets.

    They are looked for in the index that requests are examined with; nothing is held twice.
    """

    lexical: SegmentedLexicalIndex
    targets: KnownTargets

    @property
    def is_empty(self) -> bool:
        """Whether no target has anything that answers may not say."""
        return self.targets.counts.protected == 0 or self.lexical.is_empty

    def find(self, normalised: str) -> Iterator[Occurrence]:
        """Yield what stands in a normalised text."""
        for start, end, target, is_ordinary in self.lexical.occurrences(normalised):
            known = self.targets.get(target)
            if known is not None and known.guard is not GuardName.MONITOR:
                yield Occurrence(start, end, target, needs_match=is_ordinary)


class Occurrence(NamedTuple):
    """Where a text names a target, and whether that counts only if the request matched it."""

    start: int
    end: int
    target: str
    needs_match: bool


class OutputFilter:
    """The rules as they apply to one answer."""

    def __init__(self, rules: OutputRules, matched: Sequence[ForgetTarget] = ()) -> None:
        """Prepare for one answer.

        Args:
            rules: those for all answers.
            matched: the targets that the request matched. Their common secrets count too, and
                their names where these are ordinary words.
        """
        self._rules = rules
        guarded = [each for each in matched if each.content.policy.guard is not GuardName.MONITOR]
        self._matched = [target.id for target in guarded]
        self._common = PatternSet(
            (normalise(text).text.strip(), place)
            for place, target in enumerate(guarded)
            for text in target.content.secrets
        )

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to look for."""
        return self._rules.is_empty and not len(self._common)

    def first_hit(self, texts: Iterable[str]) -> str | None:
        """Return the target that one of the whole `texts` reveals, if any does."""
        for text in texts:
            for occurrence in self._occurrences(normalise(text).text):
                return occurrence.target
        return None

    def watch(self) -> StreamWatch:
        """Return a watch over one stream."""
        return StreamWatch(self)

    def scan(self, text: str, *, start: int, is_final: bool) -> tuple[str | None, int]:
        """Return (the target that `text` reveals, the offset up to which it may be shown).

        What stands before `start` was shown: it tells whether a word begins there, and no more.
        Unless the text is final, a match at its very end does not count yet: the word may go on.
        """
        normalised = normalise(text)
        length = len(normalised.text)
        first = bisect_left(normalised.offsets, start, hi=length)
        for begin, end, target, _ in self._occurrences(normalised.text):
            if begin >= first and (is_final or end < length):
                return target, start
        if is_final:
            return None, len(text)
        return None, normalised.offsets[self._hold(normalised.text, first)]

    def _occurrences(self, normalised: str) -> Iterator[Occurrence]:
        for occurrence in self._rules.find(normalised):
            if not occurrence.needs_match or occurrence.target in self._matched:
                yield occurrence
        for start, end, place in self._common.find(normalised):
            yield Occurrence(start, end, self._matched[place], needs_match=True)

    def _hold(self, normalised: str, start: int) -> int:
        held = self._common.hold(normalised, start=start)
        return min(held, self._rules.lexical.hold(normalised, start=start))


@dataclass(slots=True)
class _Tail:
    """The end of one text of a stream: what is not yet shown, and one character before it."""

    text: str = ""
    start: int = 0
    shown: int = 0

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def trim(self) -> None:
        """Drop what is shown, but for the last character that a word boundary can be read from."""
        keep = max(self.shown - 1 - self.start, 0)
        while keep and not normalise(self.text[keep]).text:
            keep -= 1
        self.text = self.text[keep:]
        self.start += keep


@dataclass(frozen=True, slots=True)
class _Held:
    raw: bytes
    ends: tuple[tuple[Path, int], ...]


class StreamWatch:
    """Follow the texts of one stream and release its events in their order.

    Attributes:
        hit: the target that the stream revealed; nothing is released from then on.
    """

    def __init__(self, output_filter: OutputFilter) -> None:
        self._filter = output_filter
        self._tails: dict[Path, _Tail] = {}
        self._held: deque[_Held] = deque()
        self.hit: str | None = None

    @property
    def has_shown(self) -> bool:
        """Whether any text of the stream was released."""
        return any(tail.shown for tail in self._tails.values())

    def feed(self, raw: bytes, texts: Iterable[tuple[Path, str]]) -> list[bytes]:
        """Take one event with its texts; return the events that may be shown now."""
        ends = []
        for path, text in texts:
            tail = self._tails.setdefault(path, _Tail())
            tail.text += text
            ends.append((path, tail.end))
            self._advance(tail, is_final=False)
        self._held.append(_Held(raw, tuple(ends)))
        return self._released()

    def finish(self) -> list[bytes]:
        """Judge what is held as the end of its texts; return the events that may be shown."""
        for tail in self._tails.values():
            self._advance(tail, is_final=True)
        return self._released()

    def _advance(self, tail: _Tail, *, is_final: bool) -> None:
        hit, shown = self._filter.scan(tail.text, start=tail.shown - tail.start, is_final=is_final)
        self.hit = self.hit or hit
        tail.shown = max(tail.shown, tail.start + shown)
        tail.trim()

    def _released(self) -> list[bytes]:
        released: list[bytes] = []
        if self.hit:
            self._held.clear()
        while self._held and self._is_clear(self._held[0]):
            released.append(self._held.popleft().raw)
        return released

    def _is_clear(self, held: _Held) -> bool:
        return all(self._tails[path].shown >= end for path, end in held.ends)
