"""The ways in that are bytes or paths, not JSON: what two readers may read differently.

Data only. A path that administers a server is only knocked at, with a method that does nothing.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from gateway.probing.channels import CHAT, COMPLETIONS, NEUTRAL
from gateway.probing.way import Asked

JSON_TYPE = ("content-type", "application/json")


@dataclass(frozen=True, slots=True)
class RawWay:
    """A request of bytes.

    Attributes:
        name: of the way.
        path: where it is sent.
        body: its bytes.
        headers: beside the probe's own.
        method: of the request.
        must_be_refused: whether any answer but a refusal is a hole.
    """

    name: str
    path: str
    body: Callable[[Asked], bytes]
    headers: tuple[tuple[str, str], ...] = (JSON_TYPE,)
    method: str = "POST"
    must_be_refused: bool = False


def _chat(text: str) -> bytes:
    said = [{"role": "user", "content": text}]
    return json.dumps({"model": "demo", "messages": said, "max_tokens": 24}).encode()


def _twice(asked: Asked) -> bytes:
    benign, named = _chat(NEUTRAL)[:-1], _chat(asked.question)[1:]
    return benign + b", " + named


def _escaped(asked: Asked) -> bytes:
    escapes = "".join(f"\\u{ord(character):04x}" for character in asked.question)
    return _chat("QUESTION").replace(b"QUESTION", escapes.encode())


def _surrogate(asked: Asked) -> bytes:
    return _chat("QUESTION").replace(b"QUESTION", asked.question.encode() + b"\\ud800")


def _nested(asked: Asked) -> bytes:
    return _chat(asked.question)[:-1] + b', "x": ' + b"[" * 200 + b"]" * 200 + b"}"


def _knock(_: Asked) -> bytes:
    return b""


BODIES: tuple[RawWay, ...] = (
    RawWay("a key twice", CHAT, _twice),
    RawWay("escapes of JSON", CHAT, _escaped),
    RawWay("half a surrogate", CHAT, _surrogate),
    RawWay("UTF-16", CHAT, lambda a: _chat(a.question).decode().encode("utf-16")),
    RawWay("UTF-8 with a BOM", CHAT, lambda a: b"\xef\xbb\xbf" + _chat(a.question)),
    RawWay("invalid UTF-8", CHAT, lambda a: _chat(a.question).replace(b"?", b"\xff?")),
    RawWay("deep nesting", CHAT, _nested),
    RawWay(
        "gzip",
        CHAT,
        lambda a: gzip.compress(_chat(a.question)),
        (JSON_TYPE, ("content-encoding", "gzip")),
    ),
    RawWay(
        "deflate",
        CHAT,
        lambda a: zlib.compress(_chat(a.question)),
        (JSON_TYPE, ("content-encoding", "deflate")),
    ),
    RawWay("no content type", CHAT, lambda a: _chat(a.question), ()),
    RawWay("form", CHAT, lambda a: _chat(a.question), (("content-type", "text/plain"),)),
    RawWay("query", CHAT + "?stream=false", lambda a: _chat(a.question)),
    RawWay("slash at the end", CHAT + "/", lambda a: _chat(a.question)),
    RawWay("two slashes", "//v1/chat/completions", lambda a: _chat(a.question)),
    RawWay("path in capitals", "/V1/CHAT/COMPLETIONS", lambda a: _chat(a.question)),
    RawWay("escaped path", "/v1/%63hat/completions", lambda a: _chat(a.question)),
    RawWay("dotted path", "/v1/models/../chat/completions", lambda a: _chat(a.question)),
    RawWay(
        "chat in completions",
        COMPLETIONS,
        lambda a: _chat(a.question)[:-1] + b', "prompt": "Hello."}',
    ),
)

# Paths that run the model under other names: never forwarded unless guarded.
_MODEL_PATHS = (
    *("/invocations", "/v1/invocations", "/inference/v1/generate", "/generate", "/cohere/v2/chat"),
    *("/v1/systemone", "/generative_scoring", "/v1/score", "/score", "/rerank", "/v1/rerank"),
    *("/v2/rerank", "/v2/embed", "/pooling", "/classify", "/v1/audio/transcriptions"),
    *("/v1/audio/translations", "/v1/realtime", "/v1/chat/completions/render"),
    *("/v1/completions/render", "/v1/messages/render", "/v1/responses/render"),
    *("/v1/chat/completions/derender", "/v1/completions/derender", "/tokenizer_info"),
)
# Paths that change or describe a server.
_ADMIN_PATHS = (
    *("/collective_rpc", "/sleep", "/wake_up", "/pause", "/resume", "/is_paused", "/is_sleeping"),
    *("/reset_prefix_cache", "/reset_mm_cache", "/reset_encoder_cache", "/abort_requests"),
    *("/server_info", "/update_weights", "/start_weight_update", "/finish_weight_update"),
    *("/init_weight_transfer_engine", "/weight_info", "/weight_checker", "/get_world_size"),
    *("/v1/load_lora_adapter", "/v1/unload_lora_adapter", "/scale_elastic_ep", "/load"),
    *("/is_scaling_elastic_ep", "/kv_event_sources", "/start_profile", "/stop_profile"),
    *("/fault_tolerance/status", "/release_kv_cache_memory", "/update_weight_version"),
    *("/inference/v1/abort_requests", "/adapters", "/openapi.json", "/docs"),
)
PATHS: tuple[RawWay, ...] = (
    *(RawWay("other path", path, lambda a: _chat(a.question)) for path in _MODEL_PATHS),
    *(
        RawWay("path of the server", path, _knock, method="GET", must_be_refused=True)
        for path in _ADMIN_PATHS
    ),
    *(
        RawWay("stored response", "/v1/responses/" + rest, _knock, method=method)
        for rest, method in (("resp_1", "GET"), ("resp_1/cancel", "POST"))
    ),
)
