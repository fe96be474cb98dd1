"""Print every route that the installed vLLM can mount, as JSON: `[[method, path], ...]`.

It runs in vLLM's environment, which has nothing of ours: applications are built as vLLM builds
them, with everything switched on, and the decorators of its sources are read as well, for what
no switch here reaches.
"""

import ast
import json
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

os.environ |= {"VLLM_SERVER_DEV_MODE": "1", "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "1"}
logging.disable(logging.CRITICAL)

import vllm  # noqa: E402
from vllm.config import ProfilerConfig  # noqa: E402
from vllm.entrypoints.cli.serve import make_arg_parser  # noqa: E402
from vllm.entrypoints.launchers.app import build_app  # noqa: E402
from vllm.tasks import SupportedTask  # noqa: E402
from vllm.utils.argparse_utils import FlexibleArgumentParser  # noqa: E402

TASKS = tuple(task for kind in get_args(SupportedTask) for task in (get_args(kind) or (kind,)))
SWITCHES = (
    "enable_tokenizer_info_endpoint enable_scale_out enable_fault_tolerance enable_elastic_ep "
    "enable_offline_docs enable_server_load_tracking enable_lora"
).split()
METHODS = "get post put patch delete head options trace".split()
ADDING = "add_api_route api_route add_route route mount host".split()
SOCKETS = "websocket websocket_route add_api_websocket_route add_websocket_route".split()


def mounted(switches: dict[str, Any], pooling_task: str) -> Iterator[tuple[str, str]]:
    """Yield the routes of one application."""
    arguments = make_arg_parser(FlexibleArgumentParser()).parse_args([])
    vars(arguments).update(switches)
    config = SimpleNamespace(
        get_pooling_task=lambda tasks: pooling_task, hf_config=SimpleNamespace(num_labels=1)
    )
    for route in build_app(arguments, TASKS, config).routes:
        methods = getattr(route, "methods", None)
        if methods is None:
            is_socket = "websocket" in type(route).__name__.lower()
            methods = ["WEBSOCKET" if is_socket else "MOUNT"]
        for method in methods:
            yield method, route.path


def written() -> Iterator[tuple[str, str]]:
    """Yield the routes that decorators and calls in vLLM's sources name."""
    for file in sorted((Path(vllm.__file__).parent / "entrypoints").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                path = node.args[0]
                if isinstance(path, ast.Constant) and str(path.value).startswith("/"):
                    yield from _named(node.func.attr, str(path.value), node)


def _named(name: str, path: str, call: ast.Call) -> Iterator[tuple[str, str]]:
    if name in SOCKETS:
        yield "WEBSOCKET", path
    elif name in METHODS:
        yield name.upper(), path
    elif name in ADDING:
        listed = next((each.value for each in call.keywords if each.arg == "methods"), None)
        methods = ast.literal_eval(listed) if isinstance(listed, ast.List) else ["MOUNT"]
        for method in methods:
            yield method, path


if __name__ == "__main__":
    everything = dict.fromkeys(SWITCHES, True) | {
        "profiler_config": ProfilerConfig(profiler="torch", torch_profiler_dir="/tmp")
    }
    found = {*mounted({}, "embed"), *mounted(everything, "embed"), *written()}
    sys.stdout.write(json.dumps(sorted(found)))
