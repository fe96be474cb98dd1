"""Texts in, verdict out: the stages of detection as one worker runs them.

Names and secrets are found in the worker; meanings are asked of the detector process, and only
when the names were silent. What becomes of a match is not known here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from detectors.cascade import Readings, lexical_verdict, readings_of, semantic_verdict
from detectors.errors import DetectorError
from detectors.service.client import DetectorClient
from detectors.values import Verdict
from gateway.errors import UnavailableError
from gateway.live import Snapshot
from gateway.settings import Settings

logger = logging.getLogger(__name__)

# From here on a text is examined in a thread, so that other requests are not kept waiting.
LONG_CHARACTERS = 16_384


class Inspection:
    """The stages, with the detector process where there is one."""

    def __init__(self, settings: Settings, client: DetectorClient | None) -> None:
        self._threshold = settings.semantic_threshold
        self._may_do_without = settings.detector_failure == "lexical"
        self._client = client

    async def examine(self, texts: Sequence[str], snapshot: Snapshot) -> Verdict:
        """Return what the texts of one request touch.

        Raises:
            UnavailableError: the detector process does not answer and may not be done without.
        """
        if sum(map(len, texts)) > LONG_CHARACTERS:
            readings, verdict = await asyncio.to_thread(_read_and_find, texts, snapshot)
        else:
            readings, verdict = _read_and_find(texts, snapshot)
        if verdict.matches or not snapshot.has_passages or self._client is None:
            return verdict
        try:
            return await semantic_verdict(self._client, readings, threshold=self._threshold)
        except DetectorError as error:
            if not self._may_do_without:
                raise UnavailableError(
                    "The detector does not answer, so this request cannot be judged; try again.",
                    code="detector_unavailable",
                ) from error
            logger.warning("judged without meanings: %s", type(error).__name__)
            return Verdict(notes=("The semantic stage did not answer.",))

    async def state(self) -> str:
        """Return `ok`, `off`, or what the detector process lacks."""
        if self._client is None:
            return "ok"
        try:
            await self._client.state()
        except DetectorError:
            return "detector_unavailable"
        return "ok"


def _read_and_find(texts: Sequence[str], snapshot: Snapshot) -> tuple[Readings, Verdict]:
    readings = readings_of(texts)
    return readings, lexical_verdict(snapshot.lexical, readings)
