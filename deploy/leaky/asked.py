"""What a request says, as a model that repeats all it was told would repeat it.

It reads every string and every token id of a request; it does not know endpoints.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from typing import Any

from deploy.leaky.tokens import Tokens

_ID_LISTS = ("prompt", "input", "tokens", "token_ids", "allowed_token_ids", "logprob_token_ids")
# Between the texts of one message and between messages there is what a template puts there.
_SEPARATOR = " "


def unpacked(body: bytes, encoding: str) -> bytes:
    """Return a body without its compression; as it is where that fails."""
    try:
        if encoding == "gzip":
            return gzip.decompress(body)
        if encoding == "deflate":
            return zlib.decompress(body)
    except (OSError, EOFError, zlib.error):
        pass
    return body


def read(body: bytes) -> dict[str, Any]:
    """Return the object of a body, however leniently a server may read it; {} where none is."""
    try:
        value = json.loads(body.decode(json.detect_encoding(body), "replace"))
    except (ValueError, LookupError):
        return {}
    return value if isinstance(value, dict) else {"": value}


def echo(request: dict[str, Any], tokens: Tokens) -> str:
    """Return all that a request says, in its order, and then what the user alone says."""
    said = [*_texts(request, tokens), "".join(_user_texts(request, tokens))]
    return _SEPARATOR.join(filter(None, said))


def _user_texts(request: dict[str, Any], tokens: Tokens) -> Iterator[str]:
    messages = request.get("messages")
    users = [
        message
        for message in (messages if isinstance(messages, list) else ())
        if isinstance(message, dict) and message.get("role") == "user"
    ]
    if len(users) > 1:
        for message in users:
            yield from _texts(message.get("content"), tokens)


def _texts(value: Any, tokens: Tokens, key: str = "") -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        if key == "logit_bias":
            yield tokens.decode([int(each) for each in value if each.lstrip("-").isdigit()])
            return
        for name, item in value.items():
            if name not in ("role", "type"):
                yield name if _is_said(name) else ""
                yield from _texts(item, tokens, name)
    elif isinstance(value, list):
        yield from _list_texts(value, tokens, key)


def _is_said(name: str) -> bool:
    """Return whether a name of a member is a client's own words, of more than one word."""
    return not name.isidentifier()


def _list_texts(items: list[Any], tokens: Tokens, key: str) -> Iterator[str]:
    numbers = [item for item in items if isinstance(item, int) and not isinstance(item, bool)]
    if numbers and len(numbers) == len(items):
        if key in _ID_LISTS:
            yield tokens.decode(numbers)
        return
    if _are_text_parts(items):
        yield "".join(part["text"] for part in items)
        return
    for item in items:
        yield from _texts(item, tokens, key)


def _are_text_parts(items: list[Any]) -> bool:
    """Return whether these are the parts of one message's text, which a template joins."""
    return bool(items) and all(
        isinstance(item, dict) and isinstance(item.get("text"), str) and "role" not in item
        for item in items
    )
