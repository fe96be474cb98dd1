"""Where the master keys come from; what a registry does with wrong ones: test_opening.py."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from gateway.errors import EncryptionKeyError
from gateway.registry.keyfile import create_key_file, parse_keys, read_key_file
from tests.gateway.registry.stored import KEY, OTHER_KEY


def test_several_keys_are_read_in_their_order() -> None:
    ring = parse_keys(f"{OTHER_KEY}, {KEY}", source="here")
    assert ring.first == parse_keys(OTHER_KEY, source="here").first
    assert len(ring.fingerprints) == 2


def test_the_url_safe_alphabet_is_read_too() -> None:
    safe = parse_keys("_-" + "A" * 41 + "=", source="here")
    assert safe.first == parse_keys("/+" + "A" * 41 + "=", source="here").first


@pytest.mark.parametrize("text", ["", " , ", "short", "%" * 44, KEY + "A", f"{KEY},x", "ü"])
def test_what_is_no_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(EncryptionKeyError, match="openssl rand -base64 32") as caught:
        parse_keys(text, source="LETHE_ENCRYPTION_KEY")
    assert KEY not in str(caught.value)
    assert "LETHE_ENCRYPTION_KEY" in str(caught.value)


def test_a_created_file_is_private_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "encryption.key"
    created = create_key_file(path)
    read = read_key_file(path)
    assert read is not None and read.first == created.first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_an_absent_file_holds_no_keys(tmp_path: Path) -> None:
    assert read_key_file(tmp_path / "encryption.key") is None


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "encryption.key"
    create_key_file(path)
    path.chmod(0o640)
    with pytest.raises(EncryptionKeyError, match="chmod 600"):
        read_key_file(path)


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "encryption.key"
    create_key_file(path)
    before = path.read_bytes()
    with pytest.raises(EncryptionKeyError, match="cannot write"):
        create_key_file(path)
    assert path.read_bytes() == before


def test_a_file_that_is_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncryptionKeyError, match="cannot read"):
        read_key_file(tmp_path)
