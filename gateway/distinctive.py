"""Which secret values may be withheld wherever they appear, and which only beside their target.

Cities, years and professions are secrets of one target and facts about many others. The rule
here reads the shape of a value only; it knows no frequencies.
"""

from __future__ import annotations

import re

from gateway.target import Kind, TargetContent

# Six digits or more identify something: a telephone number, an account, a date with its year.
_FEWEST_DIGITS = 6
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+|\w+://\S+")


def standalone(content: TargetContent) -> tuple[str, ...]:
    """Return the secrets that count without the target's name beside them.

    All secrets of a record do, since they are all that identifies it; of other targets, those
    whose shape is distinctive.
    """
    if content.kind is Kind.RECORD:
        return content.secrets
    return tuple(filter(is_distinctive, content.secrets))


def is_distinctive(value: str) -> bool:
    """Return whether a value has a shape that hardly two things share."""
    digits = sum(character.isdigit() for character in value)
    return digits >= _FEWEST_DIGITS or _ADDRESS.search(value) is not None
