"""Formats with one XML element a call and one an argument, typed by the tool's schema."""

from __future__ import annotations

from .. import register_format
from ..spec import Format

register_format(
    Format(
        name="qwen3-coder",
        aliases=(
            "qwen3-xml",
            "qwen3.5",
            "step3p5",
            "step-3.5",
            "nemotron-3",
            "granite-4.2",
            "nanbeige4",
            "iquest-coder",
        ),
        models="Qwen3 Coder, Qwen 3.5 and 3.6, Nemotron 3, Step 3.5, Nanbeige 4, IQuest Coder",
        source="https://huggingface.co/Qwen/Qwen3-Coder-30B-A3B-Instruct, chat template",
        sample="<tool_call>\n<function=get_weather>\n<parameter=city>\nLyon\n</parameter>\n</function>\n</tool_call>\n"
        "<tool_call>\n<function=ping>\n</function>\n</tool_call>",
        call=(
            "<tool_call>\n<function={name}>\n{arguments}</function>\n</tool_call>",
            "<function={name}>\n{arguments}</function>",
        ),
        separator="\n",
        arguments="tagged",
        parameter="<parameter={key}>\n{value}\n</parameter>\n",
        reasoning="<think>\n{reasoning}\n</think>\n\n",
        drop=("<|im_end|>",),
        stop=("<|im_end|>",),
        special=("<tool_call>", "</tool_call>"),
    )
)

register_format(
    Format(
        name="seed-oss",
        aliases=("seed",),
        models="Seed-OSS-36B",
        source="https://huggingface.co/ByteDance-Seed/Seed-OSS-36B-Instruct, chat template",
        sample="<seed:tool_call>\n<function=get_weather>\n<parameter=city>Lyon</parameter>\n</function>\n"
        "</seed:tool_call>\n<seed:tool_call>\n<function=ping>\n</function>\n</seed:tool_call>",
        call=(
            "<seed:tool_call>\n<function={name}>\n{arguments}</function>\n</seed:tool_call>",
            "<function={name}>\n{arguments}</function>",
        ),
        separator="\n",
        arguments="tagged",
        parameter=("<parameter={key}>{value}</parameter>\n", "<parameter={key}>\n{value}\n</parameter>\n"),
        reasoning=("<seed:think>{reasoning}</seed:think>", "<think>{reasoning}</think>"),
        drop=("<seed:eos>",),
        stop=("<seed:eos>",),
        special=("<seed:tool_call>", "</seed:tool_call>"),
    )
)

register_format(
    Format(
        name="mimo",
        aliases=("mimo-v2", "mimo-v2-flash"),
        models="MiMo-V2",
        source="https://huggingface.co/XiaomiMiMo/MiMo-V2-Flash, chat template",
        sample="<tool_call>\n<function=get_weather>\n<parameter=city>Lyon</parameter>\n</function>\n</tool_call>\n"
        "<tool_call>\n<function=ping>\n</function>\n</tool_call>",
        call=(
            "<tool_call>\n<function={name}>\n{arguments}</function>\n</tool_call>",
            "<function={name}>\n{arguments}</function>",
        ),
        separator="\n",
        arguments="tagged",
        parameter="<parameter={key}>{value}</parameter>\n",
        drop=("<|im_end|>",),
        stop=("<|im_end|>",),
    )
)

register_format(
    Format(
        name="minimax-m2",
        aliases=("minimax-m2.1", "minimax-m2.5"),
        models="MiniMax-M2",
        source="https://huggingface.co/MiniMaxAI/MiniMax-M2, docs/tool_calling_guide.md",
        sample='<minimax:tool_call>\n<invoke name="get_weather">\n<parameter name="city">Lyon</parameter>\n</invoke>\n'
        '<invoke name="ping">\n</invoke>\n</minimax:tool_call>',
        section="<minimax:tool_call>\n{calls}\n</minimax:tool_call>",
        call='<invoke name="{name}">\n{arguments}</invoke>',
        separator="\n",
        arguments="tagged",
        parameter='<parameter name="{key}">{value}</parameter>\n',
        reasoning="<think>\n{reasoning}\n</think>\n\n",
        drop=("[e~[",),
        stop=("[e~[",),
        special=("<minimax:tool_call>", "</minimax:tool_call>"),
    )
)

register_format(
    Format(
        name="dots",
        models="dots.llm2",
        source="https://github.com/sgl-project/sglang, function_call/dots_detector.py",
        sample='<dots_function_call>\n<invoke name="get_weather">\n<parameter name="city">Lyon</parameter>\n</invoke>\n'
        '<invoke name="ping">\n</invoke>\n</dots_function_call>',
        section="<dots_function_call>\n{calls}\n</dots_function_call>",
        call='<invoke name="{name}">\n{arguments}</invoke>',
        separator="\n",
        arguments="tagged",
        parameter='<parameter name="{key}">{value}</parameter>\n',
    )
)

register_format(
    Format(
        name="claude",
        aliases=("function-calls", "anthropic-xml"),
        models="prompts in the style of Claude's function_calls, and models trained on their answers",
        source="https://docs.anthropic.com/en/docs/build-with-claude/tool-use, the tool use system prompt",
        sample='<function_calls>\n<invoke name="get_weather">\n<parameter name="city">Lyon</parameter>\n</invoke>\n'
        '<invoke name="ping">\n</invoke>\n</function_calls>',
        section="<function_calls>\n{calls}\n</function_calls>",
        section_optional=True,
        call='<invoke name="{name}">\n{arguments}</invoke>',
        separator="\n",
        arguments="tagged",
        parameter='<parameter name="{key}">{value}</parameter>\n',
        reasoning=("<thinking>\n{reasoning}\n</thinking>\n\n", "<think>{reasoning}</think>"),
        stop=("</function_calls>",),
    )
)

register_format(
    Format(
        name="step3",
        aliases=("step-3",),
        models="Step3",
        source="https://huggingface.co/stepfun-ai/step3, chat template",
        sample="<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜>"
        '<steptml:invoke name="get_weather"><steptml:parameter name="city">Lyon</steptml:parameter></steptml:invoke>'
        "<｜tool_call_end｜><｜tool_call_begin｜>function<｜tool_sep｜>"
        '<steptml:invoke name="ping"></steptml:invoke><｜tool_call_end｜><｜tool_calls_end｜>',
        section="<｜tool_calls_begin｜>{calls}<｜tool_calls_end｜>",
        section_optional=True,
        call=(
            '<｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke name="{name}">{arguments}</steptml:invoke>'
            "<｜tool_call_end｜>",
            '<｜tool_call_begin｜>\nfunction<｜tool_sep｜><steptml:invoke name="{name}">{arguments}</steptml:invoke>'
            "<｜tool_call_end｜>",
            '<steptml:invoke name="{name}">{arguments}</steptml:invoke>',
        ),
        arguments="tagged",
        parameter='<steptml:parameter name="{key}">{value}</steptml:parameter>',
        drop=("<|EOT|>",),
        stop=("<|EOT|>",),
        special=(
            "<｜tool_calls_begin｜>",
            "<｜tool_calls_end｜>",
            "<｜tool_call_begin｜>",
            "<｜tool_sep｜>",
            "<｜tool_call_end｜>",
        ),
    )
)

register_format(
    Format(
        name="minicpm5",
        aliases=("minicpm4", "minicpm", "minicpm5-xml"),
        models="MiniCPM 4 and 5",
        source="https://github.com/sgl-project/sglang, function_call/minicpm5_detector.py",
        sample='<function name="get_weather"><param name="city">Lyon</param></function>'
        '<function name="ping"></function>',
        call='<function name="{name}">{arguments}</function>',
        arguments="tagged",
        parameter='<param name="{key}">{value}</param>',
        entities=True,
        drop=("<|im_end|>",),
        stop=("<|im_end|>",),
    )
)

register_format(
    Format(
        name="muse",
        aliases=("muse-glimmer", "atem"),
        models="Muse Glimmer",
        source="https://github.com/sgl-project/sglang, function_call/muse_glimmer_format.py",
        sample=' to=get_weather<|message|><atem:function_calls>\n<atem:invoke name="get_weather">\n'
        '<atem:parameter name="city">Lyon</atem:parameter>\n</atem:invoke>\n</atem:function_calls><|eom|>'
        '<|start|>assistant to=ping<|message|><atem:function_calls>\n<atem:invoke name="ping">\n</atem:invoke>\n'
        "</atem:function_calls><|eom|>",
        call=(
            ' to={name}<|message|><atem:function_calls>\n<atem:invoke name="{name}">\n{arguments}</atem:invoke>\n'
            "</atem:function_calls><|eom|>",
            '<atem:invoke name="{name}">\n{arguments}</atem:invoke>',
        ),
        separator="<|start|>assistant",
        arguments="tagged",
        parameter='<atem:parameter name="{key}">{value}</atem:parameter>\n',
        reasoning=" to=self<|message|>{reasoning}<|eom|>",
        content=" to=user<|message|>{content}<|eom|>",
        drop=("<|start|>assistant", "<atem:function_calls>", "</atem:function_calls>", "<|eom|>", "<|eot|>"),
        stop=("<|eot|>",),
        special=("<|message|>", "<|eom|>", "<|eot|>", "<|start|>"),
    )
)
