"""Gorilla OpenFunctions of Berkeley: v2."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from ...formats.spec import Format
from ...formats.toolprompts import bare
from ...messages import Conversation, Tool
from ...options import Options
from .. import register
from ..layout import Turn
from ..turns import Turns


def functions(tools: Sequence[Tool]) -> str:
    """Tools as Gorilla reads them: the functions as a JSON list in ASCII."""
    return json.dumps([bare(tool) for tool in tools])


class Gorilla(Turns):
    """Gorilla: a mark before every question, and before the functions that the last one comes with."""

    def turns(self, conversation: Conversation, format: Format, options: Options) -> list[Turn]:
        """The turns, with the mark of a question in the user's."""
        native = self.native_tools(conversation, format, options)
        turns = []
        for turn in super().turns(conversation, format, options):
            text = turn.text
            if turn.kind == "user" and native and text.startswith(native):
                turn = replace(turn, text=f"{native}<<question>>{text.removeprefix(native)}")
            elif turn.kind == "user":
                turn = replace(turn, text=f"<<question>> {text}")
            turns.append(turn)
        return turns


register(
    Gorilla(
        name="gorilla-openfunctions-v2",
        source="https://github.com/ShishirPatil/gorilla, openfunctions/inference_local.py; past answers end as those "
        "of DeepSeek Coder, from which the model was made",
        models=("gorilla-openfunctions-v2",),
        calls="gorilla-openfunctions",
        stop=("<|EOT|>",),
        marks=("^### Instruction:", "^### Response:", "<<function>>", "<<question>>"),
        system="{content}\n",
        user="### Instruction: {content}\n### Response: ",
        assistant="{content}\n<|EOT|>\n",
        opening="",
        default_system="You are an AI programming assistant, utilizing the Gorilla LLM model, developed by Gorilla "
        "LLM, and you only answer questions related to computer science. For politically sensitive questions, security "
        "and privacy issues, and other non-computer science questions, you will refuse to answer.",
        tools="<<function>>{tools}\n",
        tool_list=functions,
        place="last",
    )
)
