"""What is refused of a request, and how a policy is put before it, for every endpoint.

That texts are found is tested in test_reading.py, and what answers look like in
test_gateway_answers.py.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gateway.errors import RequestError
from gateway.wire.anthropic import AnthropicDialect
from gateway.wire.chat import ChatDialect
from gateway.wire.completions import CompletionsDialect
from gateway.wire.dialect import Dialect, TokenPrompt
from gateway.wire.embeddings import EmbeddingsDialect
from gateway.wire.responses import ResponsesDialect

CHAT, COMPLETIONS, RESPONSES = ChatDialect(), CompletionsDialect(), ResponsesDialect()
ANTHROPIC, EMBEDDINGS = AnthropicDialect(), EmbeddingsDialect()
SAID = {"messages": [{"role": "user", "content": "hi"}]}
PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
GENERATING: list[tuple[Dialect, dict[str, Any]]] = [
    (CHAT, SAID),
    (COMPLETIONS, {"prompt": "hi"}),
    (RESPONSES, {"input": "hi"}),
    (ANTHROPIC, {**SAID, "max_tokens": 9}),
]


@pytest.mark.parametrize(
    ("dialect", "request_body", "param"),
    [
        (CHAT, {}, "messages"),
        (CHAT, {"messages": []}, "messages"),
        (CHAT, {"messages": "hi"}, "messages"),
        (CHAT, {"messages": ["hi"]}, "messages[0]"),
        (CHAT, {**SAID, "stream": "yes"}, "stream"),
        (COMPLETIONS, {}, "prompt"),
        (COMPLETIONS, {"prompt": []}, "prompt"),
        (COMPLETIONS, {"prompt": [[]]}, "prompt"),
        (COMPLETIONS, {"prompt": [1.5]}, "prompt"),
        (COMPLETIONS, {"prompt": [True]}, "prompt"),
        (COMPLETIONS, {"prompt": {"prompt_token_ids": [1]}}, "prompt"),
        (COMPLETIONS, {"prompt": "hi", "stream": 1}, "stream"),
        (RESPONSES, {}, "input"),
        (RESPONSES, {"input": []}, "input"),
        (RESPONSES, {"input": ["hi"]}, "input"),
        (RESPONSES, {"input": "hi", "stream": 0}, "stream"),
        (ANTHROPIC, {}, "messages"),
        (ANTHROPIC, {**SAID, "system": {"text": "x"}}, "system"),
        (EMBEDDINGS, {}, "input"),
        (EMBEDDINGS, {"input": {"text": "x"}}, "input"),
        (EMBEDDINGS, {"input": "x", "stream": True}, "stream"),
    ],
)
def test_a_request_of_another_shape_is_refused_by_name(
    dialect: Dialect, request_body: dict[str, Any], param: str
) -> None:
    with pytest.raises(RequestError) as caught:
        dialect.check(request_body)
    assert caught.value.param == param


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([{"role": "user", "content": "hi"}], "POLICY"),
        ([{"role": "system", "content": "Be kind."}], "POLICY\n\nBe kind."),
        ([{"role": "developer", "content": "Be kind."}], "POLICY\n\nBe kind."),
        ([{"role": "system", "content": None}], "POLICY"),
        (
            [{"role": "system", "content": [{"type": "text", "text": "Be kind."}]}],
            [{"type": "text", "text": "POLICY"}, {"type": "text", "text": "Be kind."}],
        ),
    ],
)
def test_the_policy_stands_first_in_a_chat(messages: list[Any], expected: Any) -> None:
    request = {"messages": [*messages, {"role": "user", "content": "hi"}]}
    before = copy.deepcopy(request)
    guarded = CHAT.with_policy(request, "POLICY")
    assert guarded["messages"][0]["content"] == expected
    assert guarded["messages"][0]["role"] in ("system", "developer")
    assert request == before


@pytest.mark.parametrize("prompt", ["hi", ["hi", "ho"]])
def test_the_policy_stands_first_in_every_prompt(prompt: Any) -> None:
    guarded = COMPLETIONS.with_policy({"prompt": prompt}, "POLICY")["prompt"]
    assert isinstance(guarded, str) is isinstance(prompt, str)
    texts = [guarded] if isinstance(guarded, str) else guarded
    assert all(text.startswith("POLICY\n\nh") for text in texts)


@pytest.mark.parametrize(
    ("instructions", "expected"), [(None, "POLICY"), ("Be kind.", "POLICY\n\nBe kind.")]
)
def test_the_policy_stands_first_in_the_instructions(instructions: Any, expected: str) -> None:
    request = {"input": "hi", "instructions": instructions}
    assert RESPONSES.with_policy(request, "POLICY")["instructions"] == expected


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        (None, "POLICY"),
        ("Be kind.", "POLICY\n\nBe kind."),
        (
            [{"type": "text", "text": "Be kind."}],
            [{"type": "text", "text": "POLICY\n\n"}, {"type": "text", "text": "Be kind."}],
        ),
    ],
)
def test_the_policy_stands_first_in_the_system_prompt(system: Any, expected: Any) -> None:
    assert ANTHROPIC.with_policy({**SAID, "system": system}, "POLICY")["system"] == expected


@pytest.mark.parametrize(("dialect", "request_body"), GENERATING)
def test_a_guarded_request_cannot_show_remove_or_steer_past_the_policy(
    dialect: Dialect, request_body: dict[str, Any]
) -> None:
    revealing = {
        "echo": True,
        "logprobs": True,
        "top_logprobs": 5,
        "prompt_logprobs": 1,
        "logprob_token_ids": [1],
        "allowed_token_ids": [1],
        "logit_bias": {"1": 100},
        "return_token_ids": True,
        "return_tokens_as_token_ids": True,
        "return_prompt_text": True,
        "chat_template": "x",
        "chat_template_kwargs": {"x": 1},
        "continue_final_message": True,
        "add_generation_prompt": False,
        "enable_response_messages": True,
    }
    guarded = dialect.with_policy({**request_body, **revealing, "top_k": 3}, "POLICY")
    assert not revealing.keys() & guarded.keys()
    assert guarded["top_k"] == 3


def test_logprobs_of_a_guarded_response_are_not_included() -> None:
    included = ["message.output_text.logprobs", "reasoning.encrypted_content"]
    guarded = RESPONSES.with_policy({"input": "hi", "include": included}, "POLICY")
    assert guarded["include"] == ["reasoning.encrypted_content"]


@pytest.mark.parametrize("dialect", [CHAT, ANTHROPIC])
def test_a_prefill_that_nothing_asked_for_becomes_the_question(dialect: Dialect) -> None:
    request = {"messages": [{"role": "assistant", "content": "She was born"}]}
    guarded = dialect.with_policy(request, "POLICY")
    assert guarded["messages"][-1] == {"role": "user", "content": "She was born"}


def test_token_ids_cannot_have_a_policy_before_them() -> None:
    for prompt in ([1, 2], [[1, 2]], ["hi", [1, 2]]):
        with pytest.raises(RequestError, match="sent as text"):
            COMPLETIONS.with_policy({"prompt": prompt}, "POLICY")


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("hi", ()),
        (["hi", "ho"], ()),
        ([1, 2], (TokenPrompt(("prompt",), (1, 2)),)),
        ([[1], [2, 3]], (TokenPrompt(("prompt", 0), (1,)), TokenPrompt(("prompt", 1), (2, 3)))),
        (["hi", [2, 3]], (TokenPrompt(("prompt", 1), (2, 3)),)),
    ],
)
def test_token_ids_are_found_at_any_depth(prompt: Any, expected: tuple[TokenPrompt, ...]) -> None:
    request = {"prompt": prompt}
    COMPLETIONS.check(request)
    assert COMPLETIONS.token_prompts(request) == expected
    found = EMBEDDINGS.token_prompts({"input": prompt})
    assert [each.ids for each in found] == [each.ids for each in expected]
    assert all(each.role == "tool" for each in found)


def test_the_tokens_that_an_answer_is_steered_to_are_found() -> None:
    request = {
        **SAID,
        "allowed_token_ids": [5, 6],
        "logprob_token_ids": [7],
        "logit_bias": {"8": 20, "9": -100, "ten": 3},
    }
    assert CHAT.token_prompts(request) == (
        TokenPrompt(("allowed_token_ids",), (5, 6), "request"),
        TokenPrompt(("logprob_token_ids",), (7,), "request"),
        TokenPrompt(("logit_bias",), (8,), "request"),
    )


def test_a_list_of_allowed_tokens_as_long_as_a_vocabulary_is_no_phrase() -> None:
    assert CHAT.token_prompts({**SAID, "allowed_token_ids": list(range(5000))}) == ()


@pytest.mark.parametrize(
    ("dialect", "request_body", "expected"),
    [
        (CHAT, SAID, ()),
        (
            CHAT,
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}, PICTURE]}]},
            ("messages[0].content[1]",),
        ),
        (
            CHAT,
            {"messages": [{"role": "tool", "content": [{"type": "hologram"}]}]},
            ("messages[0].content[0]",),
        ),
        (
            CHAT,
            {"messages": [{"role": "user", "content": [{"text": "x", "image_url": "u"}]}]},
            ("messages[0].content[0]",),
        ),
        (CHAT, {"messages": [{"role": "assistant", "audio": {"id": "a"}}]}, ("messages[0]",)),
        (CHAT, {**SAID, "chat_template": "{{ 'a' ~ 'b' }}"}, ("chat_template",)),
        (CHAT, {**SAID, "kv_transfer_params": {"prompt_token_ids": [1]}}, ("kv_transfer_params",)),
        (COMPLETIONS, {"prompt": "x", "prompt_embeds": "AAAA"}, ("prompt_embeds",)),
        (COMPLETIONS, {"prompt": "x", "prompt_embeds": None}, ()),
        (COMPLETIONS, {"prompt_embeds": ["AAAA"]}, ("prompt_embeds",)),
        (RESPONSES, {"input": "x", "previous_response_id": "r"}, ("previous_response_id",)),
        (RESPONSES, {"input": "x", "prompt": {"id": "p"}}, ("prompt",)),
        (RESPONSES, {"input": "x", "background": True}, ("background",)),
        (RESPONSES, {"input": "x", "background": False, "store": True}, ()),
        (RESPONSES, {"input": [{"type": "item_reference", "id": "i"}]}, ("input[0]",)),
        (
            RESPONSES,
            {"input": [{"role": "user", "content": [{"type": "input_file", "file_id": "f"}]}]},
            ("input[0].content[0]",),
        ),
        (
            RESPONSES,
            {"input": [{"type": "function_call_output", "output": [{"type": "input_image"}]}]},
            ("input[0].output[0]",),
        ),
        (
            ANTHROPIC,
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "tool_result", "content": [{"type": "image", "source": {}}]}
                        ],
                    }
                ]
            },
            ("messages[0].content[0].content[0]",),
        ),
        (EMBEDDINGS, {"input": ["x"]}, ()),
        (
            EMBEDDINGS,
            {"messages": [{"role": "user", "content": [PICTURE]}]},
            ("messages[0].content[0]",),
        ),
    ],
)
def test_what_cannot_be_read_is_named(
    dialect: Dialect, request_body: dict[str, Any], expected: tuple[str, ...]
) -> None:
    dialect.check(request_body)
    assert dialect.uninspectable(request_body) == expected


@pytest.mark.parametrize(
    ("dialect", "request_body", "expected"),
    [
        (CHAT, {"messages": [*SAID["messages"], {"role": "assistant", "content": "x"}]}, "hi"),
        (
            CHAT,
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}, "b"]}]},
            "a\nb",
        ),
        (CHAT, {"messages": [{"role": "system", "content": "x"}]}, ""),
        (COMPLETIONS, {"prompt": ["a", "b"]}, "b"),
        (COMPLETIONS, {"prompt": [1]}, ""),
        (RESPONSES, {"input": "a"}, "a"),
        (RESPONSES, {"input": [{"role": "user", "content": "a"}, {"type": "reasoning"}]}, "a"),
        (ANTHROPIC, SAID, "hi"),
        (EMBEDDINGS, {"input": "a"}, ""),
    ],
)
def test_the_question_is_what_the_user_said_last(
    dialect: Dialect, request_body: dict[str, Any], expected: str
) -> None:
    assert dialect.question(request_body) == expected


def test_an_embedding_is_never_an_answer_in_words() -> None:
    for call in (EMBEDDINGS.with_policy, EMBEDDINGS.answer, EMBEDDINGS.answer_stream):
        with pytest.raises(RequestError) as caught:
            call({"input": "x"}, "No.")
        assert caught.value.wire_code == "input_withheld"


def test_vectors_are_not_read_as_texts_and_the_rest_of_their_answer_is() -> None:
    answer = {"data": [{"embedding": "QUJDREVGRw==", "note": "seen"}], "model": "demo"}
    texts = [each.text for each in EMBEDDINGS.stream({}).texts(answer)]
    assert "seen" in texts
    assert "QUJDREVGRw==" not in texts
