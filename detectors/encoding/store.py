"""Where exported encoders are kept, and how one is opened: exported first where it is missing.

It knows directories, digests and processes; it does not know what an export does.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from detectors.encoding.protocol import DEFAULT_ENCODER, Encoder
from detectors.encoding.reference import SentenceTransformersEncoder
from detectors.encoding.served import DESCRIPTION, OnnxEncoder
from detectors.encoding.source import source_of
from detectors.errors import EncoderError

logger = logging.getLogger(__name__)

# Part of the digest: another recipe makes other vectors.
RECIPE = "3"
EXPORT_SECONDS = 900.0
# `-P`: what lies in the current directory is not ours to import.
EXPORTER = (sys.executable, "-P", "-m", "detectors.encoding.export")


def open_encoder(name: str = DEFAULT_ENCODER, *, threads: int = 1) -> Encoder:
    """Return the encoder of this name or directory, exported if it never was.

    One that cannot be exported is run by sentence-transformers in this process, and a line in
    the log says why.

    Raises:
        EncoderError: it does not load that way either.
    """
    source = source_of(name)
    try:
        return OnnxEncoder(exported(name, source), threads=threads)
    except (EncoderError, OSError) as error:
        logger.warning(
            "the encoder runs in sentence-transformers, slower and in more memory: %s", error
        )
        return SentenceTransformersEncoder(name, threads=threads)


def exported(name: str, source: str) -> Path:
    """Return the directory of the export, after making it where it is missing.

    Raises:
        EncoderError: the export failed; the message says why.
        OSError: the cache directory cannot be written.
    """
    directory = cache_directory() / _digest(source)
    if not (directory / DESCRIPTION).is_file():
        logger.info("exporting encoder %s, once", name)
        _export_into(directory, name, source)
    return directory


def cache_directory() -> Path:
    """Return where exports are kept (XDG base directory specification)."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "lethe" / "encoders"


def _export_into(directory: Path, name: str, source: str) -> None:
    directory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Of mode 0700 from the start; what is not finished never has the final name.
    unfinished = Path(tempfile.mkdtemp(dir=directory.parent, prefix="unfinished-"))
    try:
        _run_export(name, source, unfinished)
        try:
            unfinished.rename(directory)
        except OSError:
            # Another process was faster.
            if not (directory / DESCRIPTION).is_file():
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _run_export(name: str, source: str, directory: Path) -> None:
    label = Path(name).name if Path(name).is_dir() else name
    command = [*EXPORTER, source, str(directory)]
    try:
        done = subprocess.run(
            [*command, "--label", label],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=EXPORT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EncoderError(f"its export took more than {EXPORT_SECONDS:.0f} s") from None
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]
        raise EncoderError(f"its export failed: {lines[-1]}")


def _digest(source: str) -> str:
    """Return what names an export: the files of a directory, or the name, and the recipe.

    A name of a hub stands for whatever was downloaded first.
    """
    digest = hashlib.sha256(f"{RECIPE}\0{source}\0".encode())
    if Path(source).is_dir():
        digest = hashlib.sha256(f"{RECIPE}\0".encode())
        for file in _files(Path(source)):
            digest.update(f"{file.relative_to(source)}\0".encode())
            with file.open("rb") as content:
                digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()


def _files(directory: Path) -> Iterator[Path]:
    for path in sorted(directory.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path
