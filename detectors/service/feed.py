"""What the workers handed over to the detector process: which changes count, and what waits.

The feed knows profiles and the order of the registry; it knows nothing of vectors.
"""

from __future__ import annotations

from collections.abc import Sequence

from detectors.values import TargetProfile


class Feed:
    """The changes of the registry, as several workers tell of them in any order.

    Attributes:
        is_fed: whether everything was handed over once since the start.
        sequence: up to where in the registry; 0 at first.
        pending: profiles whose vectors are still to be computed; whoever has them deletes them.
    """

    def __init__(self) -> None:
        self.is_fed = False
        self.sequence = 0
        self.pending: dict[str, TargetProfile] = {}
        self._versions: dict[str, int] = {}
        self._changed: dict[str, int] = {}

    def take(
        self, profiles: Sequence[TargetProfile], removed: Sequence[str], sequence: int
    ) -> list[str]:
        """Queue the newer of the profiles, and return which targets must go at once."""
        for profile in profiles:
            if self._is_news(profile.id, sequence):
                if self._versions.get(profile.id) != profile.version:
                    self._versions[profile.id] = profile.version
                    self.pending[profile.id] = profile
        gone = [target for target in removed if self._is_news(target, sequence)]
        for target in gone:
            self._versions.pop(target, None)
            self.pending.pop(target, None)
        return gone

    def resume(self, sequence: int) -> None:
        """Begin from vectors that hold what there was up to `sequence`, once that is confirmed."""
        self.sequence = sequence

    def close(self, sequence: int) -> None:
        """Note that everything up to `sequence` was handed over."""
        self.is_fed = True
        self.sequence = max(self.sequence, sequence)

    def _is_news(self, target: str, sequence: int) -> bool:
        """Return whether no later change of the target is known, and note this one.

        A worker that read the registry earlier may send what it read after a removal by another.
        """
        if sequence < self._changed.get(target, 0):
            return False
        self._changed[target] = sequence
        return True
