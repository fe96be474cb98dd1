"""What in the JSON of the supported APIs is structure, and so never read as text.

Structure is a closed vocabulary: the values of an enumeration, identifiers that a server made,
the names of the APIs' own fields. Nothing can be said in it, wherever it stands, so this module
does not know which endpoint or object it looks at. All else is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Path = tuple[str | int, ...]

# Members of the outermost object that name the model, or never reach it.
OUTER = frozenset(
    "model request_id session_id cache_salt system_fingerprint weight_version".split()
)

_OUTER_PATHS = frozenset((name,) for name in OUTER)
# Every value that an enumeration of the APIs can have, whatever its key is called.
ENUMERATED_KEYS = frozenset(
    "role type object finish_reason stop_reason encoding_format detail tool_choice effort "
    "reasoning_effort service_tier status truncation truncation_side format media_type summary "
    "generate_summary verbosity display mode phase input_type embedding_types include "
    "cache_control ttl modality syntax".split()
)
ENUMERATED_VALUES = frozenset(
    "system developer user assistant tool function latest_reminder none auto required any minimal "
    "low medium high xhigh max default flex scale priority float base64 bytes bytes_only object "
    "array string number integer boolean null text json_object json_schema structural_tag grammar "
    "regex choice stop length tool_calls content_filter function_call end_turn max_tokens "
    "stop_sequence tool_use refusal pause_turn left right concise detailed enabled disabled "
    "adaptive summarized omitted updates completed in_progress incomplete failed cancelled queued "
    "searching ephemeral 5m 1h message input_text output_text image image_url input_image "
    "input_audio input_file audio_url video_url file thinking redacted_thinking reasoning "
    "summary_text reasoning_text tool_result tool_reference tool_addition tool_removal "
    "tool_definition function_call_output custom custom_tool_call custom_tool_call_output "
    "item_reference list uuid date date-time email uri json lark commentary final_answer final "
    "analysis".split()
)

IDENTIFYING_KEYS = frozenset(
    "id tool_call_id call_id tool_use_id item_id response_id previous_response_id".split()
)
# As servers make them: known prefixes, then one run of letters and digits with a digit in it.
_MADE_ID = re.compile(
    r"(?:(?:chatcmpl|cmpl|embd|resp|msg|item|call|tool|toolu|srvtoolu|fc|fco|rs|ctc|run)[-_]){0,2}"
    r"(?:(?=[0-9A-Za-z]*[0-9])[0-9A-Za-z]{8,64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)
_COUNTED_ID = re.compile(r"(?:call|tool|fc|msg|rs|item)?[-_]?[0-9]{1,6}")

# Names of the APIs' own fields, and of JSON Schema's; every other key is read as text.
FIELD_NAMES = frozenset().union(ENUMERATED_KEYS, IDENTIFYING_KEYS, OUTER) | frozenset(
    "messages content text name stream temperature top_p top_k min_p max_tokens n stop prompt "
    "max_completion_tokens seed tools function description parameters properties required "
    "stream_options include_usage continuous_usage_stats image_url url tool_calls arguments "
    "logprobs top_logprobs prompt_logprobs frequency_penalty presence_penalty repetition_penalty "
    "user response_format json_schema schema strict items enum const anyOf allOf oneOf not $ref "
    "$defs $schema title minimum maximum minLength maxLength minItems maxItems pattern examples "
    "additionalProperties parallel_tool_calls logit_bias input instructions output reasoning "
    "reasoning_content max_output_tokens max_tool_calls store background metadata include "
    "input_schema system source data thinking signature budget_tokens is_error stop_sequences "
    "output_config disable_parallel_tool_use dimensions suffix echo bad_words documents "
    "chat_template chat_template_kwargs enable_thinking add_generation_prompt "
    "continue_final_message add_special_tokens skip_special_tokens spaces_between_special_tokens "
    "structured_outputs ignore_eos min_tokens stop_token_ids allowed_token_ids "
    "logprob_token_ids include_stop_str_in_output use_beam_search length_penalty best_of "
    "include_reasoning thinking_token_budget truncate_prompt_tokens return_token_ids "
    "return_tokens_as_token_ids priority vllm_xargs index tokens refusal annotations "
    "service_tier prompt_cache_key safety_identifier user_id".split()
)


def is_structure(path: Path, value: str) -> bool:
    """Return whether a string at `path` is structure and cannot say anything."""
    key = path[-1] if path else ""
    if not isinstance(key, str):
        key = next((part for part in reversed(path) if isinstance(part, str)), "")
    if key in ENUMERATED_KEYS and value in ENUMERATED_VALUES:
        return True
    if key in IDENTIFYING_KEYS and is_made_id(value):
        return True
    return key in OUTER and path in _OUTER_PATHS


def is_made_id(value: str) -> bool:
    """Return whether an identifier is one that a server made, and not words."""
    return bool(_MADE_ID.fullmatch(value) or _COUNTED_ID.fullmatch(value))


def foreign_keys(value: Any, *, is_deep: bool = True) -> Iterator[str]:
    """Yield every key below `value` that no API defines, outermost and first ones first.

    Args:
        is_deep: whether the objects below count too, or only `value` itself.
    """
    if isinstance(value, dict):
        for key, item in value.items():
            if key and key not in FIELD_NAMES:
                yield key
            if is_deep:
                yield from foreign_keys(item)
    elif isinstance(value, list) and is_deep:
        for item in value:
            yield from foreign_keys(item)
