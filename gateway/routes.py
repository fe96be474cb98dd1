"""Every path of the gateway, and of the vLLM behind it, and how each is treated.

What is not here is refused as well; what is here and refused says why. The table knows no handler.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from gateway.errors import MethodNotAllowedError, NotFoundError
from gateway.wire.anthropic import AnthropicDialect
from gateway.wire.chat import ChatDialect
from gateway.wire.completions import CompletionsDialect
from gateway.wire.dialect import Dialect
from gateway.wire.embeddings import EmbeddingsDialect
from gateway.wire.responses import ResponsesDialect

ADMIN_PREFIX = "/admin"


class Posture(StrEnum):
    """How a path is treated.

    Guarded paths are inspected both ways; carried ones say nothing to the model, so that only
    their answers are inspected; own ones are answered by the gateway; the rest is refused.
    """

    GUARDED = "guarded"
    CARRIED = "carried"
    OWN = "own"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Route:
    """One path, whose parameters stand in braces.

    Attributes:
        methods: those that are taken; a refused path has none.
        reason: why it is refused, as a sentence for the client.
    """

    posture: Posture
    methods: tuple[str, ...] = ()
    dialect: Dialect | None = None
    reason: str = ""


ADMINISTERS = "It administers the model server, which clients of the gateway may not."
OBSERVES = "It tells how the model server runs, and is for those who run it."
SCORES = "It scores given texts: that tells what the model knows with no answer to guard."
TOKENS = "It takes and gives token ids in place of texts, so that nothing can be inspected."
RENDERS = "It shows the prompt that the model is given, a guard's words included."
STORED = "Stored answers were never inspected; send the request again and wait for its answer."
SPEECH = "Speech cannot be inspected; send its text."
BATCH = "Send each conversation to /v1/chat/completions by itself."
CHAT_ELSEWHERE = "It takes what /v1/chat/completions takes; use that."
EMBED_ELSEWHERE = "It takes what /v1/embeddings takes; use that."

_REFUSED = {
    ADMINISTERS: """
        /abort_requests /adapters /adapters/{adapter_name} /collective_rpc /fault_tolerance/apply
        /finish_weight_update /inference/v1/abort_requests /init_weight_transfer_engine
        /is_scaling_elastic_ep /pause /release_kv_cache_memory /reset_encoder_cache
        /reset_mm_cache /reset_prefix_cache /resume /scale_elastic_ep
        /shutdown_weight_transfer_engine /sleep /start_draft_weight_update /start_profile
        /start_weight_update /stop_profile /update_weight_version /update_weights
        /v1/load_lora_adapter /v1/unload_lora_adapter /wake_up /weight_checker""",
    OBSERVES: """
        /docs /docs/oauth2-redirect /fault_tolerance/status /get_world_size /is_paused
        /is_sleeping /kv_event_sources /load /metrics /openapi.json /ping /ready /redoc
        /server_info /static /tokenizer_info /version /weight_info""",
    SCORES: """
        /classify /generative_scoring /pooling /rerank /score /v1/rerank /v1/score /v1/systemone
        /v2/rerank""",
    TOKENS: "/inference/v1/generate",
    RENDERS: """
        /cohere/v2/chat/render /v1/chat/completions/derender /v1/chat/completions/render
        /v1/completions/derender /v1/completions/render /v1/messages/render /v1/responses/render""",
    STORED: "/v1/responses/{response_id} /v1/responses/{response_id}/cancel",
    SPEECH: "/v1/audio/transcriptions /v1/audio/translations /v1/realtime",
    BATCH: "/v1/chat/completions/batch",
    CHAT_ELSEWHERE: "/cohere/v2/chat /invocations",
    EMBED_ELSEWHERE: "/v2/embed",
}


def _table() -> Iterator[tuple[str, Route]]:
    for dialect in (
        ChatDialect(),
        CompletionsDialect(),
        ResponsesDialect(),
        AnthropicDialect(),
        EmbeddingsDialect(),
    ):
        yield dialect.path, Route(Posture.GUARDED, ("POST",), dialect)
    yield "/v1/models", Route(Posture.CARRIED, ("GET",))
    for path in ("/v1/messages/count_tokens", "/tokenize", "/detokenize"):
        yield path, Route(Posture.CARRIED, ("POST",))
    for path in ("/health", "/healthz", "/readyz"):
        yield path, Route(Posture.OWN, ("GET", "HEAD"))
    for reason, paths in _REFUSED.items():
        for path in paths.split():
            yield path, Route(Posture.REFUSED, reason=reason)


ROUTES: Mapping[str, Route] = MappingProxyType(dict(_table()))


def route_for(method: str, path: str) -> Route:
    """Return the route of a request, which is not refused.

    Raises:
        NotFoundError: the path is refused; the message says why, or lists those that are not.
        MethodNotAllowedError: the path exists, the method does not.
    """
    route = ROUTES.get(path) or _with_parameters(path)
    if route is None or route.posture is Posture.REFUSED:
        raise NotFoundError(
            f"This path is refused. {route.reason if route else _UNKNOWN}", code="path_not_carried"
        )
    if method not in route.methods:
        raise MethodNotAllowedError(f"Use {' or '.join(route.methods)} for this path.")
    return route


def undeclared(routes: Iterable[tuple[str, str]]) -> list[str]:
    """Return those of a server's routes that the table says nothing of.

    Args:
        routes: (method, path) pairs, parameters in braces; the method is `WEBSOCKET` for a
            socket and `MOUNT` for all below a path, which must be refused.
    """
    missing = []
    for method, path in routes:
        route = ROUTES.get(path)
        if route is None or not (route.posture is Posture.REFUSED or method in route.methods):
            missing.append(f"{method} {path}")
    return missing


def _with_parameters(path: str) -> Route | None:
    parts = path.split("/")
    for known, route in ROUTES.items():
        named = known.split("/")
        if len(named) == len(parts) and all(
            part == name or (name.startswith("{") and part)
            for part, name in zip(parts, named, strict=True)
        ):
            return route
    return None


_UNKNOWN = "The gateway forwards only what it can guard: " + ", ".join(
    path for path, route in ROUTES.items() if route.posture is not Posture.REFUSED
)
