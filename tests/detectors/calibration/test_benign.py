"""Benign traffic: size, breadth, groups, and the grammar of its seed lines."""

from __future__ import annotations

import random
from collections import Counter
from importlib import resources

import pytest

from detectors.calibration.benign import (
    HAZARD_NEIGHBOURS,
    Seed,
    _chosen,
    benign_prompts,
    concepts,
    seeds,
)

PROMPTS = benign_prompts(7000, 1)


def test_the_same_seed_gives_the_same_prompts() -> None:
    assert benign_prompts(500, 1) == PROMPTS[:500]
    assert set(benign_prompts(500, 2)) != set(PROMPTS[:500])


def test_prompts_are_many_and_different() -> None:
    assert len({prompt.text for prompt in PROMPTS}) == len(PROMPTS) == 7000
    assert len({seed.line for seed in seeds()}) >= 1500


def test_groups_are_many_and_the_neighbours_of_hazards_among_them() -> None:
    groups = Counter(prompt.group for prompt in PROMPTS)
    assert len(groups) >= 50
    assert min(groups[group] for group in HAZARD_NEIGHBOURS) >= 100
    assert all(group.replace("-", "").isalnum() for group in groups)
    assert max(groups.values()) < 0.05 * len(PROMPTS)


def test_lengths_go_from_a_word_to_a_page() -> None:
    lengths = sorted(len(prompt.text.split()) for prompt in PROMPTS)
    assert lengths[0] == 1
    assert sum(length > 40 for length in lengths) >= 150
    assert lengths[-1] >= 250


def test_no_slot_is_left_open() -> None:
    for prompt in PROMPTS:
        assert "{$" not in prompt.text and "{x}" not in prompt.text and "{o}" not in prompt.text
        assert prompt.text.strip() == prompt.text != ""


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("{a|b}", {"a", "b"}),
        ("x {$missing|y}", None),
        ('{"key": {1|2}}', {'{"key": 1}', '{"key": 2}'}),
        ("f() { return 1; }", {"f() { return 1; }"}),
    ],
)
def test_braces_are_choices_only_with_a_bar_or_a_list(line: str, allowed: set[str] | None) -> None:
    chance = random.Random(1)
    if allowed is None:
        with pytest.raises(KeyError):
            [_chosen(line, "", chance) for _ in range(20)]
    else:
        assert {_chosen(line, "", chance) for _ in range(20)} == allowed


def test_more_prompts_than_the_seeds_give_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "detectors.calibration.benign.seeds", lambda: (Seed("hello", "chat"), Seed("hi", "chat"))
    )
    assert len(benign_prompts(2, 0)) == 2
    with pytest.raises(ValueError, match="no more than 2"):
        benign_prompts(3, 0)


def test_every_subject_has_concepts_enough_for_its_frames() -> None:
    assert all(len(set(known)) == len(known) >= 12 for known in concepts().values())


def test_data_files_are_small() -> None:
    files = (resources.files("detectors.calibration") / "data").iterdir()
    assert sum(len(file.read_bytes()) for file in files) < 400_000
