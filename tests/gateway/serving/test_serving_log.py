"""Log lines: JSON, and silent about what an exception quotes."""

from __future__ import annotations

import json
import logging
import sys

from gateway.serving.log import JsonLines


def _formatted(message: str, *arguments: object, exc_info: object = None) -> dict[str, object]:
    record = logging.LogRecord("lethe", 30, "file.py", 1, message, arguments, exc_info)  # type: ignore[arg-type]
    return dict(json.loads(JsonLines().format(record)))


def test_a_line_is_an_object_with_the_message_filled_in() -> None:
    line = _formatted("target %s", "t1\n")
    assert (line["level"], line["logger"], line["message"]) == ("warning", "lethe", "target t1\n")
    assert str(line["time"]).endswith("Z")


def test_an_exception_is_shown_without_its_message_or_that_of_its_cause() -> None:
    try:
        try:
            raise ValueError("Mirela Oskarne")
        except ValueError as error:
            raise RuntimeError("Mirela again") from error
    except RuntimeError:
        line = _formatted("it failed", exc_info=sys.exc_info())
    text = json.dumps(line)
    assert "Mirela" not in text
    assert "builtins.RuntimeError" in text and "builtins.ValueError" in text
    assert "test_serving_log.py" in text
