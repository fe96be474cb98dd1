"""The chain of hashes: whatever is changed in a log is found, at the place where it was changed.

Writing the log is tested in test_event_store.py.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.registry.chain import START, ChainReport, Event, verify

texts = st.text(max_size=8)
ACTIONS = ("target.created", "target.erased", "key.created")


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    head, events = START, []
    for sequence in range(1, draw(st.integers(2, 6)) + 1):
        event = Event(
            sequence=sequence,
            time="2026-01-01T00:00:00.000000Z",
            actor=draw(texts),
            action=draw(st.sampled_from(ACTIONS)),
            case=draw(texts),
            target_id=draw(st.none() | texts),
            target_version=draw(st.none() | st.integers(1, 9)),
            key_id=draw(st.none() | texts),
            digest=draw(st.sampled_from(["", "ab" * 32])),
            previous=head,
            hash="",
        ).sealed()
        events.append(event)
        head = event.hash
    return events


@given(logs())
def test_a_log_as_it_was_written_is_intact(log: list[Event]) -> None:
    assert verify(log) == ChainReport(len(log), log[-1].hash)
    assert verify(Event.from_dict(event.as_dict()) for event in log).intact


def test_an_empty_log_is_intact() -> None:
    assert verify([]) == ChainReport(0, START)


@given(logs(), st.data())
def test_a_changed_field_is_found_where_it_stands(log: list[Event], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(log) - 1))
    name = data.draw(st.sampled_from([field.name for field in fields(Event)]))
    before = log[index].as_dict()[name]
    after = data.draw(
        (st.integers(1, 99) if isinstance(before, int) else texts).filter(
            lambda value: value != before
        )
    )
    log[index] = replace(log[index], **{name: after})
    report = verify(log)
    assert report.first_broken == index + 1
    assert report.count == index
    assert report.reason


@given(logs(), st.data())
def test_a_resealed_change_breaks_the_next_link(log: list[Event], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(log) - 2))
    log[index] = replace(log[index], actor=log[index].actor + "x").sealed()
    assert verify(log).first_broken == index + 2


@given(logs(), st.data())
def test_a_removed_row_is_found(log: list[Event], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(log) - 2))
    del log[index]
    assert verify(log).first_broken == index + 1


@given(logs(), st.data())
def test_reordered_rows_are_found(log: list[Event], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(log))).filter(lambda o: o != sorted(o)))
    moved = next(place for place, index in enumerate(order) if place != index)
    assert verify([log[index] for index in order]).first_broken == moved + 1


@given(logs())
def test_rows_cut_off_at_the_end_show_in_the_head(log: list[Event]) -> None:
    assert verify(log[:-1]).intact
    assert verify(log[:-1]).head != verify(log).head


@given(logs(), st.data())
def test_any_flipped_bit_of_the_text_is_found(log: list[Event], data: st.DataObject) -> None:
    event = data.draw(st.sampled_from(log))
    name = data.draw(st.sampled_from(["hash", "previous", "time"]))
    raw = bytearray(str(event.as_dict()[name]).encode())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 6))
    log[event.sequence - 1] = replace(event, **{name: raw.decode()})
    assert verify(log).first_broken == event.sequence


@pytest.mark.parametrize(
    "change",
    [{"sequence": "1"}, {"sequence": True}, {"actor": None}, {"extra": 1}, {"target_version": 1.0}],
)
def test_what_is_no_event_is_refused(change: dict[str, object]) -> None:
    event = Event(1, "t", "a", "x", "", None, None, None, "", START, "").sealed()
    with pytest.raises(ValueError, match="not an event"):
        Event.from_dict({**event.as_dict(), **change})


def test_a_missing_field_is_refused() -> None:
    with pytest.raises(ValueError, match="case"):
        Event.from_dict({"sequence": 1})


def test_checking_a_log_needs_no_database() -> None:
    program = "import sys, gateway.registry; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=30).returncode == 0
