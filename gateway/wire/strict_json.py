"""JSON read so strictly that no two parsers could understand it differently.

It knows the grammar of RFC 8259 and of I-JSON (RFC 7493); it knows no schema.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from gateway.errors import RequestError

_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")


def parse(body: bytes) -> Any:
    """Return the value that `body` holds.

    Raises:
        RequestError: the body is not UTF-8, starts with a byte order mark, repeats a key, holds
            a lone surrogate, NaN, an infinite number, or is not JSON. The message says which.
    """
    if body.startswith(b"\xef\xbb\xbf"):
        raise _refusal("it starts with a byte order mark; send plain UTF-8")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refusal(f"byte {error.start} is not UTF-8") from None
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise _refusal(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise _refusal("it is nested too deeply") from None
    except ValueError:
        raise _refusal("it holds an integer of more digits than can be read") from None
    if _SURROGATE_ESCAPE.search(body):
        _refuse_lone_surrogates(value)
    return value


def parse_object(body: bytes) -> dict[str, Any]:
    """Return the object that `body` holds; anything else is a `RequestError`."""
    value = parse(body)
    if not isinstance(value, dict):
        raise RequestError("The body must be a JSON object.", code="invalid_json")
    return value


def dump(value: Any) -> bytes:
    """Return `value` as compact UTF-8 JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _refusal(why: str) -> RequestError:
    return RequestError(f"The body is not valid JSON: {why}.", code="invalid_json")


def _unique_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _refusal("a key stands twice in one object")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise _refusal(f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise _refusal("a number is too large to be represented")
    return value


def _refuse_lone_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise _refusal("it holds a lone surrogate") from None


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique_object, parse_constant=_refuse_constant, parse_float=_finite
)
