"""Which texts of a request are redacted, by whom they were said; the user's own turn stays."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from gateway.guards import GUARDS, redacted
from gateway.guards.masking import MASK
from gateway.target import GuardName
from gateway.wire.anthropic import AnthropicDialect
from gateway.wire.dialect import Dialect
from gateway.wire.responses import ResponsesDialect
from tests.gateway.guards.asking import Tools, asked, chat, guard_model
from tests.gateway.targets import target

ONE = target(name="Odile Sorrel", secrets=("Kessel",))
TOLD = "The bank fell. Odile Sorrel was born in Kessel. The sun shone."
LEFT = f"The bank fell. {MASK} The sun shone."


async def redacted_request(
    request: dict[str, Any], dialect: Dialect | None = None
) -> tuple[dict[str, Any], GuardName]:
    before = copy.deepcopy(request)
    async with guard_model() as model:
        one = redacted(asked(request, [ONE], Tools(model), dialect))
        assert request == before, "the client's own request is not changed"
        treatment = await GUARDS[GuardName.REDACT].apply(one)
    assert one.plan.guard is not GuardName.REDACT or treatment.request == one.request
    return one.request, one.plan.guard


async def test_tool_results_are_masked_and_the_user_keeps_the_word() -> None:
    request = chat(
        ("system", "Be brief."),
        ("user", "What does the page say about banks?"),
        ("tool", json.dumps({"page": TOLD, "score": 0.5})),
    )
    masked, guard = await redacted_request(request)
    assert guard is GuardName.REDACT
    assert masked["messages"][:2] == request["messages"][:2]
    assert json.loads(masked["messages"][2]["content"]) == {"page": LEFT, "score": 0.5}


@pytest.mark.parametrize("role", ["system", "developer", "tool"])
async def test_what_others_said_is_masked(role: str) -> None:
    masked, guard = await redacted_request(
        chat((role, TOLD), ("user", "What does the page say about banks?"))
    )
    assert masked["messages"][0]["content"] == LEFT
    assert guard is GuardName.REDACT


async def test_an_earlier_answer_is_masked_where_the_question_leans_on_it() -> None:
    masked, guard = await redacted_request(
        chat(("user", "Go on."), ("assistant", TOLD), ("user", "And when was she born?"))
    )
    assert masked["messages"][1]["content"] == LEFT
    assert guard is GuardName.REFUSE, "who leans on it asks after it"


async def test_documents_are_masked_each_by_itself() -> None:
    others = [{"title": f"Page {number}", "text": "The harbour froze."} for number in range(19)]
    request = chat(("user", "What froze?"), documents=[*others, {"title": "News", "text": TOLD}])
    masked, _ = await redacted_request(request)
    assert masked["documents"] == [*others, {"title": "News", "text": LEFT}]


async def test_parts_keep_their_places_where_one_of_them_is_masked() -> None:
    parts = [{"type": "text", "text": "The harbour froze."}, {"type": "text", "text": TOLD}]
    masked, _ = await redacted_request(chat(("tool", parts), ("user", "What froze?")))
    assert masked["messages"][0]["content"] == [parts[0], {"type": "text", "text": LEFT}]


async def test_a_name_across_two_parts_is_masked() -> None:
    parts = [{"type": "text", "text": "A name: Odile"}, {"type": "text", "text": "Sorrel."}]
    masked, _ = await redacted_request(chat(("tool", parts), ("user", "What froze?")))
    assert "Sorrel" not in json.dumps(masked)


async def test_a_field_that_is_named_after_a_target_is_refused() -> None:
    told = {"role": "tool", "content": "The bank fell.", "Odile Sorrel": "x"}
    messages = [told, {"role": "user", "content": "What froze?"}]
    _, guard = await redacted_request({"messages": messages})
    assert guard is GuardName.REFUSE


async def test_who_asks_too_gets_the_targets_guard_on_the_redacted_request() -> None:
    masked, guard = await redacted_request(
        chat(("tool", TOLD), ("user", "Where was Odile Sorrel born?"))
    )
    assert guard is GuardName.REFUSE
    assert masked["messages"][0]["content"] == LEFT
    assert masked["messages"][1]["content"] == "Where was Odile Sorrel born?"


async def test_tool_results_of_the_messages_api_are_masked() -> None:
    use = {"type": "tool_use", "id": "toolu_01", "name": "read", "input": {"page": 1}}
    result = {"type": "tool_result", "tool_use_id": "toolu_01", "content": TOLD}
    request = {
        "max_tokens": 9,
        "system": [{"type": "text", "text": "Be brief."}, {"type": "text", "text": TOLD}],
        "messages": [
            {"role": "user", "content": "What froze?"},
            {"role": "assistant", "content": [use]},
            {"role": "user", "content": [result, {"type": "text", "text": "Which harbour?"}]},
        ],
    }
    masked, guard = await redacted_request(request, AnthropicDialect())
    assert guard is GuardName.REDACT
    assert masked["system"][1]["text"] == LEFT
    assert masked["messages"][2]["content"] == [
        {**result, "content": LEFT}, {"type": "text", "text": "Which harbour?"},
    ]  # fmt: skip


async def test_outputs_of_functions_of_the_responses_api_are_masked() -> None:
    request = {
        "instructions": TOLD,
        "input": [
            {"type": "message", "role": "user", "content": "What froze?"},
            {"type": "function_call_output", "call_id": "call_1", "output": TOLD},
        ],
    }
    masked, guard = await redacted_request(request, ResponsesDialect())
    assert guard is GuardName.REDACT
    assert (masked["instructions"], masked["input"][1]["output"]) == (LEFT, LEFT)


async def test_without_context_nothing_is_changed() -> None:
    async with guard_model() as model:
        one = asked(chat(("user", "Where was Odile Sorrel born?")), [ONE], Tools(model))
        assert redacted(one) is one
