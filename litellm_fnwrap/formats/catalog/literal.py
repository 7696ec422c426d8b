"""Formats with a literal object of bare keys and strings between marks: call:get_weather{city:<|"|>Lyon<|"|>}."""

from __future__ import annotations

from .. import register_format
from ..spec import Format

register_format(
    Format(
        name="gemma4",
        aliases=("gemma-4",),
        models="Gemma 4",
        source="https://huggingface.co/google/gemma-4-31B-it, chat template",
        sample='<|tool_call>call:get_weather{city:<|"|>Lyon<|"|>}<tool_call|><|tool_call>call:ping{}<tool_call|>',
        call="<|tool_call>call:{name}{arguments}<tool_call|>",
        arguments="literal",
        quote='<|"|>',
        reasoning="<|channel>thought\n{reasoning}<channel|>",
        drop=("<turn|>", "<|tool_response>"),
        stop=("<turn|>", "<|tool_response>"),
        special=("<|tool_call>", "<tool_call|>", '<|"|>'),
    )
)

register_format(
    Format(
        name="functiongemma",
        aliases=("function-gemma",),
        models="FunctionGemma 270M",
        source="https://ai.google.dev/gemma/docs/functiongemma/formatting-and-best-practices",
        sample="<start_function_call>call:get_weather{city:<escape>Lyon<escape>}<end_function_call>"
        "<start_function_call>call:ping{}<end_function_call>",
        call="<start_function_call>call:{name}{arguments}<end_function_call>",
        arguments="literal",
        quote="<escape>",
        quote_all=True,
        drop=("<start_function_response>", "<end_of_turn>"),
        stop=("<start_function_response>", "<end_of_turn>"),
        special=("<start_function_call>", "<end_function_call>", "<escape>"),
    )
)
