"""The guard `agentic`: the answer is audited, and rewritten only where it reveals a target.

After ALU (arXiv 2502.00406): answer, audit, rewrite, score, compose. A clean answer goes out
byte for byte after one call; otherwise three calls are usual and five the most. Whatever fails,
runs out of budget or makes no sense ends in a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence

from gateway.guards.agents import FULL_MARKS, audit, compose, rewrite, score
from gateway.guards.base import Asked, Draft, GuardTools, Treatment
from gateway.guards.masking import Masker
from gateway.guards.model import GuardModel, GuardModelError
from gateway.guards.refuse import refusal
from gateway.target import Disclosure, ForgetTarget, GuardName
from gateway.wire.forms import Form, form_of

MOST_CANDIDATES = 8
# Of the marks of the best rewrites; ALU's threshold for merging them.
BEST = 3
LEAST_MEAN = 4.0
# How much of a conversation the agents read; who is meant stands near its end.
SHOWN_CHARACTERS = 4_000
_SPEAKERS = ("user", "assistant")


class AgenticGuard:
    """Ask the upstream, have what it says audited, and have it rewritten if need be."""

    async def apply(self, asked: Asked) -> Treatment:
        """Return the upstream's own answer, a rewritten one, or a refusal."""
        draft = await asked.tools.draft(asked.request if asked.is_changed else None)
        question = _conversation(asked)
        spoken_of = await asked.tools.candidates((question, draft.prose, draft.other))
        every = {target.id: target for target in (*asked.plan.targets, *spoken_of)}
        if len(asked.plan.targets) > MOST_CANDIDATES:
            return _refused(asked.tools, asked.plan.disclosure)
        return await repair(
            asked.tools,
            question,
            draft,
            tuple(every.values()),
            asked.plan.disclosure,
            may_rewrite=form_of(asked.request) is Form.TEXT,
        )


async def repair(
    tools: GuardTools,
    question: str,
    draft: Draft,
    targets: Sequence[ForgetTarget],
    disclosure: Disclosure,
    *,
    may_rewrite: bool = True,
) -> Treatment:
    """Return what becomes of a draft that may speak of targets, whether or not the request did.

    Args:
        tools: the guard model is asked through them.
        question: what was asked; its end stands fenced in every prompt.
        draft: the upstream's answer, reasoning and arguments of tools included.
        targets: the candidates, best first; those after the eighth are not looked at.
        disclosure: words a refusal.
        may_rewrite: false where the answer must have a form that prose has not.
    """
    candidates = tuple(filter(_is_protected, targets))[:MOST_CANDIDATES]
    question = question[-SHOWN_CHARACTERS:]
    text = "\n\n".join(filter(None, (draft.other, draft.prose)))
    if not candidates or not text.strip() or draft.status >= 400:
        return Treatment("audited", draft=draft, cost=tools.model.cost)
    try:
        found = await audit(tools.model, question, text, candidates)
        if not found:
            cleared = frozenset(each.id for each in candidates if _is_audited(each))
            return Treatment("audited", draft=draft, may_name=cleared, cost=tools.model.cost)
        rewritten = ""
        if may_rewrite and draft.prose.strip():
            rewritten = await _rewritten(tools.model, question, draft.prose, found)
    except GuardModelError:
        return _refused(tools, disclosure)
    if not rewritten:
        return _refused(tools, disclosure)
    return Treatment("rewritten", answer=rewritten, draft=draft, cost=tools.model.cost)


async def _rewritten(
    model: GuardModel, question: str, answer: str, found: Sequence[ForgetTarget]
) -> str:
    """Return an answer without the targets, "" where there is none that is good enough.

    Raises:
        GuardModelError: an agent did not help.
    """
    masker = Masker(found)
    written = await rewrite(model, question, answer, found)
    silent = [text for text in written if not masker.touches(text)]
    if not silent:
        return ""
    marks = await score(model, question, silent, found)
    best = sorted(zip(marks, silent, strict=True), key=lambda pair: -pair[0])[:BEST]
    if best[0][0] == FULL_MARKS:
        return best[0][1]
    if sum(mark for mark, _ in best) / len(best) < LEAST_MEAN:
        return ""
    composed = await compose(model, question, [text for _, text in best], found)
    if masker.touches(composed):
        return ""
    # A composer may join what each version alone left open.
    (mark,) = await score(model, question, [composed], found)
    return composed if mark >= LEAST_MEAN else ""


def _conversation(asked: Asked) -> str:
    """Return what user and assistant said, the names of the speakers before it."""
    said = [
        f"{channel.role}: {channel.text}"
        for channel in asked.dialect.channels(asked.request)
        if channel.role in _SPEAKERS
    ]
    return "\n\n".join(said) or asked.dialect.question(asked.request)


def _is_protected(target: ForgetTarget) -> bool:
    return target.content.policy.guard is not GuardName.MONITOR


def _is_audited(target: ForgetTarget) -> bool:
    return target.content.policy.guard is GuardName.AGENTIC


def _refused(tools: GuardTools, disclosure: Disclosure) -> Treatment:
    return Treatment("refused", answer=refusal(disclosure), cost=tools.model.cost)
