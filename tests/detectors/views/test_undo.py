"""The views of a text: what each undoes, where it stood, and the bounds. Names: test_names.py."""

from __future__ import annotations

import base64
import re
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.views import PLAIN, View, apart, encodings, normalise, readings, views
from detectors.views import undo as module

Trace = Callable[[FrameType, str, Any], Any]

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


ENCODERS: dict[str, Callable[[str], str]] = {
    "base64": base64_of,
    "base64 twice": lambda text: base64_of(base64_of(text)),
    "hex": lambda text: text.encode().hex(),
    "url": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "url of base64": lambda text: quote(base64_of(base64_of(text))),
    "html": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "escapes": lambda text: "".join(f"\\u{ord(character):04x}" for character in text),
}
HOSTILE = (
    "\u200b", "a-", "5t3ph3n ", "a b ", "a, ", "53 ", "%41", "&#65;", "\\u0041", "QUFBQUFBQUFB",
    "QUFBQUFBQUFB ", "аb ", "I", "aI", "1", "!a", "-.", "echo ", " eht fo", "\ud800", "=", "A=",
    "ӏa",
)  # fmt: skip


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
        ("S t e p h e n   K i n g ' s", "spaced", "stephen king's"),
        ("S a m L . L e e", "spaced", "samllee"),
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


@given(NOISE)
def test_views_never_fail_and_spans_stay_in_range(text: str) -> None:
    for view in views(text):
        for start in range(len(view.text)):
            begin, end = view.span(start, start + 1)
            assert 0 <= begin <= end <= len(text)
            assert isinstance(view.touches(start, start + 1), bool)


@given(NOISE, st.sampled_from(list(ENCODERS)), NOISE)
def test_offsets_never_fall(before: str, encoder: str, after: str) -> None:
    text = f"{before} {ENCODERS[encoder]('Joren Holloran, of Oslo')} {after}"
    for view in views(text):
        if "reversed" in view.name:
            continue
        places = [view.span(at, at + 1) for at in range(len(view.text))]
        assert [begin for begin, _ in places] == sorted(begin for begin, _ in places)
        assert [end for _, end in places] == sorted(end for _, end in places)


@given(st.sampled_from(list(ENCODERS)), st.text("xyz tXY.,?", max_size=200))
def test_the_span_of_a_match_decodes_to_the_match(encoder: str, around: str) -> None:
    name = "Joren Holloran"
    text = f"{around} {ENCODERS[encoder](name)} {around}"
    view = next(view for view in views(text) if "joren holloran" in view.text)
    start = view.text.index("joren holloran")
    end = start + len(name)
    begin, stop = view.span(start, end)
    piece = text[begin:stop]
    assert view.touches(start, end)
    assert any("joren holloran" in other.text for other in views(piece))
    # A run of base64 or of bytes decodes as a whole; nothing around it is taken in.
    assert ENCODERS[encoder](name).startswith(piece)


@given(NOISE, NOISE, st.sampled_from(["joren holloran", "Zoë K.", "김연아"]))
def test_a_view_never_loses_what_the_plain_text_has(before: str, after: str, name: str) -> None:
    plain = views(f"{before} {name} {after}")[0]
    assert plain.name == PLAIN
    assert normalise(name).text in plain.text


@given(NOISE, st.sampled_from(["joren holloran", "Kim Wexler"]))
def test_what_is_not_rewritten_stays_in_its_view(noise: str, name: str) -> None:
    """A name beside a rewritten place is in that view's surroundings, read as it was."""
    text = f"5t3ph3n {name} {noise}"
    for view in views(text):
        if view.name == "leet":
            start = view.text.index(normalise(name).text.replace("l", "i"))
            assert not view.touches(start, start + len(name))
            begin, end = view.span(start, start + len(name))
            assert text[begin:end] == name


@given(NOISE)
def test_all_views_together_are_bounded(text: str) -> None:
    result = readings(text * 20)
    assert len(result.views) <= module.MOST_VIEWS
    room = max(module.LEAST_ROOM, module.MOST_GROWTH * len(text) * 20)
    assert sum(len(view.source) for view in result.views[1:]) <= room


def test_what_is_encoded_three_times_is_said_to_be_unread() -> None:
    text = "Where was Joren Holloran born, and when did he leave?"
    once, twice = base64_of(text), base64_of(base64_of(text))
    for encoded in (once, twice):
        assert any("joren holloran" in view.text for view in views(encoded))
        assert readings(encoded).notes == ()
    assert readings(base64_of(twice)).notes == (module.TOO_DEEP,)


def test_what_there_is_no_room_for_is_said_to_be_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_VIEWS", 2)
    text = "Ste-phen %4Bing J&ouml;ren 5t3ph3n"
    result = readings(text)
    assert len(result.views) == 2
    assert result.notes == (module.TOO_MUCH,)


@pytest.mark.parametrize("unit", HOSTILE)
def test_the_work_grows_with_the_text_only(unit: str) -> None:
    """Counted in lines run and characters made, since clocks differ from machine to machine."""
    small, large = (_work(unit * (size // len(unit))) for size in (2_000, 16_000))
    assert large <= 12 * small + 2_000


def _work(text: str) -> int:
    """Return how many lines of this package run to read `text`, and how much they make."""
    lines = 0

    def trace(frame: FrameType, event: str, argument: object) -> Trace | None:
        nonlocal lines
        if "views" not in frame.f_code.co_filename:
            return None
        lines += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        made = views(text)
    finally:
        sys.settrace(before)
    return lines + sum(len(view.source) + len(view.runs) for view in made)


@pytest.mark.parametrize(
    ("pattern", "unit", "last"),
    [
        (encodings._HEX_RUN, "53 ", "g"),
        (encodings._HEX_RUN, "0x53, ", "zz"),
        (encodings._DECIMAL_RUN, "83 , ", "a"),
        (encodings._BINARY_RUN, "01010011", "a"),
        (encodings._ESCAPE, "\\u0041", "\\u"),
        (encodings._MORSE_RUN, ".- / -. ", "a"),
        (encodings._ENTITY, "&" + "a" * 40, "="),
        (apart._RUN, "ä b, ", "cc"),
        (apart._NATO_RUN, "echo 5 ", "x"),
        (apart._CUT, "-\r\n", "1"),
    ],
)
def test_no_pattern_backtracks_more_than_its_text_is_long(
    pattern: re.Pattern[str], unit: str, last: str
) -> None:
    """Process time, for `re` cannot be counted; a quadratic pattern takes 100 times as long."""
    short, long = (
        min(_seconds(pattern, unit * (size // len(unit)) + last) for _ in range(3))
        for size in (10_000, 100_000)
    )
    assert long < 40 * short + 0.01


def _seconds(pattern: re.Pattern[str], text: str) -> float:
    started = time.process_time()
    for _ in pattern.finditer(text):
        pass
    return time.process_time() - started


def test_a_million_invisible_characters_hide_nothing() -> None:
    text = "Jo" + "\u200b" * 1_000_000 + "ren 5t3ph3n"
    made = views(text)
    assert made[0].text == "joren 5t3ph3n"
    assert "stephen" in made[-1].text
