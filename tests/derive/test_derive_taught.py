"""Templates whose words about tools teach another text of calls than their past turns show, or which show none."""

from __future__ import annotations

import json
from typing import Any

import pytest

import litellm_fnwrap
from constraints.acceptance import accepts
from litellm_fnwrap.errors import TemplateError

PROPERTIES = {"city": {"type": "string"}, "days": {"type": "integer"}}
TOOLS: list[dict[str, Any]] = [
    {"type": "function", "function": {"name": name, "description": "d", "parameters": parameters}}
    for name, parameters in (
        ("get_weather", {"type": "object", "properties": PROPERTIES}),
        ("ping", {"type": "object", "properties": {}}),
    )
]
EXPECTED = [("get_weather", {"city": "Lyon", "days": 2}), ("ping", {})]


def template(words: str, call: str, *, before: str = "", behind: str = "", between: str = "") -> str:
    """A template with words about tools, and the text of one past call in Jinja; "" for one that shows no calls."""
    loop = f"{{% for c in m.tool_calls %}}{call}{{% if not loop.last %}}{between}{{% endif %}}{{% endfor %}}"
    calls = f"{{% if m.tool_calls %}}{before}{loop}{behind}{{% endif %}}" if call else ""
    tools = "{% for t in tools %}{{ t | tojson }}\n{% endfor %}"
    return (
        f"{{% if tools %}}<|system|>{words}\n{tools}<|end|>\n{{% endif %}}"
        "{% for m in messages %}<|{{ m.role }}|>{{ m.content or '' }}" + calls + "<|end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )


NAME, ARGUMENTS = "{{ c.function.name }}", "{{ c.function.arguments | tojson }}"
HERMES = '<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call>'
HERMES_CALLS = (
    '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon", "days": 2}}\n</tool_call>\n'
    '<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>'
)
LISTED = "in the format of [func_name1(params_name1=params_value1, params_name2=params_value2...), func_name2(params)]"
DSML = (
    '<｜DSML｜tool_calls>\n<｜DSML｜invoke name="get_weather">\n'
    '<｜DSML｜parameter name="city" string="true">Lyon</｜DSML｜parameter>\n'
    '<｜DSML｜parameter name="days" string="false">2</｜DSML｜parameter>\n</｜DSML｜invoke>\n'
    '<｜DSML｜invoke name="ping">\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>'
)
# By what differs: the template, and calls as it teaches them.
DIFFERING: dict[str, tuple[str, str]] = {
    "a brace too early": (
        template(HERMES, f'<tool_call>\n{{"name": "{NAME}"}}, "arguments": {ARGUMENTS}\n</tool_call>', between="\n"),
        HERMES_CALLS,
    ),
    "a brace left out": (
        template(HERMES, f'<tool_call>\n{{"name": "{NAME}", "arguments": {ARGUMENTS}\n</tool_call>', between="\n"),
        HERMES_CALLS,
    ),
    "a mark misspelt": (
        template(
            "<｜tool_calls_begin｜>\n<｜tool_call_begin｜>\nfunction<｜tool_sep｜>"
            '<steptml:invoke name="tool_name0"><steptml:parameter name="parameter_name0">[parameter value]'
            "</steptml:parameter>...</steptml:invoke><｜tool_call_end｜>\n<｜tool_calls_end｜>",
            f'<｜tool_call_begin>｜>function<｜tool_sep｜><steptml:invoke name="{NAME}">'
            "{% for k, v in c.function.arguments.items() %}"
            '<steptml:parameter name="{{ k }}">{{ v }}</steptml:parameter>{% endfor %}'
            "</steptml:invoke><｜tool_call_end｜>",
            before="<｜tool_calls_begin｜>",
            behind="<｜tool_calls_end｜>",
        ),
        "<｜tool_calls_begin｜>\n<｜tool_call_begin｜>\nfunction<｜tool_sep｜>"
        '<steptml:invoke name="get_weather"><steptml:parameter name="city">Lyon</steptml:parameter>'
        '<steptml:parameter name="days">2</steptml:parameter></steptml:invoke><｜tool_call_end｜>\n'
        "<｜tool_call_begin｜>\nfunction<｜tool_sep｜>"
        '<steptml:invoke name="ping"></steptml:invoke><｜tool_call_end｜>\n<｜tool_calls_end｜>',
    ),
    "a marker left out": (
        template(
            'formatted as functools[{"name": [function name], "arguments": [function arguments as JSON]}, ...]',
            f'{{"name": "{NAME}", "arguments": {ARGUMENTS}}}',
            between=", ",
        ),
        'functools[{"name": "get_weather", "arguments": {"city": "Lyon", "days": 2}}, '
        '{"name": "ping", "arguments": {}}]',
    ),
    "all arguments as one parameter": (
        template(
            '<｜DSML｜tool_calls>\n<｜DSML｜invoke name="$TOOL_NAME">\n<｜DSML｜parameter name="$PARAMETER_NAME" '
            'string="true|false">$PARAMETER_VALUE</｜DSML｜parameter>\n...\n</｜DSML｜invoke>\n</｜DSML｜tool_calls>',
            f'<｜DSML｜invoke name="{NAME}">\n<｜DSML｜parameter name="arguments" string="false">{ARGUMENTS}'
            "</｜DSML｜parameter>\n</｜DSML｜invoke>",
            before="<｜DSML｜tool_calls>\n",
            behind="\n</｜DSML｜tool_calls>",
            between="\n",
        ),
        DSML,
    ),
    "no brackets around the list": (
        template(
            LISTED,
            f"{NAME}({{% for k, v in c.function.arguments.items() %}}{{{{ k }}}}={{{{ v }}}}"
            "{% if not loop.last %}, {% endif %}{% endfor %})",
            between=", ",
        ),
        "[get_weather(city='Lyon', days=2), ping()]",
    ),
    "the template's indentation": (
        template(
            "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>tool_call_name<｜tool▁sep｜>tool_call_arguments<｜tool▁call▁end｜>"
            "{additional_tool_calls}<｜tool▁calls▁end｜>",
            f"        <｜tool▁call▁begin｜>{NAME}<｜tool▁sep｜>{ARGUMENTS}<｜tool▁call▁end｜>\n",
            before="    <｜tool▁calls▁begin｜>\n",
            behind="    <｜tool▁calls▁end｜>",
        ),
        '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Lyon", "days": 2}'
        "<｜tool▁call▁end｜><｜tool▁call▁begin｜>ping<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
    ),
    "no calls shown": (template(HERMES, ""), HERMES_CALLS),
    "a slip that no declaration has": (
        template(
            LISTED,
            f"{NAME}({{% for k, v in c.function.arguments.items() %}}{{{{ k }}}}={{{{ v }}}}r"
            "{% if not loop.last %}, {% endif %}{% endfor %})",
            before="[",
            behind="]",
            between=", ",
        ),
        "[get_weather(city='Lyon', days=2), ping()]",
    ),
}
differing = pytest.mark.parametrize(("source", "taught"), DIFFERING.values(), ids=DIFFERING)


@differing
@pytest.mark.parametrize("size", [0, 1], ids=["whole", "characters"])
def test_calls_are_read_as_they_are_taught(source: str, taught: str, size: int) -> None:
    parser = litellm_fnwrap.StreamParser(chat_template=source, tools=TOOLS)
    for piece in taught if size else [taught]:
        parser.feed(piece)
    parser.close()
    assert [(call.name, json.loads(call.arguments)) for call in parser.result.tool_calls] == EXPECTED
    assert not parser.result.content


@differing
def test_constraint_asks_for_calls_as_they_are_taught(source: str, taught: str) -> None:
    grammar = litellm_fnwrap.constraint(TOOLS, chat_template=source)
    assert isinstance(grammar, str)
    assert accepts("gbnf", grammar, taught.replace("\n", "") if "step" in taught else taught)


@differing
def test_prompt_has_the_templates_own_words_once(source: str, taught: str) -> None:
    history = [
        {"role": "user", "content": "Weather?"},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Lyon"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "a", "content": "Sun."},
    ]
    text = litellm_fnwrap.render(history, TOOLS, chat_template=source).text
    assert text.startswith("<|system|>")
    assert "You can call functions" not in text
    assert text.count("<|system|>") == 1
    assert text.count('"name": "ping"') == 1
    assert "<|tool|>Sun.<|end|>" in text
    assert "Lyon" in text


def test_calls_a_template_leaves_out_are_written_as_it_teaches_them() -> None:
    call = {"id": "a", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Lyon"}'}}
    history = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Sure.", "tool_calls": [call]}]
    text = litellm_fnwrap.render(
        [*history, {"role": "tool", "tool_call_id": "a", "content": "Sun."}],
        TOOLS,
        chat_template=DIFFERING["no calls shown"][0],
    ).text
    assert text.endswith(
        '<|assistant|>Sure.\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</tool_call><|end|>\n'
        "<|tool|>Sun.<|end|>\n<|assistant|>"
    )


def test_form_that_cannot_be_declared_is_refused_with_the_taught_format_as_a_way_out() -> None:
    with pytest.raises(TemplateError, match="teach 'pythonic': name that format"):
        litellm_fnwrap.derive(DIFFERING["a slip that no declaration has"][0])


def test_words_that_put_the_name_among_the_arguments_teach_no_python() -> None:
    words = "in the format of [Function(arguments1={...}, name1=function_name1), Function(...)]"
    prompt = litellm_fnwrap.render([{"role": "user", "content": "Hi"}], TOOLS, chat_template=template(words, ""))
    assert prompt.format == "generic"


def test_words_that_show_two_forms_leave_the_one_of_past_calls() -> None:
    words = f"Call <act>name|{{}}</act>. Never write {HERMES}."
    source = template(words, f"<act>{NAME}|{ARGUMENTS}</act>")
    assert litellm_fnwrap.derive(source).calls == ("<act>{name}|{arguments}</act>",)


def test_blanks_are_those_of_past_calls_where_all_else_is_taught_so() -> None:
    words = "<tool_call>\n<function=name>\n<parameter=key>value</parameter>\n</function>\n</tool_call>"
    parameters = "{% for k, v in c.function.arguments.items() %}<parameter={{ k }}>{{ v }}</parameter>\n{% endfor %}"
    source = template(words, f"<tool_call>\n<function={NAME}>\n{parameters}</function>\n</tool_call>")
    assert litellm_fnwrap.derive(source).sample.startswith(
        "<tool_call>\n<function=get_weather>\n<parameter=city>Lyon</parameter>\n</function>\n</tool_call><tool_call>"
    )


def test_a_copied_brace_too_early_is_read_too() -> None:
    parser = litellm_fnwrap.StreamParser(chat_template=DIFFERING["a brace too early"][0], tools=TOOLS)
    parser.feed('<tool_call>\n{"name": "get_weather"}, "arguments": {"city": "Lyon", "days": 2}\n</tool_call>')
    parser.close()
    assert [(call.name, json.loads(call.arguments)) for call in parser.result.tool_calls] == EXPECTED[:1]
    assert not parser.result.content


def test_words_that_teach_nothing_leave_the_derived_format() -> None:
    source = template("You can call functions.", f"<call>{NAME}|{ARGUMENTS}</call>")
    assert litellm_fnwrap.derive(source).calls == ("<call>{name}|{arguments}</call>",)
