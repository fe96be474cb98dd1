"""The texts that lists of tokens spell: what was sampled, and what might have been.

Tokens are read joined over their positions: those that were sampled, their bytes, and the
alternatives of each rank; each alternative is read by itself too. It knows the shapes of
`logprobs` in all formats; it does not know what is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from gateway.output.disguises import MASK_SIGN
from gateway.wire.event_texts import TOKEN_MEMBERS
from gateway.wire.text import Path

# A cheap test: whether one of the members is there and not null.
_MAY_HOLD = re.compile(rb'(?:logprobs|token_ids)"\s*:\s*[^\sn]')


class TokenText(NamedTuple):
    """A piece of what tokens spell.

    Attributes:
        channel: the same for all pieces of one text.
        text: the piece.
    """

    channel: Path
    text: str


def may_hold_tokens(raw: bytes) -> bool:
    """Return whether JSON may have members that list tokens."""
    return _MAY_HOLD.search(raw) is not None


def token_texts(value: Any) -> Iterator[TokenText]:
    """Yield what the lists of tokens of an event or an answer spell."""
    kind = value.get("type") if isinstance(value, dict) else None
    start: Path = ("(tokens)", kind) if isinstance(kind, str) else ("(tokens)",)
    if isinstance(value, dict):
        start += tuple(value[key] for key in ("output_index", "content_index") if key in value)
    for path, held in _members(value, start):
        for rank, text in _spelt(held):
            yield TokenText((*path, *rank), text)


def without_tokens(value: Any) -> Any:
    """Return an event or an answer with null for every list of tokens."""
    if isinstance(value, dict):
        return {
            key: None if key in TOKEN_MEMBERS else without_tokens(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [without_tokens(item) for item in value]
    return value


def _members(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in TOKEN_MEMBERS:
                if item is not None:
                    yield (*path, key), item
            else:
                yield from _members(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            index = item.get("index") if isinstance(item, dict) else None
            yield from _members(item, (*path, index if isinstance(index, int) else place))


def _spelt(held: Any) -> Iterator[tuple[Path, str]]:
    """Yield (which text, text) of one member, whatever its shape."""
    if isinstance(held, dict):
        for key, item in held.items():
            if key == "top_logprobs" and isinstance(item, list):
                yield from _of_positions(key, [_alternatives(each) for each in item])
            elif isinstance(item, list):
                yield from _of_list(key, item)
    elif isinstance(held, list):
        yield from _of_list("", held)


def _of_list(name: str, held: list[Any]) -> Iterator[tuple[Path, str]]:
    positions = [item for item in held if isinstance(item, dict)]
    if positions and any("token" in each for each in positions):
        tokens = [str(each.get("token", "")) for each in positions]
        yield (name, "sampled"), "".join(tokens)
        spelt = b"".join(_bytes(each) for each in positions).decode("utf-8", "replace")
        if spelt and spelt != "".join(tokens):
            yield (name, "bytes"), spelt
        others = [each.get("top_logprobs") for each in positions]
        yield from _of_positions(name, [_alternatives(other) for other in others])
    elif positions:
        yield from _of_positions(name, [_alternatives(each) for each in positions])
    else:
        tokens = [item for item in held if isinstance(item, str)]
        if tokens:
            yield (name, "sampled"), "".join(tokens)


def _of_positions(name: str, positions: list[list[str]]) -> Iterator[tuple[Path, str]]:
    """Yield the alternatives of each rank, joined, and each by itself."""
    for rank in range(max(map(len, positions), default=0)):
        joined = "".join(each[rank] for each in positions if rank < len(each))
        yield (name, "rank", rank), joined
    alone = [text for each in positions for text in each]
    if alone:
        yield (name, "each"), MASK_SIGN.join(["", *alone, ""])


def _alternatives(position: Any) -> list[str]:
    """Return the tokens that might stand at a position, in the order in which they are given."""
    if isinstance(position, list):
        return [
            text
            for each in position
            if isinstance(each, dict)
            for text in (str(each.get("token", "")), _bytes(each).decode("utf-8", "replace"))
        ]
    if not isinstance(position, dict):
        return []
    decoded = [
        str(each["decoded_token"])
        for each in position.values()
        if isinstance(each, dict) and each.get("decoded_token") is not None
    ]
    return decoded or [str(key) for key in position]


def _bytes(position: dict[str, Any]) -> bytes:
    """Return the bytes of a token; what are no bytes are none."""
    given = position.get("bytes")
    if not isinstance(given, list):
        return b""
    return bytes(each for each in given if isinstance(each, int) and 0 <= each < 256)
