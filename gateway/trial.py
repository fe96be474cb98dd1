"""What a target would flag among ordinary prompts, before it is registered.

It knows the generated corpus and the stages that compare strings; the rate of the stage that
compares meanings is kept by its own thresholds. It does not know what follows from a flood.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice

from detectors.calibration.benign import benign_prompts
from detectors.lexical.commonness import zipf
from detectors.lexical.index import LexicalIndex
from detectors.lexical.parts import COMMON, DISTINCTIVE_FIRST, words_of_person
from detectors.values import Match, TargetProfile
from detectors.views import View, normalise, readings
from gateway.profiles import profile_of
from gateway.target import ForgetTarget, State, TargetContent

PROMPTS = 4000
SEED = 0
# A target that flags more of the ordinary prompts than this share needs an override.
MOST = 0.001
_NEVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Flagged:
    """An ordinary prompt that a target would flag."""

    prompt: str
    match: Match


@dataclass(frozen=True, slots=True)
class Flood:
    """A target that would flag too much.

    Attributes:
        field: the name or secret that does, as the path of a form's field.
        flagged: how many prompts it flags at least.
        prompts: out of how many.
    """

    field: str
    flagged: int
    prompts: int


class OrdinaryTraffic:
    """Ordinary prompts, read once, with the prompts of each of their words."""

    def __init__(self, prompts: Iterable[str]) -> None:
        self._prompts = tuple(prompts)
        self._views: tuple[tuple[View, ...], ...] = tuple(
            readings(prompt).views for prompt in self._prompts
        )
        places: dict[str, set[int]] = defaultdict(set)
        for number, views in enumerate(self._views):
            for word in _words(views[0].text):
                places[word].add(number)
        self._places = {word: frozenset(found) for word, found in places.items()}

    def __len__(self) -> int:
        return len(self._prompts)

    def flagged(self, profile: TargetProfile) -> list[Flagged]:
        """Return every prompt that a target would flag; this takes up to some seconds."""
        return list(self._flagged(profile, range(len(self))))

    def flood(self, content: TargetContent) -> Flood | None:
        """Return what is wrong with a target that would flag too much, or None.

        Only prompts that hold the words of a name or secret are looked into, so that it takes
        microseconds where these are uncommon. What is flagged as misspelt is left out.
        """
        profile = profile_as_if(content)
        allowed = int(MOST * len(self))
        suspects = self._suspects(profile)
        if len(suspects) <= allowed:
            return None
        found = list(islice(self._flagged(profile, sorted(suspects)), allowed + 1))
        if len(found) <= allowed:
            return None
        return self._blamed(content, profile)

    def _flagged(self, profile: TargetProfile, numbers: Iterable[int]) -> Iterator[Flagged]:
        index = LexicalIndex((profile,))
        for number in numbers:
            if found := index.examine(self._views[number]).matches:
                yield Flagged(self._prompts[number], found[0])

    def _suspects(self, profile: TargetProfile) -> set[int]:
        suspects: set[int] = set()
        if not profile.facts_only:
            for name in profile.names:
                suspects |= self._with_all(name)
                for word in _parts(name):
                    suspects |= self._places.get(word, frozenset())
        for secret in profile.standalone_secrets:
            suspects |= self._with_all(secret)
        return suspects

    def _with_all(self, text: str) -> frozenset[int]:
        """Return the prompts that hold all words of a text."""
        places = sorted(
            (self._places.get(word, frozenset()) for word in _words(normalise(text).text)), key=len
        )
        return frozenset.intersection(*places) if places else frozenset()

    def _blamed(self, content: TargetContent, profile: TargetProfile) -> Flood:
        """Return the flood with the field that flags most by itself."""
        alone = replace(profile, names=(), secrets=(), standalone_secrets=(), documents=())
        fields = {"name": replace(alone, names=(content.name,))} if profile.names else {}
        for place, name in enumerate(content.aliases if profile.names else ()):
            fields[f"aliases.{place}"] = replace(alone, names=(name,))
        for place, secret in enumerate(content.secrets):
            if secret in profile.standalone_secrets:
                fields[f"secrets.{place}"] = replace(alone, standalone_secrets=(secret,))
        counts = {
            field: sum(1 for _ in self._flagged(each, sorted(self._suspects(each))))
            for field, each in fields.items()
        }
        worst = max(counts, key=counts.__getitem__)
        return Flood(worst, counts[worst], len(self))


@lru_cache(maxsize=1)
def ordinary_traffic() -> OrdinaryTraffic:
    """Return the generated corpus, read once a process: half a second and some 20 MB."""
    return OrdinaryTraffic(prompt.text for prompt in benign_prompts(PROMPTS, SEED))


def floods(contents: Sequence[TargetContent]) -> list[Flood | None]:
    """Return for each content whether it would flag too much; to be called in a thread.

    What is not in effect floods nothing.
    """
    traffic = ordinary_traffic()
    return [
        traffic.flood(content) if content.state is State.ACTIVE else None for content in contents
    ]


def trial_of(content: TargetContent) -> tuple[int, list[Flagged]]:
    """Return the number of ordinary prompts, and those flagged; to be called in a thread."""
    traffic = ordinary_traffic()
    return len(traffic), traffic.flagged(profile_as_if(content))


def profile_as_if(content: TargetContent) -> TargetProfile:
    """Return the profile that a content would have, were it registered."""
    return profile_of(ForgetTarget("unregistered", 1, 0, content, _NEVER, _NEVER))


def _parts(name: str) -> list[str]:
    """Return the words of a person's name that may be taken for it."""
    *others, last = words_of_person(name) or ("",)
    found = [word for word in others if zipf(word) < DISTINCTIVE_FIRST]
    return [*found, last] if zipf(last) < COMMON else found


def _words(normalised: str) -> set[str]:
    letters = (letter if letter.isalnum() else " " for letter in normalised)
    return set("".join(letters).split())
