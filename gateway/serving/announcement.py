"""What `lethe serve` tells the operator when it starts.

It only words what others decided, and never repeats a secret except the one key it introduces.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from urllib.parse import urlsplit

from gateway.settings import Settings

SHORTEST_SAFE_KEY = 16


def generated_key(key: str) -> str:
    """Return the sentence that shows a generated admin key, the only time it is seen."""
    return (
        "No admin key was set, so one was made. It is shown this once and stored only as a hash:\n"
        f"\n    export LETHE_ADMIN_KEY={key}\n"
    )


def announcement(settings: Settings, url: str, notices: Sequence[str]) -> str:
    """Return the start message: addresses, upstream, where data lies, and warnings."""
    lines = [
        f"Lethe {version('lethe-gateway')} is serving.",
        f"  clients    {url}/v1  (base_url)",
        f"  upstream   {_without_credentials(settings.upstream_url)}",
        f"  admin API  {url}/admin/v1, described at {url}/admin/docs",
        f"  registry   {_registry(settings)}",
        f"  detection  {_detection(settings)}",
        f"  workers    {settings.workers}",
        *(f"  warning    {notice}" for notice in notices),
    ]
    return "\n".join(lines)


def short_admin_key(settings: Settings) -> list[str]:
    """Return the warning that the admin key can be guessed, if it can."""
    key = settings.admin_key
    if key is None or len(key.get_secret_value()) >= SHORTEST_SAFE_KEY:
        return []
    return [
        f"LETHE_ADMIN_KEY is shorter than {SHORTEST_SAFE_KEY} characters and may be guessed; "
        "take a random one."
    ]


def open_door(settings: Settings) -> str:
    """Return the warning that clients need no key."""
    whose = "the key of LETHE_UPSTREAM_API_KEY" if settings.upstream_api_key else "their own key"
    return (
        f"There are no client keys: whoever reaches this port may ask the upstream, with {whose}. "
        "`lethe key create NAME` or LETHE_API_KEYS closes the door."
    )


def _registry(settings: Settings) -> str:
    if settings.database_url:
        return f"the database of LETHE_DATABASE_URL; state of this host: {settings.data_directory}"
    return str(settings.data_directory)


def _detection(settings: Settings) -> str:
    if settings.semantic:
        return f"names and secrets; meaning by {settings.encoder}"
    return "names and secrets only (LETHE_SEMANTIC is false)"


def _without_credentials(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
