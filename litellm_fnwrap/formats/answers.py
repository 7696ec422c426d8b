"""Past answers as the model would have written them: text and calls, or the envelope around both."""

from __future__ import annotations

from collections.abc import Sequence

from ..events import ToolCall
from ..messages import Tool
from .spec import Format
from .writer import write_calls, write_envelope


def write_turn(
    format: Format, content: str, calls: Sequence[ToolCall], tools: Sequence[Tool] = (), *, joint: str = "\n"
) -> str:
    """An answer's text: content, then the calls after the joint. A format with an envelope holds both in it.

    Where a format takes one call at most, further calls are written one after the other all the same: a history is
    shown as it was.
    """
    if format.envelope:
        return write_envelope(format, content, calls)
    if not calls:
        return content
    written = write_calls(format, calls, tools)
    return content + joint + written if content else written
