"""Formats with a bare name and a pair of elements an argument: <arg_key>city</arg_key><arg_value>Lyon</arg_value>."""

from __future__ import annotations

from .. import register_format
from ..spec import Format

register_format(
    Format(
        name="glm-4.5",
        aliases=("glm45", "glm", "glm-4.6", "glm46", "glm4-moe", "poolside-v1", "laguna", "ling3", "spark25"),
        models="GLM-4.5, GLM-4.6, Ling 3, Laguna, Spark 2.5",
        source="https://huggingface.co/zai-org/GLM-4.5, chat template",
        sample="<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Lyon</arg_value>\n</tool_call>\n"
        "<tool_call>ping\n</tool_call>",
        call="<tool_call>{name}\n{arguments}</tool_call>",
        separator="\n",
        arguments="tagged",
        parameter="<arg_key>{key}</arg_key>\n<arg_value>{value}</arg_value>\n",
        drop=("<|observation|>", "<|assistant|>", "<|user|>"),
        stop=("<|observation|>", "<|user|>"),
        special=("<tool_call>", "</tool_call>"),
    )
)

register_format(
    Format(
        name="glm-4.7",
        aliases=("glm47", "glm-5", "glm-5.1"),
        models="GLM-4.7, GLM-5",
        source="https://huggingface.co/zai-org/GLM-4.7, chat template",
        sample="<tool_call>get_weather<arg_key>city</arg_key><arg_value>Lyon</arg_value></tool_call>"
        "<tool_call>ping</tool_call>",
        call="<tool_call>{name}{arguments}</tool_call>",
        arguments="tagged",
        parameter="<arg_key>{key}</arg_key><arg_value>{value}</arg_value>",
        drop=("<|observation|>", "<|assistant|>", "<|user|>"),
        stop=("<|observation|>", "<|user|>"),
        special=("<tool_call>", "</tool_call>"),
    )
)

register_format(
    Format(
        name="hunyuan-v3",
        aliases=("hy-v3",),
        models="Hunyuan Hy-V3",
        source="https://github.com/vllm-project/vllm, tool_parsers/hy_v3_tool_parser.py",
        sample="<tool_calls>\n<tool_call>get_weather<tool_sep>\n<arg_key>city</arg_key>\n<arg_value>Lyon</arg_value>\n"
        "</tool_call>\n<tool_call>ping<tool_sep>\n</tool_call>\n</tool_calls>",
        section="<tool_calls>\n{calls}\n</tool_calls>",
        section_optional=True,
        call="<tool_call>{name}<tool_sep>\n{arguments}</tool_call>",
        separator="\n",
        arguments="tagged",
        parameter="<arg_key>{key}</arg_key>\n<arg_value>{value}</arg_value>\n",
        special=("<tool_calls>", "</tool_calls>", "<tool_call>", "</tool_call>", "<tool_sep>"),
    )
)

register_format(
    Format(
        name="hunyuan-v4",
        aliases=("hy-v4",),
        models="Hunyuan Hy-V4",
        source="https://github.com/vllm-project/vllm, tool_parsers/hy_v4_tool_parser.py",
        sample="<tool_calls><tool_call>get_weather<arg_key>city</arg_key><arg_value>Lyon</arg_value></tool_call>"
        "<tool_call>ping</tool_call></tool_calls>",
        section="<tool_calls>{calls}</tool_calls>",
        section_optional=True,
        call="<tool_call>{name}{arguments}</tool_call>",
        arguments="tagged",
        parameter="<arg_key>{key}</arg_key><arg_value>{value}</arg_value>",
        special=("<tool_calls>", "</tool_calls>", "<tool_call>", "</tool_call>"),
    )
)

register_format(
    Format(
        name="iquest",
        aliases=("iquest-q1",),
        models="IQuest Q1",
        source="https://github.com/sgl-project/sglang, function_call/iquest_q1_detector.py",
        sample="<iquest_tool_call>get_weather<arg_key>city</arg_key><arg_value>Lyon</arg_value></iquest_tool_call>"
        "<iquest_tool_call>ping</iquest_tool_call>",
        call="<iquest_tool_call>{name}{arguments}</iquest_tool_call>",
        arguments="tagged",
        parameter="<arg_key>{key}</arg_key><arg_value>{value}</arg_value>",
    )
)

register_format(
    Format(
        name="solar-open-2",
        aliases=("solar-open2",),
        models="Solar Open 2",
        source="https://github.com/vllm-project/vllm, tool_parsers/solar_open2_tool_parser.py",
        sample="<|tool_call:start|>get_weather\n<|tool_arg:start|>city<|tool_arg:value|>Lyon<|tool_arg:end|>\n"
        "<|tool_call:end|>\n<|tool_call:start|>ping\n<|tool_call:end|>",
        call="<|tool_call:start|>{name}\n{arguments}<|tool_call:end|>",
        separator="\n",
        arguments="tagged",
        parameter="<|tool_arg:start|>{key}<|tool_arg:value|>{value}<|tool_arg:end|>\n",
    )
)

register_format(
    Format(
        name="k2-horizon",
        models="K2 Horizon",
        source="https://github.com/vllm-project/vllm, tool_parsers/k2_horizon_tool_parser.py",
        sample="<ifm|tool_calls>\n<ifm|tool_call>get_weather\n<ifm|arg_key>city</ifm|arg_key>\n"
        "<ifm|arg_value>Lyon</ifm|arg_value>\n</ifm|tool_call>\n<ifm|tool_call>ping\n</ifm|tool_call>\n"
        "</ifm|tool_calls>",
        section="<ifm|tool_calls>\n{calls}\n</ifm|tool_calls>",
        section_optional=True,
        call=("<ifm|tool_call>{name}\n{arguments}</ifm|tool_call>", "<ifm|tool_call>\n{object}\n</ifm|tool_call>"),
        separator="\n",
        arguments="tagged",
        parameter="<ifm|arg_key>{key}</ifm|arg_key>\n<ifm|arg_value>{value}</ifm|arg_value>\n",
        reasoning="<ifm|think>{reasoning}</ifm|think>",
    )
)
