"""Segments answer as one index of all living targets would, whatever happened to them before."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.lexical.index import LexicalIndex
from detectors.lexical.segments import NEWEST, SegmentedLexicalIndex
from detectors.values import TargetProfile
from detectors.views import normalise, views

NAMES = ("Mirela Oskarne", "Tomas Oskarne", "Ada Velmont", "Ada Velmonte", "Rose", "Kessel Brandt")
SECRETS = ("664-123-4567", "m@example.org")
IDS = ("t1", "t2", "t3", "t4", "t5")
TEXTS = (
    "Where was Mirela Oskarne born, and did Oskarne know Ada Velmont?",
    "mirela oskarme and ada velmomt wrote to Rose in Kessel",
    "Did Rose's friend Brandt call 664-123-4567 or m@example.org? Velmonte did.",
)

profiles = st.builds(
    TargetProfile,
    id=st.sampled_from(IDS),
    version=st.just(1),
    names=st.lists(st.sampled_from(NAMES), max_size=2, unique=True).map(tuple),
    standalone_secrets=st.lists(st.sampled_from(SECRETS), max_size=1).map(tuple),
    facts_only=st.booleans(),
)
puts = st.lists(profiles, max_size=3, unique_by=lambda profile: profile.id)
steps = st.one_of(
    st.tuples(puts, st.lists(st.sampled_from(IDS), max_size=2)),
    st.just("merge"),
    st.just("merge while it changes"),
    st.just("new base"),
)


def person(number: int, name: str = "Mirela Oskarne") -> TargetProfile:
    return TargetProfile(f"t{number}", 1, (name,))


def found(index: LexicalIndex | SegmentedLexicalIndex) -> list[tuple[object, ...]]:
    """Return what is found in each text, in an order that does not depend on the index's."""
    each = [index.examine(views(text)) for text in TEXTS]
    return [
        (
            sorted(one.matches, key=lambda match: (match.target, match.view, match.span)),
            sorted(one.mentions, key=lambda mention: (mention.target, mention.view, mention.span)),
        )
        for one in each
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, max_size=8))
def test_any_history_is_found_as_by_an_index_made_anew(history: list[object]) -> None:
    index = SegmentedLexicalIndex()
    living: dict[str, TargetProfile] = {}
    for step in history:
        if isinstance(step, tuple):
            put, removed = step
            removed = [id for id in removed if id not in {profile.id for profile in put}]
            index = index.with_changes(put, removed)
            living = {id: profile for id, profile in living.items() if id not in removed}
            living |= {profile.id: profile for profile in put}
        elif step == "new base":
            index = SegmentedLexicalIndex(LexicalIndex(living.values()))
        else:
            serials = index.serials
            if not serials:
                continue
            merged = index.merged(serials)
            if step == "merge while it changes":
                changed = TargetProfile("t1", 2, ("Ada Velmonte",))
                index = index.with_changes([changed], ["t2"])
                living = {id: profile for id, profile in living.items() if id != "t2"}
                living["t1"] = changed
            index = index.with_merged(serials, merged)
    fresh = LexicalIndex(living.values())
    assert found(index) == found(fresh)
    # The names of withdrawn targets stay until segments are merged.
    assert not index.is_empty or (not len(fresh.names) and not len(fresh.secrets))
    for text in TEXTS:
        normalised = normalise(text).text
        names = (each for each in fresh.names.find(normalised) if each[2] not in fresh.facts_only)
        exact = {(start, end, fresh.target(number)) for start, end, number in names}
        secrets = fresh.secrets.find(normalised)
        exact |= {(start, end, fresh.target(number)) for start, end, number in secrets}
        seen = (each for each in index.occurrences(normalised) if not each.needs_fact)
        assert {each[:3] for each in seen} == exact


def test_a_stream_is_held_for_the_names_of_every_segment() -> None:
    index = SegmentedLexicalIndex(LexicalIndex([person(1)])).with_changes([person(2, "Ada Vel")])
    assert index.hold("by mirela") == len("by ")
    assert index.hold("by ada") == len("by ")
    assert index.hold("by tomas") == len("by tomas")


def test_what_changes_is_built_alone() -> None:
    base = LexicalIndex([person(number) for number in range(1000, 1200)])
    index = SegmentedLexicalIndex(base)
    for number in range(NEWEST):
        index = index.with_changes([person(number)])
    assert index.sizes == (NEWEST,)
    assert index.with_changes([person(NEWEST)]).sizes == (NEWEST, 1)


def test_segments_grow_geometrically() -> None:
    index = SegmentedLexicalIndex()
    for number in range(20 * NEWEST):
        index = index.with_changes([person(number)])
        due = index.merge_due()
        if due:
            index = index.with_merged(due, index.merged(due))
    assert len(index.sizes) <= 5
    assert sum(index.sizes) == 20 * NEWEST


def test_what_was_replaced_during_a_merge_stays_replaced() -> None:
    index = SegmentedLexicalIndex().with_changes([person(1), person(2)])
    merged = index.merged(index.serials)
    changed = index.with_changes([replace(person(1), names=("Ada Velmont",))], ["t2"])
    for later in (changed, changed.with_merged(index.serials, merged)):
        assert [match.target for match in later.find(views("Mirela Oskarne"))] == []
        assert [match.target for match in later.find(views("Ada Velmont"))] == ["t1"]


def test_the_name_with_the_fewest_errors_is_meant_whatever_segment_it_is_in() -> None:
    near, far = person(1, "Ada Velmont"), person(2, "Ada Velmonte")
    text = views("a letter of ada velmomt to somebody")
    for first, second in ((near, far), (far, near)):
        index = SegmentedLexicalIndex(LexicalIndex([first])).with_changes([second])
        fresh = LexicalIndex([first, second])
        assert index.find(text) == fresh.find(text)
        assert [match.target for match in index.find(text)] == ["t1"]
