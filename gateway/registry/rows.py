"""A target as a row of the table, and back: text in one ciphertext, the rest in columns.

It knows both forms and the keys between them; it does not know when either is read or written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from gateway.errors import UnavailableError
from gateway.registry.cipher import (
    DecryptionError,
    Digests,
    KeyRing,
    Wrapped,
    decrypt,
    digest_under,
    encrypt,
    new_key,
)
from gateway.registry.names import normalise_name
from gateway.registry.values import iso_time
from gateway.target import (
    Context,
    Disclosure,
    ForgetTarget,
    GuardName,
    Kind,
    Mentions,
    Policy,
    Scope,
    State,
    TargetContent,
)

EMPTY_COLUMNS: Mapping[str, None] = dict.fromkeys(
    (
        "kind",
        "state",
        "scope",
        "context",
        "guard",
        "disclosure",
        "audiences",
        "expires_at",
        "name_hmac",
        "wrapped_key",
        "wrapped_by",
        "ciphertext",
    )
)
"""What erasure leaves in every column that could say something about the target."""


class RowCipher:
    """Turns content into columns and columns into content."""

    def __init__(self, ring: KeyRing, digests: Digests) -> None:
        self._ring = ring
        self._digests = digests

    def name_hmac(self, content: TargetContent) -> bytes:
        """Return what stands for the name where equality is searched."""
        return self._digests.of_name(normalise_name(content.name))

    def new_data_key(self) -> bytes:
        """Return a data key for a target that is being created."""
        return new_key()

    def data_key(self, row: RowMapping) -> bytes:
        """Return the data key of a stored target.

        Raises:
            UnavailableError: it was altered.
        """
        wrapped = Wrapped(row["wrapped_by"], row["wrapped_key"])
        try:
            return self._ring.unwrap(wrapped, bound_to=key_place(row["id"]))
        except DecryptionError as error:
            raise _unreadable(row["id"]) from error

    def digest(self, data_key: bytes, content: TargetContent) -> str:
        """Return what stands in the log for the content."""
        return digest_under(data_key, _canonical({**_text(content), **_plain_columns(content)}))

    def columns(
        self, content: TargetContent, *, id: str, version: int, data_key: bytes
    ) -> dict[str, Any]:
        """Return the columns that hold the content, sealed for this id and version."""
        wrapped = self._ring.wrap(data_key, bound_to=key_place(id))
        blob = encrypt(data_key, _canonical(_text(content)), bound_to=_text_place(id, version))
        return {
            "id": id,
            "version": version,
            **_plain_columns(content),
            "name_hmac": self.name_hmac(content),
            "wrapped_key": wrapped.blob,
            "wrapped_by": wrapped.wrapped_by,
            "ciphertext": blob,
        }

    def target(self, row: RowMapping) -> ForgetTarget:
        """Return the target that a row holds.

        Raises:
            UnavailableError: the row was altered.
        """
        place = _text_place(row["id"], row["version"])
        try:
            text = json.loads(decrypt(self.data_key(row), row["ciphertext"], bound_to=place))
        except DecryptionError as error:
            raise _unreadable(row["id"]) from error
        return ForgetTarget(
            id=row["id"],
            version=row["version"],
            sequence=row["sequence"],
            content=_content(row, text),
            created_at=datetime.fromisoformat(row["created_at"]),
            updated_at=datetime.fromisoformat(row["updated_at"]),
        )


def _content(row: RowMapping, text: Mapping[str, Any]) -> TargetContent:
    return TargetContent(
        kind=Kind(row["kind"]),
        name=text["name"],
        aliases=tuple(text["aliases"]),
        description=text["description"],
        examples=tuple(text["examples"]),
        secrets=tuple(text["secrets"]),
        documents=tuple(text["documents"]),
        scope=Scope(row["scope"]),
        context=Context(row["context"]),
        policy=Policy(
            GuardName(row["guard"]),
            Disclosure(row["disclosure"]),
            Mentions(text.get("mentions", Mentions.WITHHOLD)),
        ),
        audiences=tuple(row["audiences"]),
        expires_at=datetime.fromisoformat(row["expires_at"]) if row["expires_at"] else None,
        reason=text["reason"],
        state=State(row["state"]),
        secrets_alone=tuple((value, alone) for value, alone in text.get("secrets_alone", ())),
        false_positive_rate=text.get("false_positive_rate"),
        legal_hold=text.get("legal_hold", False),
    )


def _text(content: TargetContent) -> dict[str, Any]:
    return {
        "name": content.name,
        "aliases": content.aliases,
        "description": content.description,
        "examples": content.examples,
        "secrets": content.secrets,
        "documents": content.documents,
        "reason": content.reason,
        **_later_fields(content),
    }


def _later_fields(content: TargetContent) -> dict[str, Any]:
    """Return fields that older contents lack: left out while unset, so that digests stay."""
    fields: dict[str, Any] = {}
    if content.secrets_alone:
        fields["secrets_alone"] = content.secrets_alone
    if content.false_positive_rate is not None:
        fields["false_positive_rate"] = content.false_positive_rate
    if content.policy.mentions is not Mentions.WITHHOLD:
        fields["mentions"] = content.policy.mentions.value
    if content.legal_hold:
        fields["legal_hold"] = True
    return fields


def _plain_columns(content: TargetContent) -> dict[str, Any]:
    return {
        "kind": content.kind.value,
        "state": content.state.value,
        "scope": content.scope.value,
        "context": content.context.value,
        "guard": content.policy.guard.value,
        "disclosure": content.policy.disclosure.value,
        "audiences": list(content.audiences),
        "expires_at": iso_time(content.expires_at) if content.expires_at else None,
    }


def _canonical(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def key_place(id: str) -> str:
    return f"target {id} key"


def _text_place(id: str, version: int) -> str:
    return f"target {id} version {version} text"


def _unreadable(id: str) -> UnavailableError:
    return UnavailableError(
        f"Target {id} cannot be decrypted: its key is not at hand, or it was altered."
    )
