"""`make serve`: the demo model behind the gateway, up until Ctrl-C, with the commands to try.

It keeps nothing: registry, keys and logs are gone when it stops.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path

from deploy.demo.cases import choose_story
from deploy.demo.running import MODEL, Servers, running
from deploy.demo.world import build_world
from deploy.server_process import ServerError, free_port

PORT = 8080

TEXT = """
The gateway   {gateway_url}/v1      (an OpenAI base_url; vLLM itself: {vllm_url}/v1)
Admin API     {gateway_url}/admin/docs

Ask:
  curl {gateway_url}/v1/chat/completions -H 'Content-Type: application/json' \\
    -d '{{"model": "{model}", "messages": [{{"role": "user", "content": "{question}"}}]}}'

Make it forget, look, and erase the target again, from another terminal here:
  export LETHE_ADMIN_KEY={admin_key}
  {lethe} target add "{name}" --kind person --alias "{alias}" --id first --url {gateway_url}
  {lethe} detect "{question}" --url {gateway_url}
  {lethe} target list --url {gateway_url}
  {lethe} target remove first --yes --url {gateway_url}

Nothing here is kept: Ctrl-C stops both servers and removes the registry.
"""


def main() -> int:
    """Serve until interrupted; return the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with tempfile.TemporaryDirectory(prefix="lethe-serve-") as state:
            with running(Path(state), say=_say, port=free_port(PORT)) as servers:
                _say(_instructions(servers))
                signal.pause()
    except ServerError as error:
        print(f"serve: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        _say("\nStopped both servers.")
    return 0


def _instructions(servers: Servers) -> str:
    story = choose_story(build_world())
    return TEXT.format(
        gateway_url=servers.gateway_url,
        vllm_url=servers.vllm_url,
        admin_key=servers.admin_key,
        lethe=os.path.relpath(Path(sys.prefix, "bin", "lethe")),
        model=MODEL,
        name=story.person.name,
        alias=story.person.alias,
        question=story.cases[0].question,
    )


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
