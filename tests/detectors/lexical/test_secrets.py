"""Secrets in the ways in which people group numbers and keys."""

from __future__ import annotations

import pytest

from detectors.lexical.index import LexicalIndex
from detectors.lexical.secrets import forms_of_secret
from detectors.values import TargetProfile
from detectors.views import views


@pytest.mark.parametrize(
    ("secret", "form"),
    [
        ("4111 1111 1111 1111", "4111111111111111"),
        ("4111 1111 1111 1111", "4111-1111-1111-1111"),
        ("4111-1111-1111-1111", "4111 1111 1111 1111"),
        ("QX-7741-LMNO-93", "qx7741lmno93"),
        ("14 Lantern Row", "14-lantern-row"),
        ("+49 30 1234567", "49301234567"),
    ],
)
def test_a_value_is_looked_for_however_it_is_grouped(secret: str, form: str) -> None:
    assert form in forms_of_secret(secret)
    profile = TargetProfile("t", 1, names=(), standalone_secrets=(secret,))
    index = LexicalIndex([profile])
    found = [index.exact(view) for view in views(f"It is {form}, they say.")]
    assert any(secrets for _, secrets in found)


@pytest.mark.parametrize("secret", ["The Quiet River", "Tolvaere", "12-34", "sk8Fq02LmZx77"])
def test_words_and_short_values_have_one_form(secret: str) -> None:
    assert len(forms_of_secret(secret)) == 1
