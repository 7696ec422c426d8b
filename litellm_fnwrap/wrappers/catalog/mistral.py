"""Mistral models by the version of their tokenizer: blanks around the marks, the form of calls and results differ.

Source: https://github.com/mistralai/cookbook, concept-deep-dive/tokenization/chat_templates.md, and the chat templates
of the models named below.
"""

from __future__ import annotations

from typing import Any

from ...formats.toolprompts import json_array
from .. import register
from ..turns import Turns

_COMMON: dict[str, Any] = {
    "bos": "<s>",
    "stop": ("</s>",),
    "opening": "",
    "strict": True,
    "tool_list": json_array,
    "place": "last",
    "result_separator": "",
}
_WITH_ID: dict[str, Any] = {"object": '{"name": {name}, "arguments": {arguments}, "id": {id}}'}

MISTRAL_V1: dict[str, Any] = {
    "bos": "<s>",
    "stop": ("</s>",),
    "user": " [INST] {content} [/INST]",
    "assistant": " {content}</s>",
    "opening": "",
    "strict": True,
}

register(
    Turns(
        name="mistral-v1",
        source="https://huggingface.co/mistralai/Mistral-7B-Instruct-v0.2, chat template",
        models=("mistral-7b-instruct-v0.1", "mistral-7b-instruct-v0.2", "~mistral-7b-v0.1", "~mistral-7b-v0.2"),
        calls="generic",
        **MISTRAL_V1,
    )
)

register(
    Turns(
        name="mistral-v3",
        source="https://huggingface.co/mistralai/Mistral-7B-Instruct-v0.3, chat template",
        models=(
            *("~mistral", "mixtral-8x22b", "codestral", "mistral-large", "~mathstral"),
            *("mistral-small-22b", "mistral-small-2409", "mistral-small-instruct-2409"),
        ),
        calls="mistral",
        **_COMMON,
        user="[INST] {content}[/INST]",
        assistant="{content}</s>",
        said=" {content}",
        fold="last",
        tools="[AVAILABLE_TOOLS] {tools}[/AVAILABLE_TOOLS]",
        tools_turn="{content}",
        results="{content}",
        result='[TOOL_RESULTS] {"content": {value}, "call_id": "{id}"}[/TOOL_RESULTS]',
        history={**_WITH_ID, "section": "[TOOL_CALLS] [{calls}]"},
    ),
    "mistral",
)

register(
    Turns(
        name="mistral-nemo",
        source="https://huggingface.co/mistralai/Mistral-Nemo-Instruct-2407, chat template",
        models=("mistral-nemo", "ministral-8b", "pixtral-12b"),
        calls="mistral",
        **_COMMON,
        user="[INST]{content}[/INST]",
        assistant="{content}</s>",
        fold="last",
        tools="[AVAILABLE_TOOLS]{tools}[/AVAILABLE_TOOLS]",
        tools_turn="{content}",
        results="{content}",
        result='[TOOL_RESULTS]{"content": {value}, "call_id": "{id}"}[/TOOL_RESULTS]',
        history=_WITH_ID,
    ),
    "mistral-v3-tekken",
)

register(
    Turns(
        name="mistral-v7",
        source="https://huggingface.co/mistralai/Mistral-Large-Instruct-2411, section System Prompt and chat template",
        models=("mistral-large-2411", "mistral-large-instruct-2411", "pixtral-large"),
        calls="mistral",
        **_COMMON,
        system="[SYSTEM_PROMPT] {content}[/SYSTEM_PROMPT]",
        user="[INST] {content}[/INST]",
        assistant="{content}</s>",
        said=" {content}",
        tools="[AVAILABLE_TOOLS] {tools}[/AVAILABLE_TOOLS]",
        tools_turn="{content}",
        results="{content}",
        result="[TOOL_RESULTS] {id}[TOOL_CONTENT] {content}[/TOOL_RESULTS]",
        history={**_WITH_ID, "section": "[TOOL_CALLS] [{calls}]"},
    )
)

register(
    Turns(
        name="mistral-small",
        source="https://huggingface.co/mistralai/Mistral-Small-24B-Instruct-2501, chat template (tokenizer v7-tekken)",
        models=("mistral-small", "mistral-small-3.1"),
        calls="mistral",
        **_COMMON,
        system="[SYSTEM_PROMPT]{content}[/SYSTEM_PROMPT]",
        user="[INST]{content}[/INST]",
        assistant="{content}</s>",
        tools="[AVAILABLE_TOOLS]{tools}[/AVAILABLE_TOOLS]",
        tools_turn="{content}",
        results="{content}",
        result="[TOOL_RESULTS]{id}[TOOL_CONTENT]{content}[/TOOL_RESULTS]",
        history=_WITH_ID,
    ),
    "mistral-v7-tekken",
)

register(
    Turns(
        name="mistral-v11",
        source="https://huggingface.co/mistralai/Mistral-Small-3.2-24B-Instruct-2506, chat template",
        models=("mistral-small-3.2", "mistral-small-2506", "mistral-medium-3", "devstral-small-2505"),
        calls="mistral-v11",
        **_COMMON,
        system="[SYSTEM_PROMPT]{content}[/SYSTEM_PROMPT]",
        user="[INST]{content}[/INST]",
        assistant="{content}</s>",
        joint="",
        tools="[AVAILABLE_TOOLS]{tools}[/AVAILABLE_TOOLS]",
        tools_turn="{content}",
        results="{content}",
        result="[TOOL_RESULTS]{id}[TOOL_CONTENT]{content}[/TOOL_RESULTS]",
        history={"call": "[TOOL_CALLS]{name}[CALL_ID]{id}[ARGS]{arguments}"},
    )
)

register(
    Turns(
        name="mistral-v13",
        source="https://huggingface.co/mistralai/Ministral-3-14B-Reasoning-2512, chat template",
        models=("devstral", "ministral-3", "magistral", "mistral-large-3", "voxtral"),
        calls="mistral-v11",
        **{**_COMMON, "place": "next"},
        system="[SYSTEM_PROMPT]{content}[/SYSTEM_PROMPT]",
        user="[INST]{content}[/INST]",
        assistant="{content}</s>",
        joint="",
        tools="[AVAILABLE_TOOLS]{tools}[/AVAILABLE_TOOLS]",
        tools_turn="{content}",
        results="{content}",
        result="[TOOL_RESULTS]{content}[/TOOL_RESULTS]",
    ),
    "devstral",
    "ministral",
)

# The style mixtral of llama.cpp's examples/openai: this model was not trained to call, and escapes underscores.
register(
    Turns(
        name="mixtral",
        source="https://huggingface.co/mistralai/Mixtral-8x7B-Instruct-v0.1, chat template",
        models=("mixtral",),
        calls="hermes",
        **MISTRAL_V1,
    )
)
