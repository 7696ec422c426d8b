from __future__ import annotations

import json
from typing import Any

import pytest

import litellm_fnwrap
from derive.made_up import MADE_UP as FAMILIAR
from derive.made_up import MadeUp
from derive.made_up_marks import WITH_ODD_MARKS
from litellm_fnwrap.chat_template import ChatTemplate
from litellm_fnwrap.errors import TemplateError
from litellm_fnwrap.events import ToolCall
from litellm_fnwrap.formats.derive import derive
from litellm_fnwrap.formats.parser import StreamParser, parse_text
from litellm_fnwrap.formats.spec import Format
from litellm_fnwrap.formats.writer import write_calls
from litellm_fnwrap.messages import Tool

MADE_UP = {**FAMILIAR, **WITH_ODD_MARKS}
PROPERTIES = {
    "city": {"type": "string"},
    "days": {"type": "integer"},
    "tags": {"type": "array", "items": {"type": "string"}},
    "where": {"type": "object"},
}
TOOLS = (
    Tool(name="get_weather", parameters={"type": "object", "properties": PROPERTIES}),
    Tool(name="look_up", parameters={"type": "object", "properties": PROPERTIES}),
    Tool(name="ping"),
)
CALLS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "one": [("get_weather", {"city": "Lyon"})],
    "two": [("get_weather", {"city": "Lyon"}), ("look_up", {"city": "Zürich 東京", "days": 3})],
    "three": [("look_up", {"city": "a b"}), ("ping", {}), ("get_weather", {"city": "c", "days": 1})],
    "none_given": [("ping", {})],
    "number": [("get_weather", {"days": 3})],
    "list": [("get_weather", {"tags": ["a", "b"]})],
    "object": [("get_weather", {"where": {"lat": "x", "deep": {"k": "v"}}})],
    "lines": [("get_weather", {"city": 'one\ntwo "three"'})],
}
# What Jinja writes of a value by itself, which no declaration can say: Python's spelling of lists and line breaks.
SPELLED_BY_JINJA = {("pythonic", "lines"), ("pythonic_on_lines", "one"), ("pythonic_on_lines", "two")} | {
    ("pythonic_on_lines", name) for name in ("three", "list", "object", "lines")
}
SPELLED_BY_JINJA |= {("pythonic_in_double_quotes", name) for name in ("list", "object")}
SPELLED_BY_JINJA |= {("literal_object", "list"), ("literal_object", "object"), ("literal_object", "lines")}
SPELLED_BY_JINJA |= {("literal_object_all_quoted", "list"), ("literal_object_all_quoted", "object")}


def rendered(made: MadeUp, calls: list[tuple[str, dict[str, Any]]]) -> str:
    tool_calls = [
        {"id": f"abcdefgh{n}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for n, (name, arguments) in enumerate(calls)
    ]
    messages = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "", "tool_calls": tool_calls},
    ]
    return ChatTemplate(made.template).render(messages, add_generation_prompt=False)


def given(calls: list[tuple[str, dict[str, Any]]]) -> list[ToolCall]:
    return [
        ToolCall(f"abcdefgh{n}", name, json.dumps(arguments, ensure_ascii=False))
        for n, (name, arguments) in enumerate(calls)
    ]


def read(format: Format, text: str, size: int = 0) -> list[tuple[str, dict[str, Any]]]:
    if not size:
        parsed = parse_text(text, format, TOOLS)
    else:
        parser = StreamParser(format, TOOLS)
        for start in range(0, len(text), size):
            parser.feed(text[start : start + size])
        parser.close()
        parsed = parser.result
    assert not (parsed.content or "").strip()
    return [(call.name, json.loads(call.arguments)) for call in parsed.tool_calls]


@pytest.mark.parametrize("name", MADE_UP)
def test_derived_declaration_says_what_the_template_writes(name: str) -> None:
    made = MADE_UP[name]
    format = derive(made.template)
    seen = {field: getattr(format, field) for field in made.fields}
    assert {
        field: value[0] if isinstance(value, tuple) and field not in ("stop", "type_names") else value
        for field, value in seen.items()
    } == made.fields


@pytest.mark.parametrize("name", MADE_UP)
@pytest.mark.parametrize("scenario", CALLS)
def test_derived_writer_reproduces_the_template(name: str, scenario: str) -> None:
    made, calls = MADE_UP[name], CALLS[scenario]
    format = derive(made.template)
    if len(calls) > 1 and not format.parallel:
        pytest.skip("the template writes one call at most")
    if (name, scenario) in SPELLED_BY_JINJA:
        pytest.skip("Jinja spells this value in a way of its own")
    assert write_calls(format, given(calls), TOOLS) in rendered(made, calls)


@pytest.mark.parametrize("name", MADE_UP)
@pytest.mark.parametrize("scenario", CALLS)
@pytest.mark.parametrize("size", [0, 1, 3], ids=["whole", "characters", "threes"])
def test_derived_parser_reads_what_was_written(name: str, scenario: str, size: int) -> None:
    calls = CALLS[scenario]
    format = derive(MADE_UP[name].template)
    if len(calls) > 1 and not format.parallel:
        pytest.skip("the template writes one call at most")
    assert read(format, write_calls(format, given(calls), TOOLS), size) == calls


TURN = (
    "{% for m in messages %}{{ '<|' + m.role + '|>' }}ASSISTANT{{ '<|fin|>' }}{% endfor %}"
    "{% if add_generation_prompt %}PROMPT{% endif %}"
)
CALL = (
    "{{ m.content or '' }}{% for c in m.tool_calls or [] %}"
    "{{ '<act>' + c.function.name + '<with>' }}{{ c.function.arguments | tojson }}{{ '</act>' }}{% endfor %}"
)


def turn(assistant: str = CALL, prompt: str = "<|assistant|>") -> Format:
    return derive(TURN.replace("ASSISTANT", assistant).replace("PROMPT", prompt))


def test_id_that_alone_heads_a_call_is_read_for_name_and_counter() -> None:
    format = turn(CALL.replace("c.function.name", "c.id"))
    assert format.call == "<act>functions.{name}:{index}<with>{arguments}</act>"
    assert format.sample == (
        '<act>functions.get_weather:0<with>{"city": "Lyon"}</act><act>functions.ping:1<with>{}</act>'
    )


def test_reasoning_field_gives_its_marks() -> None:
    shown = "{{ '<muse>' + m.reasoning_content + '</muse>\n' if m.reasoning_content else '' }}"
    assert turn(shown + CALL).reasoning == "<muse>{reasoning}</muse>\n"


@pytest.mark.parametrize("name", ["thought", "thinking", "reasoning"])
def test_reasoning_under_other_names_gives_its_marks(name: str) -> None:
    shown = f"{{{{ '<|thought_start|>' + m.{name} + '<|thought_end|>' if m.{name} else '' }}}}"
    assert turn(shown + CALL).reasoning == "<|thought_start|>{reasoning}<|thought_end|>"


def test_reasoning_between_triangles_gives_its_marks() -> None:
    shown = "{{ '◁muse▷' + (m.reasoning_content or '') + '◁/muse▷' }}"
    assert turn(shown + CALL).reasoning == "◁muse▷{reasoning}◁/muse▷"


def test_end_of_calls_that_also_ends_reasoning_leaves_the_end_of_the_turn_a_stop() -> None:
    shown = "{{ '/think\n' + m.reasoning_content + '<|end|>' if m.reasoning_content else '' }}"
    format = turn(shown + CALL + "{% if m.tool_calls %}<|end|><|done|>{% endif %}")
    assert "<|done|>" in format.stop


def test_reasoning_that_is_cut_out_of_content_gives_its_marks() -> None:
    cut = "{% set text = (m.content or '').split('</muse>')[-1].strip() %}"
    assert turn(cut + CALL.replace("m.content or ''", "text")).reasoning == "<muse>{reasoning}</muse>"


def test_reasoning_that_the_prompt_opens_with_words_gives_them() -> None:
    cut = "{% set text = (m.content or '').split('[SO THEN]')[-1].strip() %}"
    format = turn(cut + CALL.replace("m.content or ''", "text"), "<|assistant|>Let me muse:\n")
    assert format.reasoning == "Let me muse:\n{reasoning}\n[SO THEN]\n"


def test_mark_at_the_end_of_the_prompt_opens_reasoning() -> None:
    assert turn(prompt="<|assistant|><muse>\n").reasoning == "<muse>\n{reasoning}\n</muse>\n\n"


def test_marks_around_content_are_found() -> None:
    wrapped = "{{ '<|START_SAY|>' + m.content + '<|END_SAY|>' if m.content else '' }}"
    assert turn(wrapped + CALL.replace("m.content or ''", "''")).content == "<|START_SAY|>{content}<|END_SAY|>"


def test_call_in_the_prompt_is_a_prefill() -> None:
    recipients = (
        "{{ '>>>all\n' + m.content if m.content else '' }}{% for c in m.tool_calls or [] %}"
        "{{ '>>>' + c.function.name + '\n' }}{{ c.function.arguments | tojson }}{% endfor %}"
    )
    format = turn(recipients, "<|assistant|>>>>")
    assert (format.calls[0], format.prefill) == (">>>{name}\n{arguments}", ">>>")


def test_end_of_turn_is_a_stop_and_dropped() -> None:
    format = turn()
    assert (format.stop, format.drop) == (("<|fin|>",), ("<|fin|>", "<|assistant|>"))


def test_end_of_text_token_is_a_stop_only_if_it_is_known() -> None:
    source = TURN.replace("ASSISTANT", CALL).replace("PROMPT", "<|assistant|>").replace("'<|fin|>'", "eos_token")
    assert (derive(source).stop, derive(source, eos_token="</s>").stop) == ((), ("</s>",))


def test_strict_ids_give_their_pattern() -> None:
    strict = (
        "{% for c in m.tool_calls or [] %}{% if c.id | length != 9 %}"
        "{{ raise_exception('nine') }}{% endif %}{% endfor %}"
    )
    format = turn(strict + CALL.replace("'<act>'", "'<act>' + c.id + '<id>'"))
    assert (format.call, format.id_pattern) == ("<act>{id}<id>{name}<with>{arguments}</act>", "[a-zA-Z0-9]{9}")


def test_arguments_as_text_are_found() -> None:
    assert turn(CALL.replace("c.function.arguments | tojson", "c.function.arguments")).call == (
        "<act>{name}<with>{arguments}</act>"
    )


def test_missing_content_is_found() -> None:
    strict = "{% if m.tool_calls and m.content is not none %}{{ raise_exception('no content') }}{% endif %}"
    assert turn(strict + CALL).call == "<act>{name}<with>{arguments}</act>"


def test_format_of_the_catalog_lends_its_name_and_spellings() -> None:
    begin = '\'<tool_call>\n{"name": "\' + c.function.name + \'", "arguments": \''
    hermes = CALL.replace("'<act>' + c.function.name + '<with>'", begin)
    format = turn(hermes.replace("'</act>'", "'}\n</tool_call>'"))
    assert format.calls[0] == "<tool_call>\n{object}\n</tool_call>"
    assert len(format.calls) > 1


def test_values_left_to_jinja_are_written_as_python_does() -> None:
    made = MADE_UP["elements"].template.replace("v if v is string else v | tojson", "v")
    call = ToolCall("a", "get_weather", '{"days": 3, "tags": ["a"], "where": {"deep": true}}')
    written = write_calls(derive(made), [call], TOOLS)
    assert ">3<" in written
    assert ">['a']<" in written
    assert ">{'deep': True}<" in written
    assert read(derive(made), written) == [("get_weather", json.loads(call.arguments))]


def test_json_in_ascii_alone_is_written_so() -> None:
    ascii_only = CALL.replace("| tojson", "| tojson(ensure_ascii=true)")
    assert "Z\\u00fcrich" in write_calls(turn(ascii_only), [ToolCall("a", "f", '{"city": "Zürich"}')])


def test_template_without_calls_is_refused_with_a_way_out() -> None:
    source = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    with pytest.raises(TemplateError, match="renders no tool calls"):
        derive(source)


def test_broken_template_is_refused() -> None:
    with pytest.raises(TemplateError, match="cannot be compiled"):
        derive("{% for m in messages %}")


def test_arguments_as_json_text_in_json_are_read() -> None:
    call = "{{ {'name': c.function.name, 'arguments': text} | tojson }}"
    text = "{% set text = c.function.arguments if c.function.arguments is string else c.function.arguments | tojson %}"
    format = turn(
        "{{ m.content or '' }}{% for c in m.tool_calls or [] %}" + text + "<act>" + call + "</act>{% endfor %}"
    )
    written = '<act>{"name": "get_weather", "arguments": "{\\"city\\": \\"Lyon\\"}"}</act>'
    assert format.sample.startswith(written)
    assert read(format, written) == [("get_weather", {"city": "Lyon"})]


def test_turns_headed_by_plain_words_end_at_the_next_one() -> None:
    source = (
        "{% for m in messages %}{{ m.role + ': ' + (m.content or '') }}{% for c in m.tool_calls or [] %}"
        "{{ '\nAction: ' + c.function.name + '\nAction Input: ' }}{{ c.function.arguments | tojson }}{% endfor %}"
        "{{ '\n\n' }}{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}"
    )
    format = derive(source)
    assert format.calls[0] == "Action: {name}\nAction Input: {arguments}"
    assert format.stop == ("\nuser:", "\ntool:")


def test_reasoning_that_begins_as_the_prompt_ends_has_that_before_it() -> None:
    channels = (
        "{% for m in messages %}{% if m.role == 'assistant' %}"
        "{% if m.reasoning_content %}{{ '<|s|>bot/think<|m|>' + m.reasoning_content + '<|e|>' }}{% endif %}"
        "{% if m.content %}{{ '<|s|>bot/say<|m|>' + m.content + '<|e|>' }}{% endif %}"
        "{% for c in m.tool_calls or [] %}{{ '<|s|>bot/call ' + c.function.name + '<|m|>' }}"
        "{{ c.function.arguments | tojson }}{{ '<|e|>' }}{% endfor %}"
        "{% else %}{{ '<|s|>' + m.role + '<|m|>' + m.content + '<|e|>' }}{% endif %}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|s|>bot/' }}{% endif %}"
    )
    format = derive(channels)
    assert (format.prefill, format.reasoning) == ("<|s|>bot/", "<|s|>bot/think<|m|>{reasoning}<|e|>")
    text = "think<|m|>Hm.<|e|><|s|>bot/say<|m|>Let me see.<|e|><|s|>bot/call ping<|m|>{}<|e|>"
    parsed = parse_text(text, format, TOOLS, prompt_tail="<|s|>bot/")
    assert (parsed.reasoning_content, parsed.content) == ("Hm.", "Let me see.")
    assert [call.name for call in parsed.tool_calls] == ["ping"]


@pytest.mark.parametrize(
    "call",
    [
        "<act>{{ c.function.arguments | tojson }}<for>{{ c.function.name }}</for></act>",
        "<act {{ c.function.name }}{% for k, v in c.function.arguments.items() %} {{ k }}='{{ v }}'{% endfor %}/>",
    ],
    ids=["arguments before the name", "everything in one tag"],
)
def test_what_cannot_be_read_back_is_no_format(call: str) -> None:
    with pytest.raises(TemplateError, match="in no form that can be declared and read back"):
        turn("{{ m.content or '' }}{% for c in m.tool_calls or [] %}" + call + "{% endfor %}")


def test_end_of_reasoning_and_calls_leaves_what_opens_the_next_turn_a_stop() -> None:
    source = (
        "{% for m in messages %}{{ '<|' + m.role + '|>' }}{% if m.reasoning_content %}<|muse|>{{ m.reasoning_content }}"
        "<|eot|>{% endif %}{% for c in m.tool_calls or [] %}<|act|>{{ c.function.name }}<|with|>"
        "{{ c.function.arguments | tojson }}<|eot|>{% else %}{{ m.content }}<|eot|>{% endfor %}{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )
    assert derive(source).stop == ("<|user|>", "<|tool|>")


def test_turns_without_ends_stop_where_the_next_one_opens_though_earlier_ones_are_written_otherwise() -> None:
    source = (
        "{% for m in messages %}{{ '<|' + m.role + '|>' }}{% if m.role == 'assistant' %}"
        "{{ '<muse></muse>' if loop.last else '</muse>' }}{% endif %}" + CALL + "{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )
    assert derive(source).stop == ("<|user|>", "<|tool|>")


def test_names_of_roles_in_brackets_are_stops_and_ids_in_marks_none() -> None:
    source = (
        "{% for m in messages %}[{{ m.role }}]{% if m.role == 'tool' %}<seen id=\"{{ m.tool_call_id }}\">"
        "{{ m.content }}</seen>{% else %}"
        + CALL
        + "{% endif %}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}"
    )
    assert derive(source).stop == ("[user]", "[tool]")
    assert derive(source.replace("[{{ m.role }}]", "\n").replace("[assistant]", "")).stop == ('<seen id="',)


def test_head_of_the_turn_is_no_content_where_no_prompt_opens_it() -> None:
    source = "{% for m in messages %}{{ '<|im|>' + m.role + '\n' }}" + CALL + "{{ '<|fin|>\n' }}{% endfor %}"
    format = derive(source)
    for text in ("<|im|>assistant\nHello.<|fin|>", "<|im|>assistant\n<act>ping<with>{}</act><|fin|>"):
        read = parse_text(text, format, TOOLS)
        assert (read.content or "").strip() == ("Hello." if "Hello" in text else "")
        assert [call.name for call in read.tool_calls] == ([] if "Hello" in text else ["ping"])


def test_marks_of_empty_content_before_calls_are_none_of_the_calls() -> None:
    shell = (
        "{% if m.tool_calls %}<|python_start|>{{ m.content or '' }}<|python_end|>{% else %}{{ m.content }}{% endif %}"
    )
    object_of_call = '{"name": "{{ c.function.name }}", "parameters": {{ c.function.arguments | tojson }}}'
    format = turn(shell + "{% for c in m.tool_calls or [] %}" + object_of_call + "{% endfor %}")
    assert format.sample.startswith('{"name": "get_weather"')
    assert format.sections[0] in ("", "{calls}")


def test_keywords_with_values_in_json_are_written_and_bound_so() -> None:
    made = MADE_UP["lower_case_in_square_brackets"]
    format = derive(made.template)
    calls = [("get_weather", {"city": "Lyon", "days": 3, "sure": True, "note": None})]
    text = rendered(made, calls)
    assert write_calls(format, given(calls)) in text
    assert "sure=true, note=null" in text
    switch = {"type": "object", "properties": {"sure": {"type": "boolean"}}, "required": ["sure"]}
    tools = [{"type": "function", "function": {"name": "switch", "parameters": switch}}]
    grammar = litellm_fnwrap.constraint(tools, chat_template=made.template)
    assert '"true"' in grammar
    assert "True" not in grammar


def test_marks_around_arguments_that_are_left_out_with_them_are_found() -> None:
    call = (
        "{{- m.content or '' }}{%- for call in m.tool_calls or [] %}{{- '<act>' ~ call.function.name }}"
        "{%- if call.function.arguments %}"
        "{{- '<with>' ~ (call.function.arguments | tojson) ~ '</with>' }}{%- endif %}{{- '</act>' }}{%- endfor %}"
    )
    format = turn(call)
    assert (format.calls[0], format.empty_call) == ("<act>{name}<with>{arguments}</with></act>", "<act>{name}</act>")
    calls = [("get_weather", {"city": "Lyon"}), ("ping", {})]
    text = '<act>get_weather<with>{"city": "Lyon"}</with></act><act>ping</act>'
    assert write_calls(format, given(calls)) == text
    assert read(format, text) == read(format, text, 1) == calls


@pytest.mark.parametrize("mark", ["'", '"'])
def test_name_between_either_quote_mark_is_derived(mark: str) -> None:
    call = (
        "{{- m.content or '' }}{%- for call in m.tool_calls or [] %}{{- '<act fn=MARK' ~ call.function.name ~ 'MARK>' "
        "~ (call.function.arguments | tojson) ~ '</act>' }}{%- endfor %}"
    )
    format = turn(call.replace("MARK", "\\'" if mark == "'" else mark))
    assert format.calls[0] == f"<act fn={mark}{{name}}{mark}>{{arguments}}</act>"
