"""Where the master keys come from: a setting, or a file apart from the data.

It knows base64, paths and file modes; it does not know what the keys encrypt.
"""

from __future__ import annotations

import base64
import binascii
import os
import stat
from pathlib import Path

from gateway.errors import EncryptionKeyError
from gateway.registry.cipher import KEY_BYTES, KeyRing, new_key

SETTING = "LETHE_ENCRYPTION_KEY"
FILE_NAME = "encryption.key"
NOTICE = (
    "{setting} is not set: the registry is encrypted with the key file {path}. That protects "
    "copies and backups of the data directory, not against whoever can read this user's files, "
    "and without that file the registry cannot be opened: keep a copy of it elsewhere."
)


def notice(path: Path) -> str:
    """Return the sentence that says what a key file protects against, and what not."""
    return NOTICE.format(setting=SETTING, path=path)


def parse_keys(text: str, *, source: str) -> KeyRing:
    """Read keys in base64, separated by commas or spaces; the first wraps, all unwrap.

    Raises:
        EncryptionKeyError: there is none, or one is not 32 bytes of base64.
    """
    words = text.replace(",", " ").split()
    if not words:
        raise EncryptionKeyError(f"{source} holds no key; {_how_to_make_one()}")
    return KeyRing([_decode(word, number, source) for number, word in enumerate(words, 1)])


def read_key_file(path: Path) -> KeyRing | None:
    """Return the keys of a file, or None where there is no such file.

    Raises:
        EncryptionKeyError: others may read the file, or what it holds are not keys.
    """
    try:
        mode = path.stat().st_mode
        text = path.read_text()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise EncryptionKeyError(f"cannot read the key file {path}: {error}") from None
    if stat.S_IMODE(mode) & 0o077:
        raise EncryptionKeyError(f"others may read the key file {path}: run chmod 600 {path}")
    return parse_keys(text, source=str(path))


def create_key_file(path: Path) -> KeyRing:
    """Write a new random key to a file that only its owner may read.

    Raises:
        EncryptionKeyError: the file cannot be written.
    """
    text = base64.b64encode(new_key()).decode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_durably(path, f"{text}\n".encode())
    except OSError as error:
        raise EncryptionKeyError(
            f"cannot write the key file {path} ({error.strerror}): set {SETTING}"
        ) from None
    return parse_keys(text, source=str(path))


def _write_durably(path: Path, content: bytes) -> None:
    # Data that outlives its key is lost, so the key reaches the disk before any data does.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _decode(word: str, number: int, source: str) -> bytes:
    try:
        key = base64.b64decode(word.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise EncryptionKeyError(
            f"key {number} of {source} is not {KEY_BYTES} bytes of base64; {_how_to_make_one()}"
        )
    return key


def _how_to_make_one() -> str:
    return f"`openssl rand -base64 {KEY_BYTES}` makes one"
