"""Calls as models really write them: each mistake, what is read, and what is recorded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from litellm_fnwrap.events import CallEnd
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser, parse_text
from litellm_fnwrap.messages import Tool, read_tools

TOOLS = read_tools(
    [
        {
            "type": "function",
            "function": {
                "name": name,
                "parameters": {
                    "type": "object",
                    "properties": {
                        "city_name": {"type": "string"},
                        "days": {"type": "integer"},
                        "rate": {"type": "number"},
                        "tags": {"type": "array", "items": {"type": "string"}},
                        "unit": {"type": "string", "enum": ["celsius", "kelvin"]},
                    },
                    "required": ["city_name"],
                },
            },
        }
        for name in ("get_forecast", "geo.find_place")
    ]
)
LYON = ("get_forecast", {"city_name": "Lyon"})
THREE_DAYS = ("get_forecast", {"city_name": "Lyon", "days": 3})
BONN = ("geo.find_place", {"city_name": "Bonn"})

PYTHONIC: dict[str, tuple[str, list[tuple[str, dict[str, Any]]], str]] = {
    "calls beside each other": ("get_forecast('Lyon'), geo.find_place('Bonn')", [LYON, BONN], "positional"),
    "calls with semicolons": ("get_forecast(city_name='Lyon'); geo.find_place(city_name='Bonn');", [LYON, BONN], ""),
    "calls added up": ("get_forecast(city_name='Lyon') + geo.find_place(city_name='Bonn')", [LYON, BONN], ""),
    "calls in quotes": ("['get_forecast(city_name=Lyon)', 'geo.find_place(city_name=Bonn)']", [LYON, BONN], ""),
    "calls in braces": ('[{\'get_forecast(city_name="Lyon")}]', [LYON], ""),
    "escaped underscores": ("[get\\_forecast(city\\_name='Lyon')]", [LYON], "name"),
    "quoted name": ("['get_forecast'(city_name='Lyon')]", [LYON], ""),
    "pairs": ("[('get_forecast', {'city_name': 'Lyon'}), ('geo.find_place', {'city_name': 'Bonn'})]", [LYON, BONN], ""),
    "flat pair": ("['get_forecast', {'city_name': 'Lyon'}]", [LYON], ""),
    "name and arguments apart": ("['get_forecast', '(city_name=\"Lyon\")']", [LYON], ""),
    "keywords in quotes": ("['get_forecast', 'city_name=Lyon']", [LYON], "quotes"),
    "one object of arguments": ("[get_forecast({'city_name': 'Lyon'})]", [LYON], "spread"),
    "starred object": ("[get_forecast(**{'city_name': 'Lyon'})]", [LYON], "spread"),
    "printed": ("```python\nprint(get_forecast(city_name='Lyon'))\n```", [LYON], ""),
    "returned": ("return get_forecast(city_name='Lyon')", [LYON], ""),
    "assigned": ("weather = get_forecast(city_name='Lyon')", [LYON], ""),
    "words with a comma": (
        "[get_forecast(city_name=Lyon, FR, days=3)]",
        [("get_forecast", {"city_name": "Lyon, FR", "days": 3})],
        "unquoted_string",
    ),
    "sum": (
        "[get_forecast(city_name='Lyon', rate=3/100)]",
        [("get_forecast", {"city_name": "Lyon", "rate": 0.03})],
        "sum",
    ),
    "currency": (
        "[get_forecast(city_name='Lyon', days=$5,000)]",
        [("get_forecast", {"city_name": "Lyon", "days": 5000})],
        "coerced",
    ),
    "unit of another case": (
        "[get_forecast(city_name='Lyon', unit='Celsius')]",
        [("get_forecast", {"city_name": "Lyon", "unit": "celsius"})],
        "enum",
    ),
    "unique tail of a name": ("[find_place(city_name='Bonn')]", [BONN], "name"),
    "in bold": ("- **get_forecast(city_name='Lyon')**", [LYON], ""),
    "behind a label": ("Function call: get_forecast(city_name='Lyon')", [LYON], ""),
    "list behind a label": ("The calls are: [get_forecast(city_name='Lyon')]", [LYON], ""),
    "colons for equals signs": (
        "[get_forecast(city_name: 'Lyon', unit: 'kelvin')]",
        [("get_forecast", {"city_name": "Lyon", "unit": "kelvin"})],
        "",
    ),
    "closing parenthesis missing": ("[get_forecast(city_name='Lyon']", [LYON], "missing_closer"),
    "literal behind a text": (
        "[get_forecast('Lyon', None, 2.5)]",
        [("get_forecast", {"city_name": "Lyon", "rate": 2.5})],
        "positional",
    ),
    "calls by name": (
        '{"get_forecast": {"city_name": "Lyon"}, "geo.find_place": {"city_name": "Bonn"}}',
        [LYON, BONN],
        "",
    ),
    "escaped quote marks": ("['get_forecast({\\'city_name\\': \\'Lyon\\'})']", [LYON], "quotes"),
    "told and written again": (
        "[get_forecast(city_name='Lyon')]\n\nThe call is:\n\nget_forecast(city_name='Lyon')",
        [LYON],
        "repeated_call",
    ),
}
HERMES: dict[str, tuple[str, list[tuple[str, dict[str, Any]]], str]] = {
    "single quotes": ("{'name': 'get_forecast', 'arguments': {'city_name': 'Lyon'}}", [LYON], "quotes"),
    "missing brace": ('{"name": "get_forecast", "arguments": {"city_name": "Lyon"}', [LYON], "missing_closer"),
    "brace too early": ('{"name": "get_forecast"}, "arguments": {"city_name": "Lyon"}}', [LYON], "stray_closer"),
    "trailing comma": ('{"name": "get_forecast", "arguments": {"city_name": "Lyon",}}', [LYON], "trailing_comma"),
    "comment": ('{"name": "get_forecast", "arguments": {"city_name": "Lyon" // there\n}}', [LYON], "comment"),
    "unquoted": ("{name: get_forecast, arguments: {city_name: Lyon}}", [LYON], "unquoted_string"),
    "Python call": ("get_forecast(city_name='Lyon')", [LYON], ""),
    "list of Python calls": ("[get_forecast(city_name='Lyon')]", [LYON], ""),
    "calls by name": (
        '{"get_forecast": {"city_name": "Lyon"}, "geo.find_place": {"city_name": "Bonn"}}',
        [LYON, BONN],
        "",
    ),
    "typographic quote marks": ("{“name”: “get_forecast”, “arguments”: {“city_name”: “Lyon”}}", [LYON], "quotes"),
    "doubled quote marks": ('{""name"": ""get_forecast"", ""arguments"": {""city_name"": ""Lyon""}}', [LYON], "quotes"),
    "triple quote marks": (
        '{"""name""": """get_forecast""", "arguments": {"city_name": """Lyon"""}}',
        [LYON],
        "quotes",
    ),
    "escaped quote marks": (
        '{\\"name\\": \\"get_forecast\\", \\"arguments\\": {\\"city_name\\": \\"Lyon\\"}}',
        [LYON],
        "quotes",
    ),
    "call in quotes": (
        json.dumps(json.dumps({"name": "get_forecast", "arguments": {"city_name": "Lyon"}})),
        [LYON],
        "quotes",
    ),
    "equals signs": ('{"name"= "get_forecast", "arguments"= {"city_name"= "Lyon"}}', [LYON], "missing_colon"),
    "arrows": ('{"name" => "get_forecast", "arguments" => {"city_name" => "Lyon"}}', [LYON], "missing_colon"),
    "colons missing": ('{"name" "get_forecast", "arguments" {"city_name" "Lyon"}}', [LYON], "missing_colon"),
    "commas missing": (
        '{"name": "get_forecast" "arguments": {"city_name": "Lyon" "days": 3}}',
        [THREE_DAYS],
        "missing_comma",
    ),
    "semicolons": ('{"name": "get_forecast"; "arguments": {"city_name": "Lyon"; "days": 3}}', [THREE_DAYS], ""),
    "doubled commas": ('{"name": "get_forecast",, "arguments": {"city_name": "Lyon",,}}', [LYON], "extra_comma"),
    "comments everywhere": (
        '{\n// the tool\n"name": "get_forecast", /* what for */ "arguments": {"city_name": "Lyon"} # done\n}',
        [LYON],
        "comment",
    ),
    "keys of other cases": ('{"Name": "get_forecast", "Arguments": {"City_Name": "Lyon"}}', [LYON], "key"),
    "key without a quote mark": ('{"name": "get_forecast", "arguments": {city_name": "Lyon"}}', [LYON], "unquoted_key"),
    "key without its last mark": (
        '{"name": "get_forecast", "arguments": {"city_name: "Lyon"}}',
        [LYON],
        "missing_quote",
    ),
    "ellipsis": ('{"name": "get_forecast", "arguments": {"city_name": "Lyon", ...}}', [LYON], "stray"),
    "braces doubled": ('{{"name": "get_forecast", "arguments": {{"city_name": "Lyon"}}}}', [LYON], "stray"),
    "extra brace": ('{"name": "get_forecast", "arguments": {"city_name": "Lyon"}}}', [LYON], ""),
    "wrong bracket": ('{"name": "get_forecast", "arguments": {"city_name": "Lyon"]}', [LYON], ""),
    "list for a single call": ('[{"name": "get_forecast", "arguments": {"city_name": "Lyon"}}]', [LYON], ""),
    "parameters": ('{"name": "get_forecast", "parameters": {"city_name": "Lyon"}}', [LYON], ""),
    "params": ('{"name": "get_forecast", "params": {"city_name": "Lyon"}}', [LYON], ""),
    "args": ('{"name": "get_forecast", "args": {"city_name": "Lyon"}}', [LYON], ""),
    "input": ('{"name": "get_forecast", "input": {"city_name": "Lyon"}}', [LYON], ""),
    "flat arguments": ('{"name": "get_forecast", "city_name": "Lyon"}', [LYON], "flat_arguments"),
    "values in order": ('{"name": "get_forecast", "arguments": ["Lyon", 3]}', [THREE_DAYS], "list"),
    "pairs of name and value": (
        '{"name": "get_forecast", "arguments": [{"name": "city_name", "value": "Lyon"}]}',
        [LYON],
        "list",
    ),
    "object in a list": ('{"name": "get_forecast", "arguments": [{"city_name": "Lyon"}]}', [LYON], "list"),
    "arguments encoded twice": (
        json.dumps({"name": "get_forecast", "arguments": json.dumps(json.dumps({"city_name": "Lyon"}))}),
        [LYON],
        "double_encoding",
    ),
    "marks around unescaped arguments": (
        '{"name": "get_forecast", "arguments": "{"city_name": "Lyon"}"}',
        [LYON],
        "quotes",
    ),
    "raw line break": (
        '{"name": "get_forecast", "arguments": {"city_name": "Lyon\nFrance"}}',
        [("get_forecast", {"city_name": "Lyon\nFrance"})],
        "control_character",
    ),
    "bad escapes": (
        '{"name": "get\\_forecast", "arguments": {"city\\_name": "\\(x\\)"}}',
        [("get_forecast", {"city_name": "\\(x\\)"})],
        "escape",
    ),
    "inner quote marks": (
        '{"name": "get_forecast", "arguments": {"city_name": "the "old" town"}}',
        [("get_forecast", {"city_name": 'the "old" town'})],
        "inner_quote",
    ),
    "other literals": (
        '{"name": "get_forecast", "arguments": {"city_name": "Lyon", "days": None, "rate": undefined}}',
        [LYON],
        "literal",
    ),
    "code fence": ('```json\n{"name": "get_forecast", "arguments": {"city_name": "Lyon"}}\n```', [LYON], ""),
    "name with parentheses": ('{"name": "get_forecast()", "arguments": {"city_name": "Lyon"}}', [LYON], "name"),
    "name before the object": ('get_forecast{"city_name": "Lyon"}', [LYON], ""),
    "name on a line of its own": ('get_forecast\n{"city_name": "Lyon"}', [LYON], ""),
    "arguments as text": (
        json.dumps({"name": "get_forecast", "arguments": json.dumps({"city_name": "Lyon"})}),
        [LYON],
        "double_encoding",
    ),
    "closing quote missing": (
        '{"name": "get_forecast", "arguments": {"unit": "kelvin, "city_name": "Lyon"}}',
        [("get_forecast", {"unit": "kelvin", "city_name": "Lyon"})],
        "missing_quote",
    ),
    "single for a list": (
        '{"name": "get_forecast", "arguments": {"city_name": "Lyon", "tags": "rain"}}',
        [("get_forecast", {"city_name": "Lyon", "tags": ["rain"]})],
        "coerced",
    ),
}


def read(text: str, format: str, **options: Any) -> tuple[list[tuple[str, Any]], set[str], str]:
    result = parse_text(text, get_format(format), TOOLS, **options)
    calls = [(call.name, json.loads(call.arguments)) for call in result.tool_calls]
    return calls, {repair.kind for repair in result.repairs}, result.content or ""


@pytest.mark.parametrize(("text", "expected", "kind"), PYTHONIC.values(), ids=PYTHONIC)
def test_python_calls_are_read(text: str, expected: Any, kind: str) -> None:
    calls, kinds, _ = read(text, "pythonic")
    assert calls == expected
    assert not kind or kind in kinds


@pytest.mark.parametrize(("text", "expected", "kind"), HERMES.values(), ids=HERMES)
def test_marked_objects_are_read(text: str, expected: Any, kind: str) -> None:
    calls, kinds, _ = read(f"<tool_call>\n{text}\n</tool_call>", "hermes")
    assert calls == expected
    assert not kind or kind in kinds


STREAMED = {f"pythonic {name}": ("pythonic", text) for name, (text, _, _) in PYTHONIC.items()}
STREAMED |= {
    f"hermes {name}": ("hermes", f"<tool_call>\n{text}\n</tool_call>") for name, (text, _, _) in HERMES.items()
}
STREAMED |= {f"llama3 {name}": ("llama3-json", text) for name, (text, _, _) in HERMES.items()}


@pytest.mark.parametrize(("format", "text"), STREAMED.values(), ids=STREAMED)
@pytest.mark.parametrize("step", [1, 3, 7])
def test_streamed_calls_equal_whole(format: str, text: str, step: int) -> None:
    parser = StreamParser(get_format(format), TOOLS)
    for start in range(0, len(text), step):
        parser.feed(text[start : start + step])
    parser.close()
    streamed, whole = parser.result, parse_text(text, get_format(format), TOOLS)
    assert [repair.kind for repair in streamed.repairs] == [repair.kind for repair in whole.repairs]
    assert streamed.content == whole.content
    assert [(c.name, c.arguments) for c in streamed.tool_calls] == [(c.name, c.arguments) for c in whole.tool_calls]


@pytest.mark.parametrize(
    "text",
    [
        "You could call get_forecast, but I will not.",
        "The tools are:\nget_forecast(city_name, days) and others.",
        "Example: get_forecast(city_name='Lyon') tells the weather in Lyon.",
        "Use it so:\nget_forecast(city_name=<the city>)",
        "In [1] we saw {this} and f(x).",
        "search(city_name='Lyon')",
        "```python\nprint('hello')\n```",
    ],
)
def test_prose_is_no_call(text: str) -> None:
    calls, _, content = read(text, "pythonic")
    assert calls == []
    assert content == text


@pytest.mark.parametrize("arguments", ['{"Lyon"}', '"Lyon"', "3", '["Lyon", 1, 2, 3, 4, 5, 6]'])
def test_arguments_that_are_no_object_make_no_call(arguments: str) -> None:
    # Found by the fuzz target: a set was handed on as a list.
    text = f'<tool_call>\n{{"name": "get_forecast", "arguments": {arguments}}}\n</tool_call>'
    calls, kinds, content = read(text, "hermes")
    assert (calls, content) == ([], text)
    assert "incomplete_call" in kinds


def test_of_a_call_that_broke_off_only_that_is_told_in_any_chunking() -> None:
    # Found by reading every published text in pieces: what was mended in a call that never came depended on them.
    text = "[get_forecast('Lyon', tags=['rain'] * 10, days=[1] * 10, rate=x y, 1, 2, 3)]"
    whole = parse_text(text, get_format("pythonic"), TOOLS)
    parser = StreamParser(get_format("pythonic"), TOOLS)
    for char in text:
        parser.feed(char)
    parser.close()
    assert [repair.kind for repair in parser.result.repairs] == [repair.kind for repair in whole.repairs]
    assert {repair.kind for repair in whole.repairs} == {"unreadable_call", "incomplete_call"}


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("action-json", '{"{\\"a\\": 1}"{'),
        ("glm-4", 'get_forecast"{{'),
        ("functionary-v3.2", 'get_forecast"{'),
        ("functionary-v3.2", '\\""'),
        ("functionary-v3.2", 'get_forecast""{\\"a\\": 1}"'),
        ("kimi-k2", 'get_forecast"{<|im_end|>'),
    ],
)
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("reason", ["stop", "length", None])
def test_name_with_a_lone_quote_mark_is_read_alike_in_any_chunking(
    format: str, text: str, known: bool, reason: Any
) -> None:
    # Found by the fuzz target: the quote mark behind the name was taken for the beginning of the arguments.
    outcomes = []
    for step in (len(text), 1, 3):
        parser = StreamParser(get_format(format), TOOLS if known else None)
        for at in range(0, len(text), step):
            parser.feed(text[at : at + step])
        parser.close(reason)
        read = parser.result
        outcomes.append((read.content, [(call.name, call.arguments) for call in read.tool_calls], read.repairs))
    assert outcomes[0] == outcomes[1] == outcomes[2]


@pytest.mark.parametrize("text", ["['get_forecast', {'city_name': 'Lyon'}]", "print(get_forecast(city_name='Lyon'))"])
def test_without_repair_only_the_exact_format_is_a_call(text: str) -> None:
    calls, _, content = read(text, "pythonic", repair=False)
    assert calls == []
    assert content == text


@pytest.mark.parametrize("format", ["hermes", "llama3-json", "generic", "airoboros", "mistral"])
@pytest.mark.parametrize("step", [1, 1000])
def test_object_without_its_last_braces_is_closed_where_the_model_stopped(format: str, step: int) -> None:
    # Found by a table of damaged calls: the text was read again from its beginning, without end.
    text = '{"name": "get_forecast", "arguments": {"city_name": "Lyon"'
    parser = StreamParser(get_format(format), TOOLS)
    for start in range(0, len(text), step):
        parser.feed(text[start : start + step])
    parser.close("stop")
    assert [(call.name, json.loads(call.arguments)) for call in parser.result.tool_calls] == [LYON]
    assert "unclosed" in {repair.kind for repair in parser.result.repairs}


@pytest.mark.parametrize(
    ("sequence", "kept"),
    [
        ("aaaaaa", "a"),
        ("ababab", "ab"),
        ("abcdcdcd", "abcd"),
        ("aa", "aa"),
        ("aaa", "aaa"),
        ("aabb", "aabb"),
        ("ababac", "ababac"),
    ],
)
def test_calls_said_again_and_again_up_to_the_end_are_left_out(sequence: str, kept: str) -> None:
    tools = [Tool(name="f", parameters={"type": "object", "properties": {"x": {"type": "string"}}})]
    text = "".join(f'<tool_call>{{"name": "f", "arguments": {{"x": "{said}"}}}}</tool_call>\n' for said in sequence)
    for step in (len(text), 7, 1):
        parser = StreamParser(get_format("hermes"), tools)
        events = [event for at in range(0, len(text), step) for event in parser.feed(text[at : at + step])]
        events += parser.close()
        calls = parser.result.tool_calls
        assert "".join(json.loads(call.arguments)["x"] for call in calls) == kept
        assert [event.index for event in events if isinstance(event, CallEnd)] == list(range(len(kept)))
        assert [repair.kind for repair in parser.result.repairs] == (["runaway"] if kept != sequence else [])


def test_repeated_calls_of_an_answer_that_was_cut_off_are_left_out_and_those_of_a_list_are_not() -> None:
    tools = [Tool(name="f", parameters={"type": "object", "properties": {"x": {"type": "string"}}})]
    call = '{"name": "f", "arguments": {"x": "y"}}'
    cut = parse_text(
        f"<tool_call>{call}</tool_call>" * 2 + '<tool_call>{"name": "f", "arg',
        get_format("hermes"),
        tools,
        finish_reason="length",
    )
    assert len(cut.tool_calls) == 1
    listed = parse_text("[TOOL_CALLS][" + ", ".join([call] * 6) + "]", get_format("mistral"), tools)
    assert len(listed.tool_calls) == 6


@pytest.mark.parametrize(
    ("format", "text", "arguments"),
    [
        ("pythonic", "[get_forecast(city_name='Lyon' days=3)]", {"city_name": "Lyon", "days": 3}),
        ("pythonic", "[get_forecast(city_name='the 'big' city', days=3)]", {"city_name": "the 'big' city", "days": 3}),
        ("pythonic", "[get_forecast(city_name=f'Lyon', days=3)]", {"city_name": "Lyon", "days": 3}),
        ("pythonic", "[get_forecast(city_name=r'C:\\\\x')]", {"city_name": "C:\\x"}),
        ("glm-4", 'get_forecast\n```json\n{"city_name": "Lyon"}\n```', {"city_name": "Lyon"}),
        (
            "xlam",
            '{"tool_calls": [{"name": "get_forecast", "arguments": {"city_name": "Lyon"}]}',
            {"city_name": "Lyon"},
        ),
        (
            "pythonic",
            "```[{'function_call': 'get_forecast', 'params': {'city_name': 'Lyon'}}]```",
            {"city_name": "Lyon"},
        ),
        ("pythonic", "```[get_forecast(city_name='Lyon')]\n```", {"city_name": "Lyon"}),
        (
            "hermes",
            '<tool_call>{"function_call": "get_forecast", "args": {"city_name": "Lyon"}}',
            {"city_name": "Lyon"},
        ),
        ("llama3-json", '<|python_tag|>get_forecast.call(city_name="Lyon")', {"city_name": "Lyon"}),
    ],
)
@pytest.mark.parametrize("step", [1, 3, 1000])
def test_arguments_with_something_before_or_missing_between_them_are_read(
    format: str, text: str, arguments: dict[str, Any], step: int
) -> None:
    parser = StreamParser(get_format(format), TOOLS)
    for at in range(0, len(text), step):
        parser.feed(text[at : at + step])
    parser.close("stop")
    assert [json.loads(call.arguments) for call in parser.result.tool_calls] == [arguments]
    assert not parser.result.content


@pytest.mark.parametrize(
    "text",
    [
        '<tool_call>{"name": "get_forecast", "arguments": {"f": {//{"a": `x\n`}}</tool_call>',
        '<tool_call>{"name": "get_forecast", "arguments": {"tags": [ # one\n "a',
        '{"name": "get_forecast", "arguments": {"f": {/* note */ `x}}',
    ],
)
@pytest.mark.parametrize("reason", ["stop", "length", None])
def test_comment_before_a_text_that_breaks_off_is_passed_alike_in_any_chunking(text: str, reason: Any) -> None:
    # Found by the fuzz target: where nothing could follow, the comment was text again in one piece and none in many.
    outcomes = []
    for step in (len(text), 1, 3, 8):
        parser = StreamParser(get_format("hermes"), TOOLS)
        for at in range(0, len(text), step):
            parser.feed(text[at : at + step])
        parser.close(reason)
        read = parser.result
        calls = [(call.name, call.arguments) for call in read.tool_calls]
        outcomes.append((read.content, calls, [repair.kind for repair in read.repairs]))
    assert all(outcome == outcomes[0] for outcome in outcomes)
