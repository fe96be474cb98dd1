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
        passages: texts whose meaning identifies the target (name, description, examples); with
            `facts_only`, one for each forgotten fact.
        documents: verbatim texts that must not be reproduced.
        facts_only: whether a name alone never matches: it must meet one of the facts.
        description: of a topic, which is its direction; `passages` are its examples then.
        false_positive_rate: the share of ordinary texts that may be taken for this target, where
            its operator asked for one.
    """

    id: str
    version: int
    names: tuple[str, ...]
    secrets: tuple[str, ...] = ()
    standalone_secrets: tuple[str, ...] = ()
    passages: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    facts_only: bool = False
    description: str = ""
    false_positive_rate: float | None = None


class Stage(StrEnum):
    """The detector that found a match."""

    EXACT = "exact"
    FUZZY = "fuzzy"
    PART = "part"
    FOREIGN = "foreign"
    DOCUMENT = "document"
    SEMANTIC = "semantic"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One text of a conversation, and who said it.

    Attributes:
        role: `user`, `assistant`, `system`, `developer`, `tool`, or `request` for what stands
            outside the messages.
        text: as written.
    """

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A target that a text may speak of, which is no match by itself.

    Attributes:
        target: the target's identifier.
        view: how the text was read.
        span: where, in characters of the original text.
        is_name: whether a whole registered name stands there (of a target of which only facts
            are forgotten), and not only a common part of one.
    """

    target: str
    view: str
    span: tuple[int, int]
    is_name: bool


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
        mentions: (index of the text, mention), for the stages that follow.
    """

    matches: tuple[tuple[int, Match], ...] = ()
    notes: tuple[str, ...] = ()
    mentions: tuple[tuple[int, Mention], ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """Identifiers of the matched targets, each once, best match first."""
        return tuple(dict.fromkeys(match.target for _, match in self.matches))
