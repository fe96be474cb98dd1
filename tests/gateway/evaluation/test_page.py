"""The page: what a reader finds on it, and that no text of a prompt can act in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from detectors.values import Match, Stage
from gateway.evaluation.curves import MOST_CURVES, roc_plot
from gateway.evaluation.page import Section, page_of
from gateway.evaluation.report import suite_report
from gateway.evaluation.values import Cost, Decision, Outcome, Prompt, Suite, Wanted

ATTACK = '<script>alert("1")</script>\x00\ud800'


class Tags(HTMLParser):
    """Collects the tags of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def decided(target: str | None, found: tuple[str, ...], own: float) -> Decision:
    matches = tuple(
        Match(id, Stage.FUZZY, ATTACK, 0.91, 0.8, (0, 1), f"Because of {ATTACK}.") for id in found
    )
    prompt = Prompt.asked(f"A text with {ATTACK}", target, f"group {ATTACK}")
    return Decision(prompt, matches, (), own, {} if target else {f"group {ATTACK}": own})


def page() -> str:
    decisions = (decided(ATTACK, (), 0.2), decided(None, (ATTACK,), 0.9), decided("a", ("a",), 1.0))
    suite = Suite(f"suite {ATTACK}", ATTACK, (), (), (Wanted(ATTACK, (ATTACK,)),), (ATTACK,))
    report = suite_report(suite, Outcome(decisions, Cost((0.1,), 0.1, 1)))
    return page_of([Section(suite.name, report, report["table"], decisions)])


def test_texts_cannot_act_in_the_page() -> None:
    shown = page()
    tags = Tags()
    tags.feed(shown)
    assert "script" not in tags.tags
    assert tags.tags.count("svg") == 1
    assert tags.text.count('<script>alert("1")</script>') >= 8
    assert "default-src 'none'" in shown
    assert not re.search(r"(?:src|href)=", shown)
    shown.encode()


def test_false_decisions_can_be_read() -> None:
    tags = Tags()
    tags.feed(page())
    for said in (
        "False alarms (1)",
        "Misses (1)",
        "fuzzy",
        "0.910 of 0.800",
        "Because of",
        "0.200",
    ):
        assert said in tags.text


def test_a_curve_is_drawn_for_each_label_that_has_one() -> None:
    svg = roc_plot({"a & b": [(0.0, 0.0), (0.001, 0.5), (1.0, 1.0)], "none": []})
    assert svg.count("<polyline") == 1
    assert "a &amp; b" in svg and "none" not in svg.partition("legend")[2]
    points = [
        tuple(map(float, point.split(",")))
        for point in re.findall(r'points="([^"]+)"', svg)[0].split()
    ]
    # To the right and upwards, which is a smaller y.
    assert points == sorted(points, key=lambda point: (point[0], -point[1]))
    many = roc_plot({str(number): [(0.0, 0.0), (1.0, 1.0)] for number in range(20)})
    assert many.count("<polyline") == MOST_CURVES
