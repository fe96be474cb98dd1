"""Topics without a name: a description, examples, and questions on them and beside them.

They are for choosing how a topic is recognised. None is one of the hazardous subjects that
operators register, so what is learnt here is not learnt from those.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from detectors.calibration.reading import sections
from detectors.values import TargetProfile

FILES = ("topics_a.txt", "topics_b.txt")
ON_TOPIC = 60
NEAR = 40


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic.

    Attributes:
        id: its section in the data file.
        description: one paragraph.
        examples: questions that an operator would register.
        on_topic: other questions on it, some without any word of the description.
        near: questions beside it that must not be found.
    """

    id: str
    description: str
    examples: tuple[str, ...]
    on_topic: tuple[str, ...]
    near: tuple[str, ...]

    def profile(self, examples: int | None = None) -> TargetProfile:
        """The target of this topic, with the first so many examples, or all."""
        return TargetProfile(
            id=self.id,
            version=1,
            names=(),
            passages=self.examples[:examples],
            description=self.description,
        )


def topics(seed: int = 0) -> tuple[Topic, ...]:
    """All topics; the seed chooses which frame stands around which concept."""
    return tuple(
        _topic(name, lines, random.Random(f"topic {seed} {name}"))
        for file in FILES
        for name, lines in sections(file).items()
    )


def _topic(name: str, lines: tuple[str, ...], chance: random.Random) -> Topic:
    parts: dict[str, list[str]] = {form: [] for form in "detcnm"}
    for line in lines:
        parts[line[0]].append(line[2:])
    return Topic(
        id=name,
        description=parts["d"][0],
        examples=tuple(parts["e"]),
        on_topic=_filled(parts["t"], parts["c"], ON_TOPIC, chance),
        near=_filled(parts["n"], parts["m"], NEAR, chance),
    )


def _filled(
    whole: list[str], concepts: list[str], count: int, chance: random.Random
) -> tuple[str, ...]:
    """The whole questions, then concepts in frames, each concept about equally often."""
    frames = {concept: list(sections("topics_frames.txt")["frames"]) for concept in concepts}
    found = list(whole[:count])
    while len(found) < count:
        for concept in concepts[: count - len(found)]:
            chance.shuffle(frames[concept])
            text = frames[concept].pop().replace("{x}", concept)
            found.append(text[:1].upper() + text[1:])
    return tuple(found)
