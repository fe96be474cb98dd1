"""The registry as one thing that opens and closes: stores over one database and one set of keys.

It knows in which order a registry comes to life; it does not know what is asked of its stores.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from gateway.errors import EncryptionKeyError, GatewayError, StartupError
from gateway.registry.cipher import Digests, KeyRing
from gateway.registry.database import Database
from gateway.registry.decisions import DecisionStore
from gateway.registry.events import EventStore
from gateway.registry.keyfile import (
    FILE_NAME,
    SETTING,
    create_key_file,
    notice,
    parse_keys,
    read_key_file,
)
from gateway.registry.keys import KeyStore
from gateway.registry.master import registry_key, verify_ring
from gateway.registry.migrate import migrate
from gateway.registry.rows import RowCipher
from gateway.registry.seeding import keys_of, seed_keys
from gateway.registry.targets import TargetStore
from gateway.registry.transactions import Writer
from gateway.registry.version import VersionWord
from gateway.settings import Settings, default_key_directory

META_TABLE = "registry_meta"


class Registry:
    """An open registry.

    Attributes:
        targets: what must be forgotten.
        events: the log of every change.
        keys: who may ask, and who may administer.
        decisions: what was done to requests that were changed.
        version: the word that moves with every change, for every process of the host.
        snapshot_key: what derived state on disk is encrypted with.
        surrogate_key: what decides which made-up name stands for which name.
        generated_admin_key: the admin key that this opening made because there was none.
        encryption_key_file: where the master key lies, unless a setting holds it.
        notices: sentences that the operator should read once.
    """

    def __init__(
        self, database: Database, version: VersionWord, cipher: RowCipher, digests: Digests
    ) -> None:
        self._database = database
        self._writer = Writer(database, version)
        self._digests = digests
        self.version = version
        self.snapshot_key = digests.snapshot_key
        self.surrogate_key = digests.surrogate_key
        self.targets = TargetStore(database, self._writer, cipher)
        self.events = EventStore(database)
        self.keys = KeyStore(database, self._writer, digests)
        self.decisions = DecisionStore(database)
        self.generated_admin_key: str | None = None
        self.encryption_key_file: Path | None = None
        self.notices: tuple[str, ...] = ()

    @classmethod
    async def open(cls, settings: Settings) -> Self:
        """Open the registry that the settings name, creating what a first start lacks.

        Several processes may do so at once: one creates, the others wait and find it done.

        Raises:
            EncryptionKeyError: a registry exists and its key is missing or wrong; nothing was
                changed.
            SettingsError: a setting cannot be used.
            StartupError: the database cannot be opened, or a newer release wrote it.
        """
        wanted = keys_of(settings)
        given = _ring_of(settings)
        database = Database(settings.resolved_database_url())
        try:
            async with _opening(settings.data_directory):
                path = default_key_directory() / FILE_NAME
                ring = await _unlock(database, given, path)
                registry = await cls._build(database, ring, settings.data_directory)
                registry.encryption_key_file = None if given else path
                registry.notices = () if given else (notice(path),)
                registry.generated_admin_key = await seed_keys(
                    database, registry._writer, registry._digests, wanted=wanted
                )
        except BaseException as error:
            await database.close()
            if isinstance(error, (GatewayError, OSError)) and not isinstance(error, StartupError):
                raise StartupError(f"the registry cannot be opened: {error}") from error
            raise
        return registry

    @classmethod
    async def _build(cls, database: Database, ring: KeyRing, directory: Path) -> Self:
        _create_privately(database.file)
        await migrate(database)
        digests = Digests(await registry_key(database, ring))
        version = VersionWord(directory / "version")
        registry = cls(database, version, RowCipher(ring, digests), digests)
        before = version.read()
        version.follow(before, (await registry.events.head())[0])
        return registry

    async def close(self) -> None:
        """Finish the changes in progress, write what is queued and close the database."""
        await self._writer.drain()
        await self.decisions.close()
        await self._database.close()
        self.version.close()


@asynccontextmanager
async def _opening(directory: Path) -> AsyncIterator[None]:
    """Hold the lock that lets one process of the host open a registry at a time."""
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(directory / "registry.lock", flags, 0o600)
    except OSError as error:
        raise StartupError(f"cannot write to {directory}: {error.strerror}") from None
    try:
        await asyncio.to_thread(fcntl.flock, descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


async def _unlock(database: Database, given: KeyRing | None, path: Path) -> KeyRing:
    """Return the keys that fit the registry, or new ones where there is no registry yet."""
    exists = await database.has_table(META_TABLE)
    ring = given or read_key_file(path)
    if ring is None and exists:
        raise EncryptionKeyError(
            f"the registry exists and its key is missing: set {SETTING} or put back {path}",
            param=SETTING,
        )
    if ring is None:
        return create_key_file(path)
    if exists:
        await verify_ring(database, ring)
    return ring


def _ring_of(settings: Settings) -> KeyRing | None:
    if settings.encryption_key is None:
        return None
    return parse_keys(settings.encryption_key.get_secret_value(), source=SETTING)


def _create_privately(file: Path | None) -> None:
    """Create the database's file for its owner only; SQLite's other files take after it."""
    if file is not None and not file.exists():
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
