"""The connection to the registry's database, with the guarantees that the registry rests on.

It knows engines, pragmas and the errors of drivers; it knows nothing of tables.

SQLite runs in WAL mode with `synchronous=FULL`: a commit is on the disk before it returns, so
what was acknowledged survives a killed process and a power cut. `secure_delete` overwrites what a
row leaves behind with zeros. Without it a deleted row stays readable in free pages (the freelist)
until they are used again; the write-ahead log holds older pages until it is truncated, which
`forget_history` does after an erasure. Neither reaches copies that a file system, a disk's wear
levelling or a backup keeps: those hold ciphertext, and are one more reason for its encryption.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidRequestError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.errors import SettingsError, UnavailableError

BUSY_MILLISECONDS = 10_000
CHECKPOINT_MILLISECONDS = 1_000
PRAGMAS = (
    f"busy_timeout={BUSY_MILLISECONDS}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
)
MODE = "lethe_mode"
WRITE_LOCK = 0x1E7E
"""The advisory lock that stands in for SQLite's single writer on PostgreSQL."""

logger = logging.getLogger(__name__)


class Database:
    """An engine whose readers see one snapshot and whose writers come one after another."""

    def __init__(self, url: str) -> None:
        self._url = _parse(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self.engine = _create_engine(self._url, is_sqlite=self.is_sqlite)

    def __repr__(self) -> str:
        return f"Database({self._url.render_as_string(hide_password=True)})"

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(str(self._url.database)) if self.is_sqlite else None

    async def has_table(self, name: str) -> bool:
        """Return whether a table exists; does not create the file of an absent database."""
        if self.file is not None and not self.file.exists():
            return False
        async with self.reading() as connection:
            return await connection.run_sync(lambda sync: inspect(sync).has_table(name))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction for reading."""
        with translated():
            async with self.engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open the one transaction that may write; it commits when the block ends well."""
        with translated():
            async with self.engine.execution_options(**{MODE: "write"}).begin() as connection:
                if not self.is_sqlite:
                    lock = text("SELECT pg_advisory_xact_lock(:number)")
                    await connection.execute(lock, {"number": WRITE_LOCK})
                yield connection

    async def forget_history(self) -> None:
        """Empty SQLite's write-ahead log, which still holds pages from before an erasure.

        A reader that is at work can prevent it; the next call, or the close of the last
        connection, does it then. Never fails: the erasure itself is done.
        """
        if not self.is_sqlite:
            return
        try:
            is_busy = await self._truncate_log()
        except SQLAlchemyError:
            is_busy = True
        if is_busy:
            logger.info("the write-ahead log could not be emptied yet: a reader is at work")

    async def _truncate_log(self) -> bool:
        async with self.engine.execution_options(**{MODE: "bare"}).connect() as connection:
            await connection.exec_driver_sql(f"PRAGMA busy_timeout={CHECKPOINT_MILLISECONDS}")
            row = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
            await connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        return bool(row[0])

    async def close(self) -> None:
        """Close every connection."""
        with translated():
            await self.engine.dispose()


@contextmanager
def translated() -> Iterator[None]:
    """Turn whatever the database raises into an error of the gateway's tree.

    Only the class is named: a driver's message may quote values.

    Raises:
        UnavailableError: the database failed or could not be reached.
    """
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        name = type(cause).__name__
        raise UnavailableError(f"The registry's database failed ({name}).") from error


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise _unusable("it is not a SQLAlchemy URL") from None
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise _unusable("a registry in memory cannot be shared by workers")
    return parsed


def _create_engine(url: URL, *, is_sqlite: bool) -> AsyncEngine:
    # Without an isolation level sqlite3 leaves BEGIN to us; it would begin too late and too weakly.
    options = {"connect_args": {"isolation_level": None}} if is_sqlite else {}
    try:
        engine = create_async_engine(url, hide_parameters=True, **options)
    except (ArgumentError, InvalidRequestError, ImportError) as error:
        raise _unusable(f"its driver cannot be used ({error})") from None
    if is_sqlite:
        event.listen(engine.sync_engine, "connect", _set_pragmas)
        event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _set_pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # Damaged text must arrive damaged: the log's reader finds what was changed, an error would not.
    connection.driver_connection.text_factory = _decode
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _decode(stored: bytes) -> str:
    return stored.decode(errors="replace")


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get(MODE)
    if mode != "bare":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if mode == "write" else "BEGIN")


def _unusable(why: str) -> SettingsError:
    return SettingsError(f"LETHE_DATABASE_URL: {why}", param="LETHE_DATABASE_URL")
