"""Where the texts of an answer or of one of its events stand, and which go on from event to event.

It knows the shapes of answers; it does not know what becomes of their texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Key = tuple[object, ...]

# What tells one streamed text from another beside its path (responses, messages).
_SAME_TEXT = ("type", "item_id", "output_index", "content_index", "index")
_TOKENS = ("content", "refusal")
# Members whose values are identifiers and enumerations, in every event.
_NO_TEXT = frozenset(("id", "object", "model", "role", "finish_reason", "type"))


@dataclass(frozen=True, slots=True)
class Text:
    """A text in an answer.

    Attributes:
        holder: the object or list that holds it, at `place`.
        key: the same for all pieces of one text.
        goes_on: whether it is a piece of a text that goes on in the next event.
        beside: of a token, the alternatives to it: a list of objects, or one object by tokens.
    """

    holder: Any
    place: Any
    key: Key
    goes_on: bool
    beside: Any = None

    @property
    def text(self) -> str:
        """The text as it stands."""
        text: str = self.holder[self.place]
        return text

    def put(self, text: str) -> None:
        """Put another in its place; what repeats it in bytes follows."""
        old = self.text
        if text == old:
            return
        self.holder[self.place] = text
        if isinstance(self.holder, dict):
            _put_bytes(self.holder, text)
        if isinstance(self.beside, dict) and old in self.beside:
            tokens = [
                (text if token == old else token, self.beside[token]) for token in self.beside
            ]
            self.beside.clear()
            self.beside.update(tokens)
        elif isinstance(self.beside, list):
            for other in self.beside:
                if isinstance(other, dict) and other.get("token") == old:
                    other["token"] = text
                    _put_bytes(other, text)


def texts_of(value: Any) -> Iterator[Text]:
    """Yield the texts of an answer or an event: tokens with their choice's other tokens' key."""
    top: Key = ()
    if isinstance(value, dict):
        top = tuple(value.get(name) for name in _SAME_TEXT if not isinstance(value.get(name), dict))
    yield from _texts(value, top, goes_on=False)


def finished_choices(value: Any) -> Iterator[Key]:
    """Yield the beginnings of the keys of texts that are over with this event."""
    choices = value.get("choices") if isinstance(value, dict) else None
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, dict) and choice.get("finish_reason"):
            yield ("choices", choice.get("index", 0))


def _texts(value: Any, key: Key, *, goes_on: bool) -> Iterator[Text]:
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, str):
                if item and name not in _NO_TEXT:
                    is_piece = goes_on or name == "delta" or _is_completion(name, value)
                    yield Text(value, name, (*key, name), is_piece)
            elif name == "logprobs" and isinstance(item, dict):
                yield from _tokens(item, (*key, name))
            else:
                yield from _texts(item, (*key, name), goes_on=goes_on or name == "delta")
    elif isinstance(value, list):
        for position, item in enumerate(value):
            index = item.get("index") if isinstance(item, dict) else None
            own = index if isinstance(index, int) else position
            if isinstance(item, str):
                if item:
                    yield Text(value, position, (*key, own), goes_on)
            else:
                yield from _texts(item, (*key, own), goes_on=goes_on)


def _tokens(logprobs: dict[str, Any], key: Key) -> Iterator[Text]:
    """Yield the sampled tokens, which together are a text again."""
    for name in _TOKENS:
        entries = logprobs.get(name)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get("token"), str):
                others = entry.get("top_logprobs")
                yield Text(entry, "token", (*key, name), goes_on=True, beside=others)
    tokens = logprobs.get("tokens")
    tops = logprobs.get("top_logprobs")
    for place, token in enumerate(tokens if isinstance(tokens, list) else ()):
        if isinstance(token, str):
            others = tops[place] if isinstance(tops, list) and place < len(tops) else None
            yield Text(tokens, place, (*key, "tokens"), goes_on=True, beside=others)


def _put_bytes(token: dict[str, Any], text: str) -> None:
    if isinstance(token.get("bytes"), list):
        token["bytes"] = list(text.encode())


def _is_completion(name: str, value: dict[str, Any]) -> bool:
    return name == "text" and "finish_reason" in value
