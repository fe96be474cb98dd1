"""What is said in one answer: the string in its disguise, cut into pieces, and how it goes out.

It knows bytes and lines of an event stream; it does not know any endpoint.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deploy.leaky.tokens import Tokens
from gateway.probing.hidings import ESCAPED, hidden
from gateway.probing.instruction import Instruction

Body = dict[str, Any]

BENIGN = "Well, here is what I found."
_LARGEST_PIECE = 40


@dataclass(frozen=True)
class Saying:
    """One answer's leak.

    Attributes:
        channel: where it is said.
        text: what is said, disguised.
        is_escaped: whether the text is already written with JSON's escapes.
        pieces: the text in pieces.
        chance: decides where bytes are cut.
        tokens: the upstream's tokenizer.
        request: what was asked, {} where that is no object.
    """

    channel: str
    text: str
    is_escaped: bool
    pieces: tuple[str, ...]
    chance: random.Random
    tokens: Tokens
    request: Body

    @classmethod
    def of(cls, instruction: Instruction, string: str, request: Body, tokens: Tokens) -> Saying:
        """Return what the instruction asks to be said of a string."""
        chance = random.Random(instruction.seed)
        text = hidden(string, instruction.hiding) if string else ""
        if instruction.channel != "echo":
            text = f"It is said that {text} was here." if text else ""
        is_escaped = instruction.hiding == ESCAPED
        pieces = tuple(cut(text, instruction.pieces, chance))
        return cls(instruction.channel, text, is_escaped, pieces, chance, tokens, request)

    def arguments(self, *, in_key: bool = False) -> str:
        """Return the text as a tool's arguments, its escapes left to the reader's JSON."""
        quoted = f'"{self.text}"' if self.is_escaped else json.dumps(self.text, ensure_ascii=False)
        return f'{{{quoted}: "x"}}' if in_key else f'{{"query": {quoted}}}'

    def cut(self, text: str) -> list[str]:
        """Return another text in as many pieces."""
        return cut(text, len(self.pieces), self.chance)


def cut(text: str, pieces: int, chance: random.Random) -> list[str]:
    """Return a text in at least `pieces` pieces, cut at places that chance chooses."""
    count = max(pieces, 1 if pieces == 1 else len(text) // _LARGEST_PIECE)
    places = sorted(chance.sample(range(1, len(text)), min(count, len(text)) - 1)) if text else []
    bounds = [0, *places, len(text)]
    return [text[start:end] for start, end in zip(bounds, bounds[1:], strict=False)]


def event(value: Mapping[str, Any] | str, name: str = "") -> bytes:
    """Return an event of a stream, with a name where the API has names."""
    data = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return (f"event: {name}\n" if name else "").encode() + f"data: {data}\n\n".encode()


def beside(saying: Saying) -> Iterator[bytes]:
    """Yield what a stream says beside its data, on the channels that every stream has."""
    lines = {"comment": ": {}", "event_name": "event: {}\ndata: {{}}", "event_id": "id: {}"}
    lines |= {"retry": "retry: {}", "other_line": "note: {}", "plain_data": "data: {}"}
    line = lines.get(saying.channel)
    if line:
        for piece in saying.pieces:
            yield (line.format(piece.replace("\n", " ")) + "\n\n").encode()


def in_chunks(events: Iterable[bytes], chance: random.Random) -> Iterator[bytes]:
    """Yield the bytes of events in chunks that know nothing of where events end."""
    data = b"".join(events)
    position = 0
    while position < len(data):
        size = chance.choice((1, 7, 60, 400, 2000))
        yield data[position : position + size]
        position += size


def logprob(token: str, saying: Saying) -> Body:
    """Return a token with its logprob, as chat writes it."""
    return {"token": token, "logprob": -0.1, "bytes": list(token.encode("utf-8", "replace"))}
