"""Whether a turn leans on the one before it: "And when was she born?", "Answer please."

Rules over the words of the text alone, so that a turn is judged once whatever stands before it.
They know nothing of targets. Three of them decide, in this order:

1. The text speaks of the conversation: "your last answer", "go on", "you refused".
2. A pronoun has nothing before it in the same text that it could stand for.
3. Nothing in the text names a subject: all its words are of closed lists ("In which year?").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from detectors.conversation import phrases
from detectors.conversation import vocabulary as words

# Whoever leans says so at the beginning or at the end; what lies between is material.
_HEAD = 600
_TAIL = 300
# A longer text without any word outside of the closed lists is not an ellipsis.
_LONGEST_ELLIPSIS = 16
_SHORT = 12
_LONGEST_REQUEST = 30

# Stands for what was quoted: it names a subject and no person.
_MARK = "quoted"
_QUOTED = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]+`|\"[^\"]*\"|“[^”]*”|«[^»]*»|(?<!\w)'[^'\n]{2,}'(?!\w)", re.DOTALL
)
_SENTENCE = re.compile(r"[.!?;\n…]+(?:\s+|$)")
_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d[\d.,:/]*")
_CONTRACTED = re.compile(r"'(?:s|re|ll|d|ve|m)$")
_FORMULA = re.compile(r"[=+*/^×÷<>{}|\\]|\d\D+\d")
_CLAUSE_BREAK = frozenset(
    "and or but because if when while why although since before after".split()
)


class Leaning(IntEnum):
    """What a turn leans on: nothing, the turn before, a person named before, all turns before."""

    NONE = 0
    TURN = 1
    PERSON = 2
    CONVERSATION = 3


@dataclass(frozen=True, slots=True)
class _Token:
    """One word of a sentence.

    Attributes:
        word: in lower case, without a contracted verb.
        is_name: whether it is capitalised where the sentence does not capitalise it.
        names_subject: whether it is of no closed list, or a capitalised name.
    """

    word: str
    is_name: bool
    names_subject: bool


def leaning(text: str) -> Leaning:
    """Return what the text leans on, judged by itself."""
    plain = _QUOTED.sub(f" {_MARK} ", _ends(text).replace("’", "'"))
    frame, colon, material = plain.partition(":")
    if colon and material.strip():
        if phrases.ASKS_AFTER_COLON.match(_flat(frame)):
            return leaning(material)
        plain = f"{frame} {_MARK}"
    if not any(map(str.isalnum, plain)):
        return Leaning.TURN
    flat = _flat(plain)
    sentences = [tokens for tokens in map(_tokens, _SENTENCE.split(plain)) if tokens]
    spoken = [token for tokens in sentences for token in tokens]
    if phrases.OF_ALL_TURNS.search(flat):
        return Leaning.CONVERSATION
    if _speaks_of_last_turn(flat, spoken):
        return Leaning.TURN
    if not any(token.word in words.NO_SUBJECT for token in spoken):
        return _in_another_language(plain, spoken)
    dangling = _dangling(sentences, uncased=plain.islower())
    if dangling is not Leaning.NONE:
        return dangling
    return Leaning.TURN if _has_no_subject(spoken, plain) else Leaning.NONE


def _ends(text: str) -> str:
    if len(text) <= _HEAD + _TAIL:
        return text
    return f"{text[:_HEAD]} {_MARK}. {text[-_TAIL:]}"


def _flat(text: str) -> str:
    return " ".join(text.lower().split())


def _tokens(sentence: str) -> list[_Token]:
    found: list[_Token] = []
    shouted = sentence.isupper()
    for match in _TOKEN.finditer(sentence):
        raw = match.group()
        word = _CONTRACTED.sub("", raw.lower())
        known = word in words.NO_SUBJECT or raw.lower() in words.NO_SUBJECT or len(word) == 1
        known = known or word[0].isdigit()
        capital = raw[0].isupper() and not shouted and word not in words.LANGUAGES
        is_name = capital and word != "i" and (bool(found) or not known)
        found.append(_Token(word, is_name, is_name or not known))
        if raw.lower().endswith("'s") and word in words.FUNCTION:
            found.append(_Token("is", False, False))
    return found


def _speaks_of_last_turn(flat: str, spoken: Sequence[_Token]) -> bool:
    if phrases.GO_ON.match(flat):
        return True
    if phrases.BRINGS_MATERIAL.search(flat):
        return False
    if phrases.OF_LAST_TURN.search(flat) or _names_person_by_kind(flat, spoken):
        return True
    if len(spoken) > _SHORT or _MARK in flat:
        return False
    if any(token.is_name for token in spoken):
        return False
    return bool(phrases.OF_LAST_TURN_IF_SHORT.search(flat) or phrases.WHAT_ABOUT.match(flat))


def _names_person_by_kind(flat: str, spoken: Sequence[_Token]) -> bool:
    """Return whether "the author" stands for somebody whom the text does not name."""
    found = phrases.THE_PERSON.search(flat)
    if found is None or flat.endswith(_MARK) or len(spoken) > _LONGEST_REQUEST:
        return False
    full_name = any(
        one.is_name and other.is_name for one, other in zip(spoken, spoken[1:], strict=False)
    )
    return not full_name


def _dangling(sentences: Sequence[list[_Token]], *, uncased: bool) -> Leaning:
    """Return what the first pronoun without an antecedent leans on.

    Args:
        sentences: of the text.
        uncased: whether nobody's name can be known by its capital.
    """
    person = thing = False
    for tokens in sentences:
        for index, token in enumerate(tokens):
            before = _can_be_meant(tokens, index)
            if token.word in words.PERSONAL:
                if person or _is_named_later(tokens, index):
                    continue
                if (
                    _is_predicate(tokens, index)
                    or _is_of_own_clause(tokens, index)
                    or not _has_person(before, uncased=uncased)
                ):
                    return Leaning.PERSON
            elif token.word in words.THINGS or token.word in words.POINTING:
                if not thing and not person and _dangles(tokens, index, before):
                    return Leaning.TURN
        person = person or _has_person(tokens, uncased=uncased)
        thing = thing or any(token.names_subject for token in tokens)
    return Leaning.NONE


def _is_predicate(tokens: Sequence[_Token], index: int) -> bool:
    """Return whether a possessive stands as in "Is Owen his son?": not the subject's own."""
    return (
        tokens[0].word in ("is", "was", "are", "were")
        and tokens[index].word in ("his", "her", "him")
        and all(
            token.is_name or token.word in ("one", "of", "the", "a", "among")
            for token in tokens[1:index]
        )
    )


def _is_named_later(tokens: Sequence[_Token], index: int) -> bool:
    """Return whether a full name follows, as in "When she was young, where did Jane Doe live?"."""
    begins = tokens[0].word in _CLAUSE_BREAK | {"as", "though"}
    if not begins or tokens[1].word in words.AUXILIARY:
        return False
    return any(
        one.is_name and other.is_name
        for one, other in zip(tokens[index:], tokens[index + 1 :], strict=False)
    )


def _is_of_own_clause(tokens: Sequence[_Token], index: int) -> bool:
    """Return whether nobody named before can be `him`: "Did the war change him?".

    Within one clause an object is never the subject; a name in the genitive may still be meant.
    """
    if tokens[index].word != "him":
        return False
    return not any(
        token.word in _CLAUSE_BREAK | {"that", "who"} or token.word.endswith("'s")
        for token in tokens[1:index]
    )


def _can_be_meant(tokens: list[_Token], index: int) -> list[_Token]:
    """Return the tokens before the pronoun at `index` that it may refer to.

    "Which books" of "which books did he write" is not among them, nor is the Oscar of "which Oscar
    did he win"; but the name in "which role earned Jane Doe her first prize" is.
    """
    subject_follows = index > 0 and tokens[index - 1].word in words.AUXILIARY
    if tokens[index].word in ("he", "she") and index and tokens[index - 1].word in words.PERSON:
        # "The character he played" is not himself.
        return _can_be_meant(tokens[: index - 1] + tokens[index:], index - 1)
    kept: list[_Token] = []
    inside = False
    for place, token in enumerate(tokens[:index]):
        if token.word in _CLAUSE_BREAK:
            kept, inside = list(tokens[:place]), False
        elif token.word in ("what", "which", "how", "whose"):
            inside = True
        elif token.word in words.AUXILIARY or token.word in ("of", "the", "a", "an"):
            inside = False
        beside = tokens[place - 1] if place else token
        after = tokens[place + 1]
        full_name = token.is_name and (after.is_name or beside.is_name and place > 0)
        if not inside or (full_name and not subject_follows):
            kept.append(token)
    return kept


def _has_person(tokens: Sequence[_Token], *, uncased: bool) -> bool:
    """Return whether a word stands there that `he` or `she` can mean.

    Without capitals two strange words in a row are taken for a name.
    """
    unknown_before = False
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.is_name and token.word != _MARK:
            end = place
            while end < len(tokens) and tokens[end].is_name:
                end += 1
            if _is_persons_name(tokens, place, end):
                return True
            place = end
            continue
        if token.word in words.PERSON or words.PERSON_ENDING.search(token.word):
            return True
        unknown = token.names_subject and not words.INFLECTED.search(token.word)
        if uncased and unknown and unknown_before and token.word not in words.NO_PERSON:
            return True
        unknown_before = unknown and token.word not in words.NO_PERSON
        place += 1
    return False


def _is_persons_name(tokens: Sequence[_Token], start: int, end: int) -> bool:
    """Return whether a run of names can be somebody's: no title, place, prize or broadcaster.

    "The film Enter the Dragon", "in Baghdad", "the Booker Prize", "a Fox television series".
    """
    before = tokens[start - 1].word if start else ""
    if before in words.TITLED or before in ("in", "at", "from", "near"):
        return False
    if before == "the" and start > 1 and tokens[start - 2].is_name:
        return False
    if any(token.word in words.NO_PERSON for token in tokens[start:end]):
        return False
    following = tokens[end : end + 2]
    return end - start > 1 or not any(token.word in words.TITLED for token in following)


def _dangles(tokens: Sequence[_Token], index: int, before: Sequence[_Token]) -> bool:
    """Return whether `it`, `they` or `that` has nothing before it that it could mean."""
    word = tokens[index].word
    following = tokens[index + 1].word if index + 1 < len(tokens) else ""
    if word in words.POINTING and not _stands_alone(tokens, index, following):
        return False
    if word == "it" and _is_expletive(tokens, index):
        return False
    if tokens[-1].word == _MARK and (
        word in words.POINTING or any(token.word in words.MATERIAL for token in before)
    ):
        return False
    if word.startswith("the") and any(token.word in words.PERSON for token in before):
        return False
    is_object = word in ("it", "them", "this", "that", "these", "those")
    governing = tokens[index - 1] if index else None
    # The word right before an object is its verb: "Can you parallelise it?"
    subjects = [
        token for token in before if token.names_subject and not (is_object and token is governing)
    ]
    about = governing is not None and governing.word in ("about", "of", "on", "for")
    if about and not following and all(token.word in words.ARTEFACT for token in subjects):
        return True
    return not subjects and not _introduces(before)


def _is_expletive(tokens: Sequence[_Token], index: int) -> bool:
    """Return whether `it` stands for nothing: "Is it safe to ...?", "How long does it take?"."""
    after = [token.word for token in tokens[index + 1 :]]
    if after and after[0] in words.AUXILIARY:
        after = after[1:]
    elif not index or tokens[index - 1].word not in words.AUXILIARY:
        return False
    if any(word in words.IMPERSONAL for word in after[:2]):
        return len(after) > 1 or after[0] not in ("mean", "means", "take")
    return any(word in ("to", "that", "when", "if", "for", "how") for word in after[1:-1])


def _stands_alone(tokens: Sequence[_Token], index: int, following: str) -> bool:
    """Return whether `this` or `that` is a pronoun, and not an article or a conjunction."""
    if not following:
        return True
    if tokens[index].word == "that" and index and tokens[index - 1].word not in words.AUXILIARY:
        return index == 1 and tokens[0].word in words.OPENING and following in words.AUXILIARY
    return following in words.AUXILIARY or following in words.OPENING or following == "all"


def _has_no_subject(spoken: Sequence[_Token], plain: str) -> bool:
    if len(spoken) > _LONGEST_ELLIPSIS or _MARK in plain or _FORMULA.search(plain):
        return False
    if any(token.names_subject for token in spoken):
        return False
    return not _introduces(spoken)


def _introduces(spoken: Sequence[_Token]) -> bool:
    """Return whether a new subject is introduced by an article: "Describe a character of a book".

    "Is there a book?" introduces none: it asks of whom one speaks.
    """
    if any(token.word == "there" for token in spoken):
        return False
    return any(
        article.word in ("a", "an", "your", "my", "five", "three")
        and noun.word in words.ATTRIBUTE
        and noun.word not in words.ASKED_FOR
        for place, article in enumerate(spoken)
        for noun in spoken[place + 1 : place + 3]
    )


def _in_another_language(plain: str, spoken: Sequence[_Token]) -> Leaning:
    """Judge a text without an English word: by its pronouns, and by its length."""
    if _MARK in plain:
        return Leaning.NONE
    if words.HAN_LEANING.search(plain):
        return Leaning.PERSON
    if any(character > "\u2e7f" for character in plain):
        return Leaning.NONE
    if not spoken or len(plain) <= 4:
        return Leaning.TURN
    named = False
    for place, token in enumerate(spoken):
        if token.word in words.OTHER_PRONOUNS and not named:
            return Leaning.PERSON
        named = named or (token.is_name and place > 0)
    few = len(spoken) <= 3 and not any(token.is_name for token in spoken[1:])
    continues = any(token.word in words.OTHER_CONTINUING for token in spoken)
    return Leaning.TURN if few or (continues and len(spoken) <= 6) else Leaning.NONE


def names_somebody(text: str) -> bool:
    """Return whether the text names a person, or whom a later `he` or `she` could mean."""
    plain = _QUOTED.sub(f" {_MARK} ", _ends(text).replace("’", "'"))
    for tokens in map(_tokens, _SENTENCE.split(plain)):
        full_name = any(
            one.is_name and other.is_name for one, other in zip(tokens, tokens[1:], strict=False)
        )
        if full_name or any(token.word in words.PERSON | words.PERSONAL for token in tokens):
            return True
    return False


def speaks_of_pieces(text: str) -> bool:
    """Return whether a short text may use pieces that were given before: "Who is A + B?"."""
    return len(text.split()) <= _LONGEST_ELLIPSIS and bool(phrases.OF_PIECES.search(_flat(text)))
