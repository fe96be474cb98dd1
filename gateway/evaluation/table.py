"""The rows of a report as cells of text.

It knows the fields of a row; it does not know where the cells are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

HEADINGS = (
    "group",
    "measure",
    "n",
    "flagged",
    "any target",
    "rate",
    "95 % interval",
    "wanted",
    "",
)


def cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one cell for each of `HEADINGS`."""
    return (
        row["group"],
        row["measure"],
        f"{row['n']:,}",
        _count(row["flagged"]),
        _count(row.get("any_target")),
        _share(row["rate"], row["measure"]),
        _interval(row["ci95"], row["measure"]),
        wanted(row),
        {True: "hit", False: "MISS", None: ""}[row.get("hit")],
    )


def group_rows(groups: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield a row for each group of a report that wants nothing."""
    for name, numbers in groups.items():
        yield {"group": name, "measure": "flagged", **numbers}


def wanted(row: Mapping[str, Any]) -> str:
    """Return what the row wants, in words."""
    low, high = row.get("at_least"), row.get("at_most")
    words = []
    if low is not None:
        words.append(f"at least {_share(low, row['measure'])}")
    if high is not None:
        words.append(f"at most {_share(high, row['measure'])}")
    return ", ".join(words)


def _count(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def _interval(ends: Any, measure: str) -> str:
    return " to ".join(_share(end, measure) for end in ends) if ends else ""


def _share(value: float | None, measure: str) -> str:
    if value is None:
        return ""
    return f"{value:.4f}" if measure == "auroc" else f"{value:.2%}".replace("%", " %")
