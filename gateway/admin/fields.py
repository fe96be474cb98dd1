"""The kinds of text that a request may hold, and how values of later releases are refused.

They know single fields; they know nothing of how fields depend on each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from detectors.lexical.shingles import GUARANTEED, words_of
from detectors.views import normalise
from gateway.offered import LATER
from gateway.registry.names import is_identifying

MAX_NAME = 256
MAX_ALIASES = 64
MAX_DESCRIPTION = 8_000
MAX_EXAMPLES = 512
MAX_EXAMPLE = 2_000
MAX_SECRETS = 1_000
MAX_SECRET = 2_000
MAX_DOCUMENTS = 100
MAX_DOCUMENT = 500_000
MAX_REASON = 2_000
MAX_RATE = 0.2
MAX_AUDIENCES = 32
ROLE_PATTERN = r"^[A-Za-z0-9_.-]{1,64}$"
ID_PATTERN = r"^[A-Za-z0-9_.-]{1,64}$"
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
NO_NUL = Field(json_schema_extra={"pattern": r"^[^\x00]*$"})


def refuse_dots(id: str) -> str:
    """Refuse the ids that no URL can name."""
    if id in (".", ".."):
        raise PydanticCustomError("not_allowed", "An id of dots cannot stand in a URL.")
    return id


def refuse_nul(text: str) -> str:
    """Refuse the character that ends texts in other programs, and in PostgreSQL."""
    if "\0" in text:
        raise PydanticCustomError("not_allowed", "There must be no NUL character.")
    return text


def refuse_unidentifying(text: str) -> str:
    """Refuse text that nothing could be searched by."""
    if not is_identifying(text):
        raise PydanticCustomError("not_allowed", "There must be at least one letter or digit.")
    return text


def refuse_short(text: str) -> str:
    """Refuse a document of which no run of words could be found."""
    if len(words_of(normalise(text).text).hashes) < GUARANTEED:
        message = "A document needs at least {words} words: shorter texts are secrets."
        raise PydanticCustomError("not_allowed", message, {"words": GUARANTEED})
    return text


def only(supported: Sequence[StrEnum]) -> BeforeValidator:
    """Return a validator that names what works today where a later release's value is asked."""
    today = [member.value for member in supported]
    later = {member.value for member in type(supported[0])}.difference(today)

    def check(value: Any) -> Any:
        if value in today:
            return value
        about = {"value": value, "names": ", ".join(today)}
        if isinstance(value, str) and value in later:
            about["why"] = f": {LATER[value]}" if value in LATER else ""
            message = "`{value}` is not supported yet{why}; what works today: {names}."
            raise PydanticCustomError("not_supported", message, about)
        raise PydanticCustomError("not_allowed", "It must be one of: {names}.", about)

    return BeforeValidator(check)


def read_moment(value: Any) -> Any:
    """Read a moment as RFC 3339 writes it, with its zone; return it in UTC."""
    if value is None:
        return None
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise PydanticCustomError(
            "not_allowed", "It must be a moment with its zone, such as 2030-01-31T12:00:00Z."
        )
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("not_allowed", "There is no such moment.") from None


RoleName = Annotated[str, Field(pattern=ROLE_PATTERN)]
_MomentText = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Moment = Annotated[datetime, BeforeValidator(read_moment, json_schema_input_type=_MomentText)]
Id = Annotated[str, Field(pattern=ID_PATTERN), AfterValidator(refuse_dots)]
PlainText = Annotated[str, NO_NUL, AfterValidator(refuse_nul)]
Name = Annotated[
    str,
    Field(min_length=1, max_length=MAX_NAME),
    NO_NUL,
    AfterValidator(refuse_nul),
    AfterValidator(refuse_unidentifying),
]
Example = Annotated[
    str,
    Field(min_length=1, max_length=MAX_EXAMPLE),
    NO_NUL,
    AfterValidator(refuse_nul),
    AfterValidator(refuse_unidentifying),
]
Secret = Annotated[
    str,
    Field(min_length=1, max_length=MAX_SECRET),
    NO_NUL,
    AfterValidator(refuse_nul),
    AfterValidator(refuse_unidentifying),
]


Document = Annotated[
    str,
    Field(min_length=1, max_length=MAX_DOCUMENT),
    NO_NUL,
    AfterValidator(refuse_nul),
    AfterValidator(refuse_short),
]


class SecretForm(BaseModel):
    """A secret with a decision about it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Secret = Field(description="The value.")
    alone: bool | None = Field(
        None,
        description="Whether it counts wherever it appears (true) or only beside the name and in "
        "answers to requests that matched the target (false). Null leaves it to the rule.",
    )


def _as_object(value: Any) -> Any:
    return {"value": value} if isinstance(value, str) else value


SecretItem = Annotated[
    SecretForm, BeforeValidator(_as_object, json_schema_input_type=Secret | SecretForm)
]
