"""Versions as HTTP speaks of them: ETag, and If-Match.

It knows headers and numbers; it does not know what has a version.
"""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header

from gateway.errors import RequestError

ENTITY_TAG = re.compile(r'\s*(?:W/)?"([^"]*)"\s*')
VERSION = re.compile(r"[1-9][0-9]{0,17}")

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="Make the change only if this is the current version. A weak tag counts as "
        "the version that it names: proxies that compress weaken the tags.",
        examples=['"3"'],
        # The schema says it, and `versions` checks it with words that help.
        json_schema_extra={"pattern": r'^\s*(\*|(W/)?"[^"]*"(\s*,\s*(W/)?"[^"]*")*)\s*$'},
    ),
]


def etag(version: int) -> str:
    """Return the tag of a version."""
    return f'"{version}"'


def versions(if_match: str | None) -> frozenset[int] | None:
    """Return the versions that a change may meet; None where any will do.

    A well-formed tag that is no version of ours is left out: it can match nothing.

    Raises:
        RequestError: the header is neither `*` nor a list of tags.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    tags = [ENTITY_TAG.fullmatch(part) for part in if_match.split(",")]
    if not all(tags):
        raise RequestError(
            'If-Match must be `*` or tags in double quotes, such as "3".', param="If-Match"
        )
    named = [tag[1] for tag in tags if tag is not None]
    return frozenset(int(tag) for tag in named if VERSION.fullmatch(tag))
