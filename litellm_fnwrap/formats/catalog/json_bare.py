"""Formats whose calls are JSON without any mark: what tells them from an answer is a declared tool's name."""

from __future__ import annotations

from .. import register_format
from ..spec import Format

register_format(
    Format(
        name="llama3-json",
        aliases=("llama3", "llama3.1", "llama4-json"),
        models="Llama 3.1, 3.2 and 3.3 Instruct, Llama 4 under a JSON prompt",
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
        name="airoboros",
        aliases=("airoboros-l2", "memgpt"),
        models="airoboros-l2-*, jondurbin's finetunes, any model under MemGPT's prompts",
        source="https://huggingface.co/jondurbin/airoboros-l2-70b-2.1, section Agent/function calling",
        sample='{\n  "function": "get_weather",\n  "params": {\n    "city": "Lyon"\n  }\n}',
        parallel=False,
        object='{\n  "function": {name},\n  "params": {arguments}\n}',
        prefill='{\n  "function":',
    )
)
