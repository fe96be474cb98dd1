"""The ways in which a request may speak of a target: every place that reaches a model.

It gathers the tables of the endpoints; it does not know how an answer is judged.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.probing.channels import (
    CHAT,
    COMPLETIONS,
    COUNT,
    DETOKENIZE,
    MESSAGES,
    RESPONSES,
    TOKENIZE,
)
from gateway.probing.way import WayIn
from gateway.probing.ways_chat import CHAT_WAYS, NOTHING_TO_NOTICE
from gateway.probing.ways_others import (
    BY_IDS_WAYS,
    COMPLETIONS_WAYS,
    MESSAGES_WAYS,
    OTHERS_WAYS,
    RESPONSES_WAYS,
)

# Endpoints that ask no model.
_NO_MODEL = frozenset((COUNT, TOKENIZE, DETOKENIZE))


def ways_in() -> Sequence[WayIn]:
    """Return every way, in the order of the table."""
    plain = [
        *((CHAT, *way) for way in CHAT_WAYS),
        *((COMPLETIONS, *way) for way in COMPLETIONS_WAYS),
        *((RESPONSES, *way) for way in RESPONSES_WAYS),
        *((MESSAGES, *way) for way in MESSAGES_WAYS),
        *OTHERS_WAYS,
    ]
    return [
        *(
            WayIn(name, path, body, reaches_model=_reaches_model(path, name))
            for path, name, body in plain
        ),
        *(
            WayIn(name, path, body, True, _reaches_model(path, name))
            for path, name, body in BY_IDS_WAYS
        ),
    ]


def _reaches_model(path: str, name: str) -> bool:
    return name not in NOTHING_TO_NOTICE and path not in _NO_MODEL
