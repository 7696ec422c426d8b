"""How calls are written: every argument syntax, and what a history may hold besides plain arguments."""

from __future__ import annotations

from typing import Any

import pytest

from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.writer import python_literal, write_arguments, write_calls, write_envelope
from litellm_fnwrap.messages import Tool, ToolCall

TYPED = Tool(
    name="f",
    parameters={"type": "object", "properties": {"n": {"type": "integer"}, "any": {}, "s": {"type": "string"}}},
)


def written(name: str, arguments: str, **changes: Any) -> str:
    return write_calls(get_format(name).with_(**changes), [ToolCall("id1", "f", arguments)], [TYPED])


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ("", "{}"),
        ("  ", "{}"),
        ("in Lyon", "in Lyon"),
        ("[1]", "[1]"),
        ('"x"', '"x"'),
        ('{"a": "x\ny"}', '{"a": "x\\ny"}'),
        ('{"a":"é"}', '{"a": "é"}'),
        ('{ "a" : 1.50 }', '{"a": 1.5}'),
    ],
)
def test_arguments_of_a_history_are_written_as_json_or_as_they_stand(arguments: str, text: str) -> None:
    assert written("hermes", arguments) == f'<tool_call>\n{{"name": "f", "arguments": {text}}}\n</tool_call>'


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"ascii": True}, '{"name": "f", "arguments": {"b": "\\u00e9", "A": [1, {"d": 1, "C": 2}]}}'),
        ({"compact": True}, '{"name": "f", "arguments": {"b":"é","A":[1,{"d":1,"C":2}]}}'),
        ({"sorted_keys": True}, '{"name": "f", "arguments": {"A": [1, {"d": 1, "C": 2}], "b": "é"}}'),
        ({"as_text": True}, '{"name": "f", "arguments": "{\\"b\\": \\"é\\", \\"A\\": [1, {\\"d\\": 1, \\"C\\": 2}]}"}'),
        ({"object": '{"id": {id}, "nr": {index}, "f": {name}}'}, '{"id": "id1", "nr": 0, "f": "f"}'),
        ({"object": '{"nr": {index}, "f": {name}}', "first_index": 3}, '{"nr": 3, "f": "f"}'),
        (
            {"indent": 2, "object": '{\n  "name": {name},\n  "arguments": {arguments}\n}'},
            '{\n  "name": "f",\n  "arguments": {\n    "b": "é",\n    "A": [\n      1,\n      {\n        "d": 1,\n'
            '        "C": 2\n      }\n    ]\n  }\n}',
        ),
    ],
)
def test_object_is_written_as_declared(changes: dict[str, Any], text: str) -> None:
    arguments = '{"b": "é", "A": [1, {"d": 1, "C": 2}]}'
    assert written("hermes", arguments, **changes) == f"<tool_call>\n{text}\n</tool_call>"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [("", "<f/>"), ("{}", "<f/>"), (" {} ", "<f/>"), ('{"a": 1}', '<f>{"a": 1}</f>'), ("[]", "<f>[]</f>")],
)
def test_call_without_arguments_is_written_short_where_a_format_has_that(arguments: str, text: str) -> None:
    changes = {"call": "<{name}>{arguments}</{name}>", "empty_call": "<{name}/>"}
    assert written("functionary-v3.1", arguments, **changes) == text


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("pythonic", '{"a": "it\'s", "b": null, "c": [true]}', 'a="it\'s", b=None, c=[True]'),
        ("pythonic", '{"a": {"k": "x"}}', "a={'k': 'x'}"),
        ("gemma4", '{"b": {"c": [1, "y", null, true]}, "a": "x"}', '{b:{c:[1,<|"|>y<|"|>,null,true]},a:<|"|>x<|"|>}'),
        ("glm-4.7", '{"s": "5"}', "<arg_key>s</arg_key><arg_value>5</arg_value>"),
        ("glm-4.7", '{"n": "5"}', '<arg_key>n</arg_key><arg_value>"5"</arg_value>'),
        ("glm-4.7", '{"n": 5}', "<arg_key>n</arg_key><arg_value>5</arg_value>"),
        ("glm-4.7", '{"any": "5", "x": [1, null]}', "<arg_key>any</arg_key><arg_value>5</arg_value>"
                    "<arg_key>x</arg_key><arg_value>[1, null]</arg_value>"),
        ("minicpm5", '{"s": "1 < 2 & 3"}', '<param name="s">1 &lt; 2 &amp; 3</param>'),
        ("claude-2", '{"s": {"b": [1, "x", {"c": null}], "d": [], "e": {}}}',
                     "<s><b><item>1</item>\n<item>x</item>\n<item><c>null</c>\n</item>\n</b>\n<d></d>\n<e></e>\n</s>\n"),
    ],
)  # fmt: skip
def test_arguments_are_written_in_the_formats_syntax(name: str, arguments: str, text: str) -> None:
    assert text in written(name, arguments)


def test_flags_and_type_names_say_what_a_value_is() -> None:
    values = {"a": "x", "b": 3, "c": None, "d": [1], "e": 1.5, "f": True, "g": {}}
    text = write_arguments(get_format("kimi-k3"), values)
    kinds = ["string", "number", "null", "array", "number", "boolean", "object"]
    assert [part.split('"')[0] for part in text.split('type="')[1:]] == kinds
    text = write_arguments(get_format("deepseek-v3.2"), values)
    assert [part.split('"')[0] for part in text.split('string="')[1:]] == ["true"] + ["false"] * 6


def test_values_of_some_types_are_written_as_python_does() -> None:
    format = get_format("glm-4.7").with_(python_values=("boolean", "array"))
    text = write_arguments(format, {"a": True, "b": [None, "x"], "c": None, "d": {"e": True}})
    assert [part.split("<")[0] for part in text.split("<arg_value>")[1:]] == [
        "True",
        "[None, 'x']",
        "null",
        '{"e": true}',
    ]


def test_values_of_a_literal_may_all_stand_between_quote_marks() -> None:
    format = get_format("gemma4").with_(quote_all=True, quote="`", sorted_keys=False)
    assert write_arguments(format, {"b": 1, "a": {"c": [True, "x"]}, "d": "y"}) == '{b:`1`,a:{c:`[true, "x"]`},d:`y`}'


def test_keys_of_objects_inside_are_sorted_where_a_template_writes_them_one_by_one() -> None:
    values = {"b": {"d": 1, "C": [{"z": 1, "y": 2}]}, "A": 1}
    assert write_arguments(get_format("gemma4").with_(sorted_keys=True), values) == "{A:1,b:{C:[{y:2,z:1}],d:1}}"
    plain = write_arguments(get_format("hermes").with_(sorted_keys=True), values)
    assert plain == '{"A": 1, "b": {"d": 1, "C": [{"z": 1, "y": 2}]}}'


def test_turn_is_its_calls_in_their_section_or_envelope() -> None:
    calls = [ToolCall("i", "f", "{}"), ToolCall("j", "g", '{"a": 1}')]
    assert write_calls(get_format("hermes"), []) == ""
    assert write_calls(get_format("mistral"), calls) == (
        '[TOOL_CALLS][{"name": "f", "arguments": {}}, {"name": "g", "arguments": {"a": 1}}]'
    )
    head = '{"thought_about_next_step_only": "", "next_step": '
    generic = get_format("generic")
    assert write_calls(generic, calls[:1]) == head + '{"tool_calls": [{"name": "f", "arguments": {}}]}}'
    assert write_envelope(generic, "Hi") == head + '{"result": "Hi"}}'
    assert write_envelope(generic, "", calls[:1]) == write_calls(generic, calls[:1])
    both = '{"tool_calls": [{"name": "f", "arguments": {}}, {"name": "g", "arguments": {"a": 1}}]}}'
    assert write_envelope(generic, "", calls) == head + both


@pytest.mark.parametrize(
    ("value", "quote", "text"),
    [
        ("x", "", "'x'"),
        ("it's", "", '"it\'s"'),
        ("x", '"', '"x"'),
        ('é"\n', '"', '"é\\"\\n"'),
        ({"a": [None, True, 1.5]}, '"', '{"a": [None, True, 1.5]}'),
        ({"a": {}}, "", "{'a': {}}"),
    ],
)
def test_python_literal_is_written_with_the_quote_marks_of_the_format(value: Any, quote: str, text: str) -> None:
    assert python_literal(value, quote) == text
