"""Every text of an answer: its bytes, its headers, each string, and what pieces say together.

It knows JSON, event streams and token ids, but no endpoint: whatever a server may send is read.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]

_TOKEN_ID = "token_id:"
# Members of JSON whose numbers are ids of tokens; numbers below 256 elsewhere may be bytes.
_IDS = frozenset(("token_ids", "prompt_token_ids", "tokens"))
_BYTES = frozenset(("bytes",))
_STREAM = ("type", "index", "output_index", "item_id", "content_index", "summary_index")


@dataclass
class AnswerTexts:
    """What an answer says.

    Attributes:
        texts: each text that stands somewhere, and each that its pieces make together.
        written: the answer as it was written, its numbers among them.
        token_ids: lists of ids that a detokeniser may turn to text.
    """

    texts: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    token_ids: list[tuple[int, ...]] = field(default_factory=list)


def texts_of(body: bytes, headers: Sequence[tuple[str, str]]) -> AnswerTexts:
    """Return every text of an answer, given its whole body and its headers."""
    written = body.decode("utf-8", "replace")
    found = _Gathered()
    found.add_whole(written)
    for name, value in headers:
        found.add_whole(f"{name} {value}")
    values = _json_values(written)
    for value in values:
        found.walk(value, _stream_of(value))
    if len(values) != 1 or written.lstrip()[:1] not in ("{", "["):
        _add_lines(found, written)
    return found.finished()


def without_own_words(body: bytes, sent: bytes) -> bytes:
    """Return an answer without the members in which it only repeats those of the request.

    /v1/responses shows a client its own instructions, tools and metadata again.
    """
    try:
        request = json.loads(sent)
    except ValueError:
        return body
    values = [_stripped(value, request) for value in _json_values(body.decode("utf-8", "replace"))]
    events = (f"data: {json.dumps(value, ensure_ascii=False)}\n\n" for value in values)
    return "".join(events).encode()


def _stripped(value: Any, request: Any) -> Any:
    if not isinstance(value, dict) or not isinstance(request, dict):
        return value
    stripped = {}
    for key, item in value.items():
        if key == "response":
            stripped[key] = _stripped(item, request)
        else:
            own = frozenset(_strings(request[key])) if key in request else frozenset()
            stripped[key] = _without(item, own)
    return stripped


def _strings(value: Any) -> Iterator[str]:
    """Yield every string of a value, the names of members too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _without(value: Any, own: frozenset[str]) -> Any:
    if isinstance(value, str):
        return "" if value in own else value
    if isinstance(value, dict):
        return {"" if key in own else key: _without(item, own) for key, item in value.items()}
    return [_without(item, own) for item in value] if isinstance(value, list) else value


def _json_values(written: str) -> list[Any]:
    """Return the value of a whole answer, or of each event of a stream."""
    try:
        return [json.loads(written)]
    except (ValueError, RecursionError):
        pass
    values = []
    for event in written.replace("\r\n", "\n").replace("\r", "\n").split("\n\n"):
        data = [line[5:].removeprefix(" ") for line in event.split("\n") if line[:5] == "data:"]
        try:
            values.append(json.loads("\n".join(data)))
        except ValueError:
            continue
    return values


def _stream_of(event: Any) -> Path:
    """Return what tells the streams of one answer apart, where an event names its own."""
    if not isinstance(event, dict):
        return ()
    return tuple(event[name] for name in _STREAM if isinstance(event.get(name), str | int))


def _add_lines(found: _Gathered, written: str) -> None:
    """Add what the lines of a stream say that are no JSON, those of each field joined."""
    said: dict[str, list[str]] = defaultdict(list)
    for line in written.splitlines():
        name, _, value = line.partition(":")
        if not value.lstrip().startswith("{"):
            said[name].append(value.removeprefix(" "))
    for lines in said.values():
        found.add_whole("".join(lines))


class _Gathered:
    """Texts by where they stand: the same place in every event says one text."""

    def __init__(self) -> None:
        self._whole: list[str] = []
        self._by_place: dict[Path, list[str]] = defaultdict(list)
        self._numbers: dict[Path, list[int]] = defaultdict(list)

    def add_whole(self, text: str) -> None:
        self._whole.append(text)

    def walk(
        self, value: Any, exact: Path = (), loose: Path = (), ranked: Path | None = None
    ) -> None:
        """Take in a value.

        Args:
            value: what to take in.
            exact: its path.
            loose: the same with a star for every place in a list.
            ranked: the same but for the innermost list, where alternatives have their rank.
        """
        ranked = loose if ranked is None else ranked
        if isinstance(value, str):
            self._add(value, exact, loose, ranked)
        elif isinstance(value, dict):
            for position, (key, item) in enumerate(value.items()):
                # Names of unknown members in the order in which they come may say something.
                self._by_place[(*loose, "(names)")].append(key)
                self._by_place[(*loose, "(names)", position)].append(key)
                # Alternatives are listed by the ids of their tokens, whatever these are.
                name = position if key.isdigit() else key
                self.walk(item, (*exact, key), (*loose, name), (*ranked, name))
        elif isinstance(value, list):
            self._add_numbers(value, loose)
            for position, item in enumerate(value):
                own = item.get("index", position) if isinstance(item, dict) else position
                place = own if isinstance(own, int) else position
                self.walk(item, (*exact, place), (*loose, "*"), (*loose, position))

    def finished(self) -> AnswerTexts:
        """Return what was gathered; what is JSON within a string is read too."""
        for place, text in [(each, "".join(said)) for each, said in self._by_place.items()]:
            inner = _json_within(text)
            if inner is not None:
                self.walk(inner, (*place, "(json)"), (*place, "(json)"))
        made = AnswerTexts()
        made.written += self._whole
        for pieces in self._by_place.values():
            if len(set(pieces)) == 1:
                made.texts.append(pieces[0])
            else:
                made.texts += ["".join(pieces), " ".join(pieces)]
        for place, numbers in self._numbers.items():
            if _last_name(place) in _BYTES:
                made.texts.append(bytes(numbers).decode("utf-8", "replace"))
            else:
                made.token_ids.append(tuple(numbers))
        # Many places say the same, and each costs as much as the first.
        made.texts = list(dict.fromkeys(filter(str.strip, made.texts)))
        made.token_ids = list(dict.fromkeys(made.token_ids))
        return made

    def _add(self, text: str, exact: Path, loose: Path, ranked: Path) -> None:
        self._by_place[exact].append(text)
        for place in {loose, ranked} - {exact}:
            self._by_place[("*", *place)].append(text)
        if text.startswith(_TOKEN_ID) and text.removeprefix(_TOKEN_ID).isdigit():
            self._numbers[loose].append(int(text.removeprefix(_TOKEN_ID)))

    def _add_numbers(self, items: list[Any], loose: Path) -> None:
        numbers = [item for item in items if isinstance(item, int) and not isinstance(item, bool)]
        if not numbers or len(numbers) != len(items):
            return
        name = _last_name(loose)
        if name in _IDS or (name in _BYTES and all(0 <= number < 256 for number in numbers)):
            self._numbers[loose] += numbers


def _json_within(text: str) -> Any:
    """Return the value of a text that is JSON itself, as the arguments of tools are."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _last_name(place: Path) -> str:
    return next((part for part in reversed(place) if isinstance(part, str) and part != "*"), "")


def distinct_ids(lists: Sequence[tuple[int, ...]]) -> Iterator[int]:
    """Yield every token id of some lists once."""
    yield from dict.fromkeys(number for each in lists for number in each)
