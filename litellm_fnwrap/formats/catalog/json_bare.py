"""Formats whose calls are JSON without any mark: what tells them from an answer is a declared tool's name."""

from __future__ import annotations

from .. import register_format
from ..spec import Format

register_format(
    Format(
        name="llama3-json",
        aliases=("llama3", "llama3.1", "llama3.2-json", "llama3.3"),
        models="Llama 3.1, 3.2 and 3.3 Instruct",
        source="https://huggingface.co/meta-llama/Llama-3.1-8B-Instruct, chat template",
        sample='{"name": "get_weather", "parameters": {"city": "Lyon"}}; {"name": "ping", "parameters": {}}',
        section=("{calls}", "<|python_tag|>{calls}"),
        separator="; ",
        object=(
            '{"name": {name}, "parameters": {arguments}}',
            '{"type": "function", "name": {name}, "parameters": {arguments}}',
            '{"name": {name}, "arguments": {arguments}}',
            '{"type": "function", "function": {name}, "parameters": {arguments}}',
        ),
        drop=("<|eom_id|>", "<|eot_id|>"),
        stop=("<|eom_id|>", "<|eot_id|>"),
        special=("<|python_tag|>",),
    )
)

register_format(
    Format(
        name="llama4-json",
        models="Llama 4 Scout and Maverick under their own chat template",
        source="https://huggingface.co/meta-llama/Llama-4-Scout-17B-16E-Instruct, chat template",
        sample='{"name": "get_weather", "parameters": {"city": "Lyon"}}{"name": "ping", "parameters": {}}',
        section="{calls}",
        object=(
            '{"name": {name}, "parameters": {arguments}}',
            '{"type": "function", "name": {name}, "parameters": {arguments}}',
            '{"name": {name}, "arguments": {arguments}}',
            '{"type": "function", "function": {name}, "parameters": {arguments}}',
        ),
        # The template puts a turn's text between the marks, and its calls behind them.
        content="<|python_start|>{content}<|python_end|>",
        drop=("<|eom|>", "<|eot|>"),
        stop=("<|eom|>", "<|eot|>"),
        special=("<|python_start|>", "<|python_end|>"),
    )
)

register_format(
    Format(
        name="xlam",
        aliases=("xlam-2", "llama-xlam-2"),
        models="xLAM, Llama-xLAM-2",
        source="https://huggingface.co/Salesforce/Llama-xLAM-2-8b-fc-r, chat template",
        sample='[{"name": "get_weather", "arguments": {"city": "Lyon"}}, {"name": "ping", "arguments": {}}]',
        section=(
            "[{calls}]",
            "```json\n[{calls}]\n```",
            "[TOOL_CALLS][{calls}]",
            "<tool_call>[{calls}]</tool_call>",
        ),
        separator=", ",
        array=True,
        drop=("<|eot_id|>",),
        stop=("<|eot_id|>",),
    )
)

register_format(
    Format(
        name="xlam-json",
        aliases=("xlam-1",),
        models="xLAM-1b-fc-r, xLAM-7b-fc-r",
        source="https://huggingface.co/Salesforce/xLAM-1b-fc-r, model card",
        sample='{"tool_calls": [{"name": "get_weather", "arguments": {"city": "Lyon"}}, '
        '{"name": "ping", "arguments": {}}]}',
        separator=", ",
        array=True,
        envelope=('{"tool_calls": [{calls}]}', '{"thought": {content}, "tool_calls": [{calls}]}'),
    )
)

register_format(
    Format(
        name="required",
        aliases=("tool-choice-required", "json-array"),
        models="any model that vLLM or SGLang constrains with tool_choice required",
        source="https://docs.vllm.ai/en/latest/features/tool_calling.html, section Required Function Calling",
        sample='[{"name": "get_weather", "parameters": {"city": "Lyon"}}, {"name": "ping", "parameters": {}}]',
        section="[{calls}]",
        separator=", ",
        object=('{"name": {name}, "parameters": {arguments}}', '{"name": {name}, "arguments": {arguments}}'),
        array=True,
    )
)

register_format(
    Format(
        name="generic",
        aliases=("json", "thoughtful-steps"),
        models="any model under a JSON schema or grammar, without training for it",
        source="https://github.com/ggerganov/llama.cpp/discussions/5695, the style thoughtful_steps",
        sample='{"thought_about_next_step_only": "", "next_step": {"tool_calls": '
        '[{"name": "get_weather", "arguments": {"city": "Lyon"}}, {"name": "ping", "arguments": {}}]}}',
        separator=", ",
        array=True,
        object=('{"name": {name}, "arguments": {arguments}}', '{"name": {name}, "parameters": {arguments}}'),
        envelope=(
            '{"thought_about_next_step_only": {content}, "next_step": {"tool_calls": [{calls}]}}',
            '{"thought_about_next_step_only": {reasoning}, "next_step": {"result": {content}}}',
        ),
    )
)

register_format(
    Format(
        name="llama-cpp-generic",
        aliases=("tool-call-or-response",),
        models="any model, by the llama.cpp server's generic handler",
        source="https://github.com/ggml-org/llama.cpp/blob/master/docs/function-calling.md, generic format",
        sample='{"tool_calls": [{"name": "get_weather", "arguments": {"city": "Lyon"}}, '
        '{"name": "ping", "arguments": {}}]}',
        separator=", ",
        array=True,
        object=(
            '{"name": {name}, "arguments": {arguments}}',
            '{"name": {name}, "arguments": {arguments}, "id": {id}}',
        ),
        envelope=('{"tool_calls": [{calls}]}', '{"tool_call": {calls}}', '{"response": {content}}'),
    )
)

register_format(
    Format(
        name="openai-echo",
        aliases=("openai-legacy", "function-call"),
        models="finetunes on data with OpenAI's message objects",
        source="https://platform.openai.com/docs/api-reference/chat/create, the message's tool_calls and function_call",
        sample='{"tool_calls": [{"type": "function", "function": {"name": "get_weather", '
        '"arguments": {"city": "Lyon"}}}, {"type": "function", "function": {"name": "ping", "arguments": {}}}]}',
        separator=", ",
        array=True,
        object=(
            '{"type": "function", "function": {"name": {name}, "arguments": {arguments}}}',
            '{"id": {id}, "type": "function", "function": {"name": {name}, "arguments": {arguments}}}',
            '{"name": {name}, "arguments": {arguments}}',
        ),
        envelope=('{"tool_calls": [{calls}]}', '{"function_call": {calls}}', '{"content": {content}}'),
    )
)

register_format(
    Format(
        name="airoboros",
        aliases=("airoboros-l2", "memgpt"),
        models="airoboros-l2-*, jondurbin's finetunes, any model under MemGPT's prompts",
        source="https://huggingface.co/jondurbin/airoboros-l2-70b-2.1, section Agent/function calling",
        sample='{\n  "function": "get_weather",\n  "params": {\n    "city": "Lyon"\n  }\n}',
        parallel=False,
        object='{\n  "function": {name},\n  "params": {arguments}\n}',
        indent=2,
        prefill='{\n  "function":',
    )
)
