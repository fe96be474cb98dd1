"""One text of a stream: how far of it may be shown, and what in it is to be masked.

Only the end of the text that is not shown yet is read again with each piece. It knows one text;
it does not know events.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.lexical.shingles import GUARANTEED, WORD
from detectors.views import normalise
from detectors.views.backwards import looks_reversed, looks_turned_by_rot13
from gateway.output.disguises import readings_of
from gateway.output.encoded import encoded_runs, may_hold_runs
from gateway.output.json_text import JsonText
from gateway.output.masks import Mask, Span, json_masks, prose_masks, united
from gateway.output.sentences import end_of_last_sentence

if TYPE_CHECKING:
    from gateway.output.filter import Found, OutputFilter

# So many characters of what was shown are read again, to see how a run of characters began.
_SHORTEST_TRAIL = 64


@dataclass(frozen=True, slots=True)
class Treatment:
    """How a text of a stream is watched.

    Attributes:
        is_json: whether it is JSON as text: its escapes are undone to be read.
        is_masked: whether what may not be said in it is masked; else the stream ends with it.
        is_judged: whether its sentences are judged before they are shown.
    """

    is_json: bool = False
    is_masked: bool = False
    is_judged: bool = False


class TextWatch:
    """The state of one text.

    Attributes:
        hit: what ends the stream, the first of the text.
        masked: the targets for whose sake something was masked.
    """

    def __init__(self, output_filter: OutputFilter, treatment: Treatment) -> None:
        self._filter = output_filter
        self._treatment = treatment
        self._json = JsonText() if treatment.is_json else None
        # The text with escapes undone: all of it, and the window that may still change.
        self._pieces: list[str] = []
        self._window = ""
        self._start = 0
        self._origins: list[int] = []
        self._is_inside: list[bool] = []
        self._received = 0
        self._decoded_end = 0
        self._shown = 0
        self._judged = 0
        self._trail = ""
        self._spans: list[Span] = []
        self._masked: list[Span] = []
        self._masks: list[Mask] = []
        self._is_over = self._looks_turned = False
        self.hit: str | None = None
        self.masked: set[str] = set()

    @property
    def received(self) -> int:
        """How much of the text has come, in characters as written."""
        return self._received

    @property
    def shown(self) -> int:
        """Up to where the text may be shown, in characters as written."""
        if self._json is None:
            return self._shown
        index = self._shown - self._start
        return self._origins[index] if index < len(self._origins) else self._decoded_end

    def add(self, piece: str) -> None:
        """Take the next piece."""
        self._received += len(piece)
        self._is_over = False
        if self._json is None:
            self._append(piece)
        else:
            self._append_json(self._json, piece, is_final=False)
        self._advance(is_final=False)

    def again(self) -> None:
        """Read what is held again, since more may not be said than before."""
        self._advance(is_final=self._is_over)

    def end(self) -> None:
        """Judge what is held as the end of the text."""
        if self._is_over:
            return
        self._is_over = True
        if self._json is not None:
            self._append_json(self._json, "", is_final=True)
        self._advance(is_final=True)

    def masks(self, start: int, end: int) -> list[Mask]:
        """Return the masks that reach into a part of the text that may be shown."""
        return [mask for mask in self._masks if mask.start < end and mask.end > start]

    def unjudged(self, *, is_final: bool) -> str:
        """Return the sentences that wait to be judged, "" for none."""
        if not self._treatment.is_judged or self.hit:
            return ""
        end = len(self._window) if is_final else end_of_last_sentence(self._window)
        return self._window[max(0, self._judged - self._start) : end]

    def judged(self, sentences: str) -> None:
        """Let the sentences that `unjudged` returned be shown."""
        self._judged = max(self._judged, self._start) + len(sentences)
        self._advance(is_final=self._is_over)

    def _append(self, text: str) -> None:
        self._pieces.append(text)
        self._window += text
        self._decoded_end = self._received

    def _append_json(self, reader: JsonText, piece: str, *, is_final: bool) -> None:
        decoded = reader.feed(piece, is_final=is_final)
        self._pieces.append(decoded.text)
        self._window += decoded.text
        self._origins += decoded.origins
        self._is_inside += decoded.is_inside
        self._decoded_end = decoded.end

    def _advance(self, *, is_final: bool) -> None:
        start = self._shown - self._start
        held = len(self._window)
        found: list[Found] = []
        for reading in readings_of(self._window):
            found += self._filter.found_in(reading, start=start, is_final=is_final)
            if not is_final:
                held = min(held, self._filter.hold_in(reading, start=start))
        if not is_final:
            held = min(held, self._filter.start_of_name(self._window))
        for more, until in self._with_what_was_shown(is_final=is_final):
            found += more
            held = min(held, max(until, start))
        if is_final and (not found or self._treatment.is_masked):
            found += self._found_in_whole()
        self._take(found)
        if self._treatment.is_judged:
            held = min(held, self._judged - self._start)
        # What stands beside a name waits until it is known what counts there.
        self._show(start if self._filter.is_learning else held)

    def _with_what_was_shown(self, *, is_final: bool) -> Iterator[tuple[list[Found], int]]:
        """Yield what is found, and from where on is held, by reading what was shown as well."""
        text, before = self._trail + self._window, len(self._trail)
        if not is_final and self._is_turned(text):
            yield [], 0
        if not self._filter.reads_runs and not may_hold_runs(text):
            return
        found: list[Found] = []
        until = len(text)
        for start, end in encoded_runs(text):
            if end == len(text) and not is_final:
                until = start
            elif end - before > self._shown - self._start:
                found += (
                    _moved(each, start) for each in self._filter.found_in_whole(text[start:end])
                )
        yield [_moved(each, -before) for each in found], until - before
        if self._filter.reads_runs:
            runs, until = self._runs(text, is_final=is_final)
            yield [_moved(each, -before) for each in runs], until - before

    def _is_turned(self, text: str) -> bool:
        """Return whether the text is written backwards or by rot13, so that only its end tells."""
        if not self._looks_turned:
            lowered = text.lower()
            self._looks_turned = looks_turned_by_rot13(lowered) or looks_reversed(lowered)
        return self._looks_turned

    def _runs(self, text: str, *, is_final: bool) -> tuple[list[Found], int]:
        """Return the runs of words that end in what is not shown, and from where on one may.

        The last word of a text that goes on may be the beginning of another one.
        """
        shown = len(self._trail) + self._shown - self._start
        found = [run for run in self._filter.runs(text) if run.end > shown]
        if is_final or not any(run.end == len(text) for run in found):
            return found, len(text)
        words = list(WORD.finditer(text))
        last = words[-1].start() if words else 0
        certain = [run for run in self._filter.runs(text[:last]) if run.end > shown]
        return certain, last

    def _take(self, found: list[Found]) -> None:
        if not found or self.hit:
            return
        if not self._treatment.is_masked:
            self.hit = min(found).target
            return
        spans = [
            Span(each.start + self._start, each.end + self._start, each.target) for each in found
        ]
        self.masked.update(span.target for span in spans)
        if any(span.end <= self._shown for span in spans):
            # Only its end tells what the text says: it is too late for a mask.
            self.hit = min(found).target
        late = (span._replace(start=max(span.start, self._shown)) for span in spans)
        self._spans = united([*self._spans, *(span for span in late if span.start < span.end)])

    def _show(self, held: int) -> None:
        """Move on to `held`, an index of the window, but into no span."""
        shown = max(self._shown, self._start + held)
        for span in self._spans:
            if span.start < shown < span.end:
                shown = span.start
        while self._spans and self._spans[0].end <= shown:
            self._masked.append(self._spans[0])
            self._masks += self._masks_of(self._spans.pop(0))
        self._shown = shown
        self._trim()

    def _masks_of(self, span: Span) -> Iterator[Mask]:
        if self._json is None:
            return prose_masks(span.start, span.end)
        origins = [*self._origins, self._decoded_end]
        start, end = span.start - self._start, span.end - self._start
        return json_masks(self._window, self._is_inside, origins, start, end)

    def _trim(self) -> None:
        """Drop what is shown, but for the last character that a word boundary can be read from."""
        keep = max(self._shown - 1 - self._start, 0)
        while keep and not self._window[keep].isascii() and not normalise(self._window[keep]).text:
            keep -= 1
        if not keep:
            return
        self._trail = self._shortened(self._trail + self._window[:keep])
        self._window = self._window[keep:]
        self._start += keep
        if self._json is not None:
            self._origins = self._origins[keep:]
            self._is_inside = self._is_inside[keep:]

    def _shortened(self, trail: str) -> str:
        if len(trail) <= _SHORTEST_TRAIL:
            return trail
        if not self._filter.reads_runs:
            return trail[-_SHORTEST_TRAIL:] if len(trail) > 2 * _SHORTEST_TRAIL else trail
        words = list(WORD.finditer(trail))
        return trail[words[-GUARANTEED].start() :] if len(words) > GUARANTEED else trail

    def _found_in_whole(self) -> list[Found]:
        text = "".join(self._pieces)
        self._pieces = [text]
        masked = [*self._masked, *self._spans]
        return [
            _moved(found, -self._start)
            for found in self._filter.found_in_whole(text)
            if not any(span.start < found.end and found.start < span.end for span in masked)
        ]


def _moved(found: Found, by: int) -> Found:
    return found._replace(
        certain_at=found.certain_at + by, start=found.start + by, end=found.end + by
    )
