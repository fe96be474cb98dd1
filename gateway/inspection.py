"""Texts in, verdict out: the stages of detection as one worker runs them.

Names and secrets are found in the worker; meanings are asked of the detector process, and only
where the names have not settled the matter. What becomes of a match is not known here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from detectors.cascade import best_first, lexical_stage, read, semantic_stage
from detectors.errors import DetectorError
from detectors.service.client import DetectorClient
from detectors.service.protocol import COUNTS_FROM
from detectors.values import Utterance, Verdict
from gateway.errors import UnavailableError
from gateway.live import Snapshot
from gateway.seen import SeenTexts
from gateway.settings import Settings

logger = logging.getLogger(__name__)

# From here on a text is examined in a thread, so that other requests are not kept waiting.
LONG_CHARACTERS = 16_384
# Other scripts are compared by their sounds, which takes so many times as long.
WEIGHT_OF_OTHER_SCRIPTS = 32


class Inspection:
    """The stages, with the detector process where there is one."""

    def __init__(self, settings: Settings, client: DetectorClient | None) -> None:
        self._may_do_without = settings.detector_failure == "lexical"
        self._client = client
        self._seen = SeenTexts()

    async def examine(
        self,
        utterances: Sequence[Utterance],
        snapshot: Snapshot,
        *,
        is_settled: Callable[[Verdict], bool] = lambda verdict: bool(verdict.matches),
    ) -> Verdict:
        """Return what the texts of one request touch.

        Args:
            utterances: the texts.
            snapshot: what is registered.
            is_settled: whether what strings told has decided all, so that meanings could change
                nothing. A name that has no effect must not hide a topic that stands beside it.

        Raises:
            UnavailableError: the detector process does not answer and may not be done without.
        """
        look = self._seen.looking(snapshot)
        if sum(_weight(utterance.text) for utterance in utterances) > LONG_CHARACTERS:
            conversation = await asyncio.to_thread(read, utterances, look)
        else:
            conversation = read(utterances, look)
        verdict = lexical_stage(conversation)
        if not snapshot.has_passages or self._client is None or is_settled(verdict):
            return verdict
        try:
            by_meaning = await semantic_stage(self._client, conversation, verdict)
        except DetectorError as error:
            self._do_without(error)
            by_meaning = Verdict(notes=("The semantic stage did not answer.",))
        return Verdict(
            matches=best_first((*verdict.matches, *by_meaning.matches)),
            notes=(*verdict.notes, *by_meaning.notes),
            mentions=verdict.mentions,
        )

    def by_strings(self, utterances: Sequence[Utterance], snapshot: Snapshot) -> Verdict:
        """Return which registered strings the texts of one request hold."""
        return lexical_stage(read(utterances, self._seen.looking(snapshot)))

    async def meant(self, texts: Sequence[str]) -> frozenset[str]:
        """Return the targets that any of the texts is about, as the detector process judges.

        Raises:
            UnavailableError: the detector process does not answer and may not be done without.
        """
        if self._client is None:
            return frozenset()
        try:
            result = await self._client.search(texts)
        except DetectorError as error:
            self._do_without(error)
            return frozenset()
        return frozenset(
            hit.target for hits in result.hits for hit in hits if hit.score >= COUNTS_FROM
        )

    async def state(self) -> str:
        """Return `ok`, `off`, or what the detector process lacks."""
        if self._client is None:
            return "ok"
        try:
            await self._client.state()
        except DetectorError:
            return "detector_unavailable"
        return "ok"

    def _do_without(self, error: DetectorError) -> None:
        if not self._may_do_without:
            raise UnavailableError(
                "The detector does not answer, so this request cannot be judged; try again.",
                code="detector_unavailable",
            ) from error
        logger.warning("judged without meanings: %s", type(error).__name__)


def _weight(text: str) -> int:
    return len(text) if text.isascii() else WEIGHT_OF_OTHER_SCRIPTS * len(text)
