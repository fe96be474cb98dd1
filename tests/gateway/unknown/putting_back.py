"""Whole texts with their made-up words turned back, as the streams of swapped answers do it."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.unknown.back import Dictionary, TextBack


def put_back(text: str, words: Dictionary) -> tuple[str, int]:
    """Return a whole text with its made-up words turned back, and how many tokens that adds."""
    back = TextBack(words)
    piece = back.feed(text)
    back.close()
    return piece.text, back.added


def pieces_put_back(pieces: Sequence[str], words: Dictionary) -> list[str]:
    """Return the pieces of one text, each with what stands in its place."""
    back = TextBack(words)
    read = [back.feed(piece) for piece in pieces]
    back.close()
    return [piece.text for piece in read]
