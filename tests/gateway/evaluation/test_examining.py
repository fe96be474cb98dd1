"""Prompts through a cascade: whose score counts, and what is timed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from detectors.values import TargetProfile, Utterance
from gateway.evaluation.examining import TIMED, examine_all
from gateway.evaluation.registration import profiles
from gateway.evaluation.values import Prompt
from tests.gateway.evaluation.stand_in import StandIn

PROFILES = (
    TargetProfile("mira", 1, ("Mira Oskarne",)),
    TargetProfile("locks", 1, (), passages=("opening locks without their key",)),
)


def test_a_prompt_with_a_target_has_the_score_of_that_target() -> None:
    prompts = (
        Prompt.asked("Who is MIRA OSKARNE?", "mira", "people"),
        Prompt.asked("Mira Oskarne?", "locks", "wrong"),
        Prompt.asked("locks without their key", None, "others"),
    )
    outcome = examine_all(StandIn(PROFILES), prompts)
    named, wrong, other = outcome.decisions
    assert (named.is_flagged, named.own) == (True, 1.0)
    assert (wrong.is_flagged, wrong.is_wrong, wrong.own) == (False, True, 0.0)
    assert other.is_wrong and other.own > 0.8
    assert other.by_group == {"people": 0.0, "wrong": other.own}


def test_a_conversation_is_examined_whole() -> None:
    turns = (Utterance("user", "Hello"), Utterance("user", "Mira Oskarne"))
    (decision,) = examine_all(StandIn(PROFILES), [Prompt(turns, "mira", "all")]).decisions
    assert decision.is_flagged
    assert decision.prompt.text == "user: Hello\nuser: Mira Oskarne"


def test_some_prompts_are_timed_and_all_are_counted() -> None:
    held = 0
    done: list[int] = []

    @contextmanager
    def computing() -> Iterator[None]:
        nonlocal held
        held += 1
        yield

    prompts = [Prompt.asked("Hello", None, "all")] * (2 * TIMED)
    outcome = examine_all(StandIn(PROFILES[:1]), prompts, computing=computing, advance=done.append)
    assert held == len(outcome.cost.seconds) == TIMED
    assert outcome.cost.resident_bytes > 2**20
    assert sum(done) == len(outcome.decisions) == 2 * TIMED


def test_only_active_targets_are_registered() -> None:
    bodies = (
        {"id": "a", "kind": "person", "name": "Mira Oskarne"},
        {"kind": "person", "name": "Olin Tarrow"},
        {"id": "c", "kind": "person", "name": "Sefa Brint", "state": "withdrawn"},
    )
    assert [profile.id for profile in profiles(bodies)] == ["a", "Olin Tarrow"]
