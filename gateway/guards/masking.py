"""What texts say of targets, taken out sentence by sentence, so that the rest can be read on.

JSON stays JSON: within it the strings are masked, and with a field that names a target the other
fields of the same record. It knows targets and texts; it does not know requests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from detectors.conversation.leaning import Leaning, leaning
from detectors.lexical.index import LexicalIndex
from detectors.lexical.patterns import PatternSet
from detectors.views import normalise, readings
from gateway.guards.sentences import Sentence, is_terminated, sentences
from gateway.profiles import profile_of
from gateway.target import ForgetTarget

MASK = "[withheld]"
# A match that is this share of its line or field is what the line is about, not a mention in it.
SHARE_OF_HEADING = 0.4

Span = tuple[int, int]

_ITEM = re.compile(r"\s*(?:[-*•+–]|\d{1,3}[.)])\s")


@dataclass(frozen=True, slots=True)
class _Finding:
    """What a sentence says of targets: how many of its letters speak of one, and is it one."""

    is_found: bool
    share: float = 0.0


_NOTHING = _Finding(False)


class Masker:
    """Takes what concerns some targets out of texts; the same text always becomes the same."""

    def __init__(self, targets: Sequence[ForgetTarget]) -> None:
        profiles = [profile_of(target) for target in targets]
        self._index = LexicalIndex(profiles)
        # Beside a target's name also what others share with it is about it. Where only facts are
        # forgotten, the name may stay.
        self._values = PatternSet(
            (normalise(text).text.strip(), place)
            for place, profile in enumerate(profiles)
            for text in (*(() if profile.facts_only else profile.names), *profile.secrets)
        )

    def masked(self, text: str, spans: Iterable[Span] = ()) -> str:
        """Return `text` without what it says of the targets.

        Args:
            text: one that speaks of a target.
            spans: what detection found in it, in characters; its sentences are masked too.
        """
        value = _json(text)
        if value is not None:
            changed = self._masked_value(value)
            if changed != value:
                return json.dumps(changed, ensure_ascii=text.isascii())
            # Detection found what no single string says: nothing can be left.
            return json.dumps(self._emptied(value), ensure_ascii=text.isascii())
        return self._masked_prose(text, tuple(spans))

    def touches(self, text: str) -> bool:
        """Return whether a sentence speaks of a target by name, alias or value."""
        return self._finding(text).is_found

    def _masked_prose(self, text: str, spans: Sequence[Span]) -> str:
        parts = sentences(text)
        hidden = self._hidden(text, parts, spans)
        said: list[str] = []
        for number, part in enumerate(parts):
            if number not in hidden:
                said.append(part.of(text))
            elif number - 1 not in hidden or parts[number - 1].paragraph != part.paragraph:
                said.append(MASK + _blanks_after(part.of(text)))
            else:
                said[-1] = MASK + _blanks_after(part.of(text))
        return "".join(said)

    def _hidden(
        self, text: str, parts: Sequence[Sentence], spans: Sequence[Span]
    ) -> frozenset[int]:
        """Return the numbers of the sentences that are masked."""
        hidden: set[int] = set()
        numbered = enumerate(parts)
        for _, paragraph in groupby(numbered, key=lambda pair: pair[1].paragraph):
            hidden |= self._hidden_in(text, dict(paragraph), spans)
        return frozenset(hidden)

    def _hidden_in(
        self, text: str, parts: Mapping[int, Sentence], spans: Sequence[Span]
    ) -> set[int]:
        """Return the numbers of the sentences of one paragraph that are masked.

        After a sentence about a target, those that lean on it are about it too; after a heading
        or a field that names it, the rest of the paragraph. What shows only in the paragraph as a
        whole, as a name over two lines does, is all of it.
        """
        start = min(part.start for part in parts.values())
        whole = text[start : max(part.end for part in parts.values())]
        is_spoken_of = self.touches(whole)
        spans = [*spans, *((start + first, start + last) for first, last in self._places(whole))]
        is_spanned = any(_overlap(part, span) for part in parts.values() for span in spans)
        if not is_spoken_of and not is_spanned:
            return set()
        hidden: set[int] = set()
        is_form = is_shown = False
        for number, part in parts.items():
            said = part.of(text)
            finding = self._finding(said)
            is_shown |= finding.is_found
            is_hit = finding.is_found or any(_overlap(part, span) for span in spans)
            is_form |= finding.share >= SHARE_OF_HEADING and _is_heading(said)
            if is_hit or is_form or (number - 1 in hidden and _leans(said)):
                hidden.add(number)
        return hidden if is_shown or not is_spoken_of else set(parts)

    def _finding(self, text: str) -> _Finding:
        read = normalise(text)
        places = [(start, end) for start, end, _ in self._values.find(read.text)]
        if not places and not self._index.examine(readings(text).views).matches:
            return _NOTHING
        letters = sum(map(str.isalnum, read.text)) or 1
        spoken = max((_letters(read.text[start:end]) for start, end in places), default=0)
        return _Finding(True, spoken / letters)

    def _places(self, text: str) -> list[Span]:
        read = normalise(text)
        return [read.span(start, end) for start, end, _ in self._values.find(read.text)]

    def _masked_value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.masked(value) if self.touches(value) else value
        if isinstance(value, list):
            if self._is_record(item for item in value if isinstance(item, str)) and any(
                not isinstance(item, str) for item in value
            ):
                return self._emptied(value)
            return [self._masked_value(item) for item in value]
        if isinstance(value, dict):
            if self._is_record(item for item in value.values() if isinstance(item, str)):
                return self._emptied(value)
            return dict(self._masked_member(key, item) for key, item in value.items())
        return value

    def _masked_member(self, key: str, value: Any) -> tuple[str, Any]:
        return (
            (MASK, self._emptied(value)) if self.touches(key) else (key, self._masked_value(value))
        )

    def _emptied(self, value: Any) -> Any:
        """Return a value of the same shape that says nothing."""
        if isinstance(value, dict):
            return {
                MASK if self.touches(key) else key: self._emptied(item)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [self._emptied(item) for item in value]
        return value if value is None or isinstance(value, bool) else MASK

    def _is_record(self, fields: Iterable[str]) -> bool:
        """Return whether one of the fields is a target's name, and so the others are about it."""
        findings = (self._finding(field) for field in fields if _json(field) is None)
        return any(found.is_found and found.share >= SHARE_OF_HEADING for found in findings)


def secrets_in(text: str, targets: Sequence[ForgetTarget]) -> bool:
    """Return whether a text holds a secret of one of the targets, whoever else shares it."""
    values = PatternSet(
        (normalise(value).text.strip(), 0) for target in targets for value in target.content.secrets
    )
    return bool(values.find(normalise(text).text))


def _json(text: str) -> Any:
    """Return the object or list that a text is, None for any other text."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_heading(line: str) -> bool:
    """Return whether the lines after this one say more of what it names: a title, a form's field.

    A sentence, a row of a table and an item of a list stand for themselves.
    """
    if is_terminated(line) or "|" in line or "\t" in line:
        return False
    return ":" in line or _ITEM.match(line) is None


def _leans(sentence: str) -> bool:
    return leaning(sentence) is not Leaning.NONE


def _overlap(part: Sentence, span: Span) -> bool:
    return part.start < span[1] and span[0] < part.end


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _blanks_after(text: str) -> str:
    return text[len(text.rstrip()) :]
