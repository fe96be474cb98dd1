"""Reads the data files of this package: sections of lines.

It knows the one format that all of them share, and nothing of what the lines mean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

_HEADING = re.compile(r"\[([\w-]+)\](.*)")


def sections(name: str) -> Mapping[str, tuple[str, ...]]:
    """Read `data/name`: the lines under each `[heading]`, which may have words behind it.

    Blank lines and lines that begin with `# ` are left out; a heading that stands twice has the
    lines of both.
    """
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in _text(name).splitlines():
        if heading := _HEADING.match(line):
            lines = found.setdefault(heading[1] + heading[2].rstrip(), [])
        elif line.strip() and not line.startswith("# "):
            lines.append(line)
    return MappingProxyType({heading: tuple(kept) for heading, kept in found.items()})


def _text(name: str) -> str:
    return (resources.files(__package__) / "data" / name).read_text(encoding="utf-8")
