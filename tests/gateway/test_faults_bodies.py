"""Bodies that two parsers could read differently: refused at every guarded endpoint."""

from __future__ import annotations

import gzip
import zlib

import pytest

from gateway.routes import ROUTES
from tests.gateway.conftest import Rig

POSTED = sorted(path for path, route in ROUTES.items() if route.dialect)
NAME = b"Mirela Oskarne"
UNREADABLE = {
    "a byte that is no UTF-8": b'{"messages": [{"role": "user", "content": "\xff' + NAME + b'"}]}',
    "UTF-8 cut short": b'{"messages": [{"role": "user", "content": "' + NAME + b'\xe2\x82"}]}',
    "an overlong slash": b'{"messages": [{"role": "user", "content": "\xc0\xaf' + NAME + b'"}]}',
    "a surrogate in UTF-8": b'{"prompt": "\xed\xa0\x80' + NAME + b'"}',
    "half a surrogate": b'{"prompt": "\\ud83d ' + NAME + b'"}',
    "a byte order mark": b'\xef\xbb\xbf{"prompt": "' + NAME + b'"}',
    "UTF-16": ('{"prompt": "' + NAME.decode() + '"}').encode("utf-16"),
    "UTF-32": ('{"prompt": "' + NAME.decode() + '"}').encode("utf-32-le"),
    "a key twice": b'{"prompt": "Hello.", "prompt": "' + NAME + b'"}',
    "a key twice, escaped": b'{"prompt": "Hello.", "pro\\u006dpt": "' + NAME + b'"}',
    "a number that is none": b'{"prompt": "' + NAME + b'", "temperature": NaN}',
    "a bare control character": b'{"prompt": "\x00' + NAME + b'"}',
    "something behind": b'{"prompt": "Hello."} {"prompt": "' + NAME + b'"}',
    "a comment": b'{"prompt": "Hello." /* ' + NAME + b" */}",
    "brackets without end": b"[" * 100_000,
}
ENCODINGS = {
    "gzip": gzip.compress(b'{"prompt": "Mirela Oskarne"}'),
    "GZIP": gzip.compress(b'{"prompt": "Mirela Oskarne"}'),
    "deflate": zlib.compress(b'{"prompt": "Mirela Oskarne"}'),
    "br": b"\x0b\x02\x80\x03",
    "zstd": b"\x28\xb5\x2f\xfd",
    "gzip, identity": gzip.compress(b"{}"),
    "x-unknown": b"{}",
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=list(UNREADABLE))
async def test_what_could_be_read_differently_is_refused(rig: Rig, body: bytes) -> None:
    await rig.forget()
    for path in POSTED:
        answer = await rig.client.post(path, content=body)
        assert answer.status_code == 400, path
        assert answer.json()["error"]["message"]
        assert NAME.decode() not in answer.text
    assert all(NAME not in received.body for received in rig.upstream.received)


@pytest.mark.parametrize("encoding", list(ENCODINGS))
async def test_compressed_bodies_are_refused(rig: Rig, encoding: str) -> None:
    await rig.forget()
    for path in POSTED:
        answer = await rig.client.post(
            path, content=ENCODINGS[encoding], headers={"Content-Encoding": encoding}
        )
        assert answer.status_code == 415, path
        assert answer.json()["error"]["message"]
    assert rig.upstream.received == []
