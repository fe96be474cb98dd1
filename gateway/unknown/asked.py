"""The texts of one request, and what of them is replaced by what.

It knows places in texts; it does not know how words are chosen or found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.unknown.names import words_of
from gateway.unknown.pool import Part
from gateway.unknown.surrogates import Surrogate, Wanted
from gateway.wire.text import Channel, Path

Span = tuple[int, int]


@dataclass(slots=True)
class AskedText:
    """A text of the request.

    Attributes:
        channel: the text, and where it stands.
        words: start and end of each word to be replaced, and what it is in a name.
        disguised: start and end of each place where a name stands in disguise, and the words of
            that name.
    """

    channel: Channel
    words: dict[Span, Part]
    disguised: dict[Span, tuple[Wanted, ...]] = field(default_factory=dict)

    @property
    def wanted(self) -> Iterable[Wanted]:
        """The words that need a surrogate."""
        for (start, end), part in self.words.items():
            yield Wanted(self.channel.text[start:end], part)
        for words in self.disguised.values():
            yield from words

    def overlaps(self, span: Span) -> bool:
        """Return whether something in `span` is replaced already."""
        return any(
            start < span[1] and span[0] < end for start, end in (*self.words, *self.disguised)
        )

    def add_words(self, span: Span, part_of: Mapping[str, Part | None]) -> None:
        """Have the words within `span` replaced, too; those without a part are kept."""
        for word in words_of(self.channel.text):
            if span[0] <= word.start and word.end <= span[1]:
                part = part_of.get(word.key)
                if part is not None and not self.overlaps((word.start, word.end)):
                    self.words[word.start, word.end] = part

    def add_disguised(self, span: Span, name: Sequence[Wanted]) -> None:
        """Have all that stands in `span` replaced by the surrogates of a name."""
        self.words = {
            place: part
            for place, part in self.words.items()
            if place[1] <= span[0] or span[1] <= place[0]
        }
        self.disguised[span] = tuple(name)


@dataclass(frozen=True, slots=True)
class SwappedText:
    """A text with the surrogates in it.

    Attributes:
        channel: the new text.
        places: for each replaced place, in order: where it is now, and where it was.
    """

    channel: Channel
    places: tuple[tuple[Span, Span], ...]

    @classmethod
    def of(cls, asked: AskedText, chosen: Mapping[str, Surrogate]) -> SwappedText:
        """Return the text with what was chosen for each word."""
        old = asked.channel.text
        pieces: list[str] = []
        places: list[tuple[Span, Span]] = []
        position = length = 0
        for start, end in sorted((*asked.words, *asked.disguised)):
            if (start, end) in asked.words:
                new = chosen[old[start:end]].sent
            else:
                name = asked.disguised[start, end]
                new = " ".join(chosen[word.surface].sent for word in name)
            pieces += [old[position:start], new]
            begin = length + start - position
            length = begin + len(new)
            places.append(((begin, length), (start, end)))
            position = end
        text = "".join([*pieces, old[position:]])
        return cls(replace(asked.channel, text=text), tuple(places))

    def original(self, span: Span) -> Span:
        """Return where in the client's text `span` was."""
        return self._before(span[0], 0), self._before(span[1], 1)

    def _before(self, index: int, side: int) -> int:
        shift = 0
        for (begin, end), (start, stop) in self.places:
            if index < begin or (side == 0 and index == begin):
                break
            if index < end or (side == 1 and index == end):
                return (start, stop)[side]
            shift = stop - end
        return index + shift


def own_paths(channels: Sequence[Channel]) -> frozenset[Path]:
    """Return the paths of texts that are not put together from other ones."""
    paths = {channel.path for channel in channels}
    joined = {path[:length] for path in paths for length in range(len(path))}
    return frozenset(paths - joined)
