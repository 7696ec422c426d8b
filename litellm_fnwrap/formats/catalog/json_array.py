"""Formats whose calls are a marked JSON array of objects: [TOOL_CALLS][{"name": ..., "arguments": ...}, ...]."""

from __future__ import annotations

from .. import register_format
from ..spec import Format

register_format(
    Format(
        name="mistral",
        aliases=("mistral-nemo", "mistral-v3", "mixtral"),
        models="Mistral 7B v0.3, Mixtral 8x22B, Nemo, Mistral Small 2409 and 2501 (tokenizers v3 to v7)",
        source="https://huggingface.co/mistralai/Mistral-Nemo-Instruct-2407, model card and chat template",
        sample='[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Lyon"}}, '
        '{"name": "ping", "arguments": {}}]',
        section="[TOOL_CALLS][{calls}]",
        # The name is also used for the newer models, by people who type --tool-call-parser mistral for all of them.
        call=(
            "{object}",
            "[TOOL_CALLS]{object}",
            "[TOOL_CALLS]{name}[ARGS]{arguments}",
            "[TOOL_CALLS]{name}{arguments}",
        ),
        separator=", ",
        object=(
            '{"name": {name}, "arguments": {arguments}}',
            '{"name": {name}, "arguments": {arguments}, "id": {id}}',
        ),
        array=True,
        reasoning=("[THINK]{reasoning}[/THINK]", "<think>\n{reasoning}\n</think>\n"),
        drop=("</s>",),
        stop=("</s>",),
        special=("[TOOL_CALLS]", "[ARGS]"),
        id_pattern="[a-zA-Z0-9]{9}",
    )
)

register_format(
    Format(
        name="granite",
        aliases=("granite-3", "granite-3.0", "granite-3.1", "granite-3.2", "granite-3.3"),
        models="IBM Granite 3.0 to 3.3",
        source="https://huggingface.co/ibm-granite/granite-3.1-8b-instruct, and 3.0 for the mark <|tool_call|>",
        sample='<|tool_call|>[{"name": "get_weather", "arguments": {"city": "Lyon"}}, '
        '{"name": "ping", "arguments": {}}]',
        section=("<|tool_call|>[{calls}]", "<tool_call>[{calls}]"),
        separator=", ",
        array=True,
        reasoning=(
            "<think>{reasoning}</think>",
            "Here is my thought process:\n{reasoning}\nHere is my response:\n",
            "Here's my thought process:\n{reasoning}\nHere's my response:\n",
        ),
        content="<response>{content}</response>",
        drop=("<|end_of_text|>",),
        stop=("<|end_of_text|>",),
        special=("<|tool_call|>",),
    )
)

register_format(
    Format(
        name="jamba",
        models="Jamba 1.5 and 1.6",
        source="https://huggingface.co/ai21labs/AI21-Jamba-1.5-Mini, section Tool use",
        sample=' <tool_calls>[\n    {"name": "get_weather", "arguments": {"city": "Lyon"}},\n'
        '    {"name": "ping", "arguments": {}}\n]</tool_calls>',
        section=" <tool_calls>[\n    {calls}\n]</tool_calls>",
        separator=",\n    ",
        array=True,
        drop=("<|eom|>",),
        stop=("<|eom|>",),
        special=("<tool_calls>", "</tool_calls>"),
    )
)

register_format(
    Format(
        name="hunyuan-a13b",
        aliases=("hunyuan",),
        models="Hunyuan-A13B-Instruct",
        source="https://huggingface.co/tencent/Hunyuan-A13B-Instruct, chat template",
        sample='<tool_calls>[{"name": "get_weather", "arguments": {"city": "Lyon"}}, '
        '{"name": "ping", "arguments": {}}]</tool_calls>',
        section="<tool_calls>[{calls}]</tool_calls>",
        separator=", ",
        array=True,
        reasoning="<think>\n{reasoning}\n</think>\n",
        calls_in_reasoning="ignore",
        content="<answer>\n{content}\n</answer>",
        heads=("助手：",),
        drop=("<|eos|>",),
        stop=("<|eos|>",),
    )
)

register_format(
    Format(
        name="phi4-mini",
        aliases=("phi4-mini-json", "phi-4-mini"),
        models="Phi-4-mini-instruct",
        source="https://github.com/microsoft/PhiCookBook, function calling; the model card shows <|tool_call|>",
        sample='functools[{"name": "get_weather", "arguments": {"city": "Lyon"}}, {"name": "ping", "arguments": {}}]',
        section=("functools[{calls}]", "<|tool_call|>[{calls}]<|/tool_call|>"),
        separator=", ",
        object=('{"name": {name}, "arguments": {arguments}}', '{"name": {name}, "parameters": {arguments}}'),
        array=True,
        drop=("<|end|>", "<|tool_call|>", "<|/tool_call|>"),
        stop=("<|end|>",),
    )
)

register_format(
    Format(
        name="firefunction-v2",
        aliases=("firefunction",),
        models="firefunction-v2",
        source="https://huggingface.co/fireworks-ai/llama-3-firefunction-v2, chat template",
        sample=' functools[{"name": "get_weather", "arguments": {"city": "Lyon"}}, {"name": "ping", "arguments": {}}]',
        section=" functools[{calls}]",
        separator=", ",
        array=True,
        drop=("<|eot_id|>",),
        stop=("<|eot_id|>",),
    )
)

register_format(
    Format(
        name="cohere",
        aliases=("command-r7b", "command-a", "cohere2moe", "cohere-command3", "cohere-command4", "cohere2"),
        models="Command R7B, Command A, Command 4",
        source="https://huggingface.co/CohereLabs/c4ai-command-r7b-12-2024, chat template tool_use",
        sample="<|START_ACTION|>[\n"
        '    {"tool_call_id": "0", "tool_name": "get_weather", "parameters": {"city": "Lyon"}},\n'
        '    {"tool_call_id": "1", "tool_name": "ping", "parameters": {}}\n]<|END_ACTION|>',
        section="<|START_ACTION|>[\n    {calls}\n]<|END_ACTION|>",
        separator=",\n    ",
        object='{"tool_call_id": "{index}", "tool_name": {name}, "parameters": {arguments}}',
        array=True,
        reasoning="<|START_THINKING|>{reasoning}<|END_THINKING|>",
        content=("<|START_RESPONSE|>{content}<|END_RESPONSE|>", "<|START_TEXT|>{content}<|END_TEXT|>"),
        drop=("<|END_OF_TURN_TOKEN|>", "<|START_OF_TURN_TOKEN|>", "<|CHATBOT_TOKEN|>"),
        stop=("<|END_OF_TURN_TOKEN|>",),
        special=("<|START_ACTION|>", "<|END_ACTION|>"),
    )
)

register_format(
    Format(
        name="command-r-plus",
        aliases=("command-r",),
        models="Command R and R+, 2024",
        source="https://huggingface.co/CohereLabs/c4ai-command-r-plus, chat template tool_use",
        sample='Action:\n```json\n[\n    {\n        "tool_name": "get_weather",\n        "parameters": {\n'
        '            "city": "Lyon"\n        }\n    },\n    {\n        "tool_name": "ping",\n        "parameters": {}\n'
        "    }\n]```",
        section=("Action:\n```json\n[\n    {calls}\n]```", "Action: ```json\n[\n    {calls}\n]\n```"),
        separator=",\n    ",
        object='{\n        "tool_name": {name},\n        "parameters": {arguments}\n    }',
        array=True,
        indent=4,
        drop=("<|END_OF_TURN_TOKEN|>",),
        stop=("<|END_OF_TURN_TOKEN|>",),
    )
)

register_format(
    Format(
        name="apertus",
        aliases=("apertus2509",),
        models="Apertus 8B and 70B, 2509",
        source="https://huggingface.co/swiss-ai/Apertus-8B-Instruct-2509, chat template",
        sample='<|tools_prefix|>[{"get_weather": {"city": "Lyon"}}, {"ping": {}}]<|tools_suffix|>',
        section="<|tools_prefix|>[{calls}]<|tools_suffix|>",
        separator=", ",
        object="{{name}: {arguments}}",
        array=True,
        reasoning="<|inner_prefix|>{reasoning}<|inner_suffix|>",
        drop=("<|assistant_end|>",),
        stop=("<|assistant_end|>",),
        special=("<|tools_prefix|>", "<|tools_suffix|>"),
    )
)

register_format(
    Format(
        name="apriel",
        aliases=("apriel-1.5", "apriel-1.6"),
        models="Apriel 1.5 and 1.6 15b Thinker",
        source="https://huggingface.co/ServiceNow-AI/Apriel-1.5-15b-Thinker, chat template",
        sample='<tool_calls>[{"name": "get_weather", "arguments": {"city": "Lyon"}}, '
        '{"name": "ping", "arguments": {}}]</tool_calls>',
        section="<tool_calls>[{calls}]</tool_calls>",
        separator=", ",
        object=(
            '{"name": {name}, "arguments": {arguments}}',
            '{"name": {name}, "arguments": {arguments}, "id": {id}}',
        ),
        array=True,
        reasoning=(
            "Here are my reasoning steps:\n{reasoning}\n[BEGIN FINAL RESPONSE]\n",
            "<thinking>{reasoning}</thinking>",
        ),
        drop=("[END FINAL RESPONSE]", "<|end|>"),
        stop=("<|end|>",),
    )
)

register_format(
    Format(
        name="nemotron-v2",
        aliases=("nemotron-json", "nemotron-nano-v2", "nemotron"),
        models="Nemotron Nano v2",
        source="https://huggingface.co/nvidia/NVIDIA-Nemotron-Nano-9B-v2, chat template",
        sample='<TOOLCALL>[{"name": "get_weather", "arguments": {"city": "Lyon"}}, '
        '{"name": "ping", "arguments": {}}]</TOOLCALL>',
        section="<TOOLCALL>[{calls}]</TOOLCALL>",
        separator=", ",
        array=True,
        reasoning="<think>\n{reasoning}\n</think>\n",
        drop=("<SPECIAL_12>",),
        stop=("<SPECIAL_12>",),
    )
)

register_format(
    Format(
        name="pangu",
        aliases=("openpangu",),
        models="openPangu Embedded 1B and 7B, openPangu Pro MoE",
        source="https://github.com/vllm-project/vllm-ascend, PanguToolParser and PanguReasoningParser",
        sample='[unused11][{"name": "get_weather", "arguments": {"city": "Lyon"}}, {"name": "ping", "arguments": {}}]'
        "[unused12]",
        section=("[unused11][{calls}][unused12]", "<|tool_call_start|>[{calls}]<|tool_call_end|>"),
        separator=", ",
        object=('{"name": {name}, "arguments": {arguments}}', '{"name": {name}, "parameters": {arguments}}'),
        array=True,
        reasoning="[unused16]{reasoning}[unused17]",
        drop=("[unused10]",),
        stop=("[unused10]",),
        special=("[unused11]", "[unused12]", "[unused16]", "[unused17]"),
    )
)
