"""The guard `redact`: take what concerns the targets out of supplied texts, and go on.

Tool results, documents, instructions and earlier answers are masked; the user's own turn stays.
The same request always becomes the same, so that the upstream's prefix cache keeps it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from gateway.guards.base import Asked, Treatment
from gateway.guards.masking import MASK, Masker, Span
from gateway.target import GuardName
from gateway.wire.dialect import Body
from gateway.wire.text import KEYS, Path, part_text, replaced


class RedactGuard:
    """Send the request, whose supplied texts the pipeline has had redacted before any guard."""

    async def apply(self, asked: Asked) -> Treatment:
        """Return the redacted request."""
        return Treatment("redacted", request=asked.request if asked.is_changed else None)


def redacted(asked: Asked) -> Asked:
    """Return `asked` with `plan.context` masked in its request; `asked` is unchanged.

    Every sentence is examined, so long requests belong in a thread. Where something cannot be
    masked in place (the names of fields), the plan that is returned asks for `refuse`.
    """
    if not asked.plan.context:
        return asked
    concerned = {match.target for _, match in asked.plan.context}
    masker = Masker([target for target in asked.plan.at_stake if target.id in concerned])
    texts: dict[Path, str] = {}
    for place, spans in _spans_by_channel(asked).items():
        channel = asked.channels[place]
        if channel.path[-1:] == (KEYS,):
            return _to_be_refused(asked)
        if channel.path not in texts:
            masked = masker.masked(channel.text, spans)
            # What detection found somewhere in a text, and no sentence shows, is all of it.
            texts[channel.path] = masked if masked != channel.text else MASK
    try:
        texts = _said_once(asked.request, texts, masker)
        return asked.with_request(replaced(asked.request, texts))
    except KeyError:
        return _to_be_refused(asked)


def _spans_by_channel(asked: Asked) -> Mapping[int, list[Span]]:
    spans: dict[int, list[Span]] = defaultdict(list)
    for place, match in asked.plan.context:
        spans[place].append(match.span)
    return dict(sorted(spans.items()))


def _to_be_refused(asked: Asked) -> Asked:
    return replace(asked, plan=replace(asked.plan, guard=GuardName.REFUSE))


def _said_once(request: Body, texts: Mapping[Path, str], masker: Masker) -> dict[Path, str]:
    """Return the texts without those of parts whose joined text is there too, or without that.

    The joined text is needed only where a target shows across the border of two parts.
    """
    kept = dict(texts)
    for path in texts:
        parts = {each: text for each, text in texts.items() if _is_below(each, path)}
        if not parts:
            continue
        after = replaced(request, parts)
        said = [text for part in _at(after, path) if (text := part_text(part))]
        if masker.touches("".join(said)) or masker.touches("\n".join(said)):
            kept = {each: text for each, text in kept.items() if each not in parts}
        else:
            del kept[path]
    return kept


def _is_below(path: Path, other: Path) -> bool:
    return len(path) > len(other) and path[: len(other)] == other


def _at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value
