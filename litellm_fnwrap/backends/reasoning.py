"""Reasoning that a server put into a field of its own, written back into the text, where the parser expects it."""

from __future__ import annotations

from .backend import Reading

_OPEN = "thinking"


def rejoin(thought: str | None, text: str | None, reading: Reading, *, done: bool) -> str:
    """The piece of text with its reasoning between <think> and </think>, over as many pieces as it takes.

    What a server sends may be anything: raises TypeError for what is no text.
    """
    before = ""
    if thought:
        before = thought if reading.seen == _OPEN else "<think>" + thought
        reading.seen = _OPEN
    if reading.seen == _OPEN and (text or done):
        before += "</think>"
        reading.seen = ""
    return before + (text or "")
