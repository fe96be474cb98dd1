"""The probabilities of tokens, told as if the client's own words had been asked about.

The sampled tokens are texts like any other; this is about the alternatives beside them, and about
where in the text each token begins. It does not know how words were chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType
from typing import Any

from gateway.unknown.casing import Casing, in_casing
from gateway.unknown.surrogates import Surrogate


def alternatives_put_back(
    value: Any, words: Iterable[Surrogate], moved: Mapping[object, int] = MappingProxyType({})
) -> bool:
    """Put the words back into the alternatives to sampled tokens; return whether any changed.

    Args:
        value: an answer or an event, its sampled tokens put back already.
        words: the made-up words.
        moved: by how many characters each choice's text has grown before this event.
    """
    choices = value.get("choices") if isinstance(value, dict) else None
    if not isinstance(choices, list):
        return False
    logprobs = [
        (choice["logprobs"], moved.get(choice.get("index"), 0))
        for choice in choices
        if isinstance(choice, dict) and isinstance(choice.get("logprobs"), dict)
    ]
    if not logprobs:
        return False
    meant = _tokens(words)
    # All of them are to be changed, so no generator that stops at the first.
    return any([_chat(each, meant) | _completion(each, meant, by) for each, by in logprobs])


def _chat(logprobs: dict[str, Any], meant: Mapping[str, str]) -> bool:
    is_changed = False
    for name in ("content", "refusal"):
        for entry in _objects(logprobs.get(name)):
            for other in _objects(entry.get("top_logprobs")):
                token = other.get("token")
                if isinstance(token, str) and token in meant:
                    other["token"] = meant[token]
                    if isinstance(other.get("bytes"), list):
                        other["bytes"] = list(meant[token].encode())
                    is_changed = True
    return is_changed


def _completion(logprobs: dict[str, Any], meant: Mapping[str, str], moved: int) -> bool:
    is_changed = False
    alternatives = logprobs.get("top_logprobs")
    if isinstance(alternatives, list):
        for place, each in enumerate(alternatives):
            if isinstance(each, dict) and not meant.keys().isdisjoint(each):
                alternatives[place] = {meant.get(token, token): each[token] for token in each}
                is_changed = True
    offsets, tokens = logprobs.get("text_offset"), logprobs.get("tokens")
    if isinstance(offsets, list) and isinstance(tokens, list) and len(offsets) == len(tokens) > 0:
        lengths = [len(token) for token in tokens[:-1] if isinstance(token, str)]
        counted = list(accumulate(lengths, initial=offsets[0] + moved))
        if len(counted) == len(offsets) and counted != offsets:
            logprobs["text_offset"] = counted
            is_changed = True
    return is_changed


def _tokens(words: Iterable[Surrogate]) -> dict[str, str]:
    """Return what stands for each made-up word, and for each beginning of one, as a token."""
    meant: dict[str, str] = {}
    for word in words:
        ends = [(read, said) for read, said in word.bounds if read]
        for read, said in (*ends, (len(word.base), len(word.surface))):
            for casing in word.casings:
                begun, shown = in_casing(word.base, casing)[:read], word.shown(casing)[:said]
                if begun != shown and casing is not Casing.MIXED:
                    meant |= {begun: shown, f" {begun}": f" {shown}"}
    return meant


def _objects(value: Any) -> Sequence[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
