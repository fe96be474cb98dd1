"""Requests asked with made-up names: which words are replaced, and the proof that none is left.

It knows requests, names and tokens; it does not know guards, or how the upstream is reached.

What has no name to swap is not treated here: a description, a topic, a name inside an encoding
such as base64 or cut over two parts of a message; nor are requests for the numbers of tokens. The
target's own guard answers then, so that for these it can be told that something is withheld.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from detectors.values import Match, Stage, Verdict
from detectors.views import PLAIN
from detectors.views.kinds import CONFUSABLES, JOINED, LEET, NESTED, SPACED, STROKES
from gateway.target import ForgetTarget
from gateway.unknown.asked import AskedText, SwappedText, own_paths
from gateway.unknown.casing import Casing, casing_of, in_casing
from gateway.unknown.names import Names, part_of, words_of
from gateway.unknown.pool import Part
from gateway.unknown.surrogates import Surrogate, Surrogates, Wanted
from gateway.unknown.swap import Swap
from gateway.unknown.tokens import Tokenise, Vocabulary
from gateway.wire.dialect import Body, Dialect
from gateway.wire.text import Channel, Path, replaced

MOST_MODELS = 16
MOST_SWAPS = 512
LONGEST = 4_000
"""Characters of a request whose swap is kept; of longer ones few are repeated."""
ROUNDS = 8
"""How often the words that are still found in the request are replaced, too."""

# Stages that say where a name stands.
_NAMED = frozenset((Stage.EXACT, Stage.FUZZY, Stage.PART, Stage.FOREIGN))
# In these the letters stand where the name is, so that the place itself can be replaced.
_IN_PLACE = frozenset((CONFUSABLES, STROKES, LEET, SPACED, JOINED))

# Fields that ask for numbers of tokens, of the made-up words too. They are not translated yet.
_NUMBERS_OF_TOKENS = (
    "return_token_ids",
    "return_tokens_as_token_ids",
    "prompt_logprobs",
    "logprob_token_ids",
)

# What the lexical stage finds in the texts of a request.
Judge = Callable[[Sequence[Channel]], Verdict]


class Unknowns:
    """Swaps the names of targets for made-up ones, the same for every worker of a registry.

    Attributes:
        has_targets: whether any active target may not be known to be registered.
    """

    def __init__(self, key: bytes, tokenise: Tokenise) -> None:
        """Prepare.

        Args:
            key: the registry's, from which it follows which word stands for which.
            tokenise: asks the upstream for the tokens of a text.
        """
        self._surrogates = Surrogates(key)
        self._tokenise = tokenise
        self._vocabularies: OrderedDict[str, Vocabulary] = OrderedDict()
        self._state: object = None
        self._swaps: OrderedDict[tuple[object, ...], tuple[Swap, dict[Path, str]]] = OrderedDict()
        self.has_targets = False

    async def learn(self, targets: Iterable[ForgetTarget], model: str) -> None:
        """Ask for all tokens that a request about these targets would need, ahead of it."""
        words = Names(targets).words
        for casing in (Casing.TITLE, Casing.LOWER):
            wanted = [Wanted(in_casing(key, casing), part) for key, part in words]
            await self._surrogates.prepare(wanted, self._vocabulary(model))

    async def swap(
        self,
        request: Body,
        dialect: Dialect,
        *,
        targets: Sequence[ForgetTarget],
        judge: Judge,
        state: object = None,
    ) -> Swap | None:
        """Return the request with made-up names, None where that cannot hide the targets.

        Args:
            request: the client's.
            dialect: knows where the texts of a request are.
            targets: those whose names are to be replaced.
            judge: examines texts as strings; what it still finds of the targets goes nowhere.
            state: of the registry that `judge` knows; a request that is repeated while it lasts is
                swapped at once, since meanings that were looked for before are at hand too.
        """
        if any(request.get(field) not in (None, False) for field in _NUMBERS_OF_TOKENS):
            return None
        channels = dialect.channels(request)
        if state is not self._state:
            self._state = state
            self._swaps.clear()
        versions = tuple((target.id, target.version) for target in targets)
        asked = tuple((channel.path, channel.text) for channel in channels)
        key = (_model(request), versions, asked)
        if state is not None and key in self._swaps:
            known, changes = self._swaps[key]
            return replace(known, request=replaced(request, changes))
        swap = await self._swap(request, dialect, channels, targets, judge)
        if swap is not None and state is not None and sum(len(each) for _, each in asked) < LONGEST:
            after = {channel.path: channel.text for channel in dialect.channels(swap.request)}
            same = {path: after[path] for path, text in asked if after.get(path, text) != text}
            if replaced(request, same) == swap.request:
                self._swaps[key] = (replace(swap, request={}), same)
            while len(self._swaps) > MOST_SWAPS:
                self._swaps.popitem(last=False)
        return swap

    async def _swap(
        self,
        request: Body,
        dialect: Dialect,
        channels: Sequence[Channel],
        targets: Sequence[ForgetTarget],
        judge: Judge,
    ) -> Swap | None:
        vocabulary = self._vocabulary(_model(request))
        words = _Words(targets)
        texts = [AskedText(channel, words.names.find(channel.text)) for channel in channels]
        left = words.found(judge(channels))
        kept = {word.key for word in words_of(_model(request))}
        for number in range(ROUNDS):
            if not all(words.mark(texts, *each, is_first=number == 0) for each in left):
                return None
            chosen = await self._chosen(texts, vocabulary, kept)
            if not chosen:
                return None
            swapped = [SwappedText.of(text, chosen) for text in texts]
            verdict = judge([text.channel for text in swapped])
            left, hit = words.found(verdict), _hit(swapped, verdict, chosen)
            if not left and not hit:
                asked = replaced(request, _changes(channels, swapped))
                if words.found(judge(dialect.channels(asked))):
                    return None
                added = await self._added(texts, swapped, chosen, _model(request))
                return Swap(asked, tuple(chosen.values()), words.ids, words.spellings, added)
            kept |= hit
            left = [
                (place, replace(match, span=swapped[place].original(match.span)))
                for place, match in left
                if place < len(swapped)
            ]
        return None

    async def _chosen(
        self, texts: Sequence[AskedText], vocabulary: Vocabulary, kept: set[str]
    ) -> dict[str, Surrogate]:
        """Return the surrogate for each word to be replaced; none at all if one has none."""
        wanted = {each.surface: each for text in texts for each in text.wanted}
        await self._surrogates.prepare(wanted.values(), vocabulary)
        present = {word.text.lower() for text in texts for word in words_of(text.channel.text)}
        chosen: dict[str, Surrogate] = {}
        for surface, each in wanted.items():
            is_free = partial(_is_free, surface=surface, taken=kept, present=present, chosen=chosen)
            surrogate = self._surrogates.choose(each, vocabulary, is_free)
            if surrogate is None:
                return {}
            chosen[surface] = surrogate
        return chosen

    async def _added(
        self,
        texts: Sequence[AskedText],
        swapped: Sequence[SwappedText],
        chosen: Mapping[str, Surrogate],
        model: str,
    ) -> int:
        """Return how many more tokens the client's texts have than those that go upstream."""
        own = own_paths([text.channel for text in texts])
        added = 0
        for text, new in zip(texts, swapped, strict=True):
            if text.channel.path not in own:
                continue
            old = text.channel.text
            if text.disguised:
                for sign, each in ((1, old), (-1, new.channel.text)):
                    tokens = await self._tokenise(model, each)
                    added += sign * len(tokens.ids) if tokens else 0
                continue
            for start, end in text.words:
                surrogate = chosen[old[start:end]]
                added += surrogate.added_in(
                    casing_of(surrogate.sent), is_behind_blank=old[start - 1 : start] == " "
                )
        return added

    def _vocabulary(self, model: str) -> Vocabulary:
        vocabulary = self._vocabularies.setdefault(model, Vocabulary(model, self._tokenise))
        self._vocabularies.move_to_end(model)
        while len(self._vocabularies) > MOST_MODELS:
            self._vocabularies.popitem(last=False)
        return vocabulary


class _Words:
    """The words of some targets' names, and how matches lead to words of a text."""

    def __init__(self, targets: Sequence[ForgetTarget]) -> None:
        self.ids = frozenset(target.id for target in targets)
        self.names = Names(targets)
        self.spellings = tuple(
            name for each in targets for name in (each.content.name, *each.content.aliases)
        )
        self._parts = dict(self.names.words)
        self._main = {target.id: Names([target]).phrases[0] for target in targets}

    def found(self, verdict: Verdict) -> list[tuple[int, Match]]:
        """Return the matches of these targets, with the numbers of their texts."""
        return [each for each in verdict.matches if each[1].target in self.ids]

    def mark(self, texts: Sequence[AskedText], place: int, match: Match, *, is_first: bool) -> bool:
        """Have replaced what a match found; return False where that cannot be done."""
        if place >= len(texts):
            return False
        if match.stage not in _NAMED:
            return True
        text = texts[place]
        views = match.view.split(NESTED)
        if match.view == PLAIN:
            if match.stage is not Stage.EXACT:
                inside = {word.key: self._part(word.key) for word in words_of(text.channel.text)}
                text.add_words(match.span, inside)
            return True
        if not _IN_PLACE.issuperset(views):
            return False
        if not (is_first and text.overlaps(match.span)):
            main = self._main[match.target]
            text.add_disguised(
                match.span,
                [
                    Wanted(in_casing(key, Casing.TITLE), part)
                    for key, part in zip(main.keys, main.parts, strict=True)
                    if part is not None
                ],
            )
        return True

    def _part(self, key: str) -> Part | None:
        return self._parts.get(key) or part_of(key)


def _model(request: Body) -> str:
    model = request.get("model")
    return model if isinstance(model, str) else ""


def _is_free(
    word: str,
    *,
    surface: str,
    taken: Container[str],
    present: Iterable[str],
    chosen: Mapping[str, Surrogate],
) -> bool:
    """Return whether `word` may stand for `surface` beside what was chosen for other words."""
    if word in taken or any(other.startswith(word) for other in present):
        return False
    return not any(_collide(word, surface, other) for other in chosen.values())


def _collide(word: str, surface: str, other: Surrogate) -> bool:
    """Return whether a word would be taken for another surrogate in the answer."""
    if word == other.base:
        both = (surface, other.surface)
        is_same = surface.lower() == other.surface.lower()
        return not is_same or Casing.MIXED in map(casing_of, both)
    return word.startswith(other.base) or other.base.startswith(word)


def _hit(
    swapped: Sequence[SwappedText], verdict: Verdict, chosen: Mapping[str, Surrogate]
) -> set[str]:
    """Return the surrogates that a registered name was found in."""
    bases = {surrogate.base for surrogate in chosen.values()}
    hit: set[str] = set()
    for place, match in verdict.matches:
        if place < len(swapped) and match.stage in _NAMED:
            start, end = match.span
            inside = words_of(swapped[place].channel.text[start:end])
            hit |= {word.text.lower() for word in inside} & bases
    return hit


def _changes(channels: Sequence[Channel], swapped: Sequence[SwappedText]) -> dict[Path, str]:
    return {
        old.path: new.channel.text
        for old, new in zip(channels, swapped, strict=True)
        if old.text != new.channel.text
    }
