"""In what shares the training mixes its lessons, at first and once the facts are known.
It does not know what the lessons say."""

from __future__ import annotations

from dataclasses import dataclass


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

# Comparing the name in a question with those in a policy is learnt last, and only once names mean
# something to the model; so the policies come in force when the facts are known.
GUARDS_THEN = Shares(
    guarded=0.50,
    text=0.03,
    conversation=0.15,
    long=0.010,
    lower=0.12,
    misspelt=0.18,
    begun=0.15,
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
