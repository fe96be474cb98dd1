"""What is measured of a text beside a passage, and that the shipped judge reads it so."""

from __future__ import annotations

import json
from dataclasses import fields
from importlib.resources import files
from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.semantic.features import NAMES, Features, Wording, features_of
from detectors.semantic.particulars import Passage, Role
from detectors.semantic.verify import WEIGHTS_FILE, Logistic, Verifier, probability

JUDGED = (Role.ABOUT, Role.FACT, Role.EXAMPLE)
UNITS = st.floats(0, 1)
FIELDS = tuple(field.name for field in fields(Features))


def measured(passage: Passage, text: str, *, is_named: bool = False) -> Features:
    return features_of(passage, Wording.of(text), cosine=0.5, is_named=is_named)


def with_particulars(*particulars: str, known: tuple[str, ...] = ()) -> Passage:
    return Passage("text", frozenset(particulars), Role.ABOUT, frozenset(known))


def features(
    cosine: float, more: float = 0.0, *, bare: bool = False, named: float = 0.0
) -> Features:
    """Return features of a text that has `more` of all that can be shared."""
    given = {"cosine": cosine, "named": named, "bare": float(bare)}
    shared = {name: more for name in FIELDS if name not in given}
    return Features(**(shared | given | ({"share": 0.0} if bare else {})))


def test_the_share_is_weighted_by_rarity() -> None:
    both = with_particulars("mirror", "xylotomous")
    assert measured(both, "a xylotomous mirror").share == 1
    assert measured(both, "something else").share == 0
    rare, common = measured(both, "xylotomous").share, measured(both, "mirror").share
    assert rare > common > 0
    assert rare + common == pytest.approx(1)


def test_even_the_commonest_words_weigh_something() -> None:
    assert 0 < measured(with_particulars("the", "xylotomous"), "the").share < 0.1


def test_a_passage_without_particulars_is_bare() -> None:
    bare = measured(with_particulars(), "any", is_named=True)
    assert (bare.share, bare.bare, bare.named) == (0, 1, 1)
    other = measured(with_particulars("mirror"), "any")
    assert (other.share, other.bare, other.named) == (0, 0, 0)


def test_what_is_particular_of_a_text_is_covered_or_not() -> None:
    passage = with_particulars("mirror", known=("ondrey", "1950"))
    assert measured(passage, "was it a mirror?").covered == 1
    assert measured(passage, "Is she from Ondrey?").covered == 1
    assert measured(passage, "Is she from Velmora?").covered == 0
    assert 0 < measured(passage, "Was it 1950 in Velmora?").covered < 1


def test_words_in_common_are_counted_up_to_four() -> None:
    passage = with_particulars("mirror", known=("ondrey", "1950", "orchid", "press"))
    assert measured(passage, "nothing").common == 0
    assert measured(passage, "mirror of ondrey").common == 0.5
    assert measured(passage, "mirror ondrey 1950 orchid press").common == 1


def test_the_wording_of_a_text_is_that_of_numbers_names_and_rare_words() -> None:
    wording = Wording.of("Was the xylotomous Mirror made in 1950?")
    assert wording.words == {"was", "the", "xylotomous", "mirror", "made", "in", "1950"}
    assert wording.particulars == {"xylotomous", "mirror", "1950"}


@given(st.fixed_dictionaries({name: UNITS for name in FIELDS}))
def test_values_stand_in_the_order_of_their_names(held: dict[str, float]) -> None:
    assert Features(**held).values() == tuple(
        prod(held[factor] for factor in name.split("*")) for name in NAMES
    )


def test_the_shipped_judge_was_trained_on_these_features() -> None:
    held: dict[str, Any] = json.loads(
        files("detectors.semantic").joinpath(WEIGHTS_FILE).read_text()
    )
    assert held["features"] == list(NAMES)
    models = Verifier.shipped().models
    assert set(models) == set(JUDGED)
    assert all(len(model.weights) == len(NAMES) for model in models.values())


@given(
    st.fixed_dictionaries({name: UNITS for name in FIELDS}),
    st.booleans(),
    st.booleans(),
    st.sampled_from(JUDGED),
    UNITS,
)
def test_the_shipped_judge_is_the_surer_the_nearer_a_text_is(
    held: dict[str, float], is_bare: bool, is_named: bool, role: Role, nearer: float
) -> None:
    held |= {"bare": float(is_bare), "named": float(is_named)}
    held["share"] *= not is_bare
    low, high = sorted((held["cosine"], nearer))
    judge = Verifier.shipped()
    further = judge.margin(role, Features(**(held | {"cosine": low})))
    assert judge.margin(role, Features(**(held | {"cosine": high}))) >= further - 1e-9


@given(UNITS, UNITS, UNITS, st.sampled_from(JUDGED))
def test_the_shipped_judge_is_no_less_sure_where_more_of_all_is_shared(
    cosine: float, one: float, other: float, role: Role
) -> None:
    low, high = sorted((one, other))
    judge = Verifier.shipped()
    less = judge.margin(role, features(cosine, low))
    assert judge.margin(role, features(cosine, high)) >= less - 1e-9


@pytest.mark.parametrize("role", JUDGED)
def test_the_same_words_count_and_what_has_nothing_in_common_does_not(role: Role) -> None:
    judge = Verifier.shipped()
    assert judge.margin(role, features(1.0, 1.0, named=1.0)) > 0
    assert judge.margin(role, features(0.0)) < 0


def test_models_are_read_as_they_are_written() -> None:
    weights = list(range(1, len(NAMES) + 1))
    judge = Verifier.read({"fact": {"bias": -1, "weights": weights, "held_out": {}}})
    assert judge.models == {Role.FACT: Logistic(-1.0, tuple(map(float, weights)))}
    assert judge.margin(Role.FACT, features(1.0)) == 0


@pytest.mark.parametrize("count", [1, len(NAMES) - 1, len(NAMES) + 1])
def test_a_model_of_other_features_is_not_used(count: int) -> None:
    judge = Verifier.read({"fact": {"bias": 0, "weights": [1] * count}})
    with pytest.raises(ValueError, match="zip"):
        judge.margin(Role.FACT, features(1.0))


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_probability_is_in_order_and_open(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 < probability(low) <= probability(high) < 1
    assert probability(0) == 0.5
