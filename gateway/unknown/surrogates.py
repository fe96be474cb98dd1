"""The made-up word that stands for a word of a name: of the same shape, the same for every worker.

It knows words, tokens and a key; it does not know which words of a text are a name. Which word
stands for which follows from the key (by the rendezvous method: Thaler and Ravishankar, 1998), so
a name is asked as the same one each time, as the prefix cache would have it of any other name.
"""

from __future__ import annotations

import asyncio
import hmac
import random
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from wordfreq import get_frequency_dict

from detectors.lexical.commonness import zipf
from detectors.lexical.findings import ORDINARY
from gateway.unknown.casing import Casing, casing_of, in_casing
from gateway.unknown.pool import LATIN, Part, candidates, invented, script_of
from gateway.unknown.tokens import Cut, Vocabulary

INVENTED = 64
"""Words that are made up where no listed one has the wanted number of tokens."""
RANKED = 64
"""Surrogates that are kept for a word: others are needed where a request holds the first ones."""
RATED = 192
"""Words of the right number of tokens that are looked at more closely."""
LIKELY = 4
"""Of these it is known how they are cut however the model writes them."""
KEPT = 4096
"""Words for which they are kept."""
SURE_LETTERS = 4
"""From so many on, letters with which no known word begins are taken for a surrogate."""
SHARED_SHARE = 0.4
"""A surrogate may begin with at most this share of the word's letters, lest it be recognised."""


@dataclass(frozen=True, slots=True)
class Surrogate:
    """A word that goes upstream, and what it stands for.

    Attributes:
        base: the made-up word in small letters.
        surface: the word as the client wrote it.
        casings: in which it is swapped back: one that is an ordinary word too counts only as it
            was sent.
        bounds: for a number of its letters at which a token ends, how many letters of `surface`
            have been said by then.
        sure: after so many letters nothing else can be meant.
        added: how many tokens more the word has that is shown, for each casing: behind a blank,
            and at the beginning of a line.
    """

    base: str
    surface: str
    casings: frozenset[Casing]
    bounds: tuple[tuple[int, int], ...]
    sure: int
    added: tuple[tuple[Casing, tuple[int, int]], ...]

    @property
    def sent(self) -> str:
        """The word as it goes upstream."""
        casing = casing_of(self.surface)
        return in_casing(self.base, Casing.TITLE if casing is Casing.MIXED else casing)

    def shown(self, casing: Casing) -> str:
        """Return what stands for the made-up word where it is written in `casing`."""
        written = casing_of(self.surface)
        if written is casing or (written is Casing.MIXED and casing is Casing.TITLE):
            return self.surface
        return in_casing(self.surface.lower(), casing)

    def added_in(self, casing: Casing, *, is_behind_blank: bool) -> int:
        """Return how many tokens more the word has that is shown, where that is known."""
        return dict(self.added).get(casing, (0, 0))[0 if is_behind_blank else 1]

    def said(self, letters: int) -> int:
        """Return how many letters of the surface stand for the first `letters` of the word."""
        known = dict(self.bounds).get(letters)
        return len(self.surface) * letters // len(self.base) if known is None else known


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word to be replaced: as it is written, and what it is in the name."""

    surface: str
    part: Part


class Surrogates:
    """Chooses words; everything it needs of the upstream it asks in `prepare`."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._ranked: OrderedDict[tuple[str, Wanted], tuple[Surrogate, ...]] = OrderedDict()

    async def prepare(self, wanted: Iterable[Wanted], vocabulary: Vocabulary) -> None:
        """Learn the tokens of these words and of all that could stand for them, and rank those."""
        for each in wanted:
            if (vocabulary.model, each) in self._ranked:
                continue
            casing = _sent_casing(each.surface)
            words = self._listed(each)
            await vocabulary.learn([each.surface])
            await vocabulary.learn_list(
                (script_of(each.surface), casing), [in_casing(word, casing) for word in words]
            )
            own = vocabulary.cut(each.surface, is_behind_blank=True)
            # Where a word has several tokens, a listed one seldom begins with the same ones.
            if own is not None and (
                len(own.ids) > 1 or all(self._misfit(each, word, vocabulary) for word in words)
            ):
                made = self._made(each, own)
                await vocabulary.learn([in_casing(word, casing) for word in made])
                words += made
            # Of the loop's time this takes milliseconds for a word; the answers of others flow.
            ranked = await asyncio.to_thread(self._rank, each, words, vocabulary)
            best = ranked[:LIKELY]
            await vocabulary.learn(
                form
                for one in best
                for _, *forms in _forms(each.surface, one.base)
                for form in forms
            )
            ranked = (*(_surrogate(each, one.base, vocabulary) for one in best), *ranked[LIKELY:])
            self._ranked[vocabulary.model, each] = ranked
            while len(self._ranked) > KEPT:
                self._ranked.popitem(last=False)

    def choose(
        self, wanted: Wanted, vocabulary: Vocabulary, is_free: Callable[[str], bool]
    ) -> Surrogate | None:
        """Return the surrogate of a word that was prepared, None if there is none.

        Args:
            wanted: the word.
            vocabulary: how the model's tokenizer cuts words.
            is_free: whether a word in small letters may be used: it stands for nothing else, and
                neither the request nor the registry has it.
        """
        ranked = self._ranked.get((vocabulary.model, wanted), ())
        return next((each for each in ranked if is_free(each.base)), None)

    def _listed(self, wanted: Wanted) -> list[str]:
        """Return the words of the lists, the right ones first; a script without lists has none."""
        script = script_of(wanted.surface)
        parts = [wanted.part, *(part for part in Part if part is not wanted.part)]
        own = wanted.surface.lower()
        if script != LATIN:
            same = [word for word in candidates(script, wanted.part) if word != own]
            return [word for word in same if len(word) == len(own)] or same
        words = dict.fromkeys(word for part in parts for word in candidates(script, part))
        return [word for word in words if word != own]

    def _made(self, wanted: Wanted, own: Cut) -> list[str]:
        """Invent words; half of them begin as the word's first token does, if that is short."""
        surface = wanted.surface.lower()
        if script_of(surface) != LATIN:
            return []
        chance = random.Random(self._digest(surface, "invented"))
        shared = ""
        for piece in own.pieces[:-1]:
            if len(shared + piece) <= SHARED_SHARE * len(surface):
                shared += piece.lower()
        length = max(len(surface), 3)
        made = [
            invented(chance, length + chance.choice((-1, 0, 0, 1)), shared if number % 2 else "")
            for number in range(INVENTED)
        ]
        return [word for word in dict.fromkeys(made) if zipf(word) == 0 and word != surface]

    def _rank(
        self, wanted: Wanted, words: Sequence[str], vocabulary: Vocabulary
    ) -> tuple[Surrogate, ...]:
        """Return the best words for one, the best first."""
        rough = sorted((self._roughly(wanted, word, vocabulary), word) for word in words)
        rated = [
            ((misfit, _held_tokens(each), unlike, digest), each)
            for (misfit, unlike, digest), each in (
                (rating, _surrogate(wanted, word, vocabulary)) for rating, word in rough[:RATED]
            )
        ]
        return tuple(each for _, each in sorted(rated, key=lambda one: one[0])[:RANKED])

    def _roughly(self, wanted: Wanted, word: str, vocabulary: Vocabulary) -> tuple[int, int, bytes]:
        """Return what is wrong with a word, worst first; of two like ones the key decides."""
        is_listed = word in _listed_as(script_of(wanted.surface), wanted.part)
        unlike = 0 if is_listed else 2 if zipf(word) >= ORDINARY else 1
        digest = self._digest(wanted.surface.lower(), word)
        return self._misfit(wanted, word, vocabulary), unlike, digest

    def _misfit(self, wanted: Wanted, word: str, vocabulary: Vocabulary) -> int:
        """Return by how many tokens a word differs; family names seldom begin a line."""
        sent = in_casing(word, _sent_casing(wanted.surface))
        places = (True,) if wanted.part is Part.FAMILY else (True, False)
        return sum(
            abs(_added(wanted.surface, sent, vocabulary, is_behind_blank=each)) for each in places
        )

    def _digest(self, word: str, other: str) -> bytes:
        return hmac.digest(self._key, f"{word}\0{other}".encode(), "sha256")


@lru_cache(maxsize=64)
def _listed_as(script: str, part: Part) -> frozenset[str]:
    return frozenset(candidates(script, part))


def _surrogate(wanted: Wanted, word: str, vocabulary: Vocabulary) -> Surrogate:
    casing = _sent_casing(wanted.surface)
    sent = in_casing(word, casing)
    is_ordinary = zipf(word) >= ORDINARY
    bounds: dict[int, int] = {}
    for is_behind_blank in (False, True):
        bounds |= _bounds(
            vocabulary.cut(sent, is_behind_blank=is_behind_blank),
            vocabulary.cut(wanted.surface, is_behind_blank=is_behind_blank),
        )
    return Surrogate(
        base=word,
        surface=wanted.surface,
        casings=frozenset({casing} if is_ordinary else set(Casing)),
        bounds=tuple(bounds.items()),
        sure=_sure(word),
        added=tuple(
            (
                each,
                (
                    _added(shown, made, vocabulary, is_behind_blank=True),
                    _added(shown, made, vocabulary, is_behind_blank=False),
                ),
            )
            for each, shown, made in _forms(wanted.surface, word)
        ),
    )


def _forms(surface: str, word: str) -> Iterator[tuple[Casing, str, str]]:
    """Yield (casing, what is shown, what the model says) for each way in which it may write."""
    own = _sent_casing(surface)
    for casing in (Casing.LOWER, Casing.TITLE, Casing.UPPER):
        shown = surface if casing is own else in_casing(surface.lower(), casing)
        yield casing, shown, in_casing(word, casing)


def _bounds(sent: Cut | None, own: Cut | None) -> dict[int, int]:
    """Return for each end of a token of the one word where the other one's token ends."""
    if sent is None or own is None or len(sent.pieces) != len(own.pieces):
        return {}
    bounds: dict[int, int] = {}
    read = said = 0
    for mine, theirs in zip(sent.pieces[:-1], own.pieces, strict=False):
        read, said = read + len(mine), said + len(theirs)
        bounds[read] = said
    return bounds


def _held_tokens(surrogate: Surrogate) -> int:
    """Return at how many tokens within the word nobody can say yet what is to be shown."""
    return sum(
        read < surrogate.sure and surrogate.base[:read] != surrogate.surface[:said].lower()
        for read, said in surrogate.bounds
        if read
    )


def _added(surface: str, sent: str, vocabulary: Vocabulary, *, is_behind_blank: bool) -> int:
    own = vocabulary.cut(surface, is_behind_blank=is_behind_blank)
    cut = vocabulary.cut(sent, is_behind_blank=is_behind_blank)
    return len(own.ids) - len(cut.ids) if own and cut else 0


def _sent_casing(surface: str) -> Casing:
    casing = casing_of(surface)
    return Casing.TITLE if casing is Casing.MIXED else casing


@lru_cache(maxsize=1 << 12)
def _sure(word: str) -> int:
    """Return after how many letters of `word` no known word can be meant."""
    known = _known_words()
    for letters in range(SURE_LETTERS, len(word)):
        place = bisect_left(known, word[:letters])
        beginning = word[:letters]
        while place < len(known) and known[place] == word:
            place += 1
        if place == len(known) or not known[place].startswith(beginning):
            return letters
    return len(word)


@lru_cache(maxsize=1)
def _known_words() -> Sequence[str]:
    return sorted(get_frequency_dict("en", "small"))
