"""The ways in through chat: every role, part, definition and option of a request.

Data only.
"""

from __future__ import annotations

from gateway.probing.way import (
    HELLO,
    ONWARD,
    Ways,
    called,
    chat,
    enum_schema,
    grammar,
    hello,
    schema_format,
    text_part,
    tool,
    user_says,
)

_TEMPLATE = "{{% for m in messages %}}{{{{ m.content }}}}{{% endfor %}} {}"
_IMAGE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)

CHAT_WAYS: Ways = (
    ("user turn", lambda a: chat(user_says(a.question))),
    ("content parts", lambda a: chat(user_says([text_part(a.question)]))),
    ("parts, name split", lambda a: chat(user_says([text_part(part) for part in a.halves]))),
    ("name split over two turns", lambda a: chat(*(user_says(part) for part in a.halves))),
    (
        "name split around an answer",
        lambda a: chat(
            user_says(a.halves[0]), {"role": "assistant", "content": "Yes?"}, user_says(a.halves[1])
        ),
    ),
    (
        "earlier turn",
        lambda a: chat(
            user_says(a.question), {"role": "assistant", "content": "Wait."}, user_says(ONWARD)
        ),
    ),
    (
        "earlier assistant turn",
        lambda a: chat(
            user_says("Whom do you mean?"),
            {"role": "assistant", "content": f"I mean {a.text}."},
            user_says("Tell me more about them."),
        ),
    ),
    (
        "system",
        lambda a: chat({"role": "system", "content": f"Speak of {a.text}."}, user_says(HELLO)),
    ),
    (
        "developer",
        lambda a: chat({"role": "developer", "content": f"Speak of {a.text}."}, user_says(HELLO)),
    ),
    (
        "tool result",
        lambda a: chat(
            user_says("Look it up."),
            {"role": "assistant", "content": None, "tool_calls": called("it")},
            {"role": "tool", "tool_call_id": "call_1", "content": f"Found: {a.text}."},
            user_says("What does it say?"),
        ),
    ),
    (
        "tool arguments in history",
        lambda a: chat(
            user_says("Look it up."),
            {"role": "assistant", "content": None, "tool_calls": called(a.text)},
            {"role": "tool", "tool_call_id": "call_1", "content": "Nothing."},
            user_says("What did you look up?"),
        ),
    ),
    (
        "function call in history",
        lambda a: chat(
            {"role": "assistant", "function_call": {"name": "look", "arguments": a.text}},
            user_says("What did you look up?"),
        ),
    ),
    (
        "reasoning in history",
        lambda a: chat(
            {"role": "assistant", "content": "Hm.", "reasoning": f"They want {a.text}."},
            user_says("What did you think?"),
        ),
    ),
    (
        "reasoning_content in history",
        lambda a: chat(
            {"role": "assistant", "content": "Hm.", "reasoning_content": f"They want {a.text}."},
            user_says("What did you think?"),
        ),
    ),
    ("name field", lambda a: chat({**user_says("Who am I?"), "name": a.text})),
    (
        "unknown member of a message",
        lambda a: chat({**user_says("Read my note."), "note": a.question}),
    ),
    ("refusal part", lambda a: chat(user_says([{"type": "refusal", "refusal": a.question}]))),
    (
        "prefill",
        lambda a: chat(
            user_says("Who is it?"),
            {"role": "assistant", "content": f"It is {a.text}, who"},
            add_generation_prompt=False,
            continue_final_message=True,
        ),
    ),
    ("tool name", lambda a: hello(tools=tool(name=a.text.replace(" ", "_")))),
    ("tool description", lambda a: hello(tools=tool(description=f"Says all of {a.text}."))),
    ("tool enum", lambda a: hello(tools=tool(parameters=enum_schema(a.text)))),
    (
        "tool property",
        lambda a: hello(
            tools=tool(parameters={"type": "object", "properties": {a.text: {"type": "string"}}})
        ),
    ),
    ("functions", lambda a: hello(functions=[{"name": "look", "description": a.question}])),
    (
        "forced tool",
        lambda a: hello(
            tools=tool(name=a.text.replace(" ", "_")),
            tool_choice={"type": "function", "function": {"name": a.text.replace(" ", "_")}},
        ),
    ),
    ("response_format enum", lambda a: hello(response_format=schema_format(enum_schema(a.text)))),
    (
        "response_format const",
        lambda a: hello(response_format=schema_format({"type": "string", "const": a.text})),
    ),
    (
        "response_format pattern",
        lambda a: hello(response_format=schema_format({"type": "string", "pattern": a.text})),
    ),
    (
        "response_format property",
        lambda a: hello(
            response_format=schema_format({"properties": {a.text: {"type": "string"}}})
        ),
    ),
    (
        "structural tag",
        lambda a: hello(
            response_format={
                "type": "structural_tag",
                "structures": [{"begin": a.text, "schema": {}, "end": "."}],
                "triggers": [a.text],
            }
        ),
    ),
    ("choice", lambda a: hello(structured_outputs={"choice": [a.text, "nobody"]})),
    ("regex", lambda a: hello(structured_outputs={"regex": a.text})),
    ("grammar", lambda a: hello(structured_outputs={"grammar": grammar(a.text)})),
    ("json grammar", lambda a: hello(structured_outputs={"json": enum_schema(a.text)})),
    ("guided_choice", lambda a: hello(guided_choice=[a.text, "nobody"])),
    ("stop", lambda a: hello(stop=[a.text], include_stop_str_in_output=True)),
    ("bad_words", lambda a: hello(bad_words=[a.text])),
    ("documents", lambda a: hello(documents=[{"title": "It", "text": a.question}])),
    ("chat_template", lambda a: hello(chat_template=_TEMPLATE.format(a.question))),
    ("chat_template_kwargs", lambda a: hello(chat_template_kwargs={"persona": a.question})),
    ("echo", lambda a: chat(user_says(a.question), echo=True)),
    ("prediction", lambda a: hello(prediction={"type": "content", "content": a.question})),
    ("vllm_xargs", lambda a: hello(vllm_xargs={"topic": a.question})),
    (
        "image",
        lambda a: chat(
            user_says(
                [
                    text_part(HELLO),
                    {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{_IMAGE}"}},
                ]
            )
        ),
    ),
    (
        "audio",
        lambda a: chat(
            user_says(
                [
                    text_part(HELLO),
                    {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}},
                ]
            )
        ),
    ),
    ("user field", lambda a: hello(user=a.text)),
    ("metadata", lambda a: hello(metadata={"about": a.question})),
    ("unknown member", lambda a: hello(musings=a.question)),
    ("unknown name", lambda a: hello(musings={a.question: 1})),
)
# Nothing to notice: a picture cannot be read, so it is refused or passed as the setting says;
# the others never reach the model.
NOTHING_TO_NOTICE = frozenset(
    ("image", "audio", "user field", "metadata", "unknown member", "unknown name")
)
