"""Where exports are kept, and what happens when there is none; a real export: test_export.py."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from detectors.encoding import store
from detectors.encoding.served import DESCRIPTION
from detectors.errors import EncoderError


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "lethe" / "encoders"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    directory = tmp_path / "model"
    directory.mkdir()
    (directory / "weights").write_bytes(b"1")
    return directory


def write_export(name: str, source: str, directory: Path) -> None:
    (directory / DESCRIPTION).write_text(name)


class Reference:
    """What sentence-transformers would load."""

    def __init__(self, name: str, *, threads: int) -> None:
        self.name = name


def test_an_encoder_is_exported_once_and_again_when_its_files_change(
    model: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exports: list[Path] = []
    monkeypatch.setattr(store, "_run_export", lambda *a: (exports.append(a[2]), write_export(*a)))
    first = store.exported(str(model), str(model))
    assert store.exported(str(model), str(model)) == first
    assert len(exports) == 1 and list(cache.iterdir()) == [first]
    (model / "weights").write_bytes(b"2")
    assert store.exported(str(model), str(model)) != first


def test_a_failed_export_leaves_nothing_and_the_reference_serves_with_a_line(
    model: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    program = "import sys; sys.exit('careful\\nValueError: no such thing')"
    monkeypatch.setattr(store, "EXPORTER", (sys.executable, "-c", program))
    monkeypatch.setattr(store, "SentenceTransformersEncoder", Reference)
    with caplog.at_level(logging.WARNING):
        encoder = store.open_encoder(str(model))
    assert isinstance(encoder, Reference)
    assert "its export failed: ValueError: no such thing" in caplog.text
    assert list(cache.iterdir()) == []


def test_another_process_that_was_faster_is_believed(
    model: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beaten(name: str, source: str, directory: Path) -> None:
        winner = cache / store._digest(source)
        winner.mkdir()
        write_export("the other's", source, winner)
        write_export(name, source, directory)

    monkeypatch.setattr(store, "_run_export", beaten)
    directory = store.exported(str(model), str(model))
    assert (directory / DESCRIPTION).read_text() == "the other's"
    assert list(cache.iterdir()) == [directory]


@pytest.mark.parametrize("content", ["", "{}", '{"source": 1}'])
def test_an_export_that_cannot_be_read_falls_back(
    content: str, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str, source: str, directory: Path) -> None:
        (directory / DESCRIPTION).write_text(content)

    monkeypatch.setattr(store, "_run_export", broken)
    monkeypatch.setattr(store, "SentenceTransformersEncoder", Reference)
    assert isinstance(store.open_encoder(str(model)), Reference)


def test_a_cache_that_cannot_be_written_falls_back(
    model: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text("a file")
    monkeypatch.setattr(store, "SentenceTransformersEncoder", Reference)
    assert isinstance(store.open_encoder(str(model)), Reference)


def test_what_loads_in_no_way_is_an_error(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str, *, threads: int) -> Sequence[str]:
        raise EncoderError("it does not load")

    monkeypatch.setattr(store, "EXPORTER", ("false",))
    monkeypatch.setattr(store, "SentenceTransformersEncoder", fail)
    with pytest.raises(EncoderError, match="does not load"):
        store.open_encoder(str(model))
