"""The texts of an answer and of an event: to which text a piece belongs, and how it may be changed.

It knows where answers hold JSON; it does not know what is looked for in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, NamedTuple

from gateway.wire.text import KEYS, STRUCTURE, Path

# Identifiers and enumerations of answers, beside those of requests; servers make them up.
_STRUCTURE = STRUCTURE | frozenset(
    "item_id tool_use_id status signature obfuscation encrypted_content".split()
)
# Models make up the identifiers of tool calls in some formats, so these are read.
_CALLS = frozenset(("tool_calls", "function_call", "tool_use"))
# What shows a text a second time, token by token, is read elsewhere, as tokens.
TOKEN_MEMBERS = frozenset(
    "logprobs prompt_logprobs top_logprobs token_ids prompt_token_ids output_token_ids".split()
)
# Members of objects that the APIs define; any other name may be a text in disguise.
_KNOWN = frozenset(
    "id object created created_at completed_at model choices index message delta role content text "
    "type finish_reason stop_reason stop_sequence usage logprobs refusal reasoning "
    "reasoning_content annotations audio function_call tool_calls function name arguments custom "
    "input system_fingerprint service_tier prompt_tokens completion_tokens total_tokens "
    "prompt_tokens_details completion_tokens_details cached_tokens reasoning_tokens audio_tokens "
    "accepted_prediction_tokens rejected_prediction_tokens input_tokens output_tokens "
    "input_tokens_details output_tokens_details cache_creation_input_tokens "
    "cache_read_input_tokens cache_creation thinking signature data citations content_block "
    "partial_json error code param metrics kv_transfer_params ec_transfer_params "
    "prompt_logprobs token_ids prompt_token_ids prompt_text routed_experts sequence_number "
    "output_index content_index item_id item part response output status incomplete_details "
    "reason call_id summary summary_index encrypted_content annotation annotation_index "
    "obfuscation embedding tokens count max_model_len token_strs input_messages output_messages "
    "output_tokens_per_turn tool_output_tokens tool_output_tokens_per_turn input_tokens_per_turn "
    "cached_tokens_per_turn".split()
)
_JSON_MEMBERS = ("arguments", "partial_json")
_NAMES: Path = ("(names)",)


class Kind(Enum):
    """What becomes of a text that may not be said: prose is cut off, the others are masked.

    `JSON` is a string that holds JSON, `VALUE` a string that is a value of it already.
    """

    PROSE = "prose"
    JSON = "json"
    VALUE = "value"


class EventText(NamedTuple):
    """A text of an answer, or a piece of one.

    Attributes:
        channel: which text this is a piece of: the same in all events of one stream.
        path: where it stands in this value, for `gateway.wire.text.replaced`.
        text: the text.
        kind: what becomes of it if it may not be said.
    """

    channel: Path
    path: Path
    text: str
    kind: Kind


# The kind of the text at a path, None where its last member tells.
KindOf = Callable[[Path], Kind | None]


def texts_of(value: Any, kind_of: KindOf, channel: Path = ()) -> Iterator[EventText]:
    """Yield every text of an event or an answer, but those whose key names structure.

    Args:
        value: the event or answer.
        kind_of: the kind of a text, where the name of its member does not tell.
        channel: what the channels of all of them start with.
    """
    yield from _below(value, kind_of, channel, ())
    names = sorted(_unknown_names(value))
    if names:
        yield EventText((*channel, *_NAMES), _NAMES, "\n" + "\n".join(names), Kind.PROSE)


def _below(value: Any, kind_of: KindOf, channel: Path, path: Path) -> Iterator[EventText]:
    if isinstance(value, str):
        if value:
            yield EventText(channel, path, value, _kind(path, kind_of))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in TOKEN_MEMBERS or (isinstance(item, str) and _is_structure(key, path)):
                continue
            if _holds_values(key, item):
                yield from _values(item, (*channel, key), (*path, key))
            else:
                yield from _below(item, kind_of, (*channel, key), (*path, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            index = _own_index(item, position)
            yield from _below(item, kind_of, (*channel, index), (*path, position))


def _values(value: Any, channel: Path, path: Path) -> Iterator[EventText]:
    """Yield the texts of JSON that was parsed already, its names among them."""
    yield from _below(value, lambda _: Kind.VALUE, channel, path)
    names = "\n".join(_names(value))
    if names:
        yield EventText((*channel, KEYS), (*path, KEYS), names, Kind.VALUE)


def _holds_values(key: str, item: Any) -> bool:
    return key == "input" and isinstance(item, dict)


def _kind(path: Path, kind_of: KindOf) -> Kind:
    known = kind_of(path)
    if known is not None:
        return known
    return Kind.JSON if path and path[-1] in _JSON_MEMBERS else Kind.PROSE


def _is_structure(key: str, path: Path) -> bool:
    return key in _STRUCTURE and not (key == "id" and not _CALLS.isdisjoint(path))


def _own_index(item: Any, position: int) -> int:
    index = item.get("index") if isinstance(item, dict) else None
    return index if isinstance(index, int) and not isinstance(index, bool) else position


def _names(value: Any) -> Iterator[str]:
    """Yield the names of all objects in the order in which `replaced` takes new ones."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _names(item)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)


def _unknown_names(value: Any) -> set[str]:
    if isinstance(value, dict):
        names = {name for name in value if name not in _KNOWN}
        below = (item for name, item in value.items() if not _is_read_elsewhere(name, item))
        return names.union(*map(_unknown_names, below))
    if isinstance(value, list):
        return set().union(*map(_unknown_names, value))
    return set()


def _is_read_elsewhere(name: str, item: Any) -> bool:
    return name in TOKEN_MEMBERS or _holds_values(name, item)
