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


@dataclass(frozen=True, slots=True)
class BenchOptions:
    """How the cascade is set up; the defaults are those of a gateway.

    Attributes:
        encoder: name or directory, or None for the default.
        off: stages whose matches do not count.
        use_cache: whether vectors are kept on the disk between runs.
        false_positive_rate: what the semantic stage may take of ordinary prompts, or None for the
            default.
        calibration: file of ordinary prompts that this rate is kept on, or None for those shipped.
    """

    encoder: str | None = None
    off: frozenset[Stage] = frozenset()
    use_cache: bool = True
    false_positive_rate: float | None = None
    calibration: Path | None = None


@contextmanager
def open_bench(options: BenchOptions) -> Iterator[Bench]:
    """Load the encoder and keep its vectors on the disk where asked to.

    Raises:
        EncoderError: the encoder does not load.
        CalibrationError: the ordinary prompts cannot be read, or are too few.
    """
    # Bars of the libraries would mix with ours.
    os.environ.setdefault("TQDM_DISABLE", "1")
    loaded = _load(options.encoder or DEFAULT_ENCODER)
    if not options.use_cache:
        yield Bench(_maker(loaded, options, None))
        return
    cached = CachedEncoder(loaded, cache_folder())
    try:
        yield Bench(_maker(cached, options, cache_folder()), cached.computing)
    finally:
        cached.close()


def _load(name: str) -> Encoder:
    from detectors.encoding.store import open_encoder

    return open_encoder(name)


def _maker(encoder: Encoder, options: BenchOptions, cache: Path | None) -> MakeExaminer:
    from detectors.examiner import Examiner
    from detectors.semantic.engine import DEFAULT_RATE
    from detectors.semantic.ordinary import background_of, read_prompts

    prompts = read_prompts(options.calibration) if options.calibration else ()
    background = background_of(encoder, cache=cache, prompts=prompts)
    rate = options.false_positive_rate or DEFAULT_RATE
    return lambda found: Examiner(found, encoder, background=background, rate=rate, off=options.off)
