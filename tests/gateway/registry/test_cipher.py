"""Encryption of bytes and keys; where the master keys come from is tested in test_keyfile.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.registry.cipher import (
    DecryptionError,
    Digests,
    KeyRing,
    decrypt,
    digest_under,
    encrypt,
    fingerprint,
    new_key,
)

OLD, NEW, OTHER = b"1" * 32, b"2" * 32, b"3" * 32


@given(st.binary(max_size=64), st.text(max_size=8))
def test_what_is_encrypted_comes_back(plain: bytes, place: str) -> None:
    assert decrypt(OLD, encrypt(OLD, plain, bound_to=place), bound_to=place) == plain


@given(st.binary(min_size=1, max_size=16), st.data())
def test_a_flipped_bit_is_refused(plain: bytes, data: st.DataObject) -> None:
    blob = bytearray(encrypt(OLD, plain, bound_to="place"))
    blob[data.draw(st.integers(0, len(blob) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(DecryptionError):
        decrypt(OLD, bytes(blob), bound_to="place")


@pytest.mark.parametrize("blob", [b"", b"short", bytes(12), bytes(27)])
def test_a_shortened_blob_is_refused(blob: bytes) -> None:
    with pytest.raises(DecryptionError):
        decrypt(OLD, blob, bound_to="place")


def test_a_blob_belongs_to_its_place_and_key() -> None:
    blob = encrypt(OLD, b"text", bound_to="target a version 1 text")
    with pytest.raises(DecryptionError):
        decrypt(OLD, blob, bound_to="target a version 2 text")
    with pytest.raises(DecryptionError):
        decrypt(OTHER, blob, bound_to="target a version 1 text")


def test_the_same_text_never_encrypts_to_the_same_blob() -> None:
    assert encrypt(OLD, b"text", bound_to="") != encrypt(OLD, b"text", bound_to="")


def test_the_first_key_wraps_and_all_unwrap() -> None:
    data_key = new_key()
    before = KeyRing([OLD]).wrap(data_key, bound_to="t")
    rotated = KeyRing([NEW, OLD])
    assert rotated.unwrap(before, bound_to="t") == data_key
    assert rotated.wrap(data_key, bound_to="t").wrapped_by == fingerprint(NEW)
    with pytest.raises(DecryptionError, match=fingerprint(OLD)):
        KeyRing([NEW]).unwrap(before, bound_to="t")


def test_nothing_shows_a_key() -> None:
    ring = KeyRing([OLD])
    assert str(OLD) not in repr(ring) + repr(ring.wrap(NEW, bound_to="t"))


def test_digests_depend_on_the_key_and_the_purpose() -> None:
    assert Digests(OLD).of_name("a") == Digests(OLD).of_name("a")
    assert Digests(OLD).of_name("a") != Digests(OTHER).of_name("a")
    assert Digests(OLD).of_name("a").hex() != Digests(OLD).of_record(b"a")
    assert digest_under(OLD, b"a") != digest_under(OTHER, b"a")
