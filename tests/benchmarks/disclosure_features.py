"""From what a client sees to features, and how well classifiers tell two sides apart by them.

It knows answers as they were seen; it does not know how they came about.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.benchmarks.disclosure_client import Seen, name_places, without_names

Array = NDArray[Any]
FOLDS = 5
RESAMPLES = 1000
SEED = 3

# Of a stream: in milliseconds since the request, or between events.
TIMES = ("head", "first", "end", "mean gap", "longest gap", "gap deviation", "shortest gap")
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
# What the model says, in the places where an event repeats it.
_WORDS = re.compile(
    r'"(?:content|token)":"(?:[^"\\]|\\.)*"|"bytes":\[[\d,]*\]|"logprob":-?[\d.e-]+'
)
# A gap below this share of the median is none: two events came together.
TOGETHER = 0.15


@dataclass(frozen=True, slots=True)
class Told:
    """How well one classifier tells the sides apart by one kind of features.

    Attributes:
        area: max(A, 1 - A) of the area under the curve.
        low: lower bound of its 95 % interval; `high` the upper one (names resampled).
        high_of_answers: the upper bound where answers are resampled instead.
    """

    area: float
    low: float
    high: float
    high_of_answers: float


def numbers_of(seen: Seen, own_prompt: int | None, own_answer: int | None) -> dict[str, float]:
    """Return everything about one answer but its words.

    Args:
        seen: the answer.
        own_prompt: how many tokens the client's own tokenizer counts in its request.
        own_answer: how many in the text of the answer.
    """
    times = np.array([event.at for event in seen.events]) * 1000
    gaps = np.diff(times)
    sizes = [len(_WORDS.sub("", event.data)) for event in seen.events]
    usage = seen.usage
    streamed = bool(seen.ask.request.get("stream"))
    # The first event with words; the one before it names the role only.
    first = next((event.at for event in seen.events if '"content":"' in event.data), np.nan)
    found: dict[str, float] = {
        "streamed": streamed,
        "status": seen.status,
        "head": seen.head_at * 1000,
        "first": first * 1000 if streamed else np.nan,
        "end": seen.end_at * 1000,
        "reads for an event": seen.reads / len(seen.events),
        "bytes mean": float(np.mean(sizes)),
        "bytes longest": float(np.max(sizes)),
        "bytes shortest": float(np.min(sizes)),
        "bytes deviation": float(np.std(sizes)),
        "bytes all": float(np.sum(sizes)),
        "has usage": bool(usage),
        "cached tokens": (usage.get("prompt_tokens_details") or {}).get("cached_tokens", -1) or 0,
        "headers": len(seen.headers),
        "logprobs": '"logprobs":{' in "".join(event.data for event in seen.events),
        "stop": '"finish_reason":"stop"' in seen.events[-2 if streamed else -1].data
        or any('"finish_reason":"stop"' in event.data for event in seen.events),
        "length": any('"finish_reason":"length"' in event.data for event in seen.events),
    }
    # A client counts the tokens of its own words: what they have of themselves tells nothing.
    if own_answer is not None and streamed:
        found["events beyond own"] = len(seen.events) - own_answer
    if own_prompt is not None and usage:
        found["prompt tokens beyond own"] = usage.get("prompt_tokens", 0) - own_prompt
    if own_answer is not None and usage:
        found["answer tokens beyond own"] = usage["completion_tokens"] - own_answer
    if streamed and len(gaps) > 2:
        found |= {
            "mean gap": float(gaps.mean()),
            "longest gap": float(gaps.max()),
            "gap deviation": float(gaps.std()),
            "shortest gap": float(gaps.min()),
            "together": float(np.mean(gaps < TOGETHER * np.median(gaps))),
        }
        found |= {f"gap {q}": float(np.quantile(gaps, q)) for q in QUANTILES}
        # The gap before the first word of a name, and behind it: where a swap would show.
        found |= _around_names(seen, gaps)
    for name, value in seen.headers:
        if name not in ("date", "x-lethe-request-id", "content-length"):
            found[f"header {name}"] = len(value)
    return found


def _around_names(seen: Seen, gaps: Array) -> dict[str, float]:
    marks = _of_names(seen)
    near = [gaps[place - 1] for place, is_name in enumerate(marks) if is_name and place]
    behind = [gaps[place] for place, is_name in enumerate(marks) if is_name and place < len(gaps)]
    return {
        "gap before name": float(np.mean(near)) if near else np.nan,
        "gap behind name": float(np.mean(behind)) if behind else np.nan,
        "shortest gap at name": float(np.min([*near, *behind])) if near else np.nan,
    }


def _of_names(seen: Seen) -> list[bool]:
    """Return for each event whether any of its words is a part of a name."""
    said = seen.text
    places = name_places(said, seen.ask.names)
    marks, position = [], 0
    for event in seen.events:
        value = json.loads(event.data) if event.data != "[DONE]" else {}
        text = "".join(c["delta"].get("content") or "" for c in value.get("choices", ()))
        end = position + len(text)
        marks.append(any(start < end and position < stop for start, stop in places))
        position = end
    return marks


def words_of(seen: Seen) -> str:
    """Return what was said, events and their borders included, without the client's own names."""
    shape = sorted(
        key for value in seen.values for key in (*value, *(value.get("choices") or [{}])[0])
    )
    said = without_names(seen.text, seen.ask.names)
    headers = " ".join(sorted(f"h:{name}" for name, _ in seen.headers))
    return f"{said}\n{headers}\n{' '.join(sorted(set(shape)))}"


def separations(
    seen: Sequence[Seen], numbers: Sequence[dict[str, float]], say: Callable[[str], None]
) -> dict[str, Told]:
    """Return how well each classifier tells registered from never-known names, cross-validated."""
    names = sorted({name for each in numbers for name in each})
    table = np.array([[each.get(name, np.nan) for name in names] for each in numbers], float)
    texts = [words_of(each) for each in seen]
    wanted = np.array([each.ask.is_registered for each in seen])
    groups = np.array([each.ask.group for each in seen])
    ways: dict[str, Callable[[Array, Array], Array]] = {
        "words, logistic regression": lambda a, b: _of_words(texts, wanted, a, b),
        "numbers, logistic regression": lambda a, b: _fit(
            make_pipeline(
                SimpleImputer(keep_empty_features=True),
                StandardScaler(),
                LogisticRegression(max_iter=2000),
            ),
            table,
            wanted,
            a,
            b,
        ),
        "all, gradient boosting": lambda a, b: _fit(
            HistGradientBoostingClassifier(random_state=SEED, max_iter=120),
            _with_words(table, texts, a),
            wanted,
            a,
            b,
        ),
        "all, random forest": lambda a, b: _fit(
            make_pipeline(
                SimpleImputer(keep_empty_features=True),
                RandomForestClassifier(400, min_samples_leaf=3, random_state=SEED, n_jobs=1),
            ),
            _with_words(table, texts, a),
            wanted,
            a,
            b,
        ),
    }
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    told = {}
    for name, scores_of in ways.items():
        # Each fold's scores become ranks: what is pooled must not depend on the fold.
        scores = np.zeros(len(seen))
        for train, test in folds.split(table, wanted, groups):
            fold = scores_of(train, test)
            scores[test] = fold.argsort().argsort() / len(fold)
        told[name] = _told(wanted, scores, groups)
        say(f"  {name}: {told[name]}")
    _say_single(names, table, wanted, say)
    return told


def _fit(model: Any, table: Array, wanted: Array, train: Array, test: Array) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(table[train], wanted[train])
        scores: Array = model.predict_proba(table[test])[:, 1]
    return scores


def _vectoriser() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), sublinear_tf=True, min_df=2)


def _of_words(texts: Sequence[str], wanted: Array, train: Array, test: Array) -> Array:
    vectoriser = _vectoriser()
    known = vectoriser.fit_transform([texts[place] for place in train])
    model = LogisticRegression(max_iter=2000).fit(known, wanted[train])
    scores: Array = model.predict_proba(vectoriser.transform([texts[p] for p in test]))[:, 1]
    return scores


def _with_words(table: Array, texts: Sequence[str], train: Array) -> Array:
    vectoriser = _vectoriser()
    vectoriser.fit([texts[place] for place in train])
    vectors = vectoriser.transform(texts)
    size = min(24, vectors.shape[1] - 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reduced = TruncatedSVD(size, random_state=SEED).fit(vectors[train]).transform(vectors)
    return np.hstack([table, reduced])


def _told(wanted: Array, scores: Array, groups: Array) -> Told:
    area = float(roc_auc_score(wanted, scores))
    sign = 1 if area >= 0.5 else -1
    chance = np.random.default_rng(SEED)
    places = {group: np.flatnonzero(groups == group) for group in np.unique(groups)}
    sides = [
        [group for group in places if wanted[places[group][0]] == side] for side in (True, False)
    ]
    of_names, of_answers = [], []
    for _ in range(RESAMPLES):
        chosen = [chance.choice(side, len(side)) for side in sides]
        some = np.concatenate([places[group] for side in chosen for group in side])
        of_names.append(_turned(wanted[some], scores[some], sign))
        some = chance.integers(0, len(wanted), len(wanted))
        of_answers.append(_turned(wanted[some], scores[some], sign))
    low, high = np.quantile(of_names, (0.025, 0.975))
    return Told(
        round(max(area, 1 - area), 4),
        round(float(low), 4),
        round(float(high), 4),
        round(float(np.quantile(of_answers, 0.975)), 4),
    )


def _turned(wanted: Array, scores: Array, sign: int) -> float:
    area = float(roc_auc_score(wanted, scores))
    return area if sign > 0 else 1 - area


def _say_single(
    names: Sequence[str], table: Array, wanted: Array, say: Callable[[str], None]
) -> None:
    """Say which single features separate most: where to look when something is to be fixed."""
    alone = {}
    for place, name in enumerate(names):
        column = table[:, place]
        is_there = ~np.isnan(column)
        if len(np.unique(column[is_there])) > 1 and len(np.unique(wanted[is_there])) > 1:
            area = float(roc_auc_score(wanted[is_there], column[is_there]))
            alone[name] = round(area, 3)
    ordered = sorted(alone.items(), key=lambda item: -abs(item[1] - 0.5))
    say("  single features, the most telling first: " + json.dumps(dict(ordered[:12])))
