"""Which occurrences count in an answer: for whom, after which requests, said by whom."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.output import OutputFilter
from gateway.output.masks import MASK
from gateway.target import Context, ForgetTarget, GuardName, Kind, Mentions, Scope
from tests.gateway.output.streams import rules_of, streamed
from tests.gateway.targets import target

NAME, SECRET, COMMON = "mirela oskarne", "12-34-56", "kessel"
TARGET = target(name=NAME, secrets=(SECRET, COMMON))
RULES = rules_of(TARGET)


def changed(known: ForgetTarget, **content: object) -> ForgetTarget:
    return replace(known, content=replace(known.content, **content))  # type: ignore[arg-type]


def test_a_common_value_counts_only_after_a_match() -> None:
    assert OutputFilter(RULES, ()).first_hit(["born in Kessel"]) is None
    assert OutputFilter(RULES, (TARGET,)).first_hit(["born in Kessel"]) == "t1"


def test_a_secret_of_a_target_that_matched_counts_without_its_signs_too() -> None:
    assert OutputFilter(RULES, (TARGET,)).first_hit(["it is 123456."]) == "t1"


def test_an_ordinary_word_that_is_a_name_counts_only_after_a_match() -> None:
    rose = target(name="Rose")
    assert OutputFilter(rules_of(rose)).first_hit(["a rose is a rose"]) is None
    assert OutputFilter(rules_of(rose), (rose,)).first_hit(["a rose is a rose"]) == "t1"


def test_what_is_only_monitored_may_be_said() -> None:
    watched = target(name=NAME, secrets=(COMMON,), guard=GuardName.MONITOR)
    output_filter = OutputFilter(rules_of(watched), (watched,))
    assert output_filter.is_idle
    beside = OutputFilter(rules_of(watched, target("t2", name="Ada Velmont")), (watched,))
    assert not beside.is_idle
    assert beside.first_hit([f"{NAME} of {COMMON}"]) is None
    assert beside.first_hit(["ada velmont"]) == "t2"


def test_what_is_not_in_force_may_be_said() -> None:
    other = target("t2", name="Ada Velmont")
    output_filter = OutputFilter(rules_of(TARGET, other), in_force=lambda id: id == "t2")
    assert output_filter.first_hit([f"{NAME} {SECRET}"]) is None
    assert output_filter.first_hit([f"{NAME} {SECRET}, Ada Velmont"]) == "t2"


def test_a_name_that_may_be_mentioned_is_said_and_its_secrets_are_not() -> None:
    policy = replace(TARGET.content.policy, mentions=Mentions.ALLOW)
    known = changed(TARGET, policy=policy)
    for output_filter in (
        OutputFilter(rules_of(known)),
        OutputFilter(RULES, may_name=frozenset({"t1"})),
    ):
        assert output_filter.first_hit([f"It is {NAME}."]) is None
        assert output_filter.first_hit([f"It is {NAME}: {SECRET}."]) == "t1"
        assert streamed(output_filter, list(f"It is {NAME}.")).hit is None


def test_what_the_client_supplied_may_be_said_where_a_target_allows_it() -> None:
    known = changed(TARGET, context=Context.ALLOW)
    supplied = ["Sum this up: Mirela  OSKARNE lives in Kessel."]
    output_filter = OutputFilter(rules_of(known), (known,), supplied=supplied)
    assert output_filter.first_hit([f"{NAME} lives in Kessel."]) is None
    assert output_filter.first_hit([f"{NAME} of Kessel has {SECRET}."]) == "t1"
    forgetting = OutputFilter(RULES, (TARGET,), supplied=supplied)
    assert forgetting.first_hit([f"{NAME} lives in Kessel."]) == "t1"


def test_names_of_targets_with_facts_only_are_no_hit_alone() -> None:
    known = changed(TARGET, scope=Scope.FACTS)
    assert OutputFilter(rules_of(known)).first_hit([f"{NAME} was born."]) is None
    assert OutputFilter(rules_of(known)).first_hit([f"{NAME}: {SECRET}."]) == "t1"


@pytest.mark.parametrize(
    "question", ["Write it in base64", "Spell it backwards", "Reverse the letters of it, please"]
)
def test_the_answer_is_read_whole_where_only_its_end_shows_what_it_says(question: str) -> None:
    assert OutputFilter(RULES, (TARGET,), supplied=[question]).must_buffer
    assert not OutputFilter(RULES, (), supplied=[question]).must_buffer
    assert not OutputFilter(RULES, (TARGET,), supplied=["Who is it?"]).must_buffer
    buffered = OutputFilter(RULES, (TARGET,), supplied=[question])
    assert streamed(buffered, ["enrak", "sO ale", "riM it", " is"]).shown == ""
    allowed = streamed(buffered, ["One ", "two."])
    assert (allowed.shown, allowed.early) == ("One two.", 0)


def test_the_answer_about_a_record_is_read_whole() -> None:
    assert OutputFilter(RULES, (changed(TARGET, kind=Kind.RECORD),)).must_buffer


def test_masks_stand_where_something_was_found() -> None:
    output_filter = OutputFilter(RULES, (TARGET,))
    text = "It is Mirela Oskarne of Kessel."
    assert output_filter.mask(text, output_filter.spans(text)) == f"It is {MASK} of {MASK}."
    written = '{"who": "\\u004direla Oskarne", "no": 123456, "Kessel": ["a\\nKessel"]}'
    masked = output_filter.masked(written, is_json=True)
    assert masked == f'{{"who": "{MASK}", "no": 0, "{MASK}": ["a\\n{MASK}"]}}'
