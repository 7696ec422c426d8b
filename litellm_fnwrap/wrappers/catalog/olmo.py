"""Olmo models of Ai2: 3 and 3.1, Instruct and Think."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ...formats.spec import Format
from ...formats.toolprompts import json_array
from ...messages import Conversation
from ...options import Options
from .. import register
from ..turns import Turns
from .chatml import CHATML

_NO_FUNCTIONS = " You do not currently have access to any functions. <functions></functions>"
_FUNCTIONS = (
    " You are provided with function signatures within <functions></functions> XML tags. You may call one or more "
    "functions to assist with the user query. Output any function calls within <function_calls></function_calls> XML "
    "tags. Do not make assumptions about what values to plug into functions."
)
_WEIGHTS = "and your model weights are available at https://huggingface.co/allenai."
_OLMO_3 = "You are a helpful function-calling AI assistant."
_OLMO_3_1 = f"You are Olmo, a helpful AI assistant built by Ai2. Your date cutoff is December 2024, {_WEIGHTS}"
_THINK_7B = (
    f"You are OLMo, a helpful function-calling AI assistant built by Ai2. Your date cutoff is November 2024, {_WEIGHTS}"
)

_TURNS: dict[str, Any] = {
    **CHATML,
    "calls": "olmo3",
    "history": {"value_type": "json"},
    "joint": "",
    "results": "<|im_start|>environment\n{content}<|im_end|>\n",
    "result": "{content}",
    "result_separator": "<|im_end|>\n<|im_start|>environment\n",
}

_INSTRUCT = Turns(
    name="olmo3",
    source="https://huggingface.co/allenai/Olmo-3-7B-Instruct, chat template",
    models=("~olmo-3",),
    **_TURNS,
    default_system=_OLMO_3 + _NO_FUNCTIONS,
    with_tools_system=_OLMO_3 + _FUNCTIONS,
    tools="<functions>{tools}</functions>",
    tool_list=json_array,
)
register(_INSTRUCT)

register(
    replace(
        _INSTRUCT,
        name="olmo3.1",
        source="https://huggingface.co/allenai/Olmo-3.1-32B-Instruct, chat template",
        models=("~olmo-3.1",),
        default_system=_OLMO_3_1 + _NO_FUNCTIONS,
        with_tools_system=_OLMO_3_1 + _FUNCTIONS,
    )
)


@dataclass(frozen=True, kw_only=True, eq=False)
class OlmoThink(Turns):
    """Olmo Think: after a system text it is said that there are no functions, where none are offered."""

    def told(self, system: str, native: str, conversation: Conversation, format: Format, options: Options) -> str:
        """The system's text, and that sentence."""
        text = super().told(system, native, conversation, format, options)
        return text + _NO_FUNCTIONS if system and not conversation.offered else text


_THINK = OlmoThink(
    name="olmo3-think",
    source="https://huggingface.co/allenai/Olmo-3-7B-Think, chat template (which shows no tools)",
    models=("~olmo-3-think", "~olmo-3-7b-think"),
    **_TURNS,
    prefill="<think>",
    default_system=_THINK_7B + _NO_FUNCTIONS,
    with_tools_system=_THINK_7B,
)
register(_THINK)

register(
    replace(
        _THINK,
        name="olmo3-32b-think",
        source="https://github.com/allenai/open-instruct, open_instruct/dataset_transformation.py, olmo_thinker",
        models=("~olmo-3-32b",),  # Of this size there is no Instruct.
        default_system="You are a helpful AI assistant.",
        with_tools_system=None,
    )
)

register(
    replace(
        _THINK,
        name="olmo3.1-think",
        source="https://github.com/ollama/ollama, model/renderers/olmo3_think.go, confirmed there by Ai2",
        models=("~olmo-3.1-think", "~olmo-3.1-32b-think", "~olmo-3.1-7b-think"),
        default_system=_OLMO_3_1,
        with_tools_system=None,
    )
)
