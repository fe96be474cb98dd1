"""How the upstream is asked for the tokens of a text.

It knows vLLM's `/tokenize`; it does not know what the tokens are for.
"""

from __future__ import annotations

from gateway.errors import GatewayError
from gateway.unknown.tokens import Tokenise, Tokens
from gateway.upstream import Headers, Upstream
from gateway.wire.strict_json import dump, parse_object

PATH = "/tokenize"


def tokenise_through(upstream: Upstream, headers: Headers) -> Tokenise:
    """Return how to ask this upstream; one that has no `/tokenize` says nothing."""
    sent = [*headers, (b"content-type", b"application/json")]

    async def tokenise(model: str, text: str) -> Tokens | None:
        asked = {"prompt": text, "add_special_tokens": False, "return_token_strs": True}
        body = dump({"model": model, **asked} if model else asked)
        try:
            async with await upstream.send("POST", PATH, headers=sent, body=body) as answer:
                value = parse_object(await answer.body()) if answer.status == 200 else {}
        except GatewayError:
            return None
        ids, strings = value.get("tokens"), value.get("token_strs")
        if not isinstance(ids, list) or not isinstance(strings, list) or len(ids) != len(strings):
            return None
        return Tokens(tuple(ids), tuple(map(str, strings)))

    return tokenise
