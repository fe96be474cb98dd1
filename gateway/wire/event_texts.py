"""The texts of an answer and of an event: to which text a piece belongs, and how it may be changed.

It knows where answers hold JSON; it does not know what is looked for in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any, NamedTuple

from gateway.wire.structure import FIELD_NAMES, OUTER, is_structure
from gateway.wire.text import KEYS, Path, keys_text

# What shows a text a second time, token by token, is read elsewhere, as tokens.
TOKEN_MEMBERS = frozenset(
    "logprobs prompt_logprobs top_logprobs token_ids prompt_token_ids output_token_ids".split()
)
# Names that only answers have, beside those of requests; any other may be a text in disguise.
_ANSWER_NAMES = TOKEN_MEMBERS | frozenset(
    "created created_at completed_at choices message delta stop_sequence usage annotations audio "
    "function_call custom prompt_tokens completion_tokens total_tokens prompt_tokens_details "
    "completion_tokens_details cached_tokens reasoning_tokens audio_tokens input_tokens "
    "accepted_prediction_tokens rejected_prediction_tokens output_tokens input_tokens_details "
    "output_tokens_details cache_creation_input_tokens cache_read_input_tokens cache_creation "
    "citations content_block partial_json error code param metrics kv_transfer_params "
    "ec_transfer_params prompt_text routed_experts sequence_number output_index content_index "
    "item part response incomplete_details reason summary_index encrypted_content annotation "
    "annotation_index obfuscation embedding count max_model_len token_strs input_messages "
    "output_messages output_tokens_per_turn tool_output_tokens tool_output_tokens_per_turn "
    "input_tokens_per_turn cached_tokens_per_turn top_logprobs moderation error_code "
    "tool_usage prompt_cache_retention prompt_cache_options conversation text_offset".split()
)
NAMES_OF_APIS = FIELD_NAMES | _ANSWER_NAMES
# Where an answer's own values are of a closed vocabulary.
_EVENT_TYPE = re.compile(
    r"response\.(created|in_progress|completed|failed|incomplete|queued|refusal"
    r"|(output_item|content_part|output_text|reasoning_(text|part|summary_(text|part))"
    r"|function_call_arguments|custom_tool_call_input|mcp_call(_arguments)?"
    r"|web_search_call|code_interpreter_call(_code)?|refusal)"
    r"\.(added|delta|done|in_progress|interpreting|searching|completed|failed))"
)
_ENUMERATED = frozenset("type object role status finish_reason stop_reason".split())
_VALUES = frozenset(
    "chat.completion chat.completion.chunk text_completion response list embedding model error "
    "assistant message function custom message_start message_delta message_stop ping "
    "content_block_start content_block_delta content_block_stop text_delta thinking_delta "
    "signature_delta input_json_delta citations_delta text thinking redacted_thinking tool_use "
    "output_text refusal reasoning reasoning_text summary_text function_call custom_tool_call "
    "mcp_call web_search_call code_interpreter_call completed in_progress incomplete failed "
    "queued stop length tool_calls content_filter end_turn max_tokens stop_sequence".split()
)
_JSON_MEMBERS = ("arguments", "partial_json")
NAMES: Path = ("(names)",)
# What the channels of answers themselves start with; others are of their envelopes.
_SPOKEN = ("choices", "output", "content")


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


# The kind of the text at a path, None where the name of its member tells.
KindOf = Callable[[Path], Kind | None]


def texts_of(
    value: Any, kind_of: KindOf, channel: Path = (), *, model: Any = None
) -> Iterator[EventText]:
    """Yield every text of an event or an answer: each string that is no structure.

    Args:
        value: the event or answer.
        kind_of: the kind of a text, where the name of its member does not tell.
        channel: what the channels of all of them start with.
        model: the model that was asked, which an answer may name.
    """
    for each in _below(value, kind_of, channel, ()):
        if each.text != model or each.path[-1] != "model":
            yield each
    names = list(_unknown_names(value))
    if names:
        yield EventText((*channel, *NAMES), NAMES, "\n".join(["", *names]), Kind.PROSE)


def is_spoken(channel: Path) -> bool:
    """Return whether a channel is of what a model says, and not of what surrounds it."""
    return channel[:1] != () and channel[0] in _SPOKEN


def _below(value: Any, kind_of: KindOf, channel: Path, path: Path) -> Iterator[EventText]:
    if isinstance(value, str):
        if value and not _is_structure(path, value):
            yield EventText(channel, path, value, _kind(path, kind_of))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in TOKEN_MEMBERS:
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
    names = keys_text(value)
    if names:
        yield EventText((*channel, KEYS), (*path, KEYS), names, Kind.VALUE)


def _holds_values(key: str, item: Any) -> bool:
    return key == "input" and isinstance(item, dict)


def _kind(path: Path, kind_of: KindOf) -> Kind:
    known = kind_of(path)
    if known is not None:
        return known
    return Kind.JSON if path and path[-1] in _JSON_MEMBERS else Kind.PROSE


def _is_structure(path: Path, value: str) -> bool:
    key = path[-1] if path else ""
    return (
        (key in _ENUMERATED and value in _VALUES)
        or (key not in OUTER and is_structure(path, value))
        or (key == "type" and bool(_EVENT_TYPE.fullmatch(value)))
    )


def _own_index(item: Any, position: int) -> int:
    index = item.get("index") if isinstance(item, dict) else None
    return index if isinstance(index, int) and not isinstance(index, bool) else position


def _unknown_names(value: Any) -> Iterator[str]:
    """Yield the names that no API has, but of what is read as tokens or as values."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name not in NAMES_OF_APIS:
                yield name
            if name not in TOKEN_MEMBERS and not _holds_values(name, item):
                yield from _unknown_names(item)
    elif isinstance(value, list):
        for item in value:
            yield from _unknown_names(item)
