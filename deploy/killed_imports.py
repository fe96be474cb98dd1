"""A longer check, `make verify`: kill the gateway during imports, again and again, and count.

What an import acknowledged must be there after the restart, and the chain of events must hold.
One such kill is among the tests; here there are many, at moments that differ.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx

from deploy.demo.admin import Admin
from deploy.gateway_process import gateway
from deploy.server_process import ServerProcess, free_port

KEY = "admin-key-of-this-check"
ROUNDS = 12
LINES_A_REQUEST = 100
SOONEST, LATEST = 0.05, 1.5
"""Seconds of import before the kill."""


def main() -> int:
    """Run all rounds on one registry; return the exit status."""
    acknowledged: set[str] = set()
    moments = random.Random(0)
    with tempfile.TemporaryDirectory(prefix="lethe-verify-") as state:
        for number in range(ROUNDS + 1):
            url, server = _gateway(Path(state))
            with server:
                lost, chain = acknowledged - _registered(url), _verify_chain(url)
                print(f"after {number} kills: {len(acknowledged)} targets acknowledged, ", end="")
                print(f"{len(lost)} lost; {chain}", flush=True)
                if lost or "the chain holds" not in chain:
                    return 1
                if number < ROUNDS:
                    delay = moments.uniform(SOONEST, LATEST)
                    acknowledged |= _import_until_killed(url, server, f"r{number}", delay)
    return 0


def _gateway(state: Path) -> tuple[str, ServerProcess]:
    """Return a gateway, not yet started, whose upstream nobody will miss."""
    port, upstream = free_port(), "http://127.0.0.1:9/v1"
    server = gateway(upstream, port, state=state, admin_key=KEY, ready="/healthz")
    return f"http://127.0.0.1:{port}", server


def _import_until_killed(url: str, server: ServerProcess, prefix: str, delay: float) -> set[str]:
    """Import without pause until the gateway is dead; return the ids it said it had created."""
    killer = threading.Timer(delay, server.kill)
    killer.start()
    created: set[str] = set()
    try:
        with httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, trust_env=False) as client:
            for body in _bodies(prefix):
                created.update(_acknowledged(client, url, body))
    except httpx.TransportError:
        killer.join()
    return created


def _acknowledged(client: httpx.Client, url: str, body: str) -> Iterator[str]:
    """Yield each id as its line arrives: the next may never come."""
    headers = {"Content-Type": "application/x-ndjson"}
    with client.stream(
        "POST", f"{url}/admin/v1/targets/import", content=body, headers=headers
    ) as answer:
        answer.raise_for_status()
        for line in answer.iter_lines():
            result = json.loads(line)
            if result["status"] == "created":
                yield str(result["id"])


def _bodies(prefix: str) -> Iterator[str]:
    """Yield request bodies without end, every target with an id and name of its own."""
    number = 0
    while True:
        lines = []
        for _ in range(LINES_A_REQUEST):
            number += 1
            identifier = f"{prefix}-{number}"
            target = {"id": identifier, "kind": "person", "name": f"Person {identifier}"}
            lines.append(json.dumps(target))
        yield "\n".join(lines)


def _registered(url: str) -> set[str]:
    found: set[str] = set()
    with Admin(url, KEY) as admin:
        cursor = ""
        while True:
            page = admin.get(f"/targets?limit=1000{cursor}")
            found |= {target["id"] for target in page["data"]}
            if not page["next_cursor"]:
                return found
            cursor = f"&cursor={page['next_cursor']}"


def _verify_chain(url: str) -> str:
    """Return what `lethe events verify` says."""
    done = subprocess.run(
        [Path(sys.prefix, "bin", "lethe"), "events", "verify", "--url", url],
        env={"LETHE_ADMIN_KEY": KEY},
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout or done.stderr).strip().partition(" Head:")[0]


if __name__ == "__main__":
    sys.exit(main())
