"""The adapters of the public sets: clear where data is absent, and fair where it is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from rapidfuzz import fuzz, process, utils

from gateway.evaluation.checkout import DATA_VARIABLE, DEFAULT_DATA
from gateway.evaluation.errors import UnavailableSuite
from gateway.evaluation.values import Suite
from tests.benchmarks.suites import SUMMARIES, build, potter
from tests.benchmarks.suites.names import Names, holds_part, holds_whole

# Read before a fixture hides the user's settings.
DATA = Path(os.environ.get(DATA_VARIABLE) or DEFAULT_DATA)

# Romanising seventeen languages takes a minute.
QUICK = [name for name in SUMMARIES if name != "languages"]
# Of two wordings of one question; 100 is the same words in any order.
NEAR_DUPLICATE = 70


def built(name: str) -> tuple[Suite, ...]:
    try:
        return build(name, DATA)
    except UnavailableSuite as error:
        pytest.skip(error.message)


@pytest.mark.parametrize("name", SUMMARIES)
def test_without_its_files_a_suite_says_what_is_missing(name: str, tmp_path: Path) -> None:
    try:
        build(name, tmp_path)
    except UnavailableSuite as error:
        assert error.message


@pytest.mark.parametrize("name", QUICK)
def test_nothing_registered_as_an_example_is_asked(name: str) -> None:
    for suite in built(name):
        registered = {text for body in suite.targets for text in body.get("examples", ())}
        asked = {prompt.text for prompt in suite.prompts if prompt.target is not None}
        assert not registered & asked


@pytest.mark.parametrize("name", QUICK)
def test_prompts_name_registered_targets_and_rows_name_groups(name: str) -> None:
    for suite in built(name):
        ids = {body["id"] for body in suite.targets}
        assert len(ids) == len(suite.targets)
        assert {prompt.target for prompt in suite.prompts} - {None} <= ids
        groups = {prompt.group for prompt in suite.prompts}
        for row in suite.wanted:
            assert {*row.groups, *row.against} <= groups, row.label


@pytest.mark.parametrize("name", ["blur-hp", "muse"])
def test_our_own_examples_are_no_near_duplicates_of_what_is_asked(name: str) -> None:
    asked = [prompt.text for suite in built(name) for prompt in suite.prompts if prompt.target]
    for example in potter.EXAMPLES:
        nearest = process.extractOne(
            example, asked, scorer=fuzz.token_sort_ratio, processor=utils.default_process
        )
        assert nearest[1] < NEAR_DUPLICATE, (example, nearest[0])


def test_names_count_as_whole_words_in_any_case() -> None:
    assert holds_whole("Mira Oskarne", "by MIRA\n oskarne's hand")
    assert not holds_whole("Mira Oskarne", "Mira Oskarnes")
    assert holds_part("Mira Oskarne", "Ms. Oskarne")
    assert not holds_part("Mira Oskarne", "Miranda")
    names = Names(["Mira Oskarne", "J. R. Tolk", "Jean-Luc Bo", "Rose", "李小龙"])
    for text in (
        "ask mira oskarne",
        "J. R. Tolk!",
        "J.R. Tolk",
        "(jean-luc bo)",
        "a rose",
        "is 李小龙 here",
    ):
        assert names.found_in(text), text
    for text in ("ask mira", "JR Tolk", "roses", "jean bo", ""):
        assert not names.found_in(text), text
