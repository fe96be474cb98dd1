"""Whatever the database raises arrives as an error of the gateway's tree, without any value."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import exc, text

from gateway.errors import UnavailableError
from gateway.registry import Actor, Registry
from gateway.registry.database import Database, translated
from gateway.settings import Settings
from tests.gateway.registry.stored import person, tamper


def subclasses(base: type[Exception]) -> Iterator[type[Exception]]:
    yield base
    for derived in base.__subclasses__():
        yield from subclasses(derived)


DBAPI_ERRORS = sorted(set(subclasses(exc.DBAPIError)), key=lambda error: error.__name__)
OTHER_ERRORS = sorted(
    set(subclasses(exc.SQLAlchemyError)) - set(DBAPI_ERRORS), key=lambda error: error.__name__
)


def test_the_list_of_driver_errors_is_whole() -> None:
    names = {error.__name__ for error in DBAPI_ERRORS}
    assert names >= {
        "DataError",
        "DatabaseError",
        "IntegrityError",
        "InterfaceError",
        "InternalError",
        "NotSupportedError",
        "OperationalError",
        "ProgrammingError",
    }


@pytest.mark.parametrize("error", DBAPI_ERRORS)
def test_every_driver_error_is_translated(error: type[exc.DBAPIError]) -> None:
    with pytest.raises(UnavailableError) as caught, translated():
        raise error("SELECT 'Mirela'", {"name": "Mirela"}, sqlite3.Error("Mirela"))
    assert "Mirela" not in str(caught.value)
    assert caught.value.status == 503


@pytest.mark.parametrize("error", [*OTHER_ERRORS, OSError, ConnectionRefusedError, TimeoutError])
def test_every_other_error_is_translated(error: type[Exception]) -> None:
    instance = error.__new__(error)
    with pytest.raises(UnavailableError, match=error.__name__), translated():
        raise instance


def test_our_own_mistakes_are_not_hidden() -> None:
    with pytest.raises(KeyError), translated():
        raise KeyError("a bug")


async def test_a_missing_table_is_unavailable(
    registry: Registry, settings: Settings, officer: Actor
) -> None:
    tamper(settings, "DROP TABLE targets")
    with pytest.raises(UnavailableError, match="OperationalError"):
        await registry.targets.get("t1")
    with pytest.raises(UnavailableError, match="OperationalError"):
        await registry.targets.create(person(), officer)
    assert registry.version.read() == 1


async def test_a_locked_database_is_unavailable_and_recovers(
    registry: Registry, settings: Settings, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.registry.database.PRAGMAS", ("busy_timeout=50",))
    impatient = Database(settings.resolved_database_url())
    async with registry._database.writing():
        with pytest.raises(UnavailableError, match="OperationalError"):
            async with impatient.writing():
                raise AssertionError("two writers at once")
    async with impatient.writing() as connection:
        await connection.execute(text("SELECT 1"))
    await impatient.close()


async def test_a_failed_change_leaves_no_trace(
    registry: Registry, settings: Settings, officer: Actor
) -> None:
    tamper(settings, "CREATE TRIGGER t BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'x'); END")
    with pytest.raises(UnavailableError):
        await registry.targets.create(person(), officer, id="t1")
    tamper(settings, "DROP TRIGGER t")
    assert await registry.targets.page() == ([], None)
    await registry.targets.create(person(), officer, id="t1")
