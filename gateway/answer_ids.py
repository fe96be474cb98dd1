"""What the token ids in an answer spell, read through the upstream's tokenizer.

Ids may stand where no text does: those of reasoning that a client asked not to be shown, for one.
It knows where answers list ids; it does not know what the texts are judged by.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from gateway.errors import GatewayError
from gateway.wire.text import Path

# Some ids to their text.
Read = Callable[[tuple[int, ...]], Awaitable[str]]

_LISTS = frozenset(("token_ids", "prompt_token_ids", "output_token_ids"))
# Of a raw message, which vLLM's Responses API shows on demand.
_RAW_TOKENS = "tokens"
_IN_WORDS = "token_id:"
# So many ids that were shown are read again with those that come: more than any name has.
_READ_AGAIN = 64


class AnswerIds:
    """The ids of one answer, as far as it has come."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._last: dict[Path, tuple[int, ...]] = defaultdict(tuple)

    async def texts(self, value: Any) -> list[str] | None:
        """Return what the ids of an event or an answer spell, with those before them.

        Returns:
            The texts; None where some cannot be read.
        """
        lists: dict[Path, list[int]] = defaultdict(list)
        for place, numbers in _ids_in(value, ()):
            lists[place] += numbers
        texts = []
        for place, ids in lists.items():
            window = (*self._last[place], *ids)
            self._last[place] = window[-_READ_AGAIN:]
            try:
                texts.append(await self._read(window))
            except GatewayError:
                return None
        return texts


def may_hold_ids(data: bytes) -> bool:
    """Return whether JSON may list token ids."""
    return b"token_id" in data or b"raw_message_tokens" in data


def _ids_in(value: Any, path: Path) -> Iterator[tuple[Path, Sequence[int]]]:
    if isinstance(value, dict):
        is_raw = value.get("type") == "raw_message_tokens"
        for key, item in value.items():
            if isinstance(item, list) and (key in _LISTS or (is_raw and key == _RAW_TOKENS)):
                numbers = [each for each in item if _is_id(each)]
                if numbers:
                    yield (*path, key), numbers
            else:
                yield from _ids_in(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _ids_in(item, _within(path, item, place))
    elif isinstance(value, str) and value.startswith(_IN_WORDS):
        number = value.removeprefix(_IN_WORDS)
        if number.isascii() and number.isdigit():
            yield path, [int(number)]


def _within(path: Path, item: Any, place: int) -> Path:
    """Return the path of a list's item: tokens of one list spell one text, choices do not."""
    if isinstance(item, dict) and "token" not in item:
        index = item.get("index", place)
        return (*path, index if _is_id(index) else place)
    return (*path, "*")


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
