"""Formats whose calls are marked JSON objects that carry the name: <tool_call>{"name": ..., "arguments": ...}."""

from __future__ import annotations

from .. import register_format
from ..spec import Format

register_format(
    Format(
        name="hermes",
        aliases=("hermes-2-pro", "hermes-3", "qwen", "qwen25", "qwen2.5", "qwen3-json", "trinity", "mimo-vl"),
        models="Hermes 2 Pro, Hermes 3, Qwen 2.5, Qwen 3 (not Coder), QwQ, MiMo-VL, Reka Edge, and many finetunes",
        source="https://huggingface.co/NousResearch/Hermes-2-Pro-Llama-3-8B, chat template tool_use",
        sample='<tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</tool_call>\n'
        '<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>',
        call=(
            "<tool_call>\n{object}\n</tool_call>",
            "<function_call>\n{object}\n</function_call>",
            "<tools>\n{object}\n</tools>",
            # What finetunes make of the prompt, as llama.cpp's users have met it.
            "<xml>\n{object}\n</xml>",
            "```json\n<function_call>\n{object}\n</function_call>\n```",
            "<function={name}>{arguments}</function>",
            "```json\n{object}\n```",
            "```\n{object}\n```",
        ),
        # Qwen3-Coder's arguments, from a server or a person that takes all of Qwen for one.
        parameter="<parameter={key}>\n{value}\n</parameter>",
        parameter_separator="\n",
        separator="\n",
        object=('{"name": {name}, "arguments": {arguments}}', '{"name": {name}, "parameters": {arguments}}'),
        reasoning=("<think>\n{reasoning}\n</think>\n\n", "<scratch_pad>\n{reasoning}\n</scratch_pad>\n"),
        drop=("<|im_start|>", "<|im_end|>"),
        stop=("<|im_end|>",),
        special=("<tool_call>", "</tool_call>"),
    )
)

register_format(
    Format(
        name="granite-4",
        aliases=("granite4", "granite-4.0", "granite-4.1"),
        models="IBM Granite 4.0 and 4.1",
        source="https://huggingface.co/ibm-granite/granite-4.0-h-small, chat template",
        sample='<tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</tool_call>\n'
        '<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>',
        call="<tool_call>\n{object}\n</tool_call>",
        separator="\n",
        drop=("<|end_of_text|>",),
        stop=("<|end_of_text|>",),
        special=("<tool_call>", "</tool_call>"),
    )
)

register_format(
    Format(
        name="ernie-4.5",
        aliases=("ernie45", "ernie"),
        models="ERNIE-4.5-*-Thinking",
        source="https://huggingface.co/baidu/ERNIE-4.5-21B-A3B-Thinking, chat template",
        sample='<tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</tool_call>\n'
        '<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>',
        call="<tool_call>\n{object}\n</tool_call>",
        separator="\n",
        reasoning="<think>\n{reasoning}\n</think>\n\n",
        content="<response>\n{content}\n</response>\n",
        drop=("<|im_end|>", "</s>"),
        stop=("<|im_end|>",),
    )
)

register_format(
    Format(
        name="longcat",
        models="LongCat-Flash",
        source="https://huggingface.co/meituan-longcat/LongCat-Flash-Chat, chat template",
        sample='<longcat_tool_call>{"name": "get_weather", "arguments": {"city": "Lyon"}}</longcat_tool_call>'
        '<longcat_tool_call>{"name": "ping", "arguments": {}}</longcat_tool_call>',
        call="<longcat_tool_call>{object}</longcat_tool_call>",
        reasoning="<longcat_think>\n{reasoning}\n</longcat_think>\n",
        drop=("</longcat_s>",),
        stop=("</longcat_s>",),
        special=("<longcat_tool_call>", "</longcat_tool_call>"),
    )
)

register_format(
    Format(
        name="granite-20b-fc",
        aliases=("granite-20b", "granite-20b-functioncalling"),
        models="granite-20b-functioncalling",
        source="https://huggingface.co/ibm-granite/granite-20b-functioncalling, model card",
        sample='<function_call> {"name": "get_weather", "arguments": {"city": "Lyon"}}\n'
        '<function_call> {"name": "ping", "arguments": {}}',
        call="<function_call> {object}",
        separator="\n",
        drop=("<|endoftext|>",),
        stop=("<|endoftext|>",),
    )
)

register_format(
    Format(
        name="internlm",
        aliases=("internlm2", "internlm2.5", "internlm3", "interns1", "intern-s1"),
        models="InternLM 2, 2.5 and 3 chat, Intern-S1",
        source="https://github.com/InternLM/InternLM/blob/main/chat/chat_format.md",
        sample='<|action_start|><|plugin|>\n{"name": "get_weather", "parameters": {"city": "Lyon"}}<|action_end|>\n'
        '<|action_start|><|plugin|>\n{"name": "ping", "parameters": {}}<|action_end|>',
        call=(
            "<|action_start|><|plugin|>\n{object}<|action_end|>",
            "<|action_start|> <|plugin|>\n{object}<|action_end|>",
        ),
        separator="\n",
        object=('{"name": {name}, "parameters": {arguments}}', '{"name": {name}, "arguments": {arguments}}'),
        drop=("<|im_end|>",),
        stop=("<|im_end|>", "<|action_end|>"),
        special=("<|action_start|>", "<|plugin|>", "<|action_end|>"),
    )
)

register_format(
    Format(
        name="gigachat-v3",
        aliases=("gigachat3", "gigachat"),
        models="GigaChat 3 and 3.1, 10B",
        source="https://huggingface.co/ai-sage/GigaChat3-10B-A1.8B, chat template",
        sample='<|function_call|>{"name": "get_weather", "arguments": {"city": "Lyon"}}',
        call=(
            "<|function_call|>{object}",
            "<|message_sep|>\n\nfunction call<|role_sep|>\n{object}",
            "function call<|role_sep|>\n{object}",
        ),
        parallel=False,
        drop=("<|message_sep|>", "</s>"),
        stop=("<|message_sep|>", "</s>"),
        special=("<|function_call|>", "<|message_sep|>"),
    )
)

register_format(
    Format(
        name="inkling",
        models="Inkling",
        source="https://github.com/sgl-project/sglang, function_call/inkling_detector.py",
        sample='<|message_model|>get_weather<|content_invoke_tool_json|>{"name":"get_weather","args":{"city":"Lyon"}}'
        '<|end_message|><|message_model|>ping<|content_invoke_tool_json|>{"name":"ping","args":{}}<|end_message|>',
        call=(
            '<|message_model|>{name}<|content_invoke_tool_json|>{"name":"{name}","args":{arguments}}<|end_message|>',
            '<|message_model|>{name}<|content_invoke_tool_json|>{"name": "{name}", "args": {arguments}}<|end_message|>',
            "<|content_invoke_tool_json|>{object}<|end_message|>",
        ),
        object='{"name": {name}, "args": {arguments}}',
        compact=True,
        reasoning=(
            "<|message_model|><|content_thinking|>{reasoning}<|end_message|>",
            "<|content_thinking|>{reasoning}<|end_message|>",
        ),
        content=(
            "<|message_model|><|content_text|>{content}<|end_message|>",
            "<|content_text|>{content}<|end_message|>",
        ),
        drop=("<|message_model|>", "<|end_message|>"),
        special=("<|message_model|>", "<|content_invoke_tool_json|>", "<|end_message|>"),
    )
)

register_format(
    Format(
        name="minimax-m1",
        aliases=("minimax", "minimax-text-01"),
        models="MiniMax-M1, MiniMax-Text-01",
        source="https://huggingface.co/MiniMaxAI/MiniMax-M1-80k, docs/function_call_guide.md",
        sample='<tool_calls>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n'
        '{"name": "ping", "arguments": {}}\n</tool_calls>',
        section="<tool_calls>\n{calls}\n</tool_calls>",
        separator="\n",
        reasoning="<think>\n{reasoning}\n</think>\n",
        drop=("<end_of_sentence>",),
        stop=("<end_of_sentence>",),
    )
)

register_format(
    Format(
        name="lm-studio",
        aliases=("lmstudio", "tool-request"),
        models="any model without a format of its own in LM Studio",
        source="https://lmstudio.ai/docs/app/api/tools, section Default tool use support",
        sample='[TOOL_REQUEST]{"name": "get_weather", "arguments": {"city": "Lyon"}}[END_TOOL_REQUEST]\n'
        '[TOOL_REQUEST]{"name": "ping", "arguments": {}}[END_TOOL_REQUEST]',
        call="[TOOL_REQUEST]{object}[END_TOOL_REQUEST]",
        separator="\n",
    )
)
