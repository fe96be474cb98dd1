"""The demo's two servers together: vLLM with the demo model, and the gateway in front of it.

It does not know what is asked of them; demo, `make serve` and the integration tests do.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.gateway_process import gateway
from deploy.server_process import ServerProcess, free_port
from deploy.vllm_cpu import vllm_on_cpu

CHECKPOINT = Path(__file__).with_name("checkpoint")
MODEL = "lethe-demo"


@dataclass(frozen=True)
class Servers:
    """Where the servers answer (URLs without a path) and the key of the admin API."""

    vllm_url: str
    gateway_url: str
    admin_key: str


@contextmanager
def running(
    state: Path, *, say: Callable[[str], None], port: int | None = None
) -> Iterator[Servers]:
    """Run both servers, with everything that they write under `state`, until the block ends.

    Raises:
        ServerError: one of them does not start; the message has the end of its log.
    """
    vllm_port, gateway_port = free_port(), port or free_port()
    vllm_url, gateway_url = (f"http://127.0.0.1:{each}" for each in (vllm_port, gateway_port))
    key = secrets.token_urlsafe(24)
    vllm = vllm_on_cpu(CHECKPOINT, vllm_port, log=state / "vllm.log", name=MODEL, say=say)
    front = gateway(f"{vllm_url}/v1", gateway_port, state=state, admin_key=key, say=say)
    say("Starting vLLM on the CPU with the demo model ...")
    with announced(vllm, vllm_url, say):
        say("Starting the gateway in front of it ...")
        with announced(front, gateway_url, say):
            yield Servers(vllm_url, gateway_url, key)


@contextmanager
def announced(server: ServerProcess, url: str, say: Callable[[str], None]) -> Iterator[None]:
    """Run a server until the block ends, and say where it answers."""
    started = time.monotonic()
    with server:
        say(f"  ready at {url} after {time.monotonic() - started:.0f} s")
        yield
