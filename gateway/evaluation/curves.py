"""ROC curves as SVG, drawn without a library so that a page needs nothing else.

It knows points, sizes and colours; it does not know what the points mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape

Point = tuple[float, float]

WIDTH, HEIGHT = 560, 340
LEFT, TOP, RIGHT, BOTTOM = 52, 14, 14, 44
# False-positive rates that matter are small, so their axis is logarithmic.
LOWEST_RATE = 1e-4
TICKS = ((1e-4, "0.01 %"), (1e-3, "0.1 %"), (1e-2, "1 %"), (1e-1, "10 %"), (1.0, "100 %"))
# Okabe and Ito's colours, which people with any colour vision can tell apart.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
MOST_CURVES = len(COLOURS)


def roc_plot(curves: Mapping[str, Sequence[Point]]) -> str:
    """Return an SVG with one curve for each label, of (false-positive rate, recall) points."""
    shown = [(label, points) for label, points in curves.items() if points][:MOST_CURVES]
    lines = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        'aria-label="ROC curves">',
        *_axes(),
        *(_curve(points, colour) for (_, points), colour in zip(shown, COLOURS, strict=False)),
        "</svg>",
        "<ul class=legend>",
        *(
            f'<li><span style="color:{colour}">\u25ac</span> {escape(label)}</li>'
            for (label, _), colour in zip(shown, COLOURS, strict=False)
        ),
        "</ul>",
    ]
    return "\n".join(lines)


def _axes() -> Iterator[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for rate, label in TICKS:
        x = _x(rate)
        yield f'<line class=grid x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{label}</text>'
    for tenth in range(0, 11, 2):
        y = _y(tenth / 10)
        yield f'<line class=grid x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tenth * 10} %</text>'
    middle = (LEFT + right) / 2
    yield f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">false-positive rate</text>'


def _curve(points: Sequence[Point], colour: str) -> str:
    steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in _steps(points))
    return f'<polyline points="{steps}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _steps(points: Sequence[Point]) -> Iterator[Point]:
    """Yield the corners that can be seen: points within half a pixel of the last are left out."""
    last: Point | None = None
    for rate, recall in points:
        x, y = _x(rate), _y(recall)
        if last is None:
            yield x, y
        elif abs(x - last[0]) + abs(y - last[1]) >= 0.5:
            # A curve rises at the rate it has, and runs level to the next one.
            yield x, last[1]
            yield x, y
        else:
            continue
        last = x, y
    if last is not None:
        yield _x(1.0), _y(1.0)


def _x(rate: float) -> float:
    share = 1 - math.log10(max(rate, LOWEST_RATE)) / math.log10(LOWEST_RATE)
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(recall: float) -> float:
    return TOP + (1 - recall) * (HEIGHT - TOP - BOTTOM)
