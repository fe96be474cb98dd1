"""A whole answer: whether its prose must be withheld, and what else of it is masked.

It knows texts and their kinds; it does not know the shape of what is sent instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gateway.output.filter import OutputFilter
from gateway.output.logprobs import token_texts, without_tokens
from gateway.output.masks import as_keys
from gateway.wire.event_texts import EventText, Kind
from gateway.wire.text import Path, replaced


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in a whole answer.

    Attributes:
        hit: the target that its prose reveals, for whose sake all of it is withheld.
        targets: all targets that it reveals anywhere, each once.
        value: the answer with masks, and without its lists of tokens; None where it may be sent
            as it came.
    """

    hit: str | None
    targets: tuple[str, ...]
    value: Any | None


def examine(value: Any, texts: Iterable[EventText], output_filter: OutputFilter) -> Examined:
    """Return what an answer reveals, and the answer without it.

    Args:
        value: the parsed answer.
        texts: its texts.
        output_filter: what may not be said.
    """
    hit: str | None = None
    targets: dict[str, None] = {}
    masked: dict[Path, str] = {}
    for _, path, text, kind in texts:
        is_json = kind is Kind.JSON
        spans = output_filter.spans(text, is_json=is_json)
        targets.update(dict.fromkeys(span.target for span in spans))
        if spans and kind is Kind.PROSE:
            hit = hit or output_filter.first_hit([text])
        elif spans:
            masked[path] = as_keys(path, text, output_filter.masked(text, is_json=is_json))
    spelt = output_filter.first_hit(_spelt(value))
    if spelt is not None:
        targets[spelt] = None
    if not targets:
        return Examined(None, (), None)
    return Examined(hit, tuple(targets), without_tokens(replaced(value, masked)))


def _spelt(value: Any) -> list[str]:
    joined: dict[Path, str] = {}
    for channel, text in token_texts(value):
        joined[channel] = joined.get(channel, "") + text
    return list(joined.values())
