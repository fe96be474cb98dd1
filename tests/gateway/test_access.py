"""Client keys, and which Authorization goes upstream."""

from __future__ import annotations

import hashlib

import pytest

from gateway.access import admit, upstream_headers
from gateway.errors import AuthenticationError
from gateway.registry import ClientKey

KEY = ClientKey("k1", "app", frozenset())
KEYS = {hashlib.sha256(b"lethe_1").digest(): KEY}
CLIENT = [(b"authorization", b"Bearer client"), (b"x-own", b"1")]


def test_without_client_keys_everybody_is_admitted() -> None:
    assert admit(None, {}, is_needed=False) is None
    assert admit(b"Bearer anything", {}, is_needed=False) is None


@pytest.mark.parametrize("header", [b"Bearer lethe_1", b"bearer lethe_1"])
def test_a_known_key_is_admitted(header: bytes) -> None:
    assert admit(header, KEYS, is_needed=True) is KEY


@pytest.mark.parametrize(
    "header", [None, b"", b"Bearer", b"Bearer ", b"Basic lethe_1", b"Bearer x"]
)
def test_anything_else_is_refused_where_keys_are_needed(header: bytes | None) -> None:
    with pytest.raises(AuthenticationError) as caught:
        admit(header, KEYS, is_needed=True)
    assert "lethe_1" not in caught.value.message


def test_a_door_that_was_closed_stays_closed_without_keys() -> None:
    with pytest.raises(AuthenticationError):
        admit(b"Bearer lethe_1", {}, is_needed=True)


@pytest.mark.parametrize(
    ("own_key", "is_lethe_key", "sent"),
    [
        (None, False, [b"Bearer client"]),
        (None, True, []),
        ("up", False, [b"Bearer up"]),
        ("up", True, [b"Bearer up"]),
    ],
)
def test_the_right_authorization_goes_upstream(
    own_key: str | None, is_lethe_key: bool, sent: list[bytes]
) -> None:
    headers = upstream_headers(CLIENT, own_key=own_key, is_lethe_key=is_lethe_key)
    assert [value for name, value in headers if name == b"authorization"] == sent
    assert (b"x-own", b"1") in headers
