"""How the gateway is started as a process of its own, with nothing of the user's touched.

It knows the settings that the gateway needs; it does not know what is asked of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.server_process import ServerProcess, clean_environment


def gateway(
    upstream_url: str,
    port: int,
    *,
    state: Path,
    admin_key: str,
    ready: str = "/readyz",
    settings: Mapping[str, str] | None = None,
    say: Callable[[str], None] = print,
) -> ServerProcess:
    """Return `lethe serve` on 127.0.0.1 with its registry and key file under `state`.

    It counts as started when the path `ready` answers; `/healthz` does without an upstream. More
    settings, by their names as variables, come from `settings`.
    """
    lethe = Path(sys.prefix) / "bin" / "lethe"
    own = {
        "LETHE_HOST": "127.0.0.1",
        "LETHE_PORT": str(port),
        "LETHE_ADMIN_KEY": admin_key,
        # The defaults for data and key file, beside each other and away from the user's own.
        "XDG_DATA_HOME": str(state / "data"),
        "XDG_CONFIG_HOME": str(state / "configuration"),
    }
    return ServerProcess(
        "the gateway",
        [lethe, "serve", "--upstream", upstream_url],
        environment=clean_environment(state) | own | dict(settings or {}),
        log=state / "gateway.log",
        ready_url=f"http://127.0.0.1:{port}{ready}",
        say=say,
    )
