"""For what streams wait: for names that others have, and alike for all that may be a name."""

from __future__ import annotations

import pytest

from detectors.lexical.index import LexicalIndex
from detectors.lexical.segments import SegmentedLexicalIndex
from detectors.values import TargetProfile
from gateway.unknown.beside import Beside, start_of_name

NAMES = ("Mirela Oskarne", "the Gray Fox")


def beside(*others: str) -> Beside:
    profiles = [TargetProfile("own", 1, NAMES)]
    profiles += [TargetProfile(f"t{place}", 1, (name,)) for place, name in enumerate(others)]
    return Beside(SegmentedLexicalIndex(LexicalIndex(profiles)), NAMES)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("i know mirela", "mirela"),
        ("i know mirela o", ""),
        ("i know mirela oskarne", ""),
        ("i know the", "the"),
        ("i know the gray", ""),
        ("i know", ""),
    ],
)
def test_own_names_are_waited_for_up_to_their_first_word(text: str, held: str) -> None:
    assert text[beside().hold(text) :] == held


def test_a_name_that_another_has_too_is_waited_for() -> None:
    text = "i know mirela osk"
    assert text[beside("Mirela Oskander").hold(text) :] == "mirela osk"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("I know Mirela", "Mirela"),
        ("I know Mirela Osk", "Mirela Osk"),
        ("I know Mirela Oskarne.", ""),
        ("I know Mirela Oskarne's", ""),
        ("The", ""),
        ("Sorry", ""),
        ("i know mirela", ""),
        ("(Élodie", "Élodie"),
    ],
)
def test_whatever_may_be_a_name_is_waited_for_alike(text: str, held: str) -> None:
    assert text[start_of_name(text) :] == held
