"""The cascade in this process, with its encoder and the cache of vectors.

It is the one place that knows which encoder and which examiner are measured.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from detectors.encoding.protocol import DEFAULT_ENCODER, Encoder
from detectors.values import Stage, TargetProfile
from gateway.evaluation.examining import Examines, examine_all
from gateway.evaluation.registration import profiles
from gateway.evaluation.values import Outcome, Prompt, TargetBody
from gateway.evaluation.vector_cache import CachedEncoder, cache_folder

MakeExaminer = Callable[[Sequence[TargetProfile]], Examines]
Computing = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Bench:
    """What prompts are examined with.

    Attributes:
        make_examiner: makes the cascade of some targets.
        computing: what holds while time is taken, so that no vector comes from a cache.
    """

    make_examiner: MakeExaminer
    computing: Computing = nullcontext

    def examine(
        self,
        targets: Sequence[TargetBody],
        prompts: Sequence[Prompt],
        advance: Callable[[int], None] = lambda count: None,
    ) -> Outcome:
        """Register the targets and return what is said of each prompt.

        Raises:
            RequestError: the admin API would refuse a target.
        """
        examiner = self.make_examiner(profiles(targets))
        return examine_all(examiner, prompts, computing=self.computing, advance=advance)


@contextmanager
def open_bench(encoder: str | None, off: frozenset[Stage], *, use_cache: bool) -> Iterator[Bench]:
    """Load the encoder and keep its vectors on the disk where asked to.

    Raises:
        EncoderError: the encoder does not load.
    """
    # Bars of the libraries would mix with ours.
    os.environ.setdefault("TQDM_DISABLE", "1")
    loaded = _load(encoder or DEFAULT_ENCODER)
    if not use_cache:
        yield Bench(_maker(loaded, off, None))
        return
    cached = CachedEncoder(loaded, cache_folder())
    try:
        yield Bench(_maker(cached, off, cache_folder()), cached.computing)
    finally:
        cached.close()


def _load(name: str) -> Encoder:
    from detectors.encoding.store import open_encoder

    return open_encoder(name)


def _maker(encoder: Encoder, off: frozenset[Stage], cache: Path | None) -> MakeExaminer:
    from detectors.examiner import Examiner
    from detectors.semantic.ordinary import background_of

    background = background_of(encoder, cache=cache)
    return lambda found: Examiner(found, encoder, background=background, off=off)
