"""Every number of a report, and every row of a table, against values computed by hand."""

from __future__ import annotations

import pytest

from detectors.values import Match, Stage
from gateway.evaluation.report import report_of, rows_of, suite_report
from gateway.evaluation.values import Cost, Decision, Measure, Outcome, Prompt, Suite, Wanted

COST = Cost(seconds=(0.001, 0.003, 0.002), cpu_seconds=0.006, resident_bytes=3 * 2**20)


def decided(
    group: str, target: str | None, found: tuple[str, ...], own: float, **by_group: float
) -> Decision:
    matches = tuple(
        Match(id, Stage.EXACT, "plain", own, 0.5, (0, 1), "It stands there.") for id in found
    )
    return Decision(Prompt.asked("a text", target, group), matches, (), own, by_group)


DECISIONS = (
    decided("people", "p1", ("p1",), 0.9),
    decided("people", "p1", ("p2",), 0.4),
    decided("people", "p2", (), 0.2),
    decided("people", "p2", ("p1", "p2"), 0.8),
    decided("topics", "t", ("t",), 0.6),
    decided("others", None, (), 0.5, people=0.3, topics=0.5),
    decided("others", None, ("t",), 0.7, people=0.1, topics=0.7),
)


def test_the_numbers_of_groups() -> None:
    groups = report_of(Outcome(DECISIONS, COST))["groups"]
    people = groups["people"]
    assert (people["n"], people["flagged"], people["rate"]) == (4, 2, 0.5)
    assert people["ci95"] == pytest.approx([0.15004, 0.84996], abs=1e-4)
    assert people["any_target"] == 3
    # Against what the others score for people: 0.2 loses to 0.3, the other seven pairs win.
    assert people["auroc"] == pytest.approx(7 / 8)
    # Against what they score for topics: 0.6 wins one of two.
    assert groups["topics"]["auroc"] == pytest.approx(1 / 2)
    assert groups["others"]["flagged"] == 1
    assert groups["others"]["auroc"] is None


def test_the_numbers_of_all() -> None:
    report = report_of(Outcome(DECISIONS, COST))
    assert report["false_positives"]["rate"] == 0.5
    # Pairs of (.9, .4, .2, .8, .6) with (.5, .7): 2 + 0 + 0 + 2 + 1 of ten.
    assert report["auroc"] == pytest.approx(0.5)
    # No other may pass in two: what scores above 0.7.
    assert report["recall_at_fpr"] == {"0.001": 0.4, "0.01": 0.4, "0.05": 0.4}
    assert report["latency_ms"]["p50"] == 2.0
    assert report["latency_ms"]["p99"] == pytest.approx(2.98)
    assert report["cpu_ms"] == 2.0
    assert report["rss_mb"] == 3.0
    assert report["stages"] == {"exact": {"right": 3, "false": 1}}


def test_a_report_of_nothing_but_right_prompts_has_no_false_positives() -> None:
    report = report_of(Outcome(DECISIONS[:5], Cost((), 0.0, 0)))
    assert report["false_positives"] == {"n": 0, "flagged": 0, "rate": None, "ci95": [0.0, 1.0]}
    assert report["auroc"] is None
    assert set(report["recall_at_fpr"].values()) == {None}
    assert report["latency_ms"] == {"p50": None, "p99": None}
    assert report["cpu_ms"] is None


def test_rows_say_hit_or_miss() -> None:
    wanted = (
        Wanted("people", ("people",), at_least=0.5),
        Wanted("people, more", ("people",), at_least=0.51),
        Wanted("others", ("others",), at_most=0.4),
        Wanted("both", ("people", "topics")),
        Wanted("nobody", ("nobody",), at_least=0.1),
        Wanted("recall", ("people",), at_least=0.7, measure=Measure.RECALL, rate=0.01),
        Wanted("area", ("people",), at_most=0.9, measure=Measure.AUROC, against=("others",)),
    )
    suite = Suite("name", "two people", (), (), wanted)
    rows = {row["group"]: row for row in rows_of(suite, DECISIONS)}
    assert [rows[each.label]["hit"] for each in wanted] == [
        True, False, False, None, None, True, True,
    ]  # fmt: skip
    assert (rows["both"]["n"], rows["both"]["flagged"]) == (5, 3)
    assert rows["recall"]["measure"] == "recall at 0.01"
    assert (rows["recall"]["flagged"], rows["recall"]["rate"]) == (3, 0.75)
    assert rows["area"]["rate"] == 0.875


def test_groups_without_a_wish_follow() -> None:
    suite = Suite("name", "people", (), (), (Wanted("all", ("people", "others")),))
    report = suite_report(suite, Outcome(DECISIONS, COST))
    assert [row["group"] for row in report["table"]] == ["all", "topics"]


def test_notes_that_differ_in_a_number_are_one() -> None:
    prompt = Prompt.asked("a text", None, "others")
    noted = [
        Decision(prompt, (), notes, 0.0, {})
        for notes in (("3 of 10 pieces were read.", "No."), ("4 of 99 pieces were read.",), ())
    ]
    report = report_of(Outcome(tuple(noted), COST))
    assert report["notes"] == {"N of N pieces were read.": 2, "No.": 1}
