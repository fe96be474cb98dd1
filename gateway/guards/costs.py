"""What guards may spend on their model for one request, and what they spent.

Calls, tokens and seconds; what they buy is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_CALLS = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """What a guard added to a request: calls of the guard model, and tokens read and written."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def tokens(self) -> int:
        """All tokens."""
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Budget:
    """What one request may spend on the guard model.

    Attributes:
        calls: how many calls.
        tokens: read and written together. A call begins only if some are left for its answer
            after its prompt, as far as that can be estimated.
        seconds: from the first call on, all calls together.
    """

    calls: int = MOST_CALLS
    tokens: int = 8192
    seconds: float = 30.0
