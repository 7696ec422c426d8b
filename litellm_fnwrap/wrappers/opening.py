"""What a prompt opens of the answer: reasoning, or a call where a server cannot be told that one must come."""

from __future__ import annotations

from dataclasses import replace

from ..formats.spec import Format, Hole, Literally, segments, spellings
from ..generation import Prompt


def open_call(prompt: Prompt, format: Format) -> Prompt:
    """The prompt with the marks that begin a call written already, so that the model can only go on with one.

    A prompt that has opened something else, and a format whose calls begin without any mark, are left as they are.
    """
    opening = call_opening(format)
    if prompt.prefill or not opening.strip():
        return prompt
    return replace(prompt, text=prompt.text + opening, prefill=opening)


def call_opening(format: Format) -> str:
    """What a call of a format begins with, up to its name; "" for formats that put the whole answer in an envelope."""
    if format.envelope:
        return ""
    before = _before_first_hole(format.sections[0], format) if format.sections else ""
    return before + _before_first_hole(format.calls[0], format)


def _before_first_hole(template: str, format: Format) -> str:
    """The text that is sure before what varies; a counter of calls is, for the first call."""
    text = ""
    for part in segments(template):
        if isinstance(part, Literally):
            text += part.text
        elif part == Hole("index"):
            text += str(format.first_index)
        else:
            break
    return text


def opened_reasoning(text: str, format: Format) -> str:
    """The tail of a prompt that already opens the reasoning ("<think>\\n"); "" where it does not."""
    for spelling in spellings(format.reasoning):
        mark = spelling.split("{reasoning}")[0].strip()
        at = text.rfind(mark) if mark else -1
        if at >= 0 and not text[at + len(mark) :].strip():
            return text[at:]
    return ""
