"""Arguments as models write them, in every syntax: the JSON that is read, and the kinds of what was mended."""

from __future__ import annotations

import pytest

from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.formats.spec import Format
from repair.test_call_repair import TOOLS

AROUND = {
    "qwen3-coder": "<tool_call>\n<function=get_forecast>\n{}</function>\n</tool_call>",
    "claude-2": "<function_calls>\n<invoke>\n<tool_name>get_forecast</tool_name>\n<parameters>\n{}</parameters>\n"
    "</invoke>\n</function_calls>",
    "pythonic": "[get_forecast({})]",
    "hermes": '<tool_call>{"name": "get_forecast", "arguments": {}}</tool_call>',
}
ARGUMENTS = {
    "qwen3-coder": [
        ("<parameter=city_name>\n\nLyon\n\n</parameter>\n", '{"city_name": "\\nLyon\\n"}', ""),
        ("<parameter=city_name>Lyon</parameter>\n", '{"city_name": "Lyon"}', ""),
        ("<parameter=city_name>\r\nLyon\r\n</parameter>\n", '{"city_name": "Lyon"}', ""),
        ("<parameter=city_name>\r\nLyon\n</parameter>\n", '{"city_name": "Lyon"}', ""),
        ("<parameter=city_name>\nLyon", '{"city_name": "Lyon"}', "missing_end"),
        ("<parameter=days>\n</parameter>\n", '{"days": ""}', ""),
        ("<parameter=days>\nthree\n</parameter>\n", '{"days": "three"}', ""),
        ("<parameter=mood>\n3\n</parameter>\n", '{"mood": "3"}', ""),
        ("<parameter=mood>\n[1, 2]\n</parameter>\n", '{"mood": "[1, 2]"}', ""),
        ("<parameter=City_Name>\nx\n</parameter>\n", '{"city_name": "x"}', "key"),
        ("<parameter=city_name>\na </function> b\n</parameter>\n", '{"city_name": "a </function> b"}', ""),
        ('{"city_name": "Lyon"\n', '{"city_name": "Lyon"}', "missing_closer"),
        ("<parameter=tags>\n['a', \"b\"]\n</parameter>\n", '{"tags": ["a", "b"]}', ""),
    ],
    "claude-2": [
        ("<tags></tags>\n", '{"tags": []}', ""),
        ("<tags>\n</tags>\n", '{"tags": []}', ""),
        ("<city_name></city_name>\n", '{"city_name": ""}', ""),
        ("<days>3</days><city_name>L</city_name>", '{"days": 3, "city_name": "L"}', ""),
        ("<tags><item>a</item><item>b</item></tags>", '{"tags": ["a", "b"]}', ""),
        ("<days>three</days>", '{"days": "three"}', ""),
        ("<mood><x>1</x><y>b</y></mood>", '{"mood": {"x": "1", "y": "b"}}', ""),
        ("<mood>1</mood>", '{"mood": "1"}', ""),
        ("<tags><item>a</tags>", '{"tags": ["a"]}', "missing_end"),
    ],
    "pythonic": [
        ("dict(city_name='Lyon')", '{"city_name": "Lyon"}', "positional coerced"),
        ("city_name='Lyon', , days=3", '{"city_name": "Lyon", "days": 3}', ""),
        ("'city_name=Lyon'", '{"city_name": "Lyon"}', "quotes"),
        ("'mood=x'", '{"city_name": "mood=x"}', "positional"),
        ("args={'city_name': 'Lyon'}", '{"city_name": "Lyon"}', "spread"),
        ("days=(1+2)*3", '{"days": 9}', "sum"),
        ("tags=('a', 'b')", '{"tags": ["a", "b"]}', ""),
        ("city_name=u'x', unit=b\"kelvin\"", '{"city_name": "x", "unit": "kelvin"}', ""),
        ("city_name='''a'b'''", '{"city_name": "a\'b"}', ""),
        ('city_name="a" "b"', '{"city_name": "a\\" \\"b"}', "inner_quote"),
        ("kwargs = {'city_name': 'Lyon', 'days': 3}", '{"city_name": "Lyon", "days": 3}', "spread"),
        ("days=1_000, rate=-.5", '{"days": 1000, "rate": -0.5}', "number number"),
        ("tags=[]", '{"tags": []}', ""),
        ("city_name='a', city_name='b'", '{"city_name": "a", "city_name": "b"}', "repeated_key"),
        ("city_name=None", '{"city_name": null}', ""),
        ("tags=['a' 'b']", '{"tags": ["a", "b"]}', "missing_comma"),
        ("tags=[a, b]", '{"tags": ["a", "b"]}', "unquoted_string unquoted_string"),
        ("city_name=x y z", '{"city_name": "x y z"}', "unquoted_string"),
    ],
    "hermes": [
        ('"{city_name"', "{}", "double_encoding"),
        ('{"tags": "[\\"a\\", "}', '{"tags": ["a"]}', "double_encoding"),
        ("{\"city_name\": 'it's'}", '{"city_name": "it\'s"}', "quotes inner_quote"),
        ('{"city_name": `x`}', '{"city_name": "x"}', "quotes"),
        ('{"days": 0x10}', '{"days": 16}', "number"),
        ('{"city_name": "\\x41\\U0001F600"}', '{"city_name": "\\\\x41\\\\U0001F600"}', "escape"),
        ('{"city_name": "\\ud83d\\ude00 \\ud83d"}', '{"city_name": "\\ud83d\\ude00 \\ufffd"}', "escape"),
        ('{"city_name": "\\u12"}', '{"city_name": "\\\\u12"}', "escape"),
        ('{"days": "3.0", "rate": "1e3"}', '{"days": 3, "rate": 1000.0}', "coerced coerced"),
        ('{"rate": "abc"}', '{"rate": "abc"}', ""),
        ('{"unit": "KELVIN"}', '{"unit": "kelvin"}', "enum"),
        ('{"unit": "Kelvins"}', '{"unit": "Kelvins"}', ""),
        ('{"tags": null}', "{}", "null_dropped"),
        ("[]", "{}", "missing_value"),
        ("null", "{}", "missing_value"),
        ('""', "{}", "missing_value"),
        ('{"days": 3;"rate": 1}', '{"days": 3, "rate": 1}', "missing_comma"),
        ('{"days": 3 "rate" 1}', '{"days": 3, "rate": 1}', "missing_comma missing_colon"),
        ('{"days" 3}', '{"days": 3}', "missing_colon"),
        ('{"tags": {"a", "b"}}', '{"tags": ["a", "b"]}', "set"),
        ('{"days": [3]}', '{"days": 3}', "coerced"),
        ('{"days": true}', '{"days": true}', ""),
        ('{"city_name": 3}', '{"city_name": "3"}', "coerced"),
        ('{"city_name": ["a", "b"]}', '{"city_name": ["a", "b"]}', ""),
        ('{"rate": 1/4}', '{"rate": 0.25}', "sum"),
        ('{"rate": 10 % 4}', '{"rate": 2}', "sum"),
        ('{"city_name": 1/4}', '{"city_name": "1/4"}', "unquoted_string"),
        ('{"days": 2026-11-26}', '{"days": "2026-11-26"}', "unquoted_string"),
    ],
}
CASES = [(format, *case) for format, cases in ARGUMENTS.items() for case in cases]


def read(format: str | Format, text: str, size: int) -> tuple[str | None, list[str], list[str]]:
    parser = StreamParser(get_format(format), TOOLS)
    for at in range(0, len(text), size):
        parser.feed(text[at : at + size])
    parser.close("stop")
    found = parser.result
    return found.content, [call.arguments for call in found.tool_calls], [repair.kind for repair in found.repairs]


@pytest.mark.parametrize(
    ("format", "written", "arguments", "kinds"), CASES, ids=[f"{f} {text}" for f, text, *_ in CASES]
)
def test_arguments_are_read(format: str, written: str, arguments: str, kinds: str) -> None:
    before, _, behind = AROUND[format].partition("{}")
    text = before + written + behind
    for size in (len(text), 1):
        assert read(format, text, size) == (None, [arguments], kinds.split())


LINES = Format(
    name="lines", source="made up", sample="", call="<call>{name}\n{arguments}</call>", arguments="tagged",
    parameter="{key}: {value}\n",
)  # fmt: skip
SEPARATED = LINES.with_(name="separated", parameter="{key}= {value}", parameter_separator=";")


@pytest.mark.parametrize(
    ("format", "written", "arguments"),
    [
        (LINES, "city_name: Lyon\ndays: 3\n", '{"city_name": "Lyon", "days": 3}'),
        (LINES, "city_name:Lyon\ndays:  3\n", '{"city_name": "Lyon", "days": 3}'),
        (LINES, "city_name: Lyon\nFrance\ndays: 3\n", '{"city_name": "Lyon\\nFrance", "days": 3}'),
        (LINES, "city_name: Lyon \n", '{"city_name": "Lyon"}'),
        (LINES, "city_name: Lyon\r\ndays: 3\r\n", '{"city_name": "Lyon", "days": 3}'),
        (LINES, "city_name: Lyon", '{"city_name": "Lyon"}'),
        (LINES, "", "{}"),
        (SEPARATED, "city_name= Lyon;days= 3", '{"city_name": "Lyon", "days": 3}'),
        (SEPARATED, "city_name=Lyon; days=3", '{"city_name": "Lyon", "days": 3}'),
    ],
)
def test_arguments_that_no_mark_closes_end_where_the_next_begins(format: Format, written: str, arguments: str) -> None:
    text = f"<call>get_forecast\n{written}</call>"
    for size in (len(text), 1, 2):
        content, found, _ = read(format, text, size)
        assert (content, found) == (None, [arguments])


ENTITIES = [
    ("<![CDATA[a < b]]>", "a < b"),
    ("a &lt; b &amp;amp;", "a < b &amp;"),
    (" <![CDATA[</param>]]> ", "</param>"),
    ("<![CDAT", "<![CDAT"),
    ("<![CDATA[&amp;]]>", "&amp;"),
]


@pytest.mark.parametrize(("written", "value"), ENTITIES)
@pytest.mark.parametrize("size", [1, 1000])
def test_entities_are_characters_and_sections_are_text(written: str, value: str, size: int) -> None:
    text = f'<function name="get_forecast"><param name="city_name">{written}</param></function>'
    assert read("minicpm5", text, size) == (None, [f'{{"city_name": "{value}"}}'], [])


DEEP = "<function_calls>\n<invoke>\n<tool_name>get_forecast</tool_name>\n<parameters>\n{}</parameters>\n</invoke>"


@pytest.mark.parametrize("size", [1, 1000])
def test_elements_within_elements_are_read_to_a_depth(size: int) -> None:
    inside = DEEP.replace("{}", "<x>" * 100 + "1" + "</x>" * 100)
    assert read("claude-2", inside, size)[1:] == (['{"x": ' * 100 + '"1"' + "}" * 100], [])
    beyond = DEEP.replace("{}", "<x>" * 101)
    assert read("claude-2", beyond, size)[1:] == ([], ["unreadable_call", "incomplete_call"])


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_arguments_of_slips_alone_are_no_call(size: int) -> None:
    def text(slips: int) -> str:
        return f'<tool_call>{{"name": "get_forecast", "arguments": {{"days": 1{"," * slips} "rate": 2}}}}</tool_call>'

    assert read("hermes", text(1001), size)[1] == ['{"days": 1, "rate": 2}']
    assert read("hermes", text(1002), size)[1:] == ([], ["unreadable_call", "incomplete_call"])


@pytest.mark.parametrize("size", [1, 1000])
def test_call_within_objects_is_read_to_a_depth(size: int) -> None:
    def text(depth: int) -> str:
        call = '{"name": "get_forecast", "arguments": {"days": 3}}'
        return "<tool_call>" + '{"function": ' * depth + call + "}" * depth + "</tool_call>"

    assert read("hermes", text(16), size) == (None, ['{"days": 3}'], [])
    content, _, kinds = read("hermes", text(17), size)
    assert content is not None
    assert kinds[0] == "unreadable_call"
