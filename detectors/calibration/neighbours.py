"""Texts close to a target that do not touch it, made from its own words: what must not be flagged.

It knows the target's names and passages. A swapped name or date is invented, so a text may by
chance speak of somebody real.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from detectors.calibration.facts import Split, fact_kinds
from detectors.calibration.names import PRONOUNS, NameMaker
from detectors.calibration.people import FIELDS, asked
from detectors.calibration.reading import sections
from detectors.calibration.values_of_people import MONTHS, ValueMaker
from detectors.values import TargetProfile

PART_SHARED = 0.4
"""How often a swapped name keeps a part of the target's."""

_WORD = re.compile(r"[^\W\d_][\w'’-]+")
_YEAR = re.compile(r"\b(1[5-9]|20)\d\d\b")
_CAPITALISED = re.compile(r"(?<=[a-z,;] )[A-Z][\w-]+(?: [A-Z][\w-]+)*")
_TITLE = re.compile(r"[\"“][^\"”]{3,80}[\"”]")
_ATTEMPTS = 60
_SHORTEST_WORD = 5


def neighbours_of(profile: TargetProfile, count: int, seed: int) -> tuple[str, ...]:
    """Make up to `count` different texts near a target, none of which holds one of its names.

    A target with names gets its own texts about others, other questions about namesakes, its texts
    with another place or date, and its words in general questions; a topic gets the last only.
    Fewer come back where the target has too few words.
    """
    return tuple(_Neighbours(profile, seed).take(count))


class _Neighbours:
    def __init__(self, profile: TargetProfile, seed: int) -> None:
        self._profile = profile
        self._chance = random.Random(f"neighbours {seed} {profile.id}")
        self._names, self._values = NameMaker(self._chance), ValueMaker(self._chance)
        self._texts = texts_of(profile)
        self._words = _content_words(profile)
        self._general = sections("neighbour_frames.txt")["general"]

    def take(self, count: int) -> Iterator[str]:
        makers: list[Callable[[], str]] = [self._general_question] if self._words else []
        if self._profile.names:
            makers += [self._namesake_question]
            if self._with_name():
                makers += [self._about_another, self._described_otherwise]
        seen = {text.casefold() for text in self._texts}
        for attempt in range(count * _ATTEMPTS if makers else 0):
            text = makers[attempt % len(makers)]()
            if text.casefold() not in seen and not self._named(text):
                seen.add(text.casefold())
                yield text
                if len(seen) == count + len({own.casefold() for own in self._texts}):
                    return

    def _named(self, text: str) -> bool:
        folded = text.casefold()
        return any(name.casefold() in folded for name in self._profile.names)

    def _with_name(self) -> list[str]:
        """The texts that hold a name and more."""
        names = {name.casefold() for name in self._profile.names}
        return [text for text in self._texts if self._named(text) and text.casefold() not in names]

    def _about_another(self) -> str:
        """A text of the target about somebody else: what a statement says is changed as well."""
        text = self._chance.choice(self._with_name())
        return self._renamed(text if text.endswith("?") else self._with_other_particulars(text))

    def _renamed(self, text: str) -> str:
        other = self._another_name()
        for name in sorted(self._profile.names, key=len, reverse=True):
            text = re.sub(re.escape(name), lambda _: other, text, flags=re.IGNORECASE)
            for part in name.split():
                if len(part) > 3 and part not in other:
                    text = re.sub(rf"\b{re.escape(part)}\b", lambda _: other.split()[-1], text)
        return text

    def _another_name(self) -> str:
        """An invented name of as many words, with a part of the target's now and then."""
        parts = self._chance.choice(self._profile.names).split()
        invented = self._names.sketch()
        made = [invented.given, *(["M."] * (len(parts) - 2)), invented.family][-len(parts) :]
        if len(parts) > 1 and self._chance.random() < PART_SHARED:
            place = self._chance.choice((0, len(parts) - 1))
            made[place] = parts[place]
        return " ".join(made)

    def _namesake_question(self) -> str:
        """Any question of the generated world about somebody with a part of the name."""
        kind = fact_kinds()[self._chance.choice(list(fact_kinds()))]
        wording = asked(kind, self._chance.choice(list(Split)), self._chance)
        _, he, him, his = self._chance.choice(PRONOUNS)
        slots = {"n": self._another_name(), "he": he, "him": him, "his": his}
        return wording.format_map({**self._values.make(), **slots})

    def _described_otherwise(self) -> str:
        """A text of the target with a job for its name, and other years, places and titles."""
        text = self._chance.choice(self._with_name())
        job = self._chance.choice([job for jobs in FIELDS.values() for job in jobs])
        text = self._with_other_particulars(text)
        for name in sorted(self._profile.names, key=len, reverse=True):
            text = re.sub(re.escape(name), f"the {job}", text, flags=re.IGNORECASE)
        return text[:1].upper() + text[1:]

    def _with_other_particulars(self, text: str) -> str:
        values = self._values.make()
        kept = {part for name in self._profile.names for part in name.split()} | set(MONTHS)
        text = _YEAR.sub(lambda found: str(int(found[0]) + self._chance.randrange(2, 30)), text)
        text = _TITLE.sub(lambda _: f'"{values["first_book"]}"', text)

        def place(found: re.Match[str]) -> str:
            return found[0] if kept & set(found[0].split()) else values["birthplace"]

        return _CAPITALISED.sub(place, text)

    def _general_question(self) -> str:
        """A question in the words of the target that is about something general."""
        frame = self._chance.choice(self._general)
        first, second = self._chance.choice(self._words), self._chance.choice(self._words)
        return frame.replace("{x}", first).replace("{o}", second)


def texts_of(profile: TargetProfile) -> tuple[str, ...]:
    """The description of a topic, where there is one, and the passages."""
    return (profile.description, *profile.passages) if profile.description else profile.passages


def _content_words(profile: TargetProfile) -> list[str]:
    """Words of the texts that are no part of a name, longest first, at most sixty."""
    own = {part.casefold() for name in profile.names for part in name.split()}
    words = {
        word.casefold().removesuffix("'s").removesuffix("’s")
        for text in texts_of(profile)
        for word in _WORD.findall(text)
    }
    kept = [word for word in words - own if len(word) >= _SHORTEST_WORD]
    return sorted(kept, key=lambda word: (-len(word), word))[:60]
