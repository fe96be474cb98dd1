"""Brings the tables of a registry to the newest form when it opens.

It knows revisions; it does not know the tables, which are the migrations' business.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from gateway.errors import StartupError
from gateway.registry.database import Database

HEAD = "0001"
"""The newest revision; a test holds it to the migrations."""


async def migrate(database: Database) -> None:
    """Apply the missing steps in one transaction; do nothing where none is missing.

    Raises:
        StartupError: the tables were written by a newer release.
    """
    async with database.writing() as connection:
        revision = await connection.run_sync(current_revision)
        if revision == HEAD:
            return
        if revision is not None and revision > HEAD:
            raise StartupError(
                f"the registry has tables of revision {revision}, this release knows {HEAD}: "
                "start the release that wrote it, or a newer one"
            )
        await connection.run_sync(_upgrade)


def current_revision(connection: Connection) -> str | None:
    """Return the revision of the tables, or None where there are none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(connection: Connection) -> None:
    # Alembic takes a tenth of a second to import, which only a start that migrates should pay.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
