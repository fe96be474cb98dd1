"""How lists are asked for: a cursor, a limit, and nothing that is not known.

It knows the parameters; it does not know what is listed.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

MAX_LIMIT = 1000


class PageQuery(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    cursor: str | None = Field(
        None, max_length=64, description="The `next_cursor` of the page before; none to begin."
    )
    limit: int = Field(100, ge=1, le=MAX_LIMIT, description="How many at most.")
