"""Which secrets count alone; that they then do is asserted in test_live.py."""

from __future__ import annotations

import pytest

from gateway.distinctive import is_distinctive, standalone, standings
from gateway.target import Kind, TargetContent

ALONE = (
    "14 Lantern Row",
    "12 Rue de la Paix",
    "+43 664 123",
    "1971-03-05",
    "someone@example.org",
    "https://example.org/page",
    "AB12CD34",
    "xylofrinth",
    "She met her second husband on a ferry to the islands in a storm of hail",
)
BESIDE = (
    "Paris",
    "New York City",
    "1971",
    "May 1971",
    "12 March",
    "glassblower",
    "software engineer",
    "Elena",
    "Dovrin",
    "Halden Labs",
    "14 High Street",
    "12 Angry Men",
    "COVID19",
    "\u0432\u0440\u0430\u0447",
    "\u6771\u4eac",
    "",
    "--",
)


@pytest.mark.parametrize("value", ALONE)
def test_what_hardly_two_things_share_counts_alone(value: str) -> None:
    assert is_distinctive(value)


@pytest.mark.parametrize("value", BESIDE)
def test_what_others_may_share_counts_beside_the_name(value: str) -> None:
    assert not is_distinctive(value)


def test_the_operator_decides_otherwise() -> None:
    content = TargetContent(
        Kind.PERSON,
        "Mirela Oskarne",
        secrets=("Bern", "14 Lantern Row", "1971"),
        secrets_alone=(("14 Lantern Row", False), ("Bern", True)),
    )
    assert standalone(content) == ("Bern",)
    assert [each.is_chosen for each in standings(content)] == [True, True, False]


def test_all_values_of_a_record_count_alone() -> None:
    assert standalone(TargetContent(Kind.RECORD, "payroll", secrets=("Bern", "1971"))) == (
        "Bern",
        "1971",
    )
