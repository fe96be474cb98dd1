"""The output filter: what no answer may say, found in whole answers and in streams.

It knows patterns, texts and to whom a target applies; it does not know wire formats or what is
sent in place of a withheld answer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol

from detectors.lexical.patterns import PatternSet
from detectors.lexical.segments import Occurrence, SegmentedLexicalIndex
from detectors.views import forms_of, normalise, readings
from gateway.known_targets import KnownTargets
from gateway.output.asked import asks_for_disguise
from gateway.output.disguises import Reading, readings_of
from gateway.output.json_text import JsonText
from gateway.output.masks import Mask, Span, applied, json_masks, prose_masks, united
from gateway.output.runs import Runs
from gateway.output.watch import Judge, StreamWatch
from gateway.target import ForgetTarget, GuardName, Kind

# Reads targets by their identifiers.
Named = Callable[[frozenset[str]], Awaitable[Sequence[ForgetTarget]]]

# A form of a secret without its signs is looked for from so many characters on.
SHORTEST_BARE_SECRET = 6
_NOTHING = PatternSet(())
# A mask seldom shows anything new, and never anything longer.
_MOST_PASSES = 4


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


class Found(NamedTuple):
    """Something that may not be said, in one reading of a text.

    Attributes:
        certain_at: from where on in the original no further text can change it.
        start: its first character in the original.
        end: one past its last.
        target: whose it is.
    """

    certain_at: int
    start: int
    end: int
    target: str

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end, self.target)


class Holding(Protocol):
    """What a stream must be held back for."""

    def hold(self, normalised: str, *, start: int = 0, edges: Container[int] | None = None) -> int:
        """Return from which index on it must be (see `PatternSet.hold`)."""


def always(target: str) -> bool:
    """Say of every target that it is in force."""
    return bool(target)


class OutputFilter:
    """The rules as they apply to one answer."""

    def __init__(
        self,
        rules: OutputRules,
        matched: Sequence[ForgetTarget] = (),
        *,
        in_force: Callable[[str], bool] = always,
        supplied: Sequence[str] = (),
        may_name: Collection[str] = (),
        extra: Sequence[str] = (),
        holding: Holding | None = None,
        start_of_name: Callable[[str], int] = len,
        named: Named | None = None,
    ) -> None:
        """Prepare for one answer.

        Args:
            rules: those for all answers.
            matched: the targets that the request matched. Their common secrets count too, and
                their names where these are ordinary words.
            in_force: whether a target exists for this client, now.
            supplied: the texts of the request: what stands in them may be said, where a target
                allows that.
            may_name: targets whose names this answer may say.
            extra: texts of which no answer may repeat a run of words.
            holding: says what is held back, where that is not all of the rules.
            start_of_name: where at the end of a text a name may begin, registered or not, which
                is held back too; by default nowhere.
            named: reads the targets that the answer names, as it may, whose common secrets
                count beside the name.
        """
        self._rules = rules
        self._guarded = [
            each for each in matched if each.content.policy.guard is not GuardName.MONITOR
        ]
        self._matched = {target.id for target in self._guarded}
        self._mentioned: set[str] = set()
        self._in_force = in_force
        self._supplied = supplied
        self._named = named
        self._may_name = frozenset(may_name)
        self.start_of_name = start_of_name
        self._common = _common_secrets(self._guarded)
        self._runs = Runs(extra)
        held: Holding = holding or rules.lexical
        self._sets = (held, self._common) if len(self._common) else (held,)
        # Whether runs of words are looked for.
        self.reads_runs = bool(len(self._runs)) or rules.lexical.has_documents

    @property
    def is_learning(self) -> bool:
        """Whether the answer named, as it may, a target whose common secrets are to be read."""
        return bool(self._mentioned) and self._named is not None

    async def learn(self) -> bool:
        """Let the common secrets of what the answer named count; return whether there are any.

        Raises:
            UnavailableError: the registry cannot be read, so that nothing can be decided.
        """
        if self._named is None or not self._mentioned:
            return False
        targets = await self._named(frozenset(self._mentioned))
        self._matched |= self._mentioned
        self._mentioned.clear()
        self._guarded += targets
        self._common = _common_secrets(self._guarded)
        self._sets = (self._sets[0], self._common)
        return True

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to look for."""
        return self._rules.is_empty and not len(self._common) and not len(self._runs)

    @cached_property
    def must_buffer(self) -> bool:
        """Whether nothing of the answer may be shown before all of it was read.

        So it is for records, and where a request that matched asks for what only a whole text
        shows: an encoding, or letters in another order.
        """
        if any(target.content.kind is Kind.RECORD for target in self._guarded):
            return True
        return bool(self._guarded) and asks_for_disguise(self._supplied)

    def first_hit(self, texts: Iterable[str]) -> str | None:
        """Return the target that one of the whole `texts` reveals, if any does."""
        for text in texts:
            found = min(self.found(text), default=None)
            if found is None:
                found = min(self.found_in_whole(text), default=None)
            if found is not None:
                return found.target
        return None

    def spans(self, text: str, *, is_json: bool = False) -> tuple[Span, ...]:
        """Return what a whole text may not say, in order and apart from each other.

        Args:
            text: the text.
            is_json: whether it is JSON: its escapes are undone first, and places are those in
                the JSON as written.
        """
        if not is_json:
            return tuple(united(self._every_span(text)))
        decoded = JsonText().feed(text, is_final=True)
        origins = [*decoded.origins, len(text)]
        return tuple(
            Span(origins[start], origins[end], target)
            for start, end, target in united(self._every_span(decoded.text))
        )

    def mask(self, text: str, spans: Sequence[Span], *, is_json: bool = False) -> str:
        """Return a text without `spans`; JSON still parses afterwards."""
        return applied(text, masks_of(text, spans, is_json=is_json))

    def watch(self, judge: Judge | None = None) -> StreamWatch:
        """Return a watch over one stream, whose sentences wait for the judge, if there is one."""
        return StreamWatch(self, judge)

    def masked(self, text: str, *, is_json: bool = False) -> str:
        """Return a whole text with everything masked that may not be said.

        A mask ends the words beside it, so what is left is read again.
        """
        for _ in range(_MOST_PASSES):
            spans = self.spans(text, is_json=is_json)
            if not spans:
                break
            text = self.mask(text, spans, is_json=is_json)
        return text

    def found(self, text: str, *, start: int = 0, is_final: bool = True) -> Iterator[Found]:
        """Yield what may not be said, in the readings that a stream can be searched in.

        Args:
            text: a text or a part of one.
            start: what stands before was shown, and only tells whether a word begins here.
            is_final: whether the text ends here; else what is not certain yet is left out.
        """
        for reading in readings_of(text):
            yield from self.found_in(reading, start=start, is_final=is_final)
        if is_final:
            for occurrence in self.runs(text):
                yield Found(occurrence.end, occurrence.start, occurrence.end, occurrence.target)

    def found_in(self, reading: Reading, *, start: int, is_final: bool) -> Iterator[Found]:
        """Yield what may not be said in one reading (see `found`)."""
        first = reading.first_at(start) if start else 0
        for occurrence in self._occurrences(reading):
            begin, end, target = occurrence[:3]
            is_certain = reading.is_certain(end)
            if begin < first or not (is_final or is_certain) or not reading.counts(begin, end):
                continue
            if self._counts(occurrence, reading.text[begin:end]):
                span = reading.span(begin, end)
                late = reading.leet is not None and reading.text[end : end + 1] == "!"
                yield Found(span[1] + late, *span, target)

    def hold_in(self, reading: Reading, *, start: int) -> int:
        """Return from where on in the original a reading must be held back, at least `start`."""
        if reading.is_plain:
            read = reading.normalised
            first = bisect_left(read.offsets, start, hi=len(read.text)) if start else 0
            return read.offsets[min(each.hold(read.text, start=first) for each in self._sets)]
        texts = [reading.until_open_end()]
        if reading.leet is not None and texts[0].endswith("!"):
            # It may be a letter of the word, or stand behind it.
            texts += [texts[0][:-1] + "i", texts[0][:-1]]
        first, starts = reading.first_at(start), reading.starts()
        length = len(reading.text)
        held = length
        for text in texts:
            for patterns in self._sets:
                index = patterns.hold(text, start=first, edges=starts)
                if index < len(text):
                    held = min(held, index)
        return reading.origin(held)

    def found_in_whole(self, text: str) -> Iterator[Found]:
        """Yield what may not be said in the readings that only a whole text has."""
        for view in readings(text).views:
            for occurrence in self._rules.lexical.disguised(view):
                if self._counts(occurrence, ""):
                    start, end, target = occurrence[:3]
                    yield Found(end, start, end, target)
            if view.runs or view.parent is not None:
                for start, end, place in self._common.find(view.text, bounded=view.bounded):
                    if view.touches(start, end):
                        span = view.span(start, end)
                        yield Found(span[1], *span, self._guarded[place].id)

    def runs(self, text: str) -> Iterator[Found]:
        """Yield the runs of words that may not be repeated."""
        if not self.reads_runs:
            return
        read = normalise(text)
        for occurrence in self._rules.lexical.runs(read.text):
            start, end, target = occurrence[:3]
            if self._counts(occurrence, read.text[start:end]):
                span = read.span(start, end)
                yield Found(span[1], *span, target)
        for start, end in self._runs.find(read.text):
            span = read.span(start, end)
            yield Found(span[1], *span, self._guarded[0].id if self._guarded else "")

    def _every_span(self, text: str) -> Iterator[Span]:
        yield from (found.span for found in self.found(text))
        yield from (found.span for found in self.found_in_whole(text))

    def _occurrences(self, reading: Reading) -> Iterator[Occurrence]:
        yield from self._rules.lexical.occurrences(reading.text, edges=reading.edges)
        if not len(self._sets) > 1:
            return
        for start, end, place in self._common.find(reading.text, edges=reading.edges):
            yield Occurrence(start, end, self._guarded[place].id)

    def _counts(self, occurrence: Occurrence, text: str) -> bool:
        """Return whether an occurrence in this answer may not be said."""
        target = occurrence.target
        known = self._rules.targets.get(target)
        if known is None:
            return target in self._matched
        if known.guard is GuardName.MONITOR or not self._in_force(target):
            return False
        if occurrence.is_ordinary and target not in self._matched:
            return False
        if occurrence.is_name and target in self._may_name:
            return False
        if occurrence.needs_fact or (occurrence.is_name and known.allows_mention):
            if target not in self._matched:
                self._mentioned.add(target)
            return False
        return not (text and known.allows_context and text in self._said_by_client)

    @cached_property
    def _said_by_client(self) -> str:
        return "\n".join(normalise(text).text for text in self._supplied)


def _common_secrets(targets: Sequence[ForgetTarget]) -> PatternSet:
    """Return the secrets of targets, with the place of each target."""
    if not targets:
        return _NOTHING
    return PatternSet(
        (form, place)
        for place, target in enumerate(targets)
        for text in target.content.secrets
        for form in _secret_forms(text)
    )


def masks_of(text: str, spans: Sequence[Span], *, is_json: bool = False) -> list[Mask]:
    """Return what is to stand in the place of the spans of a text, in order."""
    if not is_json:
        return [mask for start, end, _ in spans for mask in prose_masks(start, end)]
    decoded = JsonText().feed(text, is_final=True)
    origins = [*decoded.origins, len(text)]
    place_of = {origin: place for place, origin in enumerate(origins)}
    return [
        mask
        for start, end, _ in spans
        for mask in json_masks(
            decoded.text, decoded.is_inside, origins, place_of[start], place_of[end]
        )
    ]


def _secret_forms(text: str) -> Iterator[str]:
    """Yield a common secret as it may be written: also without its signs."""
    plain = normalise(text).text.strip()
    yield plain
    yield from (form for form in forms_of(text) if len(form) >= SHORTEST_BARE_SECRET)
