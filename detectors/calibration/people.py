"""A world of invented people, each with some twenty facts, and every fact asked in many ways.

It knows who they are; which two questions make a pair to learn from is `pairs.py`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from detectors.calibration.facts import FactKind, Split, fact_kinds, framed, frames
from detectors.calibration.names import Name, NameMaker
from detectors.calibration.values_of_people import ValueMaker
from detectors.values import TargetProfile

FIELDS = MappingProxyType(
    {
        "author": ("author", "writer", "novelist", "poet"),
        "musician": ("musician", "singer", "composer"),
        "scientist": ("scientist", "researcher"),
        "athlete": ("athlete", "sportsperson"),
        "painter": ("painter", "artist", "sculptor"),
        "politician": ("politician", "entrepreneur"),
        "private": ("patient", "customer", "person", "employee"),
    }
)
"""The fields of work, and what their people are called."""

TELLING = frozenset(
    "birthplace birthdate best_book first_book latest_book award_a school address phone email "
    "company discovery club band museum office passport".split()
)
"""Kinds of facts that few people share."""

DESCRIPTIONS = (
    "{n} is a {job} {a} and {b}.",
    "{n} is a {job} {a}, {b}.",
    "{n}, {a}, is a {job} {b}.",
    "{n} is a {job} {b} and {a}.",
)
"""The opening sentence of a description."""

FIELD_WEIGHTS = (6, 2, 2, 2, 2, 2, 4)
FACTS_EACH = 20
PARAPHRASES_EACH = 16

_ARTICLE = re.compile(r"\b([Aa]) (?!eu|uni|one)([aeiouAEIOU])")


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person.

    Attributes:
        name: what the person is called.
        field: one of `FIELDS`.
        job: the word for somebody of that field.
        values: what fills the slots of the facts.
        kinds: the names of the kinds of facts that are known.
    """

    name: Name
    field: str
    job: str
    values: Mapping[str, str]
    kinds: tuple[str, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The given and the family name."""
        return self.name.given, self.name.family

    def fill(self, wording: str, called: str | None = None) -> str:
        """A wording with the slots filled in; `called` stands for the name."""
        he, him, his = self.name.pronouns
        slots = {**self.values, "n": called or self.name.full, "he": he, "him": him, "his": his}
        text = with_articles(wording.format_map(slots)).replace("s's ", "s' ")
        return text[:1].upper() + text[1:] if wording.startswith(("{his}", "{he}")) else text


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a person.

    Attributes:
        person: whose fact it is.
        kind: the name of its kind.
        question: the canonical question.
        paraphrases: other ways to ask, all different.
        answer: one sentence that answers.
    """

    person: Person
    kind: str
    question: str
    paraphrases: tuple[str, ...]
    answer: str


class World:
    """People and their facts, all from one seed."""

    def __init__(self, seed: int, size: int = 150) -> None:
        self.seed = seed
        chance = random.Random(f"world {seed}")
        names, values = NameMaker(chance), ValueMaker(chance)
        self.people = tuple(_person(chance, names, values) for _ in range(size))

    def facts(self, person: Person) -> tuple[Fact, ...]:
        """All facts of a person, each with its paraphrases."""
        return tuple(self.fact(person, kind) for kind in person.kinds)

    def fact(self, person: Person, kind: str) -> Fact:
        """One fact of a person, with paraphrases of both parts."""
        chance = random.Random(f"fact {self.seed} {person.name.full} {kind}")
        known = fact_kinds()[kind]
        question = person.fill(known.of_form("q")[0])
        found: dict[str, None] = {}
        while len(found) < PARAPHRASES_EACH:
            split = Split.TRAIN if chance.random() < 0.7 else Split.VALIDATION
            text = person.fill(asked(known, split, chance))
            if text != question:
                found[text] = None
        return Fact(person, kind, question, tuple(found), person.fill(known.of_form("s")[0]))

    def profile(self, person: Person, kinds: tuple[str, ...] = ()) -> TargetProfile:
        """The target that a person is: with `kinds`, of these facts only; else by description."""
        if kinds:
            passages = tuple(person.fill(fact_kinds()[kind].of_form("q")[0]) for kind in kinds)
        else:
            passages = (person.name.full, description(person))
        return TargetProfile(
            id=f"person-{self.people.index(person)}",
            version=1,
            names=(person.name.full,),
            passages=passages,
            facts_only=bool(kinds),
        )


def asked(kind: FactKind, split: Split, chance: random.Random) -> str:
    """A way to ask for a kind of fact: a wording in a frame, both of one part; slots open."""
    wordings = {
        form: chance.choice(kind.of_split(form, split))
        for form in "qcnkys"
        if kind.of_split(form, split)
    }
    return framed(chance.choice(frames(split)), kind, wordings)


def with_articles(text: str) -> str:
    """The text with "an" where a vowel follows, since slots do not know what fills them."""
    return _ARTICLE.sub(r"\1n \2", text)


def described_kinds(person: Person, sentences: int = 3) -> tuple[str, ...]:
    """The kinds of facts that the description of so many sentences tells.

    The first is one that few people share, so that a question without a name has an answer.
    """
    chance = random.Random(f"description {person.name.full}")
    first = chance.choice([kind for kind in person.kinds if kind in TELLING])
    rest = [kind for kind in person.kinds if kind != first]
    return (first, *chance.sample(rest, min(sentences, len(rest))))


def description(person: Person, sentences: int = 3) -> str:
    """The one-paragraph description that an operator would write of a person."""
    first, second, *others = (fact_kinds()[kind] for kind in described_kinds(person, sentences))
    frame = DESCRIPTIONS[len(person.name.full) % len(DESCRIPTIONS)]
    slots = {"job": person.job, "a": first.of_form("d")[0], "b": second.of_form("d")[0]}
    opening = re.sub(r"\{(job|a|b)\}", lambda found: slots[found[1]], frame)
    return " ".join(person.fill(text) for text in (opening, *_statements(others)))


def _statements(kinds: list[FactKind]) -> list[str]:
    return [kind.of_form("s")[0] for kind in kinds]


def _person(chance: random.Random, names: NameMaker, values: ValueMaker) -> Person:
    field = chance.choices(sorted(FIELDS), _weights())[0]
    common = [kind.name for kind in fact_kinds().values() if "any" in kind.fields]
    own = [kind.name for kind in fact_kinds().values() if field in kind.fields]
    chosen = set(own) if len(own) <= 14 else set(chance.sample(own, 14))
    chosen |= {"birthplace", "birthdate", "father_job", "mother_job"}
    rest = [kind for kind in common if kind not in chosen]
    chosen |= set(chance.sample(rest, max(FACTS_EACH - len(chosen), 2)))
    kinds = tuple(kind for kind in fact_kinds() if kind in chosen)
    job = chance.choice(FIELDS[field])
    return Person(names.make(), field, job, MappingProxyType(values.make()), kinds)


def _weights() -> list[int]:
    return [dict(zip(FIELDS, FIELD_WEIGHTS, strict=True))[field] for field in sorted(FIELDS)]
