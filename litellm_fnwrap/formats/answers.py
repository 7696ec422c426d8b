"""Past answers as the model would have written them: text and calls, or the envelope around both."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from ..events import ToolCall
from ..messages import Tool
from .spec import Format
from .writer import write_call, write_calls

_HOLE = re.compile(r"\{(calls|content|reasoning)\}")


def write_turn(
    format: Format, content: str, calls: Sequence[ToolCall], tools: Sequence[Tool] = (), *, joint: str = "\n"
) -> str:
    """An answer's text: content, then the calls after the joint. A format with an envelope holds both in it.

    Where a format takes one call at most, further calls are written one after the other all the same: a history is
    shown as it was.
    """
    if format.envelope:
        return _enveloped(format, content, calls)
    if not calls:
        return content
    written = write_calls(format, calls, tools)
    return content + joint + written if content else written


def _enveloped(format: Format, content: str, calls: Sequence[ToolCall]) -> str:
    written = format.separator.join(write_call(format, call, index) for index, call in enumerate(calls))
    values = {"calls": written, "content": json.dumps(content, ensure_ascii=False), "reasoning": '""'}
    template = format.envelope[0] if calls else format.envelope[-1]
    return _HOLE.sub(lambda hole: values[hole.group(1)], template)
