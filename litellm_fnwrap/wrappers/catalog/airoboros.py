"""Airoboros, the model MemGPT began with: plain lines, a YAML-like list of functions, JSON calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...formats.spec import Format
from ...formats.toolprompts import yaml_like
from ...messages import Conversation
from ...options import Options
from .. import register
from ..base import Written
from ..layout import Turn
from ..turns import Turns

# Source: https://huggingface.co/jondurbin/airoboros-l2-70b-2.1, sections Prompt format and Agent/function calling.
_TOOLS = (
    "\n\nAs an AI assistant, please select the most suitable function and parameters from the list of available "
    "functions below, based on the user's input. Provide your response in JSON format.\n\nAvailable functions:\n{tools}"
)

LINES: dict[str, Any] = {
    "system": "{content}\n",
    "user": "USER: {content}\n",
    "assistant": "ASSISTANT:{content}\n",
    "results": "{content}\n",
    "result": "FUNCTION RETURN: {content}",
    "stop": ("\nUSER:", "\nASSISTANT:", "\nFUNCTION RETURN:", "</s>"),
    "marks": ("^USER:", "^USER (", "^ASSISTANT:", "^FUNCTION RETURN:", "^### INPUT", "^### RESPONSE"),
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Lines(Turns):
    """Turns whose text follows the role on its line, and whose calls begin on the next."""

    def write(self, conversation: Conversation, format: Format, options: Options) -> Written:
        """The lines; an opened call begins on a line of its own."""
        written = super().write(conversation, format, options)
        if not written.prefill:
            return written
        return written._replace(text=written.text.removesuffix(written.prefill) + "\n" + written.prefill)

    def marked(self, turns: Sequence[Turn]) -> str:
        """The lines of past turns."""
        spaced = [
            Turn("assistant", ("\n" if turn.text.startswith("{") else " ") + turn.text)
            if turn.kind == "assistant"
            else turn
            for turn in turns
        ]
        return super().marked(spaced)


register(
    Lines(
        name="airoboros",
        source="https://huggingface.co/jondurbin/airoboros-l2-70b-2.1",
        models=("airoboros", "spicyboros"),
        calls="airoboros",
        **LINES,
        tools=_TOOLS,
        tool_list=yaml_like,
    )
)
