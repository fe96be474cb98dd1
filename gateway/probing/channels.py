"""The channels of answers: where a model's text may stand, and what makes a server fill each.

Data only: a channel that an endpoint lacks is absent from its table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

Body = dict[str, Any]

CHAT = "/v1/chat/completions"
BATCH = "/v1/chat/completions/batch"
COMPLETIONS = "/v1/completions"
RESPONSES = "/v1/responses"
MESSAGES = "/v1/messages"
COUNT = "/v1/messages/count_tokens"
EMBEDDINGS = "/v1/embeddings"
TOKENIZE = "/tokenize"
DETOKENIZE = "/detokenize"

# Endpoints that answer with a stream when asked to.
STREAMING = (CHAT, COMPLETIONS, RESPONSES, MESSAGES)
# Channels that only a whole answer, or only a stream, has.
ONLY_WHOLE = frozenset(("prompt_logprobs", "error_status"))
ONLY_STREAMED = frozenset(
    "comment event_name event_id retry other_line plain_data after_end".split()
)
# Values of one event each: nobody puts together what several events have there.
NEVER_JOINED = frozenset(
    "keys stop_reason finish_reason outer_unknown fingerprint model id header error instructions "
    "metadata previous event_name event_id retry plain_data after_end tool_name".split()
)
# A stream has these too, whichever endpoint it is of.
_OF_STREAMS: Mapping[str, Body] = MappingProxyType({name: {} for name in sorted(ONLY_STREAMED)})

_TOOL: Body = {
    "type": "function",
    "function": {
        "name": "look",
        "description": "Look something up.",
        "parameters": {"type": "object", "properties": {"query": {"type": "string"}}},
    },
}
_TOOLS: Body = {"tools": [_TOOL]}
_FLAT_TOOLS: Body = {"tools": [{"type": "function", "name": "look", "parameters": {}}]}
_CLAUDE_TOOLS: Body = {"tools": [{"name": "look", "input_schema": {"type": "object"}}]}
_LOGPROBS: Body = {"logprobs": True, "top_logprobs": 2}
_INCLUDED: Body = {"include": ["message.output_text.logprobs"], "top_logprobs": 2}

CHANNELS: Mapping[str, Mapping[str, Body]] = MappingProxyType(
    {
        CHAT: {
            "content": {},
            "reasoning": {"include_reasoning": True},
            "reasoning_content": {"include_reasoning": True},
            "refusal": {},
            "unknown": {},
            "content_parts": {},
            "tool_name": _TOOLS,
            "tool_arguments": _TOOLS,
            "tool_key": _TOOLS,
            "function_call": _TOOLS,
            "annotations": {},
            "audio": {},
            "keys": {},
            "logprobs": _LOGPROBS,
            "top_logprobs": _LOGPROBS,
            "bytes": _LOGPROBS,
            "tokens_as_ids": {**_LOGPROBS, "return_tokens_as_token_ids": True},
            "token_ids": {"return_token_ids": True},
            "stop_reason": {},
            "finish_reason": {},
            "second_choice": {"n": 2, "temperature": 1.0},
            "prompt_logprobs": {"prompt_logprobs": 1},
            "prompt_text": {"return_prompt_text": True},
            "prompt_token_ids": {"return_token_ids": True},
            "outer_unknown": {},
            "fingerprint": {},
            "model": {},
            "id": {},
            "error": {},
            "header": {},
            **_OF_STREAMS,
        },
        COMPLETIONS: {
            "content": {},
            "second_choice": {"n": 2, "temperature": 1.0},
            "unknown": {},
            "reasoning": {},
            "keys": {},
            "logprobs": {"logprobs": 2},
            "top_logprobs": {"logprobs": 2},
            "tokens_as_ids": {"logprobs": 2, "return_tokens_as_token_ids": True},
            "prompt_logprobs": {"prompt_logprobs": 1},
            "token_ids": {"return_token_ids": True},
            "prompt_token_ids": {"return_token_ids": True},
            "stop_reason": {},
            "finish_reason": {},
            "outer_unknown": {},
            "fingerprint": {},
            "model": {},
            "id": {},
            "error": {},
            "header": {},
            **_OF_STREAMS,
        },
        RESPONSES: {
            "content": {},
            "done_only": {},
            "second_choice": {},
            "reasoning": {},
            "summary": {},
            "refusal": {},
            "unknown": {},
            "keys": {},
            "tool_name": _FLAT_TOOLS,
            "tool_arguments": _FLAT_TOOLS,
            "tool_key": _FLAT_TOOLS,
            "custom_tool": {},
            "mcp_call": {},
            "code": {},
            "search": {},
            "annotations": {},
            "logprobs": _INCLUDED,
            "top_logprobs": _INCLUDED,
            "raw_messages": {"enable_response_messages": True},
            "instructions": {},
            "metadata": {},
            "previous": {},
            "stop_reason": {},
            "outer_unknown": {},
            "model": {},
            "id": {},
            "error": {},
            "header": {},
            **_OF_STREAMS,
        },
        MESSAGES: {
            "content": {},
            "second_choice": {},
            "reasoning": {"thinking": {"type": "enabled", "budget_tokens": 1024}},
            "signature": {},
            "redacted": {},
            "unknown": {},
            "tool_name": _CLAUDE_TOOLS,
            "tool_arguments": _CLAUDE_TOOLS,
            "tool_key": _CLAUDE_TOOLS,
            "annotations": {},
            "stop_reason": {},
            "outer_unknown": {},
            "model": {},
            "id": {},
            "error": {},
            "header": {},
            **_OF_STREAMS,
        },
        BATCH: {
            "content": {},
            "reasoning": {},
            "unknown": {},
            "logprobs": _LOGPROBS,
            "second_choice": {"n": 2},
            "error": {},
            "header": {},
        },
        EMBEDDINGS: {"unknown": {}, "model": {}, "error": {}, "header": {}},
        TOKENIZE: {"unknown": {}, "error": {}, "header": {}},
    }
)
# Of these every disguise is tried, of the others the plain string and one cut into letters.
DISGUISED = ("content", "tool_arguments", "reasoning", "echo")

NEUTRAL = "Please go on with the story that you began."


def question(path: str, text: str, longest: int) -> Body:
    """Return the request that asks an endpoint a question.

    Args:
        path: the endpoint.
        text: what the user says.
        longest: tokens that the answer may have.
    """
    said = [{"role": "user", "content": text}]
    bodies: Mapping[str, Body] = {
        CHAT: {"messages": said, "max_tokens": longest, "temperature": 0},
        BATCH: {"messages": [said, said], "max_tokens": longest, "temperature": 0},
        COMPLETIONS: {"prompt": text, "max_tokens": longest, "temperature": 0},
        RESPONSES: {"input": text, "max_output_tokens": longest, "store": False},
        MESSAGES: {"messages": said, "max_tokens": longest},
        COUNT: {"messages": said},
        EMBEDDINGS: {"input": text},
        TOKENIZE: {"prompt": text, "return_token_strs": True},
        DETOKENIZE: {"tokens": []},
    }
    return dict(bodies[path])
