"""What a worker derives from the registry: indexes and columns, as of one event.

It knows how changes of targets renew them; it does not know when, or where they are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from detectors.lexical.index import LexicalIndex
from detectors.lexical.segments import SegmentedLexicalIndex
from gateway.known_targets import Columns, KnownTarget, KnownTargets
from gateway.profiles import profile_of
from gateway.registry import Changes
from gateway.target import ForgetTarget, State


@dataclass(frozen=True, slots=True)
class Derived:
    """Indexes and columns.

    Attributes:
        sequence: the number of the last event they include.
        lexical: names and secrets to find.
        targets: the active targets.
        erased_from_base: whether a target was erased whose names the base still holds.
    """

    sequence: int = 0
    lexical: SegmentedLexicalIndex = field(default_factory=SegmentedLexicalIndex)
    targets: KnownTargets = field(default_factory=KnownTargets)
    erased_from_base: bool = False

    @property
    def base_size(self) -> int:
        """How many targets stand in what changes do not renew."""
        return self.targets.base_size

    @classmethod
    def of(cls, targets: Iterable[ForgetTarget], sequence: int) -> Derived:
        """Derive everything from the active targets at hand."""
        every = list(targets)
        index = LexicalIndex(map(profile_of, every))
        known = Columns.of((target.id, KnownTarget.of(target)) for target in every)
        return cls(sequence, SegmentedLexicalIndex(index), KnownTargets(known))

    def with_changes(self, pages: Sequence[Changes]) -> Derived:
        """Return what follows from changes, given in their order."""
        latest: dict[str, ForgetTarget | None] = {}
        for page in pages:
            latest |= {target.id: _if_active(target) for target in page.targets}
            latest |= dict.fromkeys(page.erased)
        if not latest:
            return replace(self, sequence=pages[-1].sequence) if pages else self
        put = [profile_of(target) for target in latest.values() if target is not None]
        gone = [id for id, target in latest.items() if target is None]
        known = {id: KnownTarget.of(each) if each else None for id, each in latest.items()}
        return Derived(
            pages[-1].sequence,
            self.lexical.with_changes(put, gone),
            self.targets.with_changes(known),
            self.erased_from_base
            or any(self.targets.base_has(id) for page in pages for id in page.erased),
        )


def _if_active(target: ForgetTarget) -> ForgetTarget | None:
    return target if target.content.state is State.ACTIVE else None
