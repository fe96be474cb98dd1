"""The vectors of ordinary traffic, made once for an encoder and kept in a file.

It knows texts and files; what the background is used for is not known here.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.calibration.benign import HAZARD_NEIGHBOURS, benign_prompts
from detectors.encoding.protocol import Encoder, Vectors
from detectors.errors import CalibrationError
from detectors.segments import segments
from detectors.semantic.background import Background

logger = logging.getLogger(__name__)

# Beside the encoders in the cache.
BACKGROUNDS = "backgrounds"
PROMPTS = 4400
SEED = 0
# Fewer prompts do not tell a rate of one in a hundred.
FEWEST_PROMPTS = 200
TEXTS_AT_A_TIME = 32


@dataclass(frozen=True, slots=True)
class OrdinaryPrompt:
    """A prompt that touches no target.

    Attributes:
        text: as a user writes it.
        may_fit: whether topics may be told apart from it. Harmless questions of the fields that
            hazards lie in may not: a topic's own examples are often as harmless.
    """

    text: str
    may_fit: bool = True


def background_of(
    encoder: Encoder, *, cache: Path | None = None, prompts: Sequence[OrdinaryPrompt] = ()
) -> Background:
    """Return the background of an encoder, from the cache where it was made before.

    Every second prompt is fitted on where it may be; the others are calibrated on.

    Args:
        encoder: makes the vectors; some three milliseconds of CPU time a sentence.
        cache: a directory to keep them in, made where it is missing.
        prompts: ordinary prompts; default: the generated corpus.
    """
    prompts = prompts or shipped_prompts()
    fitting = [piece for prompt in prompts[0::2] if prompt.may_fit for piece in _pieces(prompt)]
    calibration = [_pieces(prompt) for prompt in prompts[1::2]]
    starts = np.cumsum([0, *map(len, calibration)])[:-1]
    texts = fitting + [piece for pieces in calibration for piece in pieces]
    vectors = _vectors(encoder, texts, cache)
    return Background(vectors[: len(fitting)], vectors[len(fitting) :], starts)


def _pieces(prompt: OrdinaryPrompt) -> list[str]:
    return [piece.of(prompt.text) for piece in segments(prompt.text)] or [prompt.text]


def _vectors(encoder: Encoder, texts: Sequence[str], cache: Path | None) -> Vectors:
    file = cache / f"{_digest(encoder.name, texts)}.npy" if cache else None
    if file and file.is_file():
        try:
            return _read(file, len(texts), encoder.dimension)
        except (OSError, ValueError, EOFError) as error:
            logger.warning("the background is made anew: %s", type(error).__name__)
    logger.info("encoding %d pieces of ordinary prompts, once", len(texts))
    vectors = _encoded(encoder, texts)
    if file:
        _write(file, vectors)
    return vectors


def shipped_prompts() -> list[OrdinaryPrompt]:
    """Return the prompts of the generated corpus."""
    return [
        OrdinaryPrompt(prompt.text, may_fit=prompt.group not in HAZARD_NEIGHBOURS)
        for prompt in benign_prompts(PROMPTS, SEED)
    ]


def read_prompts(file: Path) -> list[OrdinaryPrompt]:
    """Return the prompts of a JSON Lines file, one `{"prompt": text}` a line.

    Raises:
        CalibrationError: it cannot be read, or holds too few prompts.
    """
    try:
        # Not by `splitlines`: a JSON string may hold other separators than the line feed.
        lines = file.read_text(encoding="utf-8-sig").split("\n")
        prompts = [_prompt(line) for line in lines if line.strip()]
    except OSError as error:
        raise CalibrationError(f"{file} cannot be read ({type(error).__name__})") from None
    except (ValueError, KeyError, TypeError) as error:
        raise CalibrationError(
            f'{file}: one {{"prompt": text}} a line is needed ({type(error).__name__})'
        ) from None
    if len(prompts) < FEWEST_PROMPTS:
        raise CalibrationError(f"{file}: at least {FEWEST_PROMPTS} prompts are needed")
    return prompts


def _prompt(line: str) -> OrdinaryPrompt:
    prompt = json.loads(line)["prompt"]
    if not isinstance(prompt, str):
        raise TypeError
    return OrdinaryPrompt(prompt)


def _digest(name: str, texts: Iterable[str]) -> str:
    digest = hashlib.sha256(name.encode())
    for text in texts:
        digest.update(text.encode("utf-8", "replace") + b"\0")
    return digest.hexdigest()[:32]


def _encoded(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    parts = range(0, len(texts), TEXTS_AT_A_TIME)
    return np.concatenate(
        [encoder.encode(texts[start : start + TEXTS_AT_A_TIME]) for start in parts]
    )


def _read(file: Path, rows: int, dimension: int) -> Vectors:
    vectors: Vectors = np.load(file, allow_pickle=False)
    if vectors.shape != (rows, dimension):
        raise ValueError
    return vectors.astype(np.float32)


def _write(file: Path, vectors: Vectors) -> None:
    """Write the file whole or not at all; a cache that cannot be written is done without."""
    part = file.with_suffix(f".{secrets.token_hex(4)}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with part.open("wb") as stream:
            np.save(stream, vectors.astype(np.float16))
        os.replace(part, file)
    except OSError as error:
        logger.warning("the background is not kept: %s", type(error).__name__)
        with suppress(OSError):
            part.unlink(missing_ok=True)
