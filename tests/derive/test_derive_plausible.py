"""A format is read off templates as people write them, or refused in words; never a wrong one."""

from __future__ import annotations

import pytest

from derive.made_up import MadeUp
from derive.plausible import PLAUSIBLE, REFUSED, _each
from derive.test_derive_made_up import CALLS, TOOLS, given, read, rendered
from litellm_fnwrap.errors import TemplateError
from litellm_fnwrap.formats.derive import derive
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.formats.writer import write_calls

HEAD = "<<turn:user>>\nHi<<end>>\n<<turn:bot>>\n"


@pytest.mark.parametrize("name", PLAUSIBLE)
def test_format_writes_what_the_template_renders_and_reads_it(name: str) -> None:
    text, call = PLAUSIBLE[name]
    made = MadeUp(text, {})
    format = derive(made.template)
    assert format.calls[0] == call
    for scenario, calls in CALLS.items():
        if len(calls) > 1 and not format.parallel:
            continue
        written, turn = write_calls(format, given(calls), TOOLS), rendered(made, calls).removeprefix(HEAD)
        assert written in turn, scenario
        for size in (0, 1):
            assert read(format, written, size) == calls, scenario
            assert read(format, turn, size) == calls, scenario


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_declaration_can_say_is_refused(name: str) -> None:
    with pytest.raises(TemplateError, match="No format can be derived"):
        derive(MadeUp(REFUSED[name], {}).template)


CHANNELS = (
    "{% for m in messages %}{% if m.role == 'assistant' %}"
    "{% if m.content %}{{ '<|start|>bot<|ch|>say<|msg|>' + m.content + '<|end|>' }}{% endif %}"
    "{% if m.tool_calls %}{{ '<|start|>bot<|ch|>act<|msg|>' }}"
    "{% for c in m.tool_calls %}CALL{% endfor %}{{ '<|end|>' }}{% endif %}"
    "{% else %}{{ '<|start|>' + m.role + '<|msg|>' + m.content + '<|end|>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|start|>bot' }}{% endif %}"
)


@pytest.mark.parametrize("size", [0, 1], ids=["whole", "characters"])
@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            "{{ '<' ~ c.function.name ~ '>' ~ (c.function.arguments | tojson) ~ '</' ~ c.function.name ~ '>' }}",
            "<ping>{}</ping>",
        ),
        ("{{ '@' ~ c.function.name ~ ' ' ~ (c.function.arguments | tojson) ~ '\n' }}", "@ping {}\n"),
    ],
)
def test_marks_that_words_and_calls_have_behind_the_prompt_are_the_models_own(call: str, text: str, size: int) -> None:
    format = derive(CHANNELS.replace("CALL", call))
    assert format.content == "<|ch|>say<|msg|>{content}"
    parser = StreamParser(format, TOOLS)
    answer = f"<|ch|>say<|msg|>I ask.<|end|><|start|>bot<|ch|>act<|msg|>{text}<|end|>"
    for piece in answer if size else [answer]:
        parser.feed(piece)
    parser.close()
    assert (parser.result.content, [call.name for call in parser.result.tool_calls]) == ("I ask.", ["ping"])


def test_turns_under_headings_end_at_the_next_one() -> None:
    format = derive(
        "{% for m in messages %}{{ '### ' + m.role | capitalize + ':\n' + (m.content or '') }}"
        "{% for c in m.tool_calls or [] %}{{ '<act>' + c.function.name + '<with>' }}{{ c.function.arguments | tojson }}"
        "{{ '</act>' }}{% endfor %}{{ '\n\n' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '### Assistant:\n' }}{% endif %}"
    )
    assert format.stop == ("\n### User:", "\n### Tool:")


def test_marks_around_content_are_none_of_the_calls_where_empty_content_has_them_too() -> None:
    always = "{{ '<|start|>bot<|open|>say<|sep|>' + (m.content or '') + '<|close|>say<|sep|>' }}"
    format = derive(
        CHANNELS.replace(
            "{% if m.content %}{{ '<|start|>bot<|ch|>say<|msg|>' + m.content + '<|end|>' }}{% endif %}", always
        )
        .replace("'<|start|>bot<|ch|>act<|msg|>'", "'<|open|>acts<|sep|>'")
        .replace(
            "CALL", "<|open|>act<|sep|>{{ c.function.name }} {{ c.function.arguments | tojson }}<|close|>act<|sep|>"
        )
    )
    assert format.sections == ("<|open|>acts<|sep|>{calls}<|end|>",)
    assert format.content == "<|open|>say<|sep|>{content}<|close|>say<|sep|>"


def test_python_calls_whose_strings_have_no_quote_marks_are_declared_with_them() -> None:
    bare = "{% for k, v in f.arguments.items() %}{{ k ~ '=' ~ v }}{% if not loop.last %}, {% endif %}{% endfor %}"
    listed = "{{ '[' }}" + _each("f.name ~ '('", bare, "')' ~ ('' if loop.last else ', ')") + "{{ ']' }}"
    format = derive(MadeUp(listed, {}).template)
    assert (format.arguments, format.sections[0], format.calls[0]) == ("pythonic", "[{calls}]", "{name}({arguments})")


def test_head_of_the_turn_is_none_of_the_calls_though_a_blank_more_is_before_it() -> None:
    format = derive(
        "{% for m in messages %}{% if m.tool_calls %}{{ '\n<|head|>assistant<|/head|>\n\n' }}"
        "{% for c in m.tool_calls %}"
        '{{ \'{"name": "\' + c.function.name + \'", "parameters": \' }}{{ c.function.arguments | tojson }}}{% endfor %}'
        "{% else %}{{ '<|head|>' + m.role + '<|/head|>\n\n' + m.content }}{% endif %}{{ '<|done|>' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '\n<|head|>assistant<|/head|>\n\n' }}{% endif %}"
    )
    assert (format.sections[:1], format.calls[0], format.content) == (("{calls}",), "{object}", ())


def test_every_mark_at_the_end_of_a_turn_means_nothing() -> None:
    source = CHANNELS.replace("<|end|>", "<|end|><|over|>").replace(
        "CALL", "<do>{{ c.function.name }}<with>{{ c.function.arguments | tojson }}</do>"
    )
    parser = StreamParser(derive(source), TOOLS)
    parser.feed("<|ch|>say<|msg|>I ask.<|end|><|over|>")
    parser.close()
    assert parser.result.content == "I ask."
