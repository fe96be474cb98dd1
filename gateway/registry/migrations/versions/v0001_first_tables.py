"""Create every table that the design names, with the fields of later features.

It knows the tables of the first release; it does not know what becomes of them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    _create_meta()
    _create_targets()
    _create_events()
    _create_keys()
    _create_decisions()


def _create_meta() -> None:
    op.create_table(
        "registry_meta",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("wrapped_by", sa.String(16), nullable=False),
    )


def _create_targets() -> None:
    op.create_table(
        "targets",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("created_sequence", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16)),
        sa.Column("state", sa.String(16)),
        sa.Column("scope", sa.String(16)),
        sa.Column("context", sa.String(16)),
        sa.Column("guard", sa.String(16)),
        sa.Column("disclosure", sa.String(16)),
        sa.Column("audiences", sa.JSON),
        sa.Column("expires_at", sa.String(32)),
        sa.Column("name_hmac", sa.LargeBinary),
        sa.Column("wrapped_key", sa.LargeBinary),
        sa.Column("wrapped_by", sa.String(16)),
        sa.Column("ciphertext", sa.LargeBinary),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.Column("erased_at", sa.String(32)),
    )
    op.create_index("targets_by_name", "targets", ["name_hmac"], unique=True)
    op.create_index("targets_by_sequence", "targets", ["sequence"])
    op.create_index("targets_by_creation", "targets", ["created_sequence"])
    op.create_index("targets_by_state", "targets", ["state", "created_sequence"])
    op.create_index("targets_by_wrapping_key", "targets", ["wrapped_by"])


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("time", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(128), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("case", sa.String(64), nullable=False),
        sa.Column("target_id", sa.String(64)),
        sa.Column("target_version", sa.Integer),
        sa.Column("key_id", sa.String(64)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("events_by_target", "events", ["target_id", "sequence"])
    op.create_table(
        "served",
        sa.Column("replica", sa.String(128), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("since", sa.String(32), nullable=False),
    )


def _create_keys() -> None:
    op.create_table(
        "keys",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("created_sequence", sa.Integer, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("revoked_at", sa.String(32)),
    )
    op.create_index("keys_by_digest", "keys", ["digest"], unique=True)
    op.create_index("keys_by_creation", "keys", ["created_sequence"])


def _create_decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("decisions_by_id", "decisions", ["id"], unique=True)
