"""Logging as JSON lines on stderr.

A line never carries the text of an exception, since that may quote what a client sent.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
import traceback

LEVELS = ("debug", "info", "warning", "error")

# At `info` these name every upstream call, and every part that a library loads.
CHATTY = ("httpx", "httpcore", "alembic")


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, process, message and exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of one record, an exception as its type and frames only."""
        line: dict[str, object] = {
            "time": _utc(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1]:
            line["exception"] = _without_message(record.exc_info[1])
        return json.dumps(line)


def configure_logging(level: str) -> None:
    """Send every logger of this process to stderr as JSON lines from this level up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))


def _utc(seconds: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"


def _without_message(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)
    described: dict[str, object] = {
        "type": f"{type(error).__module__}.{type(error).__qualname__}",
        "frames": [
            f"{os.path.basename(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames
        ],
    }
    cause = error.__cause__ or error.__context__
    if cause is not None:
        described["cause"] = _without_message(cause)
    return described
