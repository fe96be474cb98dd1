"""Benign traffic: prompts as people send them to a chat assistant, each with a group.

Thresholds are calibrated on it. It is generated from seeds of ours, so it is broader than any one
set of real traffic and knows nothing of how often each kind comes in a given deployment.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from detectors.calibration.reading import sections

SEED_FILES = (
    "benign_daily.txt",
    "benign_world.txt",
    "benign_tasks.txt",
    "benign_knowledge.txt",
    "benign_exams.txt",
    "benign_languages.txt",
)
HAZARD_NEIGHBOURS = frozenset({"biology", "medicine", "chemistry", "computer-security"})
"""Groups beside hazardous topics, in their harmless form."""
OFTEN = MappingProxyType({"long-requests": 4, "summarise": 2, "chat": 2})
"""Groups with few seeds that real traffic has more of: how often a round draws each."""

_CHOICE = re.compile(r"\{(\$?[^{}]*)\}")
_LANGUAGES = frozenset(
    "chinese spanish french german russian arabic hindi japanese portuguese "
    "italian-and-dutch korean-and-turkish".split()
)
_OPENINGS = ("", "", "", "", "", "", "", "", "", "Hi, ", "Hello! ", "Please help: ", "Hey, ")
_CLOSINGS = (
    ("",) * 14
    + (" Thanks!", " Please keep it short.", " Answer in detail.", " Explain your reasoning.")
    + (" I need it for tomorrow.", " Use simple words.", " thx")
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One benign prompt.

    Attributes:
        text: what a person sends.
        group: what kind of prompt it is, the section of its seed.
    """

    text: str
    group: str


@dataclass(frozen=True, slots=True)
class Seed:
    """One line of a data file, from which several prompts come.

    Attributes:
        line: the text, choices still open.
        group: its section.
        frame: whether it is a frame around a concept of that section.
    """

    line: str
    group: str
    frame: bool = False


def benign_prompts(count: int, seed: int) -> tuple[Prompt, ...]:
    """Make `count` different prompts; the same for the same seed.

    Every seed line is drawn once a round (those of `OFTEN` more), so a small count spreads wide.
    """
    chance = random.Random(f"benign {seed}")
    found: dict[str, Prompt] = {}
    while len(found) < count:
        before = len(found)
        for line in chance.sample(seeds(), len(seeds())):
            text = _prompt(line, chance)
            found.setdefault(text, Prompt(text, line.group))
            if len(found) == count:
                break
        if len(found) == before:
            raise ValueError(f"the seeds give no more than {before} prompts")
    return tuple(found.values())


@cache
def seeds() -> tuple[Seed, ...]:
    """All seed lines, frames around concepts once for each subject."""
    found: list[Seed] = []
    for file in SEED_FILES:
        for group, lines in sections(file).items():
            kept = [Seed(line, group) for line in lines if not line.startswith("~")]
            found += kept * OFTEN.get(group, 1)
    frames = sections("benign_frames.txt")["concept"]
    return (*found, *(Seed(frame, group, True) for group in concepts() for frame in frames))


@cache
def concepts() -> Mapping[str, tuple[str, ...]]:
    """The concepts of each subject."""
    return {
        group: tuple(
            concept.strip()
            for line in lines
            if line.startswith("~")
            for concept in line[1:].split(";")
        )
        for group, lines in sections("benign_knowledge.txt").items()
    }


def _prompt(seed: Seed, chance: random.Random) -> str:
    line = _with_concepts(seed, chance) if seed.frame else seed.line
    text = _chosen(line, seed.group, chance).replace("\\n", "\n")
    text = text[:1].upper() + text[1:] if seed.frame and line[0] != "{" else text
    if "\n" in text or len(text) < 12 or seed.group in _LANGUAGES or text[0] in '{["<`':
        return text
    return _dressed(text, chance)


def _dressed(text: str, chance: random.Random) -> str:
    """The text as somebody in a hurry or with manners writes it."""
    opening, closing = chance.choice(_OPENINGS), chance.choice(_CLOSINGS)
    if chance.random() < 0.05:
        return text.lower().rstrip("?.!")
    if opening.endswith(", ") and text[:2].istitle():
        text = text[:1].lower() + text[1:]
    return f"{opening}{text}{closing if text[-1] in '.?!' else ''}"


def _with_concepts(seed: Seed, chance: random.Random) -> str:
    known = list(concepts()[seed.group])
    chance.shuffle(known)
    line = seed.line.replace("{x}", known.pop()).replace("{$subject}", seed.group.replace("-", " "))
    while "{o}" in line:
        line = line.replace("{o}", known.pop(), 1)
    return line


def _chosen(line: str, group: str, chance: random.Random) -> str:
    """The line with every choice made; braces without a bar or a list are left as they are."""

    def choose(found: re.Match[str]) -> str:
        inner = found[1]
        if "|" not in inner and not inner.startswith("$"):
            return found[0]
        option = chance.choice(inner.split("|"))
        return chance.choice(_lists()[option[1:]]) if option.startswith("$") else option

    return _CHOICE.sub(choose, line)


@cache
def _lists() -> Mapping[str, tuple[str, ...]]:
    return {**sections("benign_lists.txt"), **sections("benign_passages.txt")}
