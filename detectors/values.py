"""The values that pass between a detector and whoever asks it.

They know text, identifiers and scores; they know nothing of HTTP, storage or policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class TargetProfile:
    """What a detector needs to know of one target.

    Attributes:
        id: the target's identifier.
        version: grows with every change; a profile replaces those of lower versions.
        names: the name and its aliases, as written; none for a topic, which no name identifies.
        secrets: values that must not appear in an answer.
        standalone_secrets: those of `secrets` that count without the target's name beside them.
        passages: texts whose meaning identifies the target (name, description, examples).
    """

    id: str
    version: int
    names: tuple[str, ...]
    secrets: tuple[str, ...] = ()
    standalone_secrets: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()


class Stage(StrEnum):
    """The detector that found a match."""

    EXACT = "exact"
    FUZZY = "fuzzy"
    SEMANTIC = "semantic"


@dataclass(frozen=True, slots=True)
class Match:
    """One target found in one text.

    Attributes:
        target: the target's identifier.
        stage: the detector that found it.
        view: how the text was read: `plain`, or the encoding that was undone (`base64`).
        score: 1.0 for an exact match, similarity or cosine in [0, 1] otherwise.
        threshold: the score from which a match counts.
        span: start and end of the match in characters of the original text.
        reason: one sentence that says why, without any registered text.
    """

    target: str
    stage: Stage
    view: str
    score: float
    threshold: float
    span: tuple[int, int]
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What all stages found in a list of texts.

    Attributes:
        matches: (index of the text, match), best first.
        notes: what could not be examined, and why.
    """

    matches: tuple[tuple[int, Match], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """Identifiers of the matched targets, each once, best match first."""
        return tuple(dict.fromkeys(match.target for _, match in self.matches))
