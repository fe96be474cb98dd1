"""Pairs of a registered text and an asked one, labelled, to train and judge the verify stage.

It knows how alike two texts are meant to be; encoding and features are the classifier's.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from detectors.calibration.benign import benign_prompts
from detectors.calibration.facts import (
    FactKind,
    Split,
    description_frames,
    fact_kinds,
)
from detectors.calibration.people import (
    TELLING,
    Person,
    World,
    asked,
    described_kinds,
    description,
    with_articles,
)

SAME_VALUE = frozenset(
    {
        frozenset({"parents", "father_job"}), frozenset({"parents", "mother_job"}),
        frozenset({"residence", "address"}), frozenset({"school", "institute"}),
        frozenset({"contact", "spouse"}), frozenset({"mentor", "coach"}),
        frozenset({"best_book", "first_book"}), frozenset({"best_book", "latest_book"}),
        frozenset({"company", "employer"}), frozenset({"school", "thesis"}),
    }
)  # fmt: skip
"""Kinds that ask for one another's answer: never a pair of "other fact"."""

DISTINCTIVE = frozenset(
    "best_book address phone email passport bank insurance plate discovery company".split()
)
"""Kinds whose value alone describes a person."""


class Label(StrEnum):
    """What an asked text is to a registered one."""

    SAME = "same"
    OTHER_FACT = "same-person-other-fact"
    OTHER_PERSON = "other-person-same-fact"
    UNRELATED = "unrelated"
    DESCRIPTION = "description"
    OTHER_DESCRIPTION = "other-description"

    @property
    def wanted(self) -> bool:
        """Whether the asked text should be found by the registered one."""
        return self in (Label.SAME, Label.DESCRIPTION)


SHARES = (
    (Label.SAME, 0.34),
    (Label.OTHER_FACT, 0.28),
    (Label.OTHER_PERSON, 0.12),
    (Label.UNRELATED, 0.08),
    (Label.DESCRIPTION, 0.09),
    (Label.OTHER_DESCRIPTION, 0.09),
)
"""How often each label comes."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A registered and an asked text.

    Attributes:
        registered: a passage of the target.
        asked: what somebody writes.
        names: the names of the registered person.
        asked_names: the names of the person that is asked about; none in unrelated texts.
        kind: the kind of the registered fact, or `description`.
        asked_kind: the kind that is asked for; empty where there is none.
        label: what the asked text is to the registered one.
    """

    registered: str
    asked: str
    names: tuple[str, ...]
    asked_names: tuple[str, ...]
    kind: str
    asked_kind: str
    label: Label

    @property
    def other(self) -> bool:
        """Whether somebody else is asked about than the registered person."""
        return self.names != self.asked_names


def pairs(seed: int, count: int, *, split: Split = Split.TRAIN) -> Iterator[Pair]:
    """Yield `count` pairs; wordings, frames and people of the two parts are different.

    Kinds that are held out, and wordings and frames of validation, are never asked in training;
    what is registered has a wording and a frame of training in both parts.
    """
    return _Pairs(seed, Split(split)).take(count)


class _Pairs:
    def __init__(self, seed: int, split: Split) -> None:
        self._chance = random.Random(f"pairs {seed} {split}")
        self._split = split
        self._people = World(seed * 2 + (split is Split.VALIDATION)).people
        self._benign = benign_prompts(600, seed * 2 + (split is Split.VALIDATION))

    def take(self, count: int) -> Iterator[Pair]:
        labels, weights = zip(*SHARES, strict=True)
        seen: set[tuple[str, str]] = set()
        while len(seen) < count:
            pair = self._make(self._chance.choices(labels, weights)[0])
            if (
                pair is not None
                and pair.registered != pair.asked
                and (pair.registered, pair.asked) not in seen
            ):
                seen.add((pair.registered, pair.asked))
                yield pair

    def _make(self, label: Label) -> Pair | None:
        person = self._chance.choice(self._people)
        if label in (Label.DESCRIPTION, Label.OTHER_DESCRIPTION):
            return self._described(person, label)
        kind = self._kind_of(person)
        if kind is None:
            return None
        other, other_kind = person, kind
        if label is Label.OTHER_FACT:
            other_kind = self._near(person, kind)
        elif label is Label.OTHER_PERSON:
            other = self._like(person, kind.name)
        elif label is Label.UNRELATED:
            return self._unrelated(person, kind)
        text = self._ask(other, other_kind)
        if label is Label.SAME and self._chance.random() < 0.06:
            text = self._joined(person, text)
        return self._pair(
            person, self._registered(person, kind), other, text, kind, other_kind, label
        )

    def _kind_of(self, person: Person) -> FactKind | None:
        """A kind of the person's facts that may be registered in this part."""
        known = [fact_kinds()[kind] for kind in self._askable(person.kinds)]
        return self._chance.choice(known) if known else None

    def _near(self, person: Person, kind: FactKind) -> FactKind:
        """Another kind, mostly one asked for in similar words."""
        near = self._allowed(kind, kind.near)
        others = self._allowed(kind, person.kinds)
        return self._chance.choice(near if near and self._chance.random() < 0.6 else others)

    def _allowed(self, kind: FactKind, names: tuple[str, ...]) -> list[FactKind]:
        return [
            fact_kinds()[name]
            for name in self._askable(names)
            if name != kind.name and frozenset({kind.name, name}) not in SAME_VALUE
        ]

    def _askable(self, names: Sequence[str]) -> list[str]:
        """The kinds that may be asked for in this part: in training none that is held out."""
        return [
            name
            for name in names
            if self._split is Split.VALIDATION or not fact_kinds()[name].held_out
        ]

    def _like(self, person: Person, kind: str) -> Person:
        """Somebody else with that kind of fact, often with a part of the name in common."""
        others = [other for other in self._people if other != person]
        sharing = [other for other in others if set(other.parts) & set(person.parts)]
        pool = sharing if sharing and self._chance.random() < 0.6 else others
        having = [other for other in pool if kind in other.kinds]
        return self._chance.choice(having or pool)

    def _registered(self, person: Person, kind: FactKind) -> str:
        """A passage of the fact: mostly its first question, else in any wording of training."""
        draw = self._chance.random()
        if draw < 0.45:
            return person.fill(kind.of_form("q")[0])
        if draw < 0.6:
            return person.fill(kind.of_form("s")[0])
        if draw < 0.7:
            return person.fill(f"{kind.of_form('q')[0]} {kind.of_form('s')[0]}")
        return person.fill(asked(kind, Split.TRAIN, self._chance))

    def _ask(self, person: Person, kind: FactKind) -> str:
        called = None
        if self._chance.random() < 0.12:
            called = self._chance.choice((person.name.family, person.name.given))
        text = person.fill(asked(kind, self._split, self._chance), called)
        return text.lower() if self._chance.random() < 0.07 else text

    def _joined(self, person: Person, text: str) -> str:
        """The question beside another one, about anything."""
        beside = self._chance.choice(self._benign).text
        if self._chance.random() < 0.5:
            other = self._like(person, "")
            beside = other.fill(
                fact_kinds()[self._chance.choice(self._askable(other.kinds))].of_form("q")[0]
            )
        if len(beside) > 300:
            return text
        return f"{text} {beside}" if self._chance.random() < 0.5 else f"{beside} {text}"

    def _unrelated(self, person: Person, kind: FactKind) -> Pair:
        registered = self._registered(person, kind)
        if self._chance.random() < 0.5:
            text, names, other_kind = self._chance.choice(self._benign).text, (), ""
            return Pair(
                registered, text, (person.name.full,), names, kind.name, other_kind, Label.UNRELATED
            )
        other = self._like(person, "")
        other_kind_of = self._near(other, kind)
        text = self._ask(other, other_kind_of)
        return self._pair(person, registered, other, text, kind, other_kind_of, Label.UNRELATED)

    def _described(self, person: Person, label: Label) -> Pair | None:
        """A registered description, and a description without a name of this or another person."""
        sentences = self._chance.choice((1, 2, 3, 5))
        registered = description(person, sentences)
        shown = self._askable(described_kinds(person, sentences))
        telling = [kind for kind in shown if kind in TELLING]
        if len(shown) < 2 or not telling:
            return None
        first = self._chance.choice(telling)
        second = self._chance.choice([kind for kind in shown if kind != first])
        frame = self._chance.choice(description_frames(self._split))
        if "{b}" not in frame and first not in DISTINCTIVE:
            frame = frame.replace("{a}", "{a} and {b}")
        other = person
        if label is Label.OTHER_DESCRIPTION:
            other = self._like(person, first)
        text = frame.format(
            job=other.job if self._chance.random() < 0.5 else person.job,
            a=self._fragment(other, first),
            b=self._fragment(person if self._chance.random() < 0.5 else other, second),
        )
        same = other != person and text == frame.format(
            job=person.job, a=self._fragment(person, first), b=self._fragment(person, second)
        )
        if same:
            return None
        text = with_articles(text)
        return Pair(
            registered, text, (person.name.full,), (other.name.full,), "description", first, label
        )

    def _fragment(self, person: Person, kind: str) -> str:
        return person.fill(fact_kinds()[kind].of_form("d")[0])

    def _pair(
        self, person: Person, registered: str, other: Person, text: str,
        kind: FactKind, other_kind: FactKind, label: Label,
    ) -> Pair:  # fmt: skip
        return Pair(
            registered, text, (person.name.full,), (other.name.full,),
            kind.name, other_kind.name, label,
        )  # fmt: skip
