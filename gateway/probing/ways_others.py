"""The ways in through completions, responses, messages and the rest, and through token ids.

Data only.
"""

from __future__ import annotations

from gateway.probing.channels import (
    BATCH,
    CHAT,
    COMPLETIONS,
    COUNT,
    DETOKENIZE,
    EMBEDDINGS,
    TOKENIZE,
)
from gateway.probing.way import (
    HELLO,
    ONWARD,
    Make,
    Ways,
    blocks,
    claude,
    enum_schema,
    grammar,
    hello,
    schema_format,
    text_part,
    user_says,
)

COMPLETIONS_WAYS: Ways = (
    ("prompt", lambda a: {"prompt": a.question}),
    ("list of prompts", lambda a: {"prompt": [HELLO, a.question]}),
    ("suffix", lambda a: {"prompt": HELLO, "suffix": a.question}),
    ("echo", lambda a: {"prompt": a.question, "echo": True}),
    (
        "echo with logprobs",
        lambda a: {"prompt": a.question, "echo": True, "logprobs": 1, "max_tokens": 0},
    ),
    ("prompt logprobs", lambda a: {"prompt": a.question, "prompt_logprobs": 1}),
    ("prompt token ids", lambda a: {"prompt": a.question, "return_token_ids": True}),
    ("stop", lambda a: {"prompt": HELLO, "stop": a.text}),
    ("bad_words", lambda a: {"prompt": HELLO, "bad_words": [a.text]}),
    ("choice", lambda a: {"prompt": HELLO, "structured_outputs": {"choice": [a.text]}}),
    ("regex", lambda a: {"prompt": HELLO, "structured_outputs": {"regex": a.text}}),
    ("grammar", lambda a: {"prompt": HELLO, "structured_outputs": {"grammar": grammar(a.text)}}),
    (
        "response_format",
        lambda a: {"prompt": HELLO, "response_format": schema_format(enum_schema(a.text))},
    ),
    ("prompt_embeds", lambda a: {"prompt": HELLO, "prompt_embeds": "AAAA"}),
)

RESPONSES_WAYS: Ways = (
    ("input", lambda a: {"input": a.question}),
    ("input items", lambda a: {"input": [user_says(a.question)]}),
    (
        "parts, name split",
        lambda a: {
            "input": [user_says([{"type": "input_text", "text": part} for part in a.halves])],
        },
    ),
    ("earlier turn", lambda a: {"input": [user_says(a.question), user_says(ONWARD)]}),
    ("instructions", lambda a: {"input": HELLO, "instructions": f"Speak of {a.text}."}),
    (
        "tool result",
        lambda a: {
            "input": [
                user_says("Look it up."),
                {"type": "function_call", "call_id": "c1", "name": "look", "arguments": "{}"},
                {"type": "function_call_output", "call_id": "c1", "output": f"It is {a.text}."},
            ]
        },
    ),
    (
        "reasoning in history",
        lambda a: {
            "input": [
                {
                    "type": "reasoning",
                    "id": "rs_1",
                    "summary": [{"type": "summary_text", "text": f"They want {a.text}."}],
                },
                user_says("What did you think?"),
            ]
        },
    ),
    ("stored response", lambda a: {"input": "Go on.", "previous_response_id": "resp_1"}),
    (
        "previous_input_messages",
        lambda a: {"input": "Go on.", "previous_input_messages": [user_says(a.question)]},
    ),
    (
        "prompt template",
        lambda a: {"input": HELLO, "prompt": {"id": "pmpt_1", "variables": {"who": a.question}}},
    ),
    (
        "tool description",
        lambda a: {
            "input": HELLO,
            "tools": [{"type": "function", "name": "look", "description": a.question}],
        },
    ),
    (
        "text format",
        lambda a: {
            "input": HELLO,
            "text": {
                "format": {"type": "json_schema", "name": "answer", "schema": enum_schema(a.text)}
            },
        },
    ),
    ("stop", lambda a: {"input": HELLO, "stop": [a.text]}),
    ("choice", lambda a: {"input": HELLO, "structured_outputs": {"choice": [a.text]}}),
    ("chat_template_kwargs", lambda a: {"input": HELLO, "chat_template_kwargs": {"p": a.question}}),
    ("background", lambda a: {"input": a.question, "background": True, "store": True}),
    ("metadata", lambda a: {"input": HELLO, "metadata": {"about": a.text}}),
)


MESSAGES_WAYS: Ways = (
    ("user turn", lambda a: claude(user_says(a.question))),
    ("content parts", lambda a: claude(user_says(blocks(a.question)))),
    ("parts, name split", lambda a: claude(user_says([text_part(part) for part in a.halves]))),
    (
        "earlier turn",
        lambda a: claude(
            user_says(a.question), {"role": "assistant", "content": "Wait."}, user_says(ONWARD)
        ),
    ),
    ("system", lambda a: claude(user_says(HELLO), system=f"Speak of {a.text}.")),
    ("system blocks", lambda a: claude(user_says(HELLO), system=blocks(f"Speak of {a.text}."))),
    (
        "tool result",
        lambda a: claude(
            user_says("Look it up."),
            {
                "role": "assistant",
                "content": [{"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}],
            },
            user_says([{"type": "tool_result", "tool_use_id": "toolu_1", "content": a.text}]),
        ),
    ),
    (
        "tool result blocks",
        lambda a: claude(
            user_says("Look it up."),
            user_says(
                [{"type": "tool_result", "tool_use_id": "toolu_1", "content": blocks(a.question)}]
            ),
        ),
    ),
    (
        "tool arguments in history",
        lambda a: claude(
            user_says("Look it up."),
            {
                "role": "assistant",
                "content": [
                    {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {"q": a.text}}
                ],
            },
            user_says("What did you look up?"),
        ),
    ),
    (
        "thinking in history",
        lambda a: claude(
            user_says("Hm?"),
            {"role": "assistant", "content": [{"type": "thinking", "thinking": a.question}]},
            user_says("What did you think?"),
        ),
    ),
    (
        "prefill",
        lambda a: claude(
            user_says("Who is it?"), {"role": "assistant", "content": f"It is {a.text}, who"}
        ),
    ),
    (
        "document block",
        lambda a: claude(
            user_says(
                [
                    {
                        "type": "document",
                        "source": {"type": "text", "media_type": "text/plain", "data": a.question},
                    },
                    text_part("What does it say?"),
                ]
            )
        ),
    ),
    (
        "tool description",
        lambda a: claude(
            user_says(HELLO),
            tools=[{"name": "look", "description": a.question, "input_schema": {"type": "object"}}],
        ),
    ),
    (
        "tool schema",
        lambda a: claude(
            user_says(HELLO), tools=[{"name": "look", "input_schema": enum_schema(a.text)}]
        ),
    ),
    ("stop_sequences", lambda a: claude(user_says(HELLO), stop_sequences=[a.text])),
    (
        "output schema",
        lambda a: claude(
            user_says(HELLO),
            output_config={"format": {"type": "json_schema", "schema": enum_schema(a.text)}},
        ),
    ),
    ("metadata", lambda a: claude(user_says(HELLO), metadata={"user_id": a.text})),
)

OTHERS_WAYS: tuple[tuple[str, str, Make], ...] = (
    (
        BATCH,
        "last of two conversations",
        lambda a: {"messages": [[user_says(HELLO)], [user_says(a.question)]]},
    ),
    (
        BATCH,
        "earlier turn",
        lambda a: {
            "messages": [
                [
                    user_says(a.question),
                    {"role": "assistant", "content": "Wait."},
                    user_says(ONWARD),
                ]
            ]
        },
    ),
    (COUNT, "user turn", lambda a: {"messages": [user_says(a.question)]}),
    (EMBEDDINGS, "input", lambda a: {"input": a.question}),
    (EMBEDDINGS, "list of inputs", lambda a: {"input": [HELLO, a.question]}),
    (EMBEDDINGS, "messages", lambda a: {"messages": [user_says(a.question)]}),
    (TOKENIZE, "prompt", lambda a: {"prompt": a.question, "return_token_strs": True}),
    (
        TOKENIZE,
        "messages",
        lambda a: {"messages": [user_says(a.question)], "return_token_strs": True},
    ),
)

BY_IDS_WAYS: tuple[tuple[str, str, Make], ...] = (
    (COMPLETIONS, "token ids", lambda a: {"prompt": list(a.ids)}),
    (COMPLETIONS, "lists of token ids", lambda a: {"prompt": [[1, 2], list(a.ids)]}),
    (
        COMPLETIONS,
        "logit_bias",
        lambda a: {"prompt": HELLO, "logit_bias": {str(each): 100 for each in a.words}},
    ),
    (
        COMPLETIONS,
        "allowed_token_ids",
        lambda a: {"prompt": HELLO, "allowed_token_ids": [*a.words]},
    ),
    (
        COMPLETIONS,
        "logprob_token_ids",
        lambda a: {"prompt": HELLO, "logprob_token_ids": [*a.words], "logprobs": 1},
    ),
    (CHAT, "logit_bias", lambda a: hello(logit_bias={str(each): 100 for each in a.words})),
    (CHAT, "allowed_token_ids", lambda a: hello(allowed_token_ids=[*a.words])),
    (
        CHAT,
        "logprob_token_ids",
        lambda a: hello(logprob_token_ids=[*a.words], logprobs=True, top_logprobs=1),
    ),
    (EMBEDDINGS, "token ids", lambda a: {"input": list(a.ids)}),
    (EMBEDDINGS, "lists of token ids", lambda a: {"input": [list(a.ids)]}),
    (DETOKENIZE, "token ids", lambda a: {"tokens": list(a.ids)}),
)
