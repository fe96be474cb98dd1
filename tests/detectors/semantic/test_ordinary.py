"""The background in its cache, and the prompts of an operator."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import numpy as np
import pytest

from detectors.errors import CalibrationError
from detectors.segments import segments
from detectors.semantic import ordinary
from detectors.semantic.ordinary import (
    FEWEST_PROMPTS,
    OrdinaryPrompt,
    background_of,
    read_prompts,
    shipped_prompts,
)
from tests.detectors.fakes import WordEncoder

TWO_PIECES = "What is the capital of the kingdom? Please name all the rivers of the north too."
PROMPTS = (
    OrdinaryPrompt("first fitted prompt"),
    OrdinaryPrompt(TWO_PIECES),
    OrdinaryPrompt("a harmless question of a field of hazards", may_fit=False),
    OrdinaryPrompt("second calibrating prompt"),
    OrdinaryPrompt("another fitted prompt"),
    OrdinaryPrompt("..."),
)


def cached(directory: Path) -> Path:
    (file,) = directory.iterdir()
    return file


def test_every_second_prompt_is_fitted_on_where_it_may_be() -> None:
    encoder = WordEncoder()
    background = background_of(encoder, prompts=PROMPTS)
    fitted = encoder.encode(["first fitted prompt", "another fitted prompt"])
    assert np.array_equal(background.fitting, fitted)


def test_calibrating_prompts_are_cut_as_requests_are() -> None:
    encoder = WordEncoder()
    background = background_of(encoder, prompts=PROMPTS)
    pieces = [piece.of(TWO_PIECES) for piece in segments(TWO_PIECES)]
    assert len(pieces) == 2
    expected = encoder.encode([*pieces, "second calibrating prompt", "..."])
    assert np.array_equal(background.calibration, expected)
    assert background.starts.tolist() == [0, 2, 3]


def test_vectors_are_made_once_for_an_encoder_and_its_prompts(tmp_path: Path) -> None:
    encoder = WordEncoder()
    first = background_of(encoder, cache=tmp_path / "new", prompts=PROMPTS)
    encoder.calls.clear()
    again = background_of(encoder, cache=tmp_path / "new", prompts=PROMPTS)
    assert encoder.calls == []
    assert again.calibration == pytest.approx(first.calibration, abs=1e-3)
    assert again.calibration.dtype == np.float32
    assert again.starts.tolist() == first.starts.tolist()
    background_of(encoder, cache=tmp_path / "new", prompts=PROMPTS[:4])
    encoder.name = "other words"
    background_of(encoder, cache=tmp_path / "new", prompts=PROMPTS)
    assert len(list((tmp_path / "new").iterdir())) == 3


@pytest.mark.parametrize("kept", [0, 1, 8, 60, 128, -1])
def test_a_torn_file_is_made_anew(
    tmp_path: Path, kept: int, caplog: pytest.LogCaptureFixture
) -> None:
    encoder = WordEncoder()
    first = background_of(encoder, cache=tmp_path, prompts=PROMPTS)
    file = cached(tmp_path)
    file.write_bytes(file.read_bytes()[:kept])
    caplog.set_level(logging.WARNING)
    again = background_of(encoder, cache=tmp_path, prompts=PROMPTS)
    assert "made anew" in caplog.text
    assert np.array_equal(again.fitting, first.fitting)
    encoder.calls.clear()
    background_of(encoder, cache=tmp_path, prompts=PROMPTS)
    assert encoder.calls == []


@pytest.mark.parametrize("shape", [(5, 256), (6, 255), (6,)])
def test_a_file_of_another_shape_is_made_anew(tmp_path: Path, shape: tuple[int, ...]) -> None:
    encoder = WordEncoder()
    background_of(encoder, cache=tmp_path, prompts=PROMPTS)
    np.save(cached(tmp_path), np.zeros(shape, np.float16))
    encoder.calls.clear()
    assert background_of(encoder, cache=tmp_path, prompts=PROMPTS).fitting.any()
    assert encoder.calls


def test_without_a_place_to_write_it_is_done_without(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    (tmp_path / "file").write_text("in the way")
    background = background_of(WordEncoder(), cache=tmp_path / "file" / "below", prompts=PROMPTS)
    assert len(background.fitting) == 2
    assert "not kept" in caplog.text


def test_a_file_that_cannot_be_finished_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(stream: object, array: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(ordinary.np, "save", full)
    background_of(WordEncoder(), cache=tmp_path, prompts=PROMPTS)
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_prompts_are_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordinary, "PROMPTS", 60)
    prompts = shipped_prompts()
    assert len(prompts) == 60
    background = background_of(WordEncoder())
    assert len(background.starts) == 30
    assert len(background.fitting) >= sum(prompt.may_fit for prompt in prompts[0::2])


def test_neighbours_of_hazards_are_not_fitted_on() -> None:
    prompts = shipped_prompts()
    assert len(prompts) >= 2 * FEWEST_PROMPTS
    assert any(not prompt.may_fit for prompt in prompts)


def test_prompts_of_a_file_are_read_line_by_line(tmp_path: Path) -> None:
    texts = [f"prompt {number}\u2028with a separator" for number in range(FEWEST_PROMPTS)]
    lines = [json.dumps({"prompt": text}, ensure_ascii=False) for text in texts]
    file = tmp_path / "prompts.jsonl"
    file.write_text("\ufeff" + "\r\n".join([*lines, "", " "]), encoding="utf-8")
    assert read_prompts(file) == [OrdinaryPrompt(text) for text in texts]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "at least"),
        (b'{"prompt": "one"}\n', "at least"),
        (b"no JSON", "is needed"),
        (b'{"text": "other field"}', "is needed"),
        (b'{"prompt": 7}', "is needed"),
        (b'["prompt"]', "is needed"),
        (b"\xff\xfe", "is needed"),
        (None, "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_with_its_name(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    file = tmp_path / "prompts.jsonl"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CalibrationError, match=reason) as raised:
        read_prompts(file)
    assert str(file) in str(raised.value)
