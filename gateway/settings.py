"""Every setting of the gateway, read once from the environment or a TOML file.

A setting has one name everywhere: `LETHE_UPSTREAM_URL` in the environment and in the file.
Unknown names are refused, and secret values mask themselves when shown.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.errors import SettingsError

PREFIX = "LETHE_"
# Where the public data of the evaluation lies: no setting of a gateway, and no mistake.
ELSEWHERE = frozenset({"LETHE_DATA"})


def default_data_directory() -> Path:
    """Return the user's data directory for Lethe (XDG base directory specification)."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "lethe"


def default_key_directory() -> Path:
    """Return where a generated encryption key lies: apart from the data that it protects."""
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "lethe"


class Settings(BaseSettings):
    """The settings; every field is `LETHE_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    upstream_url: str = Field(
        "http://127.0.0.1:8000/v1", description="OpenAI-compatible base URL of the upstream."
    )
    upstream_api_key: SecretStr | None = Field(
        None, description="Key sent to the upstream in place of the client's Authorization."
    )
    upstream_timeout: float = Field(
        600.0, gt=0, description="Seconds without a byte from the upstream before giving up."
    )
    upstream_socket: Path | None = Field(
        None, description="Unix socket that the upstream listens on, in place of a TCP port."
    )
    guard_url: str | None = Field(
        None,
        description="OpenAI-compatible base URL of the guard model; default the upstream. A model "
        "elsewhere is told what was asked and the names of matched targets.",
    )
    guard_model: str | None = Field(
        None,
        description="Model that writes the instructions of `in_context`; default a template. The "
        "agents of `agentic` are played by it too; by default, by the model that was asked.",
    )
    guard_api_key: SecretStr | None = Field(None, description="Key sent to the guard model.")
    guard_seconds: float = Field(
        30.0, gt=0, description="Seconds that the guard model may take for one request."
    )
    guard_tokens: int = Field(
        16384, ge=256, description="Tokens that the guard model may read and write for one request."
    )
    guard_priority: int | None = Field(
        None,
        description="vLLM's `priority` of guard calls; only where it schedules by priority.",
    )
    constrain: bool = Field(
        False,
        description="Whether the guard `constrain` sends secrets as `bad_words`; vLLM logs them "
        "where it logs requests.",
    )
    uninspectable: Literal["refuse", "pass"] = Field(
        "refuse",
        description="What becomes of what cannot be read (images, audio, embeddings as prompts): "
        "refused, or passed with a warning in the log.",
    )
    protection: Literal["full", "guard", "filter"] = Field(
        "full",
        description="For measuring only: `guard` turns the output filter off, `filter` the guards.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on.")
    workers: int = Field(1, ge=1, le=64, description="Worker processes that serve requests.")
    admin_key: SecretStr | None = Field(
        None, description="Key with every admin role; generated and shown once when unset."
    )
    api_keys: SecretStr | None = Field(
        None, description="Client keys, `key[:role]`, separated by commas."
    )
    data_directory: Path = Field(
        default_factory=default_data_directory, description="Directory of the registry."
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy URL of the registry; default SQLite in the data directory."
    )
    encryption_key: SecretStr | None = Field(
        None,
        description="Base64 AES-256 keys, separated by commas: the first encrypts, all decrypt. "
        "Default: a key file, mode 0600, in the user's configuration directory.",
    )
    encoder: str = Field(
        "all-MiniLM-L6-v2",
        description="sentence-transformers name or directory; the default is installed with Lethe.",
    )
    semantic: bool = Field(True, description="Whether the embedding stage runs.")
    false_positive_rate: float = Field(
        0.005,
        gt=0,
        le=0.2,
        description="Share of ordinary texts that the embedding stage may take for a target, all "
        "targets together.",
    )
    calibration_file: Path | None = Field(
        None,
        description='JSON Lines of ordinary prompts, `{"prompt": text}` a line, that this share '
        "is kept on; default: generated ones.",
    )
    detector_failure: Literal["refuse", "lexical"] = Field(
        "refuse",
        description="What happens when the embedding stage does not answer: requests are refused, "
        "or judged by names and secrets alone.",
    )
    max_body_bytes: int = Field(
        32 * 1024 * 1024, ge=1024, description="Largest request body that is read, in bytes."
    )

    @field_validator("upstream_url", "guard_url")
    @classmethod
    def _is_base_url(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError("no base URL; it looks like http://127.0.0.1:8000/v1")
        return url

    def own_upstream_key(self) -> str | None:
        """Return the key that replaces the client's Authorization, if there is one."""
        return self.upstream_api_key.get_secret_value() if self.upstream_api_key else None

    def resolved_database_url(self) -> str:
        """Return the URL of the registry, SQLite in the data directory unless set."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_directory / 'registry.db'}"


def load_settings(file: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings: overrides first, then the environment, then the TOML file.

    Raises:
        SettingsError: a name is unknown or a value does not parse; the message names both.
    """
    _refuse_unknown(os.environ, "the environment")
    from_file = _read_file(file) if file else {}
    in_environment = {name for name in from_file if PREFIX + name.upper() in os.environ}
    chosen = {name: value for name, value in from_file.items() if name not in in_environment}
    chosen |= {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**chosen)
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        why = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{name}: {why}", param=name) from None


def _read_file(file: Path) -> dict[str, Any]:
    try:
        names = tomllib.loads(file.read_text())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"cannot read the settings file {file}: {error}") from None
    _refuse_unknown(names, str(file))
    return {name.removeprefix(PREFIX).lower(): value for name, value in names.items()}


def _refuse_unknown(names: Mapping[str, Any], where: str) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    known |= ELSEWHERE if isinstance(names, os._Environ) else frozenset()
    whole_file = not isinstance(names, os._Environ)
    for name in names:
        if name in known or not (whole_file or name.startswith(PREFIX)):
            continue
        likely = name.upper() if name.upper().startswith(PREFIX) else PREFIX + name.upper()
        near = get_close_matches(likely, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise SettingsError(f"unknown setting {name} in {where}{hint}", param=name)
