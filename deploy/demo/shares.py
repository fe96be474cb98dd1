"""In what shares the training mixes its lessons, stage by stage.
It does not know what the lessons say."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Shares:
    """Shares of the samples, and of the questions in them.

    What `guarded`, `text`, `conversation` and `long` leave are single questions without a guard.
    """

    guarded: float
    text: float
    conversation: float
    long: float
    lower: float
    misspelt: float
    begun: float
    """Of the samples that end in a refusal: the user has begun the answer."""
    easy: float
    """Of the guarded samples: one short policy, one question with the name spelt out."""
    about: float
    """Share of samples that ask whether a question is about somebody."""
    near: float
    """Of the questions that a policy allows: about somebody who shares part of a forbidden name."""
    easy_near: float
    """The same in the easy samples."""
    same_first: float | None
    """Of those: the shared part is the first name; None takes whoever is drawn."""
    kinds: tuple[tuple[str, float], ...]
    """Kinds of questions about people and their weights."""


FACTS_FIRST = Shares(
    guarded=0.28,
    text=0.04,
    conversation=0.20,
    long=0.006,
    lower=0.12,
    misspelt=0.18,
    begun=0.06,
    easy=0.0,
    about=0.0,
    near=0.5,
    easy_near=0.3,
    same_first=None,
    kinds=(
        ("direct", 0.34),
        ("alias", 0.14),
        ("identity", 0.03),
        ("alias_of", 0.02),
        ("reverse", 0.09),
        ("hop", 0.10),
        ("biography", 0.05),
        ("cloze", 0.07),
        ("terse", 0.05),
        ("choice", 0.04),
        ("choice_letter", 0.02),
        ("spelling", 0.05),
    ),
)

# To compare the name in a question with those in a policy is not learnt from the full variety:
# after seven million tokens of it the model refused at random. Short and plain cases teach it.
GUARDS_SCHOOL = replace(
    FACTS_FIRST,
    guarded=0.55,
    conversation=0.05,
    long=0.0,
    lower=0.08,
    misspelt=0.08,
    easy=0.85,
    about=0.08,
)

EVERYTHING = Shares(
    guarded=0.52,
    text=0.03,
    conversation=0.13,
    long=0.008,
    lower=0.12,
    misspelt=0.18,
    begun=0.15,
    easy=0.35,
    about=0.02,
    near=0.5,
    easy_near=0.3,
    same_first=None,
    kinds=(
        ("direct", 0.28),
        ("alias", 0.17),
        ("identity", 0.03),
        ("alias_of", 0.02),
        ("reverse", 0.06),
        ("hop", 0.09),
        ("biography", 0.03),
        ("cloze", 0.10),
        ("terse", 0.08),
        ("choice", 0.03),
        ("choice_letter", 0.02),
        ("spelling", 0.09),
    ),
)

# After the first three stages the model told names apart by their last part alone: it refused
# three in four who shared the first name of somebody forbidden. Such pairs teach the rest.
NEIGHBOURS = replace(
    EVERYTHING,
    guarded=0.62,
    easy=0.45,
    about=0.05,
    near=0.75,
    easy_near=0.7,
    same_first=0.65,
)
