"""Llama models of Meta: 2 (one family of its own), 3, and 3.1 to 3.3."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...formats.spec import Format
from ...formats.toolprompts import indented
from ...messages import Conversation
from ...options import Options
from .. import register
from ..turns import Turn, Turns

HEADERS: dict[str, Any] = {
    "bos": "<|begin_of_text|>",
    "stop": ("<|eot_id|>", "<|end_of_text|>"),
    "system": "<|start_header_id|>system<|end_header_id|>\n\n{content}<|eot_id|>",
    "user": "<|start_header_id|>user<|end_header_id|>\n\n{content}<|eot_id|>",
    "assistant": "<|start_header_id|>assistant<|end_header_id|>\n\n{content}<|eot_id|>",
    "trim": True,
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Llama31(Turns):
    """Llama 3.1 to 3.3: every system turn begins with dates, and with the environment where there are tools.

    today  the date the model is told, as its template writes it where nobody says.
    """

    today: str = "26 Jul 2024"

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The one system turn."""
        told = super().head(system, native, conversation, format, options)
        environment = "Environment: ipython\n" if native else ""
        dates = f"{environment}Cutting Knowledge Date: December 2023\nToday Date: {self.today}\n\n"
        return [Turn("system", dates + (told[0].text if told else ""))]


# Source: https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct, chat template.
_LLAMA31_TOOLS = (
    "Given the following functions, please respond with a JSON for a function call with its proper arguments that best "
    'answers the given prompt.\n\nRespond in the format {"name": function name, "parameters": dictionary of argument '
    "name and its value}.Do not use variables.\n\n{tools}\n\n"
)

register(
    Llama31(
        name="llama3",
        source="https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct, chat template",
        models=("~llama-3.1", "~llama-3.2", "~llama-3.3"),
        calls="llama3-json",
        **HEADERS,
        results="<|start_header_id|>ipython<|end_header_id|>\n\n{content}<|eot_id|>",
        result="{json}",
        result_separator="<|eot_id|><|start_header_id|>ipython<|end_header_id|>\n\n",
        tools=_LLAMA31_TOOLS,
        tool_list=indented,
        place="first",
    ),
    "llama3.1",
    "llama3.2",
    "llama3.3",
)
