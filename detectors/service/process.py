"""The detector process: `python -m detectors.service.process --socket PATH --encoder NAME`.

It knows how to start, listen and end; what it answers is known to the server.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import logging
import os
import signal
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from detectors.encoding.protocol import DEFAULT_ENCODER, Encoder
from detectors.encoding.store import cache_directory, open_encoder
from detectors.errors import CalibrationError, EncoderError
from detectors.semantic.engine import DEFAULT_RATE, SemanticEngine
from detectors.semantic.ordinary import BACKGROUNDS, background_of, read_prompts
from detectors.semantic.verify import Verifier
from detectors.service.server import DetectorServer
from detectors.service.snapshots import VectorSnapshots
from detectors.vectors.index import VectorIndex

logger = logging.getLogger(__name__)

STANDARD_INPUT = 0
WRONG_SETTINGS = 2
KEY_BYTES = 32
PARENT_SECONDS = 1.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Load the encoder, serve until told to end, and return the exit status.

    The process ends on SIGTERM, on SIGINT, and with its parent: when standard input, where that is
    a pipe or a socket, comes to its end, and otherwise when it has another parent than at first.
    """
    chosen = _parser().parse_args(arguments)
    parent = os.getppid()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    # Progress bars of the libraries, which are loaded after this.
    os.environ.setdefault("TQDM_DISABLE", "1")
    try:
        encoder = open_encoder(chosen.encoder)
        server = _server(encoder, chosen)
        _remove_stale(chosen.socket)
    except (CalibrationError, EncoderError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return WRONG_SETTINGS
    asyncio.run(_serve(server, chosen.socket, parent))
    return 0


def _server(encoder: Encoder, chosen: argparse.Namespace) -> DetectorServer:
    snapshots = _snapshots(encoder, chosen.snapshot) if chosen.snapshot else None
    loaded = snapshots.load() if snapshots else None
    if loaded is None:
        engine = _engine(encoder, chosen, VectorIndex(encoder.dimension))
        return DetectorServer(encoder, engine, snapshots=snapshots)
    index, origin, rates = loaded
    engine = _engine(encoder, chosen, index)
    engine.restore(rates)
    logger.info("the vectors of %d targets are read from disk", len(index))
    return DetectorServer(encoder, engine, snapshots=snapshots, origin=origin)


def _snapshots(encoder: Encoder, directory: Path) -> VectorSnapshots | None:
    """Return the snapshots, their key read from standard input: arguments are seen by others."""
    line = bytearray()
    while not line.endswith(b"\n") and (byte := os.read(STANDARD_INPUT, 1)):
        line += byte
    try:
        key = base64.b64decode(bytes(line), validate=False)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        logger.warning("no key came over standard input: vectors are not kept on disk")
        return None
    return VectorSnapshots(directory, key, encoder)


def _engine(encoder: Encoder, chosen: argparse.Namespace, index: VectorIndex) -> SemanticEngine:
    prompts = read_prompts(chosen.calibration) if chosen.calibration else ()
    background = background_of(encoder, cache=cache_directory() / BACKGROUNDS, prompts=prompts)
    return SemanticEngine(index, background, Verifier.shipped(), rate=chosen.false_positive_rate)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="detectors.service.process", description=__doc__)
    parser.add_argument("--socket", type=Path, required=True, help="where to listen")
    parser.add_argument("--encoder", default=DEFAULT_ENCODER, help="name or directory")
    parser.add_argument(
        "--false-positive-rate",
        type=float,
        default=DEFAULT_RATE,
        help="share of ordinary texts that may be taken for a target",
    )
    parser.add_argument(
        "--calibration", type=Path, help="JSON Lines of ordinary prompts; default: generated ones"
    )
    parser.add_argument(
        "--snapshot",
        type=Path,
        help="directory where vectors are kept; a key of 32 bytes in base64 is then the first "
        "line of standard input",
    )
    return parser


async def _serve(server: DetectorServer, path: Path, parent: int) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    watch = asyncio.create_task(_watch_parent(parent, ended))
    previous = os.umask(0o177)
    try:
        await server.start(path)
    finally:
        os.umask(previous)
    logger.info("the detector process is ready")
    outdated = asyncio.create_task(server.is_outdated.wait())
    outdated.add_done_callback(lambda _: ended.set())
    await ended.wait()
    outdated.cancel()
    watch.cancel()
    await server.aclose()
    path.unlink(missing_ok=True)


async def _watch_parent(parent: int, ended: asyncio.Event) -> None:
    if _is_held_open(STANDARD_INPUT):
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(STANDARD_INPUT, "rb")
        )
        while await reader.read(1024):
            pass
    else:
        while os.getppid() == parent:
            await asyncio.sleep(PARENT_SECONDS)
    ended.set()


def _is_held_open(descriptor: int) -> bool:
    """Return whether somebody holds the other end, as a supervisor does and a terminal does not."""
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _remove_stale(path: Path) -> None:
    """Remove the socket that a killed process left; anything else at `path` stays and fails."""
    if path.is_socket():
        path.unlink()


if __name__ == "__main__":
    sys.exit(main())
