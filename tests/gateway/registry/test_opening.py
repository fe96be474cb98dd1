"""Opening a registry: first starts, wrong keys, rotation, migrations and several at once."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

import gateway.registry.migrations
from gateway.errors import EncryptionKeyError, SettingsError, StartupError
from gateway.registry import Actor, Registry
from gateway.registry.database import Database
from gateway.registry.migrate import HEAD
from gateway.registry.schema import metadata
from gateway.settings import Settings
from tests.gateway.registry.stored import (
    KEY,
    OTHER_KEY,
    checked,
    database_of,
    files_below,
    person,
    tamper,
)


async def open_and_close(settings: Settings) -> Registry:
    registry = await Registry.open(settings)
    await registry.close()
    return registry


async def fill(settings: Settings, officer: Actor) -> None:
    registry = await Registry.open(settings)
    await registry.targets.create(person(), officer, id="t1")
    await registry.close()


async def test_a_first_start_creates_everything_privately(tmp_path: Path) -> None:
    settings = Settings()
    registry = await Registry.open(settings)
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in settings.data_directory.iterdir()
    }
    await registry.close()
    assert stat.S_IMODE(settings.data_directory.stat().st_mode) == 0o700
    assert modes.keys() >= {"registry.db", "registry.db-wal", "version"}
    assert set(modes.values()) == {0o600}
    assert (tmp_path / "config" / "lethe" / "encryption.key").exists()


async def test_a_first_start_says_what_a_key_file_protects(tmp_path: Path) -> None:
    registry = await open_and_close(Settings())
    (notice,) = registry.notices
    assert "not against" in notice and str(registry.encryption_key_file) in notice
    assert registry.encryption_key_file == tmp_path / "config" / "lethe" / "encryption.key"


async def test_a_key_in_the_settings_needs_no_notice_and_no_file(
    settings: Settings, tmp_path: Path
) -> None:
    registry = await open_and_close(settings)
    assert (registry.notices, registry.encryption_key_file) == ((), None)
    assert not (tmp_path / "config").exists()


@pytest.mark.parametrize("key", [OTHER_KEY, None])
async def test_a_wrong_or_missing_key_touches_nothing(
    settings: Settings, officer: Actor, tmp_path: Path, key: str | None
) -> None:
    await fill(settings, officer)
    before = files_below(tmp_path)
    with pytest.raises(EncryptionKeyError, match="LETHE_ENCRYPTION_KEY"):
        await Registry.open(Settings(encryption_key=key, admin_key="lethe_another"))
    assert files_below(tmp_path) == before


async def test_a_lost_key_file_is_not_replaced(officer: Actor, tmp_path: Path) -> None:
    await fill(Settings(), officer)
    (tmp_path / "config" / "lethe" / "encryption.key").unlink()
    before = files_below(tmp_path)
    with pytest.raises(EncryptionKeyError, match="put back"):
        await Registry.open(Settings())
    assert files_below(tmp_path) == before


async def test_rotation_moves_everything_to_the_first_key(
    settings: Settings, officer: Actor
) -> None:
    await fill(settings, officer)
    admin = settings.admin_key
    await open_and_close(Settings(encryption_key=f"{OTHER_KEY},{KEY}", admin_key=admin))
    registry = await Registry.open(Settings(encryption_key=OTHER_KEY, admin_key=admin))
    assert (await registry.targets.get("t1")).content == person()
    assert (await registry.targets.changes_since(0)).targets[0].version == 1
    await registry.close()
    with pytest.raises(EncryptionKeyError):
        await Registry.open(settings)


async def test_names_stay_unique_across_a_rotation(settings: Settings, officer: Actor) -> None:
    await fill(settings, officer)
    registry = await Registry.open(Settings(encryption_key=f"{OTHER_KEY},{KEY}"))
    outcome = (await registry.targets.create_many([(person(), None)], officer))[0]
    await registry.close()
    assert "t1" in str(outcome)


async def test_a_target_under_a_key_that_is_missing_refuses_to_start(
    settings: Settings, officer: Actor
) -> None:
    await fill(settings, officer)
    tamper(settings, "UPDATE targets SET wrapped_by = '0123456789abcdef'")
    with pytest.raises(EncryptionKeyError, match="0123456789abcdef"):
        await Registry.open(settings)


async def test_an_altered_registry_key_refuses_to_start(settings: Settings) -> None:
    await open_and_close(settings)
    tamper(settings, "UPDATE registry_meta SET value = zeroblob(60)")
    with pytest.raises(EncryptionKeyError, match="does not fit"):
        await Registry.open(settings)


async def test_opening_again_changes_nothing(settings: Settings, officer: Actor) -> None:
    await fill(settings, officer)
    before = database_of(settings).read_bytes()
    again = await open_and_close(settings)
    assert database_of(settings).read_bytes() == before
    assert again.generated_admin_key is None


async def test_many_open_at_once(tmp_path: Path) -> None:
    registries = await asyncio.gather(*(Registry.open(Settings()) for _ in range(5)))
    generated = [registry.generated_admin_key for registry in registries]
    report = await checked(registries[0])
    for registry in registries:
        await registry.close()
    assert len([key for key in generated if key]) == 1
    assert (report.count, report.intact) == (1, True)


async def test_the_word_stands_where_the_database_stands(
    settings: Settings, officer: Actor
) -> None:
    await fill(settings, officer)
    (settings.data_directory / "version").unlink()
    registry = await Registry.open(settings)
    assert registry.version.read() == (await registry.events.head())[0] == 2
    await registry.close()


async def test_a_restored_backup_announces_its_changes(settings: Settings, officer: Actor) -> None:
    await fill(settings, officer)
    backup = database_of(settings).read_bytes()
    registry = await Registry.open(settings)
    for number in range(5):
        await registry.targets.create(person(f"Later {number}"), officer)
    await registry.close()
    database_of(settings).write_bytes(backup)
    registry = await Registry.open(settings)
    before = registry.version.read()
    await registry.targets.create(person("After the restore"), officer)
    assert registry.version.read() == before + 1
    await registry.close()


async def test_tables_of_a_newer_release_refuse_to_start(settings: Settings) -> None:
    await open_and_close(settings)
    tamper(settings, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartupError, match="9999"):
        await Registry.open(settings)


async def test_a_file_that_is_no_database_refuses_to_start(settings: Settings) -> None:
    settings.data_directory.mkdir(parents=True)
    database_of(settings).write_bytes(b"not a database, and long enough to be looked at" * 20)
    with pytest.raises(StartupError, match="DatabaseError"):
        await Registry.open(settings)


async def test_a_directory_that_cannot_be_made_refuses_to_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartupError, match="cannot write"):
        await Registry.open(Settings(data_directory=tmp_path / "file" / "data"))


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///:memory:",
        "sqlite:///x.db",
        "no+no://h/d",
    ],
)
async def test_an_unusable_url_is_a_clear_error(url: str) -> None:
    with pytest.raises(SettingsError, match="LETHE_DATABASE_URL"):
        await Registry.open(Settings(database_url=url))


async def test_a_password_in_the_url_is_not_shown() -> None:
    url = "postgresql+nothing://user:hunter2@host/database"
    with pytest.raises(SettingsError) as caught:
        await Registry.open(Settings(database_url=url))
    assert "hunter2" not in str(caught.value)


def test_head_is_the_last_migration() -> None:
    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option(
        "script_location", str(Path(gateway.registry.migrations.__file__).parent)
    )
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


async def test_the_migrations_lead_to_the_tables_in_the_code(settings: Settings) -> None:
    await open_and_close(settings)
    database = Database(settings.resolved_database_url())

    def differences(connection: Connection) -> list[object]:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


def test_the_tables_can_be_made_on_postgresql() -> None:
    for table in metadata.sorted_tables:
        statement = str(CreateTable(table).compile(dialect=postgresql.dialect()))
        assert f"CREATE TABLE {table.name}" in statement


async def test_every_connection_keeps_the_promises(settings: Settings) -> None:
    await open_and_close(settings)
    database = Database(settings.resolved_database_url())
    async with database.reading() as connection:
        promises = [
            (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete", "busy_timeout")
        ]
    await database.close()
    assert promises == ["wal", 2, 1, 10_000]
