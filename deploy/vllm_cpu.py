"""How vLLM's own server is started on the CPU for a small model.

It knows vLLM's flags and variables, with the reason of each; it does not know the gateway.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from deploy.server_process import ServerError, ServerProcess, clean_environment

LONGEST_CONTEXT = 2048
KEY_VALUE_CACHE = "64M"
"""Enough for 16,000 tokens of the demo model; unset, vLLM would take most of the memory."""

ENVIRONMENT = {
    "VLLM_TARGET_DEVICE": "cpu",
    "VLLM_HOST_IP": "127.0.0.1",
    "GLOO_SOCKET_IFNAME": "lo",
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    # Unset, vLLM binds the engine to one core and waits for whatever else runs there: on a shared
    # machine 20 s for an answer that takes half a second.
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "OMP_NUM_THREADS": "1",
    # One process instead of a worker beside the engine: starts faster, half a gigabyte less.
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    # Else the first request with logprobs waits 20 s for a C++ compiler, even with --enforce-eager.
    "TORCHDYNAMO_DISABLE": "1",
}


def vllm_python() -> Path:
    """Return the interpreter of vLLM's environment, which lies inside the gateway's.

    Raises:
        ServerError: it has not been set up.
    """
    python = Path(sys.prefix) / "vllm" / "bin" / "python"
    if not python.exists():
        raise ServerError(f"vLLM is not installed in {python.parent.parent}: run `make setup`")
    return python


def vllm_on_cpu(
    model: Path, port: int, *, log: Path, name: str, say: Callable[[str], None] = print
) -> ServerProcess:
    """Return vLLM for a model directory, served on 127.0.0.1 under this name, not yet started."""
    config = json.loads((model / "config.json").read_text())
    context = min(int(config["max_position_embeddings"]), LONGEST_CONTEXT)
    command: list[str | Path] = [
        *(vllm_python(), "-m", "vllm.entrypoints.cli.main", "serve", model),
        *("--served-model-name", name, "--host", "127.0.0.1", "--port", str(port)),
        *("--max-model-len", str(context), "--max-num-seqs", "16"),
        *("--kv-cache-memory-bytes", KEY_VALUE_CACHE),
        "--enforce-eager",  # Compiling takes longer than all that a demo or a test asks.
        # Not the checkpoint's bfloat16: the rounding of that depends on the batch and on the
        # processor, and a test compares answers byte for byte.
        *("--dtype", "float32"),
    ]
    return ServerProcess(
        "vLLM",
        command,
        environment=clean_environment(log.parent) | ENVIRONMENT,
        log=log,
        ready_url=f"http://127.0.0.1:{port}/health",
        say=say,
    )
