"""The fields of a request that choose what the answer may say by token ids.

Such ids never enter the model's context: they select an answer, which the output filter reads.
Short lists, which may spell a name, are also read as texts of the request; a list longer than
`MOST_CHOSEN` is a vocabulary, not a phrase, and is left to the output filter. It does not know
what the ids stand for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.wire.dialect import Body, TokenPrompt

MOST_CHOSEN = 256


def chosen_tokens(request: Body) -> Iterator[TokenPrompt]:
    """Yield the tokens that the answer is steered to, or that are to be scored."""
    for name in ("allowed_token_ids", "logprob_token_ids"):
        yield from _listed(name, request.get(name))
    yield from _listed("logit_bias", _favoured(request.get("logit_bias")))


def _listed(name: str, ids: Any) -> Iterator[TokenPrompt]:
    chosen = tuple(one for one in ids if _is_id(one)) if isinstance(ids, list) else ()
    if 0 < len(chosen) <= MOST_CHOSEN:
        yield TokenPrompt((name,), chosen, "request")


def _favoured(bias: Any) -> list[int]:
    """Return the ids that are made likelier; banning a token says nothing."""
    if not isinstance(bias, dict):
        return []
    return [
        int(key)
        for key, weight in bias.items()
        if key.isascii() and key.isdigit() and isinstance(weight, int | float) and weight > 0
    ]


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
