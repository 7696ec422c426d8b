"""Formats with XML elements that state a value's type, in an attribute or by their nesting."""

from __future__ import annotations

from .. import register_format
from ..spec import Format

register_format(
    Format(
        name="deepseek-v3.2",
        aliases=("deepseek-v32", "deepseekv32"),
        models="DeepSeek V3.2",
        source="https://huggingface.co/deepseek-ai/DeepSeek-V3.2, encoding/encoding_dsv32.py",
        sample='<｜DSML｜function_calls>\n<｜DSML｜invoke name="get_weather">\n'
        '<｜DSML｜parameter name="city" string="true">Lyon</｜DSML｜parameter>\n</｜DSML｜invoke>\n'
        '<｜DSML｜invoke name="ping">\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
        section="<｜DSML｜function_calls>\n{calls}\n</｜DSML｜function_calls>",
        section_optional=True,
        call='<｜DSML｜invoke name="{name}">\n{arguments}</｜DSML｜invoke>',
        separator="\n",
        arguments="tagged",
        parameter='<｜DSML｜parameter name="{key}" string="{is_string}">{value}</｜DSML｜parameter>\n',
        value_type="flag",
        drop=("<｜end▁of▁sentence｜>",),
        stop=("<｜end▁of▁sentence｜>",),
    )
)

register_format(
    Format(
        name="deepseek-v4",
        aliases=("deepseekv4",),
        models="DeepSeek V4",
        source="https://github.com/sgl-project/sglang, function_call/deepseekv4_detector.py",
        sample='<｜DSML｜tool_calls>\n<｜DSML｜invoke name="get_weather">\n'
        '<｜DSML｜parameter name="city" string="true">Lyon</｜DSML｜parameter>\n</｜DSML｜invoke>\n'
        '<｜DSML｜invoke name="ping">\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>',
        section="<｜DSML｜tool_calls>\n{calls}\n</｜DSML｜tool_calls>",
        section_optional=True,
        call='<｜DSML｜invoke name="{name}">\n{arguments}</｜DSML｜invoke>',
        separator="\n",
        arguments="tagged",
        parameter='<｜DSML｜parameter name="{key}" string="{is_string}">{value}</｜DSML｜parameter>\n',
        value_type="flag",
        drop=("<｜end▁of▁sentence｜>",),
        stop=("<｜end▁of▁sentence｜>",),
    )
)

register_format(
    Format(
        name="deepseek-v4.1",
        aliases=("deepseek-v41", "deepseekv41"),
        models="DeepSeek V4.1",
        source="https://github.com/sgl-project/sglang, function_call/deepseekv41_detector.py: the blanks are intended",
        sample='<｜DSML｜ calls>\n<｜DSML｜ invoke name="get_weather">\n'
        '<｜DSML｜ parameter name="city" string="true">Lyon</｜DSML｜ parameter>\n</｜DSML｜ invoke>\n'
        '<｜DSML｜ invoke name="ping">\n</｜DSML｜ invoke>\n</｜DSML｜ calls>',
        section="<｜DSML｜ calls>\n{calls}\n</｜DSML｜ calls>",
        section_optional=True,
        call='<｜DSML｜ invoke name="{name}">\n{arguments}</｜DSML｜ invoke>',
        separator="\n",
        arguments="tagged",
        parameter='<｜DSML｜ parameter name="{key}" string="{is_string}">{value}</｜DSML｜ parameter>\n',
        value_type="flag",
        drop=("<｜end▁of▁sentence｜>",),
        stop=("<｜end▁of▁sentence｜>",),
    )
)

register_format(
    Format(
        name="gigachat-v3.5",
        aliases=("gigachat35", "gigachat3.5"),
        models="GigaChat 3.5",
        source="https://github.com/sgl-project/sglang, function_call/gigachat35_detector.py",
        sample='<｜GCML｜tool_calls>\n<｜GCML｜invoke name="get_weather">\n'
        '<｜GCML｜parameter name="city" string="true">Lyon</｜GCML｜parameter>\n</｜GCML｜invoke>\n'
        '<｜GCML｜invoke name="ping">\n</｜GCML｜invoke>\n</｜GCML｜tool_calls>',
        section="<｜GCML｜tool_calls>\n{calls}\n</｜GCML｜tool_calls>",
        section_optional=True,
        call='<｜GCML｜invoke name="{name}">\n{arguments}</｜GCML｜invoke>',
        separator="\n",
        arguments="tagged",
        parameter='<｜GCML｜parameter name="{key}" string="{is_string}">{value}</｜GCML｜parameter>\n',
        value_type="flag",
        drop=("<|message_sep|>", "</s>"),
        stop=("<|message_sep|>", "</s>"),
    )
)

register_format(
    Format(
        name="minimax-m3",
        models="MiniMax-M3",
        source="https://github.com/sgl-project/sglang, function_call/minimax_m3.py",
        sample=']<]minimax[>[<tool_call>\n]<]minimax[>[<invoke name="get_weather">]<]minimax[>[<city>Lyon'
        ']<]minimax[>[</city>]<]minimax[>[</invoke>\n]<]minimax[>[<invoke name="ping">]<]minimax[>[</invoke>\n'
        "]<]minimax[>[</tool_call>",
        section="]<]minimax[>[<tool_call>\n{calls}\n]<]minimax[>[</tool_call>",
        call=']<]minimax[>[<invoke name="{name}">{arguments}]<]minimax[>[</invoke>',
        separator="\n",
        arguments="nested",
        parameter="]<]minimax[>[<{key}>{value}]<]minimax[>[</{key}>",
        reasoning="<mm:think>{reasoning}</mm:think>",
        drop=("[e~[",),
        stop=("[e~[",),
    )
)

register_format(
    Format(
        name="claude-2",
        aliases=("anthropic-legacy",),
        models="prompts in the style of Claude 2.1 and 3's first tool use",
        source="https://github.com/anthropics/anthropic-tools, the example of a function call",
        sample="<function_calls>\n<invoke>\n<tool_name>get_weather</tool_name>\n<parameters>\n<city>Lyon</city>\n"
        "</parameters>\n</invoke>\n<invoke>\n<tool_name>ping</tool_name>\n<parameters>\n</parameters>\n</invoke>\n"
        "</function_calls>",
        section="<function_calls>\n{calls}\n</function_calls>",
        section_optional=True,
        call="<invoke>\n<tool_name>{name}</tool_name>\n<parameters>\n{arguments}</parameters>\n</invoke>",
        separator="\n",
        arguments="nested",
        parameter="<{key}>{value}</{key}>\n",
        reasoning="<thinking>\n{reasoning}\n</thinking>\n\n",
        stop=("</function_calls>",),
    )
)

register_format(
    Format(
        name="kimi-k3",
        models="Kimi K3",
        source="https://github.com/sgl-project/sglang, function_call/kimik3_detector.py",
        sample='<|open|>tools<|sep|><|open|>call tool="get_weather" index="1"<|sep|>'
        '<|open|>argument key="city" type="string"<|sep|>Lyon<|close|>argument<|sep|><|close|>call<|sep|>'
        '<|open|>call tool="ping" index="2"<|sep|><|close|>call<|sep|><|close|>tools<|sep|>',
        section="<|open|>tools<|sep|>{calls}<|close|>tools<|sep|>",
        section_optional=True,
        call=(
            '<|open|>call tool="{name}" index="{index}"<|sep|>{arguments}<|close|>call<|sep|>',
            '<|open|>call tool="{name}"<|sep|>{arguments}<|close|>call<|sep|>',
        ),
        arguments="tagged",
        parameter='<|open|>argument key="{key}" type="{type}"<|sep|>{value}<|close|>argument<|sep|>',
        value_type="flag",
        type_names=(("integer", "number"),),
        first_index=1,
        reasoning="<|open|>think<|sep|>{reasoning}<|close|>think<|sep|>",
        content="<|open|>response<|sep|>{content}<|close|>response<|sep|>",
        drop=("<|close|>message<|sep|>",),
        stop=("<|close|>message<|sep|>",),
    )
)

register_format(
    Format(
        name="k2-horizon-typed",
        models="K2 Horizon with tool_call_format xml_typed",
        source="https://github.com/vllm-project/vllm, tool_parsers/k2_horizon_tool_parser.py",
        sample="<ifm|tool_calls>\n<ifm|tool_call>get_weather\n<ifm|arg_key>city</ifm|arg_key>\n"
        "<ifm|arg_type>string</ifm|arg_type>\n<ifm|arg_value>Lyon</ifm|arg_value>\n</ifm|tool_call>\n"
        "<ifm|tool_call>ping\n</ifm|tool_call>\n</ifm|tool_calls>",
        section="<ifm|tool_calls>\n{calls}\n</ifm|tool_calls>",
        call="<ifm|tool_call>{name}\n{arguments}</ifm|tool_call>",
        separator="\n",
        arguments="tagged",
        parameter="<ifm|arg_key>{key}</ifm|arg_key>\n<ifm|arg_type>{type}</ifm|arg_type>\n"
        "<ifm|arg_value>{value}</ifm|arg_value>\n",
        value_type="flag",
        reasoning="<ifm|think>{reasoning}</ifm|think>",
    )
)
