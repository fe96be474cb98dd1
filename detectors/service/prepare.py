"""Makes what a first start would wait for: `python -m detectors.service.prepare`.

The encoder is exported and ordinary prompts are encoded once, into the cache of the user. It knows
what the detector process needs before it can listen, and nothing of targets.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from detectors.encoding.protocol import DEFAULT_ENCODER
from detectors.encoding.store import cache_directory, open_encoder
from detectors.errors import EncoderError
from detectors.semantic.ordinary import BACKGROUNDS, background_of

FAILED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare one encoder and return the exit status."""
    parser = argparse.ArgumentParser(prog="detectors.service.prepare", description=__doc__)
    parser.add_argument("--encoder", default=DEFAULT_ENCODER, help="name or directory")
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="set-up:   %(message)s")
    os.environ.setdefault("TQDM_DISABLE", "1")
    try:
        encoder = open_encoder(chosen.encoder)
        background_of(encoder, cache=cache_directory() / BACKGROUNDS)
    except (EncoderError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
