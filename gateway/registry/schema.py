"""The tables of the registry, as the newest migration leaves them.

They know columns and indexes; they know nothing of what is encrypted in them, or why.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

registry_meta = Table(
    "registry_meta",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("wrapped_by", String(16), nullable=False),
)

# A row whose `erased_at` is set is a tombstone: every column that is nullable here is then null.
# Nothing in the clear tells who or what a target is; `ciphertext` holds all of its text.
targets = Table(
    "targets",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("created_sequence", Integer, nullable=False),
    Column("kind", String(16)),
    Column("state", String(16)),
    Column("scope", String(16)),
    Column("context", String(16)),
    Column("guard", String(16)),
    Column("disclosure", String(16)),
    Column("audiences", JSON(none_as_null=True)),
    Column("expires_at", String(32)),
    Column("name_hmac", LargeBinary),
    Column("wrapped_key", LargeBinary),
    Column("wrapped_by", String(16)),
    Column("ciphertext", LargeBinary),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    Column("erased_at", String(32)),
    Index("targets_by_name", "name_hmac", unique=True),
    Index("targets_by_sequence", "sequence"),
    Index("targets_by_creation", "created_sequence"),
    Index("targets_by_state", "state", "created_sequence"),
    Index("targets_by_wrapping_key", "wrapped_by"),
)

events = Table(
    "events",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("time", String(32), nullable=False),
    Column("actor", String(128), nullable=False),
    Column("action", String(64), nullable=False),
    Column("case", String(64), nullable=False),
    Column("target_id", String(64)),
    Column("target_version", Integer),
    Column("key_id", String(64)),
    Column("digest", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("events_by_target", "target_id", "sequence"),
)

# Since when a replica serves everything up to an event. One host needs no row: there a change
# has answered only once every worker serves it, so that the time of the event says it.
served = Table(
    "served",
    metadata,
    Column("replica", String(128), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("since", String(32), nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("created_sequence", Integer, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("name", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("source", String(16), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("revoked_at", String(32)),
    Index("keys_by_digest", "digest", unique=True),
    Index("keys_by_creation", "created_sequence"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("id", String(128), nullable=False),
    Column("body", Text, nullable=False),
    Index("decisions_by_id", "id", unique=True),
)
