"""Formats that write calls as Python does: [get_weather(city='Lyon'), ping()]."""

from __future__ import annotations

from .. import register_format
from ..spec import Format

register_format(
    Format(
        name="pythonic",
        aliases=("python-call-list", "llama3.2-pythonic", "toolace", "watt-tool"),
        models="Llama 3.2 1B and 3B, ToolACE-8B, watt-tool, and any model that is told to",
        source="https://www.llama.com/docs/model-cards-and-prompt-formats/llama3_2, Zero-shot function calling",
        sample="[get_weather(city='Lyon'), ping()]",
        section="[{calls}]",
        call="{name}({arguments})",
        separator=", ",
        array=True,
        arguments="pythonic",
        drop=("<|eot_id|>", "<|eom_id|>"),
        stop=("<|eot_id|>",),
    )
)

register_format(
    Format(
        name="llama4-pythonic",
        aliases=("llama4",),
        models="Llama 4 Scout and Maverick",
        source="https://www.llama.com/docs/model-cards-and-prompt-formats/llama4, section Zero-shot function calling",
        sample="<|python_start|>[get_weather(city='Lyon'), ping()]<|python_end|>",
        section=("<|python_start|>[{calls}]<|python_end|>", "[{calls}]"),
        call="{name}({arguments})",
        separator=", ",
        array=True,
        arguments="pythonic",
        drop=("<|eot|>", "<|eom|>"),
        stop=("<|eot|>", "<|eom|>"),
        special=("<|python_start|>", "<|python_end|>"),
    )
)

register_format(
    Format(
        name="olmo3",
        aliases=("olmo-3",),
        models="Olmo 3 Instruct",
        source="https://huggingface.co/allenai/Olmo-3-7B-Instruct, chat template",
        sample="<function_calls>get_weather(city='Lyon')\nping()</function_calls>",
        section="<function_calls>{calls}</function_calls>",
        call="{name}({arguments})",
        separator="\n",
        arguments="pythonic",
        drop=("<|im_end|>",),
        stop=("<|im_end|>",),
    )
)

register_format(
    Format(
        name="lfm2",
        aliases=("lfm2.5", "liquid"),
        models="LFM2, LFM2.5",
        source="https://huggingface.co/LiquidAI/LFM2-1.2B, section Tool use",
        sample="<|tool_call_start|>[get_weather(city='Lyon'), ping()]<|tool_call_end|>",
        section=("<|tool_call_start|>[{calls}]<|tool_call_end|>", "[{calls}]"),
        call=("{name}({arguments})", "{object}"),
        separator=", ",
        array=True,
        arguments="pythonic",
        calls_in_reasoning="ignore",
        drop=("<|im_end|>",),
        stop=("<|im_end|>",),
        special=("<|tool_call_start|>", "<|tool_call_end|>"),
    )
)

register_format(
    Format(
        name="minicpm3",
        models="MiniCPM3",
        source="https://huggingface.co/openbmb/MiniCPM3-4B, chat template",
        sample='<|tool_call_start|>\n```python\nget_weather(city="Lyon")\nping()\n```\n<|tool_call_end|>',
        section="<|tool_call_start|>\n```python\n{calls}\n```\n<|tool_call_end|>",
        call="{name}({arguments})",
        separator="\n",
        arguments="pythonic",
        quote='"',
        reasoning="<|thought_start|>\n{reasoning}\n<|thought_end|>\n",
        drop=("<|im_end|>",),
        stop=("<|im_end|>",),
    )
)

register_format(
    Format(
        name="nexus-raven",
        aliases=("raven", "nexusraven", "nexus-raven-v2"),
        models="NexusRaven V2 13B",
        source="https://huggingface.co/Nexusflow/NexusRaven-V2-13B, model card",
        sample="Call: get_weather(city='Lyon'); ping()<bot_end>",
        section="Call: {calls}<bot_end>",
        section_optional=True,
        call="{name}({arguments})",
        separator="; ",
        arguments="pythonic",
        reasoning="Thought: {reasoning}<bot_end>",
        drop=("<bot_end>",),
        stop=("<bot_end>", "\nThought:"),
    )
)

register_format(
    Format(
        name="gorilla-openfunctions",
        aliases=("gorilla", "openfunctions", "gorilla-openfunctions-v2"),
        models="Gorilla OpenFunctions v2",
        source="https://huggingface.co/gorilla-llm/gorilla-openfunctions-v2, model card",
        sample="<<function>>get_weather(city='Lyon')<<function>>ping()",
        call="<<function>>{name}({arguments})",
        arguments="pythonic",
        drop=("<|EOT|>", "<｜end▁of▁sentence｜>"),
        stop=("<|EOT|>",),
    )
)

register_format(
    Format(
        name="tool-code",
        aliases=("gemma3", "gemma-3", "gemma3-tool-code"),
        models="Gemma 3 under a prompt that asks for it; it has no format of its own",
        source="https://www.philschmid.de/gemma-function-calling",
        sample="```tool_code\nget_weather(city='Lyon')\nping()\n```",
        section="```tool_code\n{calls}\n```",
        call=("{name}({arguments})", "print({name}({arguments}))", "default_api.{name}({arguments})"),
        separator="\n",
        arguments="pythonic",
        drop=("<end_of_turn>",),
        stop=("<end_of_turn>",),
    )
)
