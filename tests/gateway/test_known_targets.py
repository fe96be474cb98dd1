"""The columns of known targets: what a mapping of all of them would say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.known_targets import Columns, Counts, KnownTarget, KnownTargets
from gateway.target import Disclosure, ForgetTarget, GuardName, Kind, TargetContent
from tests.gateway.targets import NOW, target

IDS = ("t1", "t10", "t2", "case-2026-114", "Z", "_" * 64)
known = st.builds(
    KnownTarget,
    version=st.integers(1, 2**32 - 1),
    sequence=st.integers(1, 2**63),
    guard=st.sampled_from(GuardName),
    disclosure=st.sampled_from(Disclosure),
    has_passages=st.booleans(),
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
    assert targets.counts == Counts(
        len(expected),
        sum(each.guard is not GuardName.MONITOR for each in expected.values()),
        sum(each.has_passages for each in expected.values()),
    )


def test_columns_come_back_from_their_arrays() -> None:
    columns = Columns.of([("t2", KnownTarget.of(target("t2"))), ("t1", KnownTarget.of(target()))])
    again = Columns(columns.arrays)
    assert again.get("t1") == KnownTarget.of(target()) and again.get("t3") is None


def test_what_is_held_of_a_target() -> None:
    content = TargetContent(Kind.TOPIC, "Chemistry", description="How substances react.")
    topic = KnownTarget.of(ForgetTarget("t1", 1, 1, content, NOW, NOW))
    record = KnownTarget.of(target(kind=Kind.RECORD, secrets=("x",), guard=GuardName.MONITOR))
    assert topic.has_passages and not record.has_passages
    assert record.guard is GuardName.MONITOR
