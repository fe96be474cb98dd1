"""Generated registries, and what is asked near them without touching them: thresholds stand on it.

It knows invented people and a model to be judged; what the model was trained on is not known here.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from detectors.calibration.facts import Split, fact_kinds
from detectors.calibration.pairs import SAME_VALUE, Label, pairs
from detectors.calibration.people import Person, World, asked, description
from detectors.encoding.protocol import Encoder, Vectors
from detectors.semantic.features import Wording, features_of
from detectors.semantic.particulars import Passage, Role, identifying_passages
from detectors.semantic.verify import Logistic
from detectors.values import TargetProfile

SEED = 7
PEOPLE_WITH_FACTS = 60
PEOPLE_REGISTERED = 20
PEOPLE_ASKED = 120
QUESTIONS_OF_EACH = 8
DESCRIPTIONS = 3_000
NEAREST = 32
TEXTS_AT_A_TIME = 64


@dataclass(frozen=True, slots=True)
class Registry:
    """Passages that are registered together, and questions that touch none of their targets."""

    passages: tuple[Passage, ...]
    questions: tuple[str, ...]
    is_named: bool


def near_margins(encoder: Encoder, role: Role, model: Logistic) -> npt.NDArray[np.float64]:
    """Return for each question of the role's registries the largest margin of any passage."""
    margins: list[float] = []
    for registry in _REGISTRIES[role]():
        vectors = encoded(encoder, [passage.text for passage in registry.passages])
        questions = encoded(encoder, registry.questions)
        for text, cosines in zip(registry.questions, questions @ vectors.T, strict=True):
            margins.append(_largest(registry, model, text, cosines))
    return np.array(margins)


def encoded(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    """Return a unit row for each text, equal texts encoded once."""
    unique = list(dict.fromkeys(texts))
    order = sorted(range(len(unique)), key=lambda place: len(unique[place]))
    rows = np.empty((len(unique), encoder.dimension), dtype=np.float32)
    for start in range(0, len(order), TEXTS_AT_A_TIME):
        part = order[start : start + TEXTS_AT_A_TIME]
        rows[part] = encoder.encode([unique[place] for place in part])
    place_of = {text: place for place, text in enumerate(unique)}
    return rows[[place_of[text] for text in texts]]


def _largest(registry: Registry, model: Logistic, text: str, cosines: Vectors) -> float:
    wording = Wording.of(text)
    margins = [-np.inf]
    for place in np.argsort(-cosines)[:NEAREST]:
        passage = registry.passages[place]
        if not (
            registry.is_named or passage.role is Role.EXAMPLE or passage.is_shared_by(wording.words)
        ):
            continue
        features = features_of(
            passage, wording, cosine=float(cosines[place]), is_named=registry.is_named
        )
        margins.append(model.margin(features))
    return float(max(margins))


def _facts() -> Iterator[Registry]:
    """Yield for each of some people one half of the facts, and questions for the other half."""
    for number, person in enumerate(World(SEED).people[:PEOPLE_WITH_FACTS]):
        chance = random.Random(f"facts {SEED} {number}")
        kept = frozenset(chance.sample(person.kinds, len(person.kinds) // 2))
        profile = TargetProfile(
            "facts",
            1,
            (person.name.full,),
            passages=tuple(_question(person, kind) for kind in sorted(kept)),
            facts_only=True,
        )
        others = [kind for kind in person.kinds if kind not in kept and not _asks_for(kind, kept)]
        questions = tuple(_question(person, kind) for kind in others)
        yield Registry(identifying_passages(profile), questions, is_named=True)


def _asks_for(kind: str, others: frozenset[str]) -> bool:
    return any(frozenset({kind, other}) in SAME_VALUE for other in others)


def _examples() -> Iterator[Registry]:
    """Yield the questions about some people as one topic, and questions about others."""
    people = World(SEED).people
    registered = people[:PEOPLE_REGISTERED]
    texts = [_question(person, kind) for person in registered for kind in person.kinds]
    profile = TargetProfile("examples", 1, (), passages=tuple(texts))
    chance = random.Random(f"examples {SEED}")
    questions = [
        text
        for person in people[PEOPLE_REGISTERED : PEOPLE_REGISTERED + PEOPLE_ASKED]
        for kind in chance.sample(person.kinds, QUESTIONS_OF_EACH)
        for text in (_question(person, kind), _paraphrase(person, kind, chance))
    ]
    yield Registry(identifying_passages(profile), tuple(questions), is_named=False)


def _about() -> Iterator[Registry]:
    """Yield the descriptions of some people, and others described without a name."""
    passages = [
        passage
        for person in World(SEED).people[:PEOPLE_REGISTERED]
        for passage in identifying_passages(
            TargetProfile("about", 1, (person.name.full,), passages=(description(person),))
        )
    ]
    others = pairs(SEED + 1, DESCRIPTIONS, split=Split.VALIDATION)
    questions = tuple(
        pair.asked for pair in others if pair.label in (Label.DESCRIPTION, Label.OTHER_DESCRIPTION)
    )
    yield Registry(tuple(passages), questions, is_named=False)


def _question(person: Person, kind: str) -> str:
    return person.fill(fact_kinds()[kind].of_form("q")[0])


def _paraphrase(person: Person, kind: str, chance: random.Random) -> str:
    return person.fill(asked(fact_kinds()[kind], Split.VALIDATION, chance))


_REGISTRIES: Mapping[Role, Callable[[], Iterator[Registry]]] = MappingProxyType(
    {Role.FACT: _facts, Role.EXAMPLE: _examples, Role.ABOUT: _about}
)
