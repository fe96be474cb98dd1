"""Encryption of what the registry holds: AES-256-GCM under keys that are wrapped by master keys.

It knows bytes and keys; it knows nothing of tables or of what the bytes mean.

    master key ── wraps ──► registry key ── HKDF ──► keys for equality of names, digests, snapshots
        └─────── wraps ──► one data key per target ──► the target's text, the target's digests

A blob is a random nonce of 12 bytes, followed by the ciphertext and its tag.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12


class DecryptionError(Exception):
    """Raised within the package when a blob was altered or its key is not at hand."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A key at rest: encrypted by the master key that `wrapped_by` names."""

    wrapped_by: str
    blob: bytes = field(repr=False)


class KeyRing:
    """The master keys: the first wraps, all unwrap."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        self._keys = {fingerprint(key): key for key in keys}
        self.first = next(iter(self._keys))

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self._keys)})"

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """The names of the keys, the one that wraps first."""
        return tuple(self._keys)

    def wrap(self, key: bytes, *, bound_to: str) -> Wrapped:
        """Encrypt a key; only whoever names the same `bound_to` gets it back."""
        return Wrapped(self.first, encrypt(self._keys[self.first], key, bound_to=bound_to))

    def unwrap(self, wrapped: Wrapped, *, bound_to: str) -> bytes:
        """Return the key.

        Raises:
            DecryptionError: no master key fits, or the blob was altered.
        """
        key = self._keys.get(wrapped.wrapped_by)
        if key is None:
            raise DecryptionError(f"master key {wrapped.wrapped_by} is not among those given")
        return decrypt(key, wrapped.blob, bound_to=bound_to)


class Digests:
    """Keyed hashes that outlive every rotation of the master keys, and a key that does too.

    Attributes:
        snapshot_key: what derived state on disk is encrypted with.
        surrogate_key: what decides which made-up name stands for which name.
    """

    def __init__(self, registry_key: bytes) -> None:
        self.snapshot_key = derive(registry_key, "snapshots")
        self.surrogate_key = derive(registry_key, "surrogates")
        self._names = derive(registry_key, "names")
        self._digests = derive(registry_key, "digests")

    def of_name(self, normalised: str) -> bytes:
        """Return what stands for a name where equality is searched: 32 bytes."""
        return hmac.digest(self._names, normalised.encode(), "sha256")

    def of_record(self, canonical: bytes) -> str:
        """Return what stands in the log for something that has no key of its own: hex."""
        return hmac.digest(self._digests, canonical, "sha256").hex()


def digest_under(data_key: bytes, canonical: bytes) -> str:
    """Return what stands in the log for a target's content: hex.

    It is keyed by the target's own data key, so that once the target is erased nobody, not even
    with the master key, can test a guess against the log.
    """
    return hmac.digest(derive(data_key, "digests"), canonical, "sha256").hex()


def new_key() -> bytes:
    """Return a random key."""
    return secrets.token_bytes(KEY_BYTES)


def fingerprint(key: bytes) -> str:
    """Return the public name of a master key: 16 hexadecimal digits."""
    return hashlib.sha256(b"lethe master key\0" + key).hexdigest()[:16]


def derive(key: bytes, purpose: str) -> bytes:
    """Return a key of its own for one purpose (HKDF-SHA256)."""
    info = f"lethe {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)


def encrypt(key: bytes, plain: bytes, *, bound_to: str) -> bytes:
    """Return the blob that holds `plain`."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def decrypt(key: bytes, blob: bytes, *, bound_to: str) -> bytes:
    """Return what a blob holds.

    Raises:
        DecryptionError: the key is another, or the blob or what it is bound to was altered.
    """
    try:
        return AESGCM(key).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], bound_to.encode())
    except (InvalidTag, ValueError):
        raise DecryptionError("the ciphertext does not belong to this key and place") from None
