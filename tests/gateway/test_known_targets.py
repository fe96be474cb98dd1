"""The columns of known targets: what a mapping of all of them would say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.known_targets import Columns, Counts, KnownTarget, KnownTargets
from gateway.target import (
    Context,
    Disclosure,
    ForgetTarget,
    GuardName,
    Kind,
    Mentions,
    Policy,
    TargetContent,
)
from tests.gateway.targets import NOW, target

IDS = ("t1", "t10", "t2", "case-2026-114", "Z", "_" * 64)
known = st.builds(
    KnownTarget,
    version=st.integers(1, 2**32 - 1),
    sequence=st.integers(1, 2**63),
    guard=st.sampled_from(GuardName),
    disclosure=st.sampled_from(Disclosure),
    has_passages=st.booleans(),
    audiences=st.sampled_from([(), ("legal",), ("legal", "press")]),
    expires_at=st.floats(0, allow_nan=False),
    allows_mention=st.booleans(),
    allows_context=st.booleans(),
)
some = st.dictionaries(st.sampled_from(IDS), known)
changes = st.dictionaries(st.sampled_from(IDS), known | st.none())


@given(some, st.lists(changes, max_size=4))
def test_columns_and_changes_say_what_a_mapping_would(
    base: dict[str, KnownTarget], later: list[dict[str, KnownTarget | None]]
) -> None:
    targets, expected = KnownTargets(Columns.of(base.items())), dict(base)
    for change in later:
        targets = targets.with_changes(change)
        for id, new in change.items():
            expected.pop(id, None)
            if new is not None:
                expected[id] = new
    assert dict(targets) == expected
    assert len(targets) == len(expected)
    assert all((id in targets) == (id in expected) for id in (*IDS, "", "t", "_" * 99))
    for disclosure in Disclosure:
        assert set(targets.disclosing(disclosure)) == {
            id for id, each in expected.items() if each.disclosure is disclosure
        }
    assert targets.counts == Counts(
        len(expected),
        sum(each.guard is not GuardName.MONITOR for each in expected.values()),
        sum(each.has_passages for each in expected.values()),
        sum(each.guard is GuardName.AGENTIC for each in expected.values()),
    )


def test_columns_come_back_from_their_arrays() -> None:
    columns = Columns.of([("t2", KnownTarget.of(target("t2"))), ("t1", KnownTarget.of(target()))])
    again = Columns(columns.arrays)
    assert again.get("t1") == KnownTarget.of(target()) and again.get("t3") is None


def test_many_sets_of_audiences_are_told_apart() -> None:
    made = {f"t{n}": replace(KnownTarget.of(target()), audiences=(f"r{n}",)) for n in range(300)}
    columns = Columns.of(made.items())
    assert all(columns.get(id) == each for id, each in made.items())


def test_policies_take_few_bytes_of_a_target() -> None:
    usual = KnownTarget.of(target())
    columns = Columns.of((f"t{n:04}", usual) for n in range(1000))
    without_ids = {name: array for name, array in columns.arrays.items() if name != "ids"}
    assert sum(array.nbytes for array in without_ids.values()) <= 24 * 1000 + 16


@given(some, st.dictionaries(st.sampled_from(IDS), known), st.floats(0, 100))
def test_no_answer_that_a_target_wants_audited_is_missed(
    base: dict[str, KnownTarget], later: dict[str, KnownTarget], now: float
) -> None:
    made = KnownTargets(Columns.of(base.items()))
    for targets, expected in (made, base), (made.with_changes(later), {**base, **later}):
        for roles in (), ("legal",), ("press",):
            wanted = any(
                each.guard is GuardName.AGENTIC and each.is_in_force(roles, now)
                for each in expected.values()
            )
            found = targets.audits(roles, now)
            assert found or not wanted
            assert found == wanted or targets is not made


def test_where_no_target_wants_audits_any_more_there_are_none() -> None:
    agentic = KnownTarget.of(target(guard=GuardName.AGENTIC))
    made = KnownTargets(Columns.of([("t1", agentic)]))
    assert made.audits((), 0) and not made.with_changes({"t1": None}).audits((), 0)


def test_a_target_is_in_force_for_whom_it_does_not_exempt_until_it_expires() -> None:
    content = TargetContent(
        Kind.PERSON, "Mirela Oskarne", audiences=("legal",), expires_at=NOW + timedelta(hours=1)
    )
    known = KnownTarget.of(ForgetTarget("t1", 1, 1, content, NOW, NOW))
    moment = NOW.timestamp()
    for judge in (known, content):
        assert judge.is_in_force((), moment) and judge.is_in_force(("press",), moment + 3599)
        assert not judge.is_in_force(("press", "legal"), moment)
        assert not judge.is_in_force((), moment + 3600)


def test_what_is_held_of_a_target() -> None:
    content = TargetContent(Kind.TOPIC, "Chemistry", description="How substances react.")
    topic = KnownTarget.of(ForgetTarget("t1", 1, 1, content, NOW, NOW))
    record = KnownTarget.of(target(kind=Kind.RECORD, secrets=("x",), guard=GuardName.MONITOR))
    assert topic.has_passages and not record.has_passages
    assert record.guard is GuardName.MONITOR
    policy = Policy(mentions=Mentions.ALLOW)
    lenient = TargetContent(Kind.PERSON, "M", context=Context.ALLOW, policy=policy)
    known = KnownTarget.of(ForgetTarget("t1", 1, 1, lenient, NOW, NOW))
    assert known.allows_mention and known.allows_context
    assert not (topic.allows_mention or topic.allows_context)
