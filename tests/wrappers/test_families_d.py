"""What is special in the prompts of DeepSeek V3.2 and V4, Kimi K2.5 and K3, MiniMax M1 and M3, and GigaChat 3.5."""

from __future__ import annotations

from typing import Any

import pytest

from litellm_fnwrap.messages import Tool, read_conversation
from litellm_fnwrap.options import Options
from litellm_fnwrap.wrappers import WRAPPERS
from litellm_fnwrap.wrappers.catalog import gigachat35_types, kimi_types
from wrappers.scenarios import ANSWER, PING, PONG, SUNNY, SYSTEM, THANKS, TOOLS, TWO, USER

THOUGHT = {**ANSWER, "reasoning_content": "Easy."}


def prompt(wrapper: str, messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None = None) -> str:
    """The prompt of a conversation, nothing escaped."""
    return WRAPPERS.get(wrapper).render(read_conversation(messages, tools=tools), options=Options(escape=False)).text


def behind_question(wrapper: str, messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None = None) -> str:
    """The prompt from the user's first words on."""
    return prompt(wrapper, messages, tools).partition(USER["content"])[2]


def test_deepseek_v32_shows_a_call_without_arguments_with_an_empty_line_and_results_behind_the_turn() -> None:
    assert behind_question("deepseek-v3.2", [USER, TWO, SUNNY, PONG], TOOLS) == (
        "<｜Assistant｜></think>\n\n<｜DSML｜function_calls>\n"
        '<｜DSML｜invoke name="get_weather">\n<｜DSML｜parameter name="city" string="true">Lyon</｜DSML｜parameter>\n'
        '</｜DSML｜invoke>\n<｜DSML｜invoke name="ping">\n\n</｜DSML｜invoke>\n</｜DSML｜function_calls>'
        '<｜end▁of▁sentence｜>\n\n<function_results>\n<result>{"sky": "sunny", "high": 24}</result>\n'
        '<result>"pong"</result>\n</function_results>\n\n</think>'
    )


def test_deepseek_v32_speciale_opens_its_thoughts_behind_results_too() -> None:
    assert prompt("deepseek-v3.2-speciale", [USER, TWO, SUNNY, PONG], TOOLS).endswith("</function_results>\n\n<think>")


def test_deepseek_tools_without_system_text_stand_below_two_empty_lines() -> None:
    assert prompt("deepseek-v4", [USER], TOOLS).startswith("\n\n## Tools\n\nYou have access")
    assert prompt("deepseek-v4.1", [USER], TOOLS).startswith(
        "<｜System｜>Reasoning Effort: 75 (range 1-100, the higher the value, the more thorough the reasoning)\n\n\n\n"
        "## Tools\n\nYou have access"
    )


def test_deepseek_v41_marks_a_later_system_message() -> None:
    later = {"role": "system", "content": "Be kind."}
    assert prompt("deepseek-v4.1", [SYSTEM, USER, ANSWER, later, THANKS]) == (
        "<｜System｜>Reasoning Effort: 75 (range 1-100, the higher the value, the more thorough the reasoning)\n\n"
        "You are brief.<｜User｜>What is the weather in Lyon?<｜Assistant｜></think>Sunny, 24 degrees."
        "<｜end▁of▁sentence｜><｜System｜>Be kind.<｜User｜>And tomorrow?<｜Assistant｜><think>"
    )


@pytest.mark.parametrize(
    ("tools", "thought"), [(None, "</think>"), ([PING], "<think>Easy.</think>")], ids=["without-tools", "with-tools"]
)
def test_deepseek_v4_keeps_thoughts_where_tools_are_offered(tools: list[dict[str, Any]] | None, thought: str) -> None:
    assert behind_question("deepseek-v4", [USER, THOUGHT, THANKS], tools) == (
        f"<｜Assistant｜>{thought}Sunny, 24 degrees.<｜end▁of▁sentence｜><｜User｜>And tomorrow?<｜Assistant｜><think>"
    )


def test_deepseek_v4_results_and_words_of_the_user_are_one_turn() -> None:
    assert behind_question("deepseek-v4", [USER, TWO, SUNNY, PONG, THANKS], TOOLS).endswith(
        '<｜User｜><tool_result>{"sky": "sunny", "high": 24}</tool_result>\n\n<tool_result>"pong"</tool_result>\n\n'
        "And tomorrow?<｜Assistant｜><think>"
    )


def test_kimi_k25_reads_tools_as_typescript_needed_members_first() -> None:
    schema = {
        "type": "object",
        "$defs": {"place": {"type": "object", "description": "A place", "properties": {"name": {"type": "string"}}}},
        "properties": {
            "when": {"type": "string", "description": "Day\n\nand hour", "minLength": 2},
            "to": {"$ref": "#/$defs/place", "description": "Where to"},
            "seats": {"type": "integer", "minimum": 1, "maximum": 9, "default": 1},
            "via": {"type": "array", "items": {"type": "string", "description": "A stop"}},
            "class": {"enum": ["first", 2], "default": "first"},
            "note": {"type": ["string", "null"]},
            "extra": {"type": "object", "additionalProperties": {"type": "number"}},
        },
        "required": ["when", "to"],
        "additionalProperties": False,
    }
    assert kimi_types.declared([Tool(name="book", description="Book a trip", parameters=schema)]) == (
        "# Tools\n\n## functions\nnamespace functions {\n"
        "// A place\ninterface place {\n  name?: string\n}\n"
        "// Book a trip\ntype book = (_: {\n"
        "  // Where to\n  to: place,\n"
        "  // Day\n\n  // and hour\n  // minLength: 2\n  when: string,\n"
        '  // Default: "first"\n  class?: "first" | 2,\n'
        "  extra?: {\n    [k: string]: number\n  },\n"
        "  note?: string | null,\n"
        "  // maximum: 9, minimum: 1\n  // Default: 1\n  seats?: number,\n"
        "  via?: Array<\n    // A stop\n    string\n  >,\n"
        "  [k: string]: never\n}) => any;\n}\n"
    )


def test_kimi_k25_tool_that_refers_to_itself_is_an_interface() -> None:
    schema = {"type": "object", "properties": {"name": {"type": "string"}, "child": {"$ref": "#"}}}
    assert kimi_types.declared([Tool(name="tree", description="", parameters=schema)]) == (
        "# Tools\n\n## functions\nnamespace functions {\n"
        "interface parameters {\n  child?: parameters,\n  name?: string\n}\ntype tree = (_: parameters) => any;\n}\n"
    )


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": [{"type": "string"}]},
        {"$ref": "#/definitions/none"},
        {"enum": ["a"], "type": "integer"},
        {"enum": ["a"], "type": ["string", "integer", "null"]},
        {"type": ["string", "file"]},
        {"type": "string", "description": ["no", "text"]},
        {"anyOf": None},
        "string",
    ],
    ids=str,
)
def test_kimi_k25_schema_without_a_type_makes_all_tools_json_in_the_order_of_keys(schema: Any) -> None:
    tools = [
        Tool(name="one", description="First", parameters={"type": "object", "properties": {}}),
        Tool(name="two", description="", parameters={"type": "object", "properties": {"odd": schema}}),
    ]
    assert kimi_types.declared(tools).startswith(
        '[{"function":{"description":"First","name":"one","parameters":{"properties":{},"type":"object"}},'
        '"type":"function"},{"function":{"name":"two","parameters":{"properties":{"odd":'
    )


def test_kimi_k25_simple_schemas_have_short_types() -> None:
    either = {"anyOf": [{"type": "null"}, {}, {"enum": ["x", None], "type": ["string", "null"]}]}
    schema = {"type": "object", "properties": {"a": True, "b": False, "c": {}, "d": either, "e": {"type": "array"}}}
    assert (
        '  a?: any,\n  b?: null,\n  c?: any,\n  d?: null | any | "x" | None,\n  e?: Array<any>\n'
        in kimi_types.declared([Tool(name="any", description="", parameters=schema)])
    )


def test_kimi_k3_counts_results_and_shows_channels_that_are_empty() -> None:
    end = "<|close|>message<|sep|><|end_of_msg|>"
    assert behind_question("kimi-k3", [USER, TWO, SUNNY, PONG], TOOLS) == (
        f'{end}<|open|>message role="assistant"<|sep|><|open|>think<|sep|><|close|>think<|sep|>'
        "<|open|>response<|sep|><|close|>response<|sep|>"
        '<|open|>tools<|sep|><|open|>call tool="get_weather" index="1"<|sep|>'
        '<|open|>argument key="city" type="string"<|sep|>Lyon<|close|>argument<|sep|><|close|>call<|sep|>'
        f'<|open|>call tool="ping" index="2"<|sep|><|close|>call<|sep|><|close|>tools<|sep|>{end}'
        f'<|open|>message role="tool" tool="get_weather" index="1"<|sep|>{{"sky": "sunny", "high": 24}}{end}'
        f'<|open|>message role="tool" tool="ping" index="2"<|sep|>"pong"{end}'
        '<|open|>message role="assistant"<|sep|><|open|>think<|sep|>'
    )


def test_kimi_k3_says_how_much_to_think_below_the_tools() -> None:
    text = prompt("kimi-k3", [SYSTEM, USER], [PING])
    assert text.startswith(
        '<|open|>message role="system" type="tool-declare"<|sep|># Tools\nHere are the available tools, described in '
        'JSONSchema.\n\n```json\n[{"function":{"description":"Check that the service answers","name":"ping",'
        '"parameters":{"properties":{},"type":"object"}},"type":"function"}]\n```<|close|>message<|sep|><|end_of_msg|>'
        '<|open|>message role="system" type="thinking-effort"<|sep|>`thinking_effort` guides'
    )
    assert prompt("kimi-k3", [USER]).startswith('<|open|>message role="system" type="thinking-effort"<|sep|>')


def test_minimax_m1_shows_results_of_one_round_in_one_turn() -> None:
    assert behind_question("minimax-m1", [USER, TWO, SUNNY, PONG], TOOLS) == (
        "<end_of_sentence>\n<beginning_of_sentence>ai name=assistant\n<tool_calls>\n"
        '{"name": "get_weather", "arguments": {"city": "Lyon"}}\n{"name": "ping", "arguments": {}}\n</tool_calls>'
        "<end_of_sentence>\n<beginning_of_sentence>tool name=tools\n"
        'tool name: get_weather\ntool result: {"sky": "sunny", "high": 24}\n\ntool name: ping\ntool result: "pong"\n\n'
        "<end_of_sentence>\n<beginning_of_sentence>ai name=assistant\n"
    )


def test_minimax_m3_keeps_all_thoughts_and_closes_those_that_are_none() -> None:
    assert behind_question("minimax-m3", [USER, THOUGHT, THANKS, ANSWER, THANKS]) == (
        "[e~[\n]~b]ai\n<mm:think>Easy.</mm:think>Sunny, 24 degrees.[e~[\n]~b]user\nAnd tomorrow?[e~[\n"
        "]~b]ai\n</mm:think>Sunny, 24 degrees.[e~[\n]~b]user\nAnd tomorrow?[e~[\n]~b]ai\n"
    )


@pytest.mark.parametrize(
    ("answer", "content", "reasoning"),
    [("</mm:think>Hello", "Hello", None), ("<mm:think>Easy.</mm:think>Hello", "Hello", "Easy.")],
)
def test_minimax_m3_answer_is_read_with_and_without_thoughts(answer: str, content: str, reasoning: str | None) -> None:
    parser = WRAPPERS.get("minimax-m3").parser(None, prompt_tail="")
    parser.feed(answer)
    parser.close()
    assert (parser.result.content, parser.result.reasoning_content) == (content, reasoning)


def test_gigachat35_names_its_functions_behind_the_user_and_behind_the_last_result() -> None:
    assert behind_question("gigachat3.5", [USER, TWO, SUNNY, PONG], TOOLS) == (
        '<|message_sep|>\n\navailable functions<|role_sep|>\n["get_weather", "ping"]<|message_sep|>\n\n'
        'assistant<|role_sep|>\n<｜GCML｜tool_calls>\n<｜GCML｜invoke name="get_weather">\n'
        '<｜GCML｜parameter name="city" string="true">Lyon</｜GCML｜parameter>\n</｜GCML｜invoke>\n'
        '<｜GCML｜invoke name="ping">\n</｜GCML｜invoke>\n</｜GCML｜tool_calls><|message_sep|>\n\n'
        'function result<|role_sep|>\n<function_response name="get_weather">{"sky": "sunny", "high": 24}'
        '</function_response>\n<function_response name="ping">"pong"</function_response><|message_sep|>\n\n'
        'available functions<|role_sep|>\n["get_weather", "ping"]<|message_sep|>\n\nassistant<|role_sep|>\n'
    )


def test_gigachat35_without_system_text_and_tools_shows_both_empty() -> None:
    rendered = WRAPPERS.get("gigachat3.5").render(read_conversation([USER]))
    assert rendered.text.endswith(
        "GigaChat.<|message_sep|>\n\nsystem<|role_sep|>\n<|message_sep|>\n\nuser<|role_sep|>\nWhat is the weather in "
        "Lyon?<|message_sep|>\n\navailable functions<|role_sep|>\n[]<|message_sep|>\n\nassistant<|role_sep|>\n"
    )
    assert rendered.chat()[-1] == {"role": "user", "content": USER["content"]}


def test_gigachat35_types_follow_references_and_put_alternatives_in_parentheses() -> None:
    schema = {
        "type": "object",
        "$defs": {
            "node": {"properties": {"next": {"$ref": "#/$defs/node"}, "list": {"$ref": "#/$defs/all/0"}}},
            "all": [{"type": "string"}],
        },
        "properties": {
            "start": {"$ref": "#/$defs/node", "description": "Where\n\nit begins"},
            "pace": {"anyOf": [{"const": "slow"}, {"type": "null"}, {"not": {}}], "default": "slow"},
            "both": {"allOf": [{"type": ["boolean", "file"]}, {"enum": [1, "a"]}]},
            "days": {"type": "array", "items": {"type": "integer", "enum": [1, 2]}, "uniqueItems": True, "minItems": 1},
            "pair": {"type": "array", "prefixItems": [{"type": "string", "format": "date"}, {"type": "float"}]},
            "list": {"type": "array"},
            "sure": {"type": "boolean", "const": True},
            "none": {"const": None},
            "odd": {"const": [1]},
            "other": {"type": "file", "not": {}},
            "far": {"$ref": "https://example.com/schema"},
            "wrong": {"$ref": "#/$defs/node/properties/next/$ref/more"},
            "word": {"type": "string", "enum": ["a", 1], "pattern": "^a$"},
            "size": {"type": "integer", "default": 3},
            "plain": True,
        },
        "required": ["start"],
        "additionalProperties": {"type": "string", "description": "Notes"},
    }
    assert gigachat35_types.typed_functions([Tool(name="plan", description="Plan", parameters=schema)]) == (
        "namespace functions {\n// Plan\ntype plan = (_: {\n"
        "  // Where\n  // it begins\n  start: {\n    next?: any,\n    list?: string,\n  },\n"
        '  pace?: ("slow") | (null) | (unknown), // default: "slow"\n'
        '  both?: ((boolean) | (any)) & (1 | "a"),\n'
        "  // uniqueItems: True\n  // minItems: 1\n  days?: (1 | 2)[],\n"
        "  pair?: [Date, number],\n  list?: Array<any>,\n  sure?: true,\n  none?: null,\n  odd?: any,\n"
        "  other?: unknown,\n  far?: any,\n  wrong?: any,\n"
        '  // pattern: "^a$"\n  word?: "a",\n  size?: integer, // default: 3\n  plain?: any,\n'
        "  // Notes\n  [key: string]: string,\n"
        "}) => any;\n\n} // namespace functions"
    )
