"""Content and look-ups that the registry's tests share."""

from __future__ import annotations

import asyncio
import base64
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from gateway.registry import ChainReport, Event, Registry, verify
from gateway.settings import Settings
from gateway.target import Kind, TargetContent

KEY = base64.b64encode(b"k" * 32).decode()
ADMIN_KEY = "lethe_of_the_tests"
OTHER_KEY = base64.b64encode(b"o" * 32).decode()


def settings_of(directory: Path) -> Settings:
    return Settings(data_directory=directory, encryption_key=KEY, admin_key=ADMIN_KEY)


def make_template(directory: Path) -> Path:
    """Return a directory with a registry after its first start: migrating takes its time."""

    async def start() -> None:
        await (await Registry.open(settings_of(directory))).close()

    asyncio.run(start())
    return directory


async def open_copy(template: Path, directory: Path) -> Registry:
    """Open a registry that begins as the template."""
    shutil.copytree(template, directory)
    return await Registry.open(settings_of(directory))


def person(name: str = "Mirela Oskarne", *, secrets: tuple[str, ...] = ()) -> TargetContent:
    return TargetContent(kind=Kind.PERSON, name=name, secrets=secrets)


def people(count: int, prefix: str = "Person") -> list[tuple[TargetContent, str | None]]:
    return [(person(f"{prefix} {number}"), None) for number in range(count)]


def database_of(settings: Settings) -> Path:
    return settings.data_directory / "registry.db"


def tamper(settings: Settings, statement: str, *values: object) -> None:
    """Change the database behind the registry's back."""
    connection = sqlite3.connect(database_of(settings))
    with connection:
        connection.execute(statement, values)
    connection.close()


def look_up(settings: Settings, query: str, *values: object) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(database_of(settings))
    rows = connection.execute(query, values).fetchall()
    connection.close()
    return rows


async def log_of(registry: Registry) -> list[Event]:
    return await registry.events.page(0, 100_000)


async def checked(registry: Registry) -> ChainReport:
    return verify(await log_of(registry))


def files_below(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def occurrences(directory: Path, needles: Sequence[bytes]) -> list[str]:
    """Return the files that hold one of the byte strings."""
    contents = files_below(directory)
    return [name for name, data in contents.items() if any(needle in data for needle in needles)]
