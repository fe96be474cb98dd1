"""Files of targets and prompts: what is read, and what is said of a line that cannot be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from detectors.values import Utterance
from gateway.evaluation.errors import InputError
from gateway.evaluation.files import DEFAULT_GROUP, read_prompts, read_targets
from gateway.evaluation.values import Prompt

MIRA = {"id": "mira", "kind": "person", "name": "Mira Oskarne"}


def write(file: Path, *rows: Any) -> Path:
    file.write_bytes(
        b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
    )
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "lines.jsonl"


def test_targets_are_read_as_they_stand(file: Path) -> None:
    assert read_targets(write(file, MIRA, b"", {**MIRA, "id": "other"}))[0] == MIRA


def test_prompts_are_texts_or_conversations(file: Path) -> None:
    messages = [
        {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "image_url"}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"function": {"name": "f", "arguments": '{"q": "b"}'}}],
        },
        {"role": "tool", "content": "c"},
    ]
    write(
        file,
        {"prompt": "Who?", "target": "mira", "group": "direct"},
        {"prompt": "\ud800", "target": None, "id": 3, "text": "its own affair"},
        {"messages": messages},
    )
    said = (Utterance("user", "a"), Utterance("assistant", '{"q": "b"}'), Utterance("tool", "c"))
    assert read_prompts(file, {"mira"}) == (
        Prompt.asked("Who?", "mira", "direct"),
        Prompt.asked("\ud800", None, DEFAULT_GROUP),
        Prompt(said, None, DEFAULT_GROUP),
    )


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        (b'{"kind":', None, "not valid JSON"),
        (b"[1]", None, "must be a JSON object"),
        (b'{"kind": "person", "kind": "topic"}', None, "twice"),
        ({"kind": "person"}, "name", "required"),
        ({**MIRA, "nmae": "x"}, "nmae", "did you mean `name`"),
        ({**MIRA, "kind": "planet"}, "kind", "must be one of"),
        ({**MIRA, "id": "a b"}, "id", "pattern"),
        ({"kind": "topic", "name": "Locks"}, "examples", "description or examples"),
        (MIRA, "id", "stands on line 1 too"),
    ],
)
def test_what_is_wrong_with_a_target(file: Path, row: Any, field: str | None, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_targets(write(file, MIRA, row))
    message = caught.value.message
    assert f"{file}, line 2" in message
    assert field is None or f"`{field}`" in message
    assert said in message


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        (b"{", None, "not JSON"),
        (b'"text"', None, "must be a JSON object"),
        (b"\xff", None, "byte 0 is not UTF-8"),
        ({}, "prompt", "either"),
        ({"prompt": "a", "messages": []}, "prompt", "either"),
        ({"prompt": 1}, "prompt", "must be a text"),
        ({"prompt": "a", "target": "nobody"}, "target", "no active target"),
        ({"prompt": "a", "target": 3}, "target", "null where none is touched"),
        ({"prompt": "a", "group": 3}, "group", "a text"),
        ({"prompt": "a", "taget": "mira"}, "taget", "did you mean `target`"),
        ({"messages": []}, "messages", "at least one"),
        ({"messages": ["a"]}, "messages[0]", "an object"),
        ({"messages": [{"content": "a"}]}, "messages[0].role", "who speaks"),
        ({"messages": [{"role": "user", "content": 3}]}, "messages[0].content", "a text"),
    ],
)
def test_what_is_wrong_with_a_prompt(file: Path, row: Any, field: str | None, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_prompts(write(file, {"prompt": "a"}, row), {"mira"})
    message = caught.value.message
    assert f"{file}, line 2" in message
    assert field is None or f"`{field}`" in message
    assert said in message


def test_an_empty_or_missing_file(file: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_targets(file)
    with pytest.raises(InputError, match="holds no prompts"):
        read_prompts(write(file, b"\n"), set())
