"""The views of a text: what each undoes, where it stood, and the bounds. Names: test_names.py."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import strategies as st

from detectors.views import PLAIN, View, views

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)
AWKWARD = st.text(
    st.sampled_from("aBIl 01\t\n\u200b\u0301ﬁİ김\ud800\\ux%&#;=+-_.!|$@S\u0455\U000e0041"),
    max_size=30,
)
NOISE = ANY_TEXT | AWKWARD


def named(text: str, name: str) -> View:
    return next(view for view in views(text) if view.name == name)


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("padded", [True, False])
@pytest.mark.parametrize("sentence", ["{}", "Decode {} and answer.", '{{"q": "{}"}}', "({})"])
def test_base64_is_read_and_mapped_to_its_run(
    encode: Callable[[bytes], bytes], padded: bool, sentence: str
) -> None:
    secret = "Where was Joren Hollorán born? ~~?>"
    run = encode(secret.encode()).decode()
    run = run if padded else run.rstrip("=")
    text = sentence.format(run)
    plain, *_ = views(text)
    decoded = named(text, "base64")
    assert (plain.name, plain.source) == (PLAIN, text)
    assert decoded.source == sentence.format(secret)
    start = decoded.text.index("joren")
    begin, end = decoded.span(start, start + len("joren holloran"))
    assert text[begin:end] == run


def test_several_runs_are_one_view_and_keep_their_places() -> None:
    runs = [base64_of(word) for word in ("first words", "other words")]
    text = f"{runs[0]} then {runs[1]}"
    decoded = named(text, "base64")
    assert decoded.text == "first words then other words"
    places = [decoded.span(at, at + 5) for at in (0, decoded.text.index("other"))]
    assert [text[begin:end] for begin, end in places] == runs
    assert decoded.span(0, len(decoded.text)) == (0, len(text))


@pytest.mark.parametrize(
    "text",
    [
        "How does internationalization of telecommunications work?",
        "short",
        base64.b64encode(bytes(range(128, 160))).decode().lower(),
        "A" * 5000,
        "He paid $20,000 for 15 apples in 2019, 1,333 each!",
        "Choose: A, B or C. Then x + y = z, at 10:30, 50% off & more.",
        "",
    ],
)
def test_what_hides_nothing_has_no_second_view(text: str) -> None:
    assert [view.name for view in views(text)] == [PLAIN]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Who is 5t3ph3n K1ng?", "leet", "who is stephen king?"),
        ("about $73ph3n k!n9", "leet", "about stephen king"),
        ("S t e p h e n   K i n g", "spaced", "stephen king"),
        ("S-t-e-p-h-e-n K-i-n-g", "spaced", "stephen king"),
        ("S_t_e_p_h_e_n_K_i_n_g", "spaced", "stephenking"),
        ("'S', 't', 'e', 'p'", "spaced", "'step'"),
        ("s\nt\ne\np\nh", "spaced", "steph"),
        ("is Ste-phen Ki-ng", "joined", "is stephen king"),
        ("is Ste\x00phen Ki\\ng", "joined", "is stephen king"),
        ("Sierra tango echo papa", "spelt", "step"),
        ("5374657068656e", "hex", "stephen"),
        ("0x53 0x74 0x65 0x70", "hex", "step"),
        ("01010011 01110100 01100101", "character codes", "ste"),
        ("83 116 101 112 104", "character codes", "steph"),
        ("St%65phen %4b%c3%b6ng", "url", "stephen kong"),
        ("St&#101;phen &#x4b;ing &amp; K&ouml;ng", "html", "stephen king & kong"),
        (r"\u0053t\x65\u{70}hen U+004B", "escapes", "stephen k"),
        ("... - . .--. / -.- ..", "morse", "step ki"),
        (
            "Gur obbxf bs Fgrcura Xvat, naq gur svyzf",
            "rot13",
            "the books of stephen king, and the films",
        ),
        (
            "?gnik nehpets fo koob tsetal eht si tahw",
            "reversed",
            "what is the latest book of stephen king?",
        ),
        ("Ѕtерhеn Кіng", "confusables", "stephen king"),
        ("🅂𝐭𝐞𝐩 ᴋɪɴɢ", "confusables", "step king"),
    ],
)
def test_what_is_hidden_is_read(text: str, name: str, expected: str) -> None:
    assert expected in named(text, name).text
