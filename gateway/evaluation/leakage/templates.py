"""Public jailbreak templates, read where the data lies; none is part of the package.

It knows their two files and how each marks the place of the question.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

_SLOTS = ("[INSERT PROMPT HERE]", "{generator.name}")
FILES = ("gptfuzzer_templates.jsonl", "dan_templates.jsonl")


def read_templates(folder: Path, slot: str) -> tuple[str, ...]:
    """Return the templates with `slot` where the question goes; none where no data is there."""
    found: list[str] = []
    for name in FILES:
        file = folder / name
        if file.exists():
            rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
            found += [_with_slot(text, slot) for row in rows for text in _texts(row)]
    return tuple(found)


def _texts(row: dict[str, object]) -> Iterator[str]:
    if isinstance(row.get("text"), str):
        yield str(row["text"])
    prompts = row.get("prompts")
    if isinstance(prompts, list):
        yield from (str(prompt) for prompt in prompts)


def _with_slot(text: str, slot: str) -> str:
    text = text.replace(_SLOTS[1], "the assistant")
    if _SLOTS[0] in text:
        return text.replace(_SLOTS[0], slot)
    return f"{text}\n\n{slot}"
