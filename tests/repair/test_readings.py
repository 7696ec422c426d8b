"""Whole answers and all that is read of them: content, reasoning, calls, and what was mended with its place."""

# ruff: noqa: E501 - an answer stands on one line, as the model wrote it

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from litellm_fnwrap.events import CallEnd
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.messages import Tool
from repair.test_call_repair import TOOLS

ALL = "all of the text"
REFERRING = (
    Tool(
        name="ref",
        parameters={
            "type": "object",
            "properties": {"n": {"$ref": "#/$defs/n"}, "s": {"$ref": "#/$defs/s"}},
            "$defs": {"n": {"type": "integer"}, "s": {"type": "string"}},
        },
    ),
)


@dataclass(frozen=True)
class Reading:
    """A text and what is read of it; ids are those of calls that the model has given one."""

    format: str
    text: str
    content: str | None = None
    reasoning: str | None = None
    calls: list[tuple[str, str]] = field(default_factory=list)
    told: list[tuple[str, str, int]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    tools: Sequence[Tool] | None = tuple(TOOLS)
    options: dict[str, Any] = field(default_factory=dict)


READINGS = {
    "bracket of prose where tools are unknown": Reading(
        "lfm2",
        "See [1] and [get_forecast(city_name='x')].",
        content=ALL,
        tools=None,
    ),
    "list behind its mark where tools are unknown": Reading(
        "lfm2",
        "<|tool_call_start|>[get_forecast(city_name='x')]<|tool_call_end|>",
        calls=[("get_forecast", '{"city_name": "x"}')],
        tools=None,
    ),
    "list where tools are unknown and nothing else marks calls": Reading(
        "pythonic",
        "[get_forecast(city_name='x')]",
        calls=[("get_forecast", '{"city_name": "x"}')],
        tools=None,
    ),
    "object where tools are unknown": Reading(
        "llama3-json",
        '{"name": "any", "parameters": {"a": 1}}',
        calls=[("any", '{"a": 1}')],
        tools=None,
    ),
    "object behind prose where tools are unknown": Reading(
        "llama3-json",
        'Here: {"name": "any", "parameters": {"a": 1}}',
        content=ALL,
        tools=None,
    ),
    "object where no tools are": Reading(
        "llama3-json",
        '{"name": "get_forecast", "parameters": {"city_name": "x"}}',
        content=ALL,
        tools=(),
    ),
    "word that a hidden mark leaves": Reading(
        "deepseek-v3",
        'A function get_forecast\n```json\n{"city_name": "Lyon"}\n```',
        content=ALL,
    ),
    "word that a hidden mark leaves, with the name right behind it": Reading(
        "deepseek-v3",
        'functionget_forecast\n```json\n{"city_name": "Lyon"}\n```',
        calls=[("get_forecast", '{"city_name": "Lyon"}')],
    ),
    "list, strictly": Reading(
        "pythonic",
        "[get_forecast(city_name='x')]",
        calls=[("get_forecast", '{"city_name": "x"}')],
        options={"repair": False},
    ),
    "list without its special tokens, strictly": Reading(
        "lfm2",
        "[get_forecast(city_name='x')]",
        calls=[("get_forecast", '{"city_name": "x"}')],
        options={"repair": False},
    ),
    "list behind prose without its special tokens": Reading(
        "lfm2",
        "Let me see. [get_forecast(city_name='x'), geo.find_place(city_name='y')] Done.",
        content="Let me see.  Done.",
        calls=[("get_forecast", '{"city_name": "x"}'), ("geo.find_place", '{"city_name": "y"}')],
    ),
    "brackets of prose without special tokens": Reading("lfm2", "See [1], [a] and {b}.", content=ALL),
    "list within a list without its special token": Reading(
        "mistral", '[[{"name": "get_forecast", "arguments": {"days": 3}}]]', calls=[("get_forecast", '{"days": 3}')]
    ),
    "call without its list, strictly": Reading(
        "pythonic",
        "get_forecast(city_name='x')",
        calls=[("get_forecast", '{"city_name": "x"}')],
        options={"repair": False},
    ),
    "key beside the arguments that names another tool": Reading(
        "hermes",
        '<tool_call>{"name": "get_forecast", "arguments": {"city_name": "x"}, "geo.find_place": {"city_name":"y"}}</tool_call>',
        calls=[("get_forecast", '{"city_name": "x"}')],
    ),
    "name of another tool beside the name": Reading(
        "hermes",
        '<tool_call>{"name": "get_forecast", "geo.find_place": {"city_name":"y"}}</tool_call>',
        content=ALL,
        told=[("unreadable_call", "keys beside the name that 'get_forecast' does not have", 71)],
    ),
    "name of a tool behind another key": Reading(
        "hermes",
        '<tool_call>{"city_name": "Lyon", "get_forecast": {"city_name":"y"}}</tool_call>',
        content=ALL,
        told=[("unreadable_call", "an object without a tool's name", 66)],
    ),
    "undeclared tool": Reading(
        "hermes",
        '<tool_call>{"name": "rm", "arguments": {"city_name": "x"}}</tool_call>',
        content=ALL,
    ),
    "undeclared tool before a declared one": Reading(
        "mistral",
        '[TOOL_CALLS][{"name": "rm", "arguments": {"a": 1}}, {"name": "get_forecast", "arguments": {"city_name": "x"}}]',
        calls=[("get_forecast", '{"city_name": "x"}')],
        told=[
            (
                "skipped_call",
                '[TOOL_CALLS][{"name": "rm", "arguments": {"a": 1}}, {"name": "get_forecast", "arguments": {"city_name": "x"}',
                0,
            )
        ],
    ),
    "undeclared tool between declared ones": Reading(
        "mistral",
        '[TOOL_CALLS][{"name": "get_forecast", "arguments": {"city_name": "x"}}, {"name": "rm", "arguments": {}}, {"name": "get_forecast", "arguments": {"city_name": "y"}}]',
        calls=[("get_forecast", '{"city_name": "x"}'), ("get_forecast", '{"city_name": "y"}')],
        told=[
            (
                "skipped_call",
                '}, {"name": "rm", "arguments": {}}, {"name": "get_forecast", "arguments": {"city_name": "y"}',
                69,
            )
        ],
    ),
    "undeclared tool behind a declared one": Reading(
        "mistral",
        '[TOOL_CALLS][{"name": "get_forecast", "arguments": {"city_name": "x"}}, {"name": "rm", "arguments": {}}]',
        calls=[("get_forecast", '{"city_name": "x"}')],
        told=[("skipped_call", '}, {"name": "rm", "arguments": {}}]', 69)],
    ),
    "undeclared python call in a list": Reading(
        "pythonic",
        "[rm(x=1), get_forecast(city_name='x')]",
        calls=[("get_forecast", '{"city_name": "x"}')],
        told=[("skipped_call", "[rm(x=1), get_forecast(city_name='x')", 0)],
    ),
    "undeclared python calls only": Reading(
        "pythonic",
        "[rm(x=1), cp(y=2)]",
        content=ALL,
    ),
    "undeclared tool in a tag": Reading(
        "qwen3-coder",
        "<tool_call>\n<function=rm>\n</function>\n</tool_call>",
        content=ALL,
    ),
    "only the first call is wanted": Reading(
        "mistral",
        '[TOOL_CALLS][{"name": "get_forecast", "arguments": {"city_name": "x"}}, {"name": "get_forecast", "arguments": {"city_name": "y"}}] Done.',
        content="Done.",
        calls=[("get_forecast", '{"city_name": "x"}')],
        told=[("skipped_call", '}, {"name": "get_forecast", "arguments": {"city_name": "y"}}]', 69)],
        options={"parallel": False},
    ),
    "only the first call is wanted, in tags": Reading(
        "hermes",
        '<tool_call>{"name": "get_forecast", "arguments": {"city_name": "x"}}</tool_call><tool_call>{"name": "get_forecast", "arguments": {"city_name": "y"}}</tool_call>Done.',
        content="Done.",
        calls=[("get_forecast", '{"city_name": "x"}')],
        told=[("skipped_call", '<tool_call>{"name": "get_forecast", "arguments": {"city_name": "y"}}</tool_call>', 80)],
        options={"parallel": False},
    ),
    "twice escaped quote marks": Reading(
        "hermes",
        '<tool_call>{\\\\"name\\\\": \\\\"get_forecast\\\\", \\\\"arguments\\\\": {\\\\"city_name\\\\": \\\\"L yon\\\\"}}</tool_call>',
        calls=[("get_forecast", '{"city_name": "L yon"}')],
        told=[
            ("quotes", "key '\\\\\\\\\"name\\\\\\\\\":'", 12),
            ("quotes", "escaped quote marks around a string", 24),
            ("quotes", "key '\\\\\\\\\"arguments\\\\\\\\\":'", 44),
            ("quotes", "escaped quote marks around a key", 62),
            ("quotes", "escaped quote marks around a string", 79),
        ],
    ),
    "word and equals sign behind an inner quote mark": Reading(
        "hermes",
        '<tool_call>{"name": "get_forecast", "arguments": {"city_name": "the "old" a=b town"}}</tool_call>',
        calls=[("get_forecast", '{"city_name": "the \\"old\\" a=b town"}')],
        told=[("inner_quote", "quote mark inside a string escaped", 68)],
    ),
    "word and equals sign behind an inner quote mark of a list": Reading(
        "hermes",
        '<tool_call>{"name": "get_forecast", "arguments": {"tags": ["the "old" a=b town"]}}</tool_call>',
        calls=[("get_forecast", '{"tags": ["the \\"old\\" a=b town"]}')],
        told=[("inner_quote", "quote mark inside a string escaped", 64)],
    ),
    "word and colon behind an inner quote mark": Reading(
        "pythonic",
        "[get_forecast(city_name='say 'hi', and: more', days=3)]",
        calls=[("get_forecast", '{"city_name": "say \'hi\', and: more", "days": 3}')],
        told=[("inner_quote", "quote mark inside a string escaped", 29)],
    ),
    "word and colon behind an inner quote mark where colons are written": Reading(
        "pythonic",
        "[get_forecast(city_name: 'say 'hi' or', unit: 'kelvin')]",
        calls=[("get_forecast", '{"city_name": "say \'hi\' or", "unit": "kelvin"}')],
        told=[("inner_quote", "quote mark inside a string escaped", 30)],
    ),
    "keyword with a colon behind an inner quote mark": Reading(
        "pythonic",
        "[get_forecast(city_name: 'the 'old', unit: 'kelvin')]",
        calls=[("get_forecast", '{"city_name": "the \'old", "unit": "kelvin"}')],
        told=[("inner_quote", "quote mark inside a string escaped", 30)],
    ),
    "arguments before the name": Reading(
        "hermes",
        '<tool_call>{"arguments": {"city_name": "Lyon", "days": "3"}, "name": "get_forecast"}</tool_call>',
        calls=[("get_forecast", '{"city_name": "Lyon", "days": 3}')],
    ),
    "arguments before the name of no tool": Reading(
        "hermes",
        '<tool_call>{"arguments": {"city_name": "Lyon"}, "name": "rm"}</tool_call>',
        content=ALL,
    ),
    "name without arguments": Reading(
        "hermes",
        '<tool_call>{"name": "get_forecast"}</tool_call>',
        calls=[("get_forecast", "{}")],
    ),
    "name without arguments and mark": Reading(
        "llama3-json",
        '{"name": "get_forecast"}',
        content=ALL,
    ),
    "name with its type and id": Reading(
        "hermes",
        '<tool_call>{"type": "function", "id": "c1", "name": "get_forecast"}</tool_call>',
        calls=[("get_forecast", "{}")],
        ids=["c1"],
    ),
    "flat arguments with an unknown key": Reading(
        "hermes",
        '<tool_call>{"name": "get_forecast", "city_name": "Lyon", "mood": 1}</tool_call>',
        content=ALL,
        told=[("unreadable_call", "keys beside the name that 'get_forecast' does not have", 66)],
    ),
    "flat arguments with a type": Reading(
        "hermes",
        '<tool_call>{"type": "function", "name": "get_forecast", "city_name": "Lyon"}</tool_call>',
        calls=[("get_forecast", '{"city_name": "Lyon"}')],
        told=[("flat_arguments", "arguments beside the name", 75)],
    ),
    "flat arguments without a mark": Reading(
        "llama3-json",
        '{"name": "get_forecast", "city_name": "Lyon"}',
        calls=[("get_forecast", '{"city_name": "Lyon"}')],
        told=[("flat_arguments", "arguments beside the name", 44)],
    ),
    "object without a name": Reading(
        "hermes",
        '<tool_call>{"city_name": "Lyon"}</tool_call>',
        content=ALL,
        told=[("unreadable_call", "an object without a tool's name", 31)],
    ),
    "empty object": Reading(
        "hermes",
        "<tool_call>{}</tool_call>",
        content=ALL,
        told=[("unreadable_call", "an object without a tool's name", 12)],
    ),
    "name that is no text": Reading(
        "hermes",
        '<tool_call>{"name": 3, "arguments": {}}</tool_call>',
        content=ALL,
        told=[("unreadable_call", "the name is no text", 21)],
    ),
    "function around the call": Reading(
        "hermes",
        '<tool_call>{"type": "function", "function": {"name": "get_forecast", "arguments": {"city_name": "x"}}}</tool_call>',
        calls=[("get_forecast", '{"city_name": "x"}')],
    ),
    "name under function": Reading(
        "hermes",
        '<tool_call>{"function": "get_forecast", "arguments": {"city_name": "x"}}</tool_call>',
        calls=[("get_forecast", '{"city_name": "x"}')],
    ),
    "calls in an envelope nobody asked for": Reading(
        "hermes",
        '<tool_call>{"tool_calls": [{"name": "get_forecast", "arguments": {"city_name": "x"}}, {"name": "geo.find_place", "arguments": {"city_name": "y"}}]}</tool_call>',
        calls=[("get_forecast", '{"city_name": "x"}'), ("geo.find_place", '{"city_name": "y"}')],
    ),
    "id of the model": Reading(
        "mistral",
        '[TOOL_CALLS][{"name": "get_forecast", "arguments": {"city_name": "x"}, "id": "aB3456789"}]',
        calls=[("get_forecast", '{"city_name": "x"}')],
    ),
    "thought beside calls": Reading(
        "generic",
        '{"thought_about_next_step_only": "Hm.", "next_step": {"tool_calls": [{"name": "get_forecast", "arguments": {"city_name": "x"}}]}}',
        content="Hm.",
        calls=[("get_forecast", '{"city_name": "x"}')],
    ),
    "thought beside an answer": Reading(
        "generic",
        '{"thought_about_next_step_only": "Hm.", "next_step": {"result": "It is\\nfine."}}',
        content="It is\nfine.",
        reasoning="Hm.",
    ),
    "thought and nothing": Reading(
        "generic",
        '{"thought_about_next_step_only": "Hm."}',
        content="Hm.",
    ),
    "answer that is an object": Reading(
        "generic",
        '{"thought_about_next_step_only": "", "next_step": {"result": {"ok": [true, null]}}}',
        content='{"ok": [true, null]}',
    ),
    "answer that is null": Reading(
        "generic",
        '{"thought_about_next_step_only": "Hm.", "next_step": {"result": null}}',
        reasoning="Hm.",
    ),
    "answer that breaks off": Reading("llama-cpp-generic", '{"response": "It is\\nfi', content="It is\nfi"),
    "answer whose object breaks off": Reading("llama-cpp-generic", '{"response": "It is fine."', content="It is fine."),
    "answer beside a thought that breaks off": Reading(
        "generic",
        '{"thought_about_next_step_only": "Hm.", "next_step": {"result": "It is fi',
        content="It is fi",
        reasoning="Hm.",
    ),
    "answer beside a thought, whose objects break off": Reading(
        "generic",
        '{"thought_about_next_step_only": "Hm.", "next_step": {"result": "It is fine."}',
        content="It is fine.",
        reasoning="Hm.",
    ),
    "answer that breaks off, strictly": Reading(
        "llama-cpp-generic", '{"response": "It is fi', content="It is fi", options={"repair": False}
    ),
    "name given twice": Reading(
        "hermes",
        '<tool_call>{"name": "get_forecast", "name": "geo.find_place", "arguments": {"city_name": "x"}}</tool_call>',
        calls=[("get_forecast", '{"city_name": "x"}')],
    ),
    "quotes that open and never close around arguments": Reading(
        "hermes",
        '<tool_call>{"name": "get_forecast", "arguments":" ["Lyon", 3]}</tool_call>',
        content=ALL,
        told=[("incomplete_call", '<tool_call>{"name": "get_forecast", "arguments":" ["Lyon", 3]}</tool_call>', 0)],
        options={"coerce": False},
    ),
    "object of one key that no parameter has, in place of an argument": Reading(
        "pythonic",
        "[get_forecast({'place': 'Lyon'})]",
        calls=[("get_forecast", '{"city_name": "Lyon"}')],
        told=[
            ("positional", "positional argument read as 'city_name'", 14),
            ("coerced", "'place' inside 'city_name'", 30),
        ],
    ),
    "key nearly right in a tag": Reading(
        "qwen3-coder",
        "<tool_call>\n<function=get_forecast>\n<parameter=cityName>\nLyon\n</parameter>\n</function>\n</tool_call>",
        calls=[("get_forecast", '{"city_name": "Lyon"}')],
        told=[("key", "'cityName' read as 'city_name'", 47)],
    ),
    "key nearly right between tags": Reading(
        "glm-4.5",
        "<tool_call>get_forecast\n<arg_key>City-Name</arg_key>\n<arg_value>Lyon</arg_value>\n</tool_call>",
        calls=[("get_forecast", '{"city_name": "Lyon"}')],
        told=[("key", "'City-Name' read as 'city_name'", 33)],
    ),
    "number in a tag that refers": Reading(
        "qwen3-coder",
        "<tool_call>\n<function=ref>\n<parameter=n>\n3\n</parameter>\n</function>\n</tool_call>",
        calls=[("ref", '{"n": 3}')],
        tools=REFERRING,
    ),
    "digits in a tag that refers to a text": Reading(
        "qwen3-coder",
        "<tool_call>\n<function=ref>\n<parameter=s>\n3\n</parameter>\n</function>\n</tool_call>",
        calls=[("ref", '{"s": "3"}')],
        tools=REFERRING,
    ),
    "digits in a nested tag that refers to a text": Reading(
        "claude-2",
        "<function_calls>\n<invoke>\n<tool_name>ref</tool_name>\n<parameters>\n<s>3</s>\n</parameters>\n</invoke>\n</function_calls>",
        calls=[("ref", '{"s": "3"}')],
        tools=REFERRING,
    ),
    "number in a nested tag that refers": Reading(
        "claude-2",
        "<function_calls>\n<invoke>\n<tool_name>ref</tool_name>\n<parameters>\n<n>3</n>\n</parameters>\n</invoke>\n</function_calls>",
        calls=[("ref", '{"n": 3}')],
        tools=REFERRING,
    ),
    "number in quotes that refers": Reading(
        "hermes",
        '<tool_call>{"name": "ref", "arguments": {"n": "3"}}</tool_call>',
        calls=[("ref", '{"n": 3}')],
        told=[("coerced", '"3" read as 3', 48)],
        tools=REFERRING,
    ),
    "value of another case in a tag": Reading(
        "qwen3-coder",
        "<tool_call>\n<function=get_forecast>\n<parameter=unit>\nCelsius\n</parameter>\n</function>\n</tool_call>",
        calls=[("get_forecast", '{"unit": "celsius"}')],
        told=[("enum", "'Celsius' read as 'celsius'", 60)],
    ),
    "value of another case in a tag, as it stands": Reading(
        "qwen3-coder",
        "<tool_call>\n<function=get_forecast>\n<parameter=unit>\nCelsius\n</parameter>\n</function>\n</tool_call>",
        calls=[("get_forecast", '{"unit": "Celsius"}')],
        options={"coerce": False},
    ),
    "grouped number in a tag": Reading(
        "glm-4.5",
        "<tool_call>get_forecast\n<arg_key>days</arg_key>\n<arg_value>1,200</arg_value>\n</tool_call>",
        calls=[("get_forecast", '{"days": 1200}')],
        told=[("coerced", '"1,200" read as 1200', 64)],
    ),
    "single text for a list in a tag": Reading(
        "glm-4.5",
        "<tool_call>get_forecast\n<arg_key>tags</arg_key>\n<arg_value>rain</arg_value>\n</tool_call>",
        calls=[("get_forecast", '{"tags": ["rain"]}')],
        told=[("coerced", '"rain" read as ["rain"]', 63)],
    ),
    "value of another case in a nested tag": Reading(
        "claude-2",
        "<function_calls>\n<invoke>\n<tool_name>get_forecast</tool_name>\n<parameters>\n<unit>Celsius</unit>\n</parameters>\n</invoke>\n</function_calls>",
        calls=[("get_forecast", '{"unit": "celsius"}')],
        told=[("enum", "'Celsius' read as 'celsius'", 88)],
    ),
    "nested tag left open": Reading(
        "claude-2",
        "<function_calls>\n<invoke>\n<tool_name>get_forecast</tool_name>\n<parameters>\n<tags><item>a</tags>\n</parameters>\n</invoke>\n</function_calls>",
        calls=[("get_forecast", '{"tags": ["a"]}')],
        told=[("missing_end", "end of 'item' missing", 88)],
    ),
    "parameter whose end is missing": Reading(
        "qwen3-coder",
        "<tool_call>\n<function=get_forecast>\n<parameter=city_name>\nLyon\n<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>",
        calls=[("get_forecast", '{"city_name": "Lyon", "days": 3}')],
        told=[("missing_end", "</parameter> missing", 62)],
    ),
    "parameter that is not known": Reading(
        "qwen3-coder",
        "<tool_call>\n<function=get_forecast>\n<parameter=city_name>\nLyon\n<parameter=mood>\n3\n</parameter>\n</function>\n</tool_call>",
        calls=[("get_forecast", '{"city_name": "Lyon\\n<parameter=mood>\\n3"}')],
    ),
    "parameter whose end is the call's": Reading(
        "qwen3-coder",
        "<tool_call>\n<function=get_forecast>\n<parameter=city_name>\nLyon\n</function>\n</tool_call>",
        calls=[("get_forecast", '{"city_name": "Lyon"}')],
        told=[("missing_end", "</parameter> missing", 62)],
    ),
    "object in place of parameters": Reading(
        "qwen3-coder",
        '<tool_call>\n<function=get_forecast>\n{"city_name": "Lyon", "days": "3"}\n</function>\n</tool_call>',
        calls=[("get_forecast", '{"city_name": "Lyon", "days": 3}')],
        told=[("coerced", '"3" read as 3', 68)],
    ),
    "brace too many behind arguments": Reading(
        "functionary-v3.1",
        '<function=get_forecast>{"city_name": "x"}}</function>',
        calls=[("get_forecast", '{"city_name": "x"}')],
        told=[("stray_closer", "'}' closes nothing", 41)],
    ),
    "text in raw marks cut off": Reading(
        "gemma4",
        '<|tool_call>call:get_forecast{city_name:<|"|>Ly',
        content=ALL,
        told=[("incomplete_call", '<|tool_call>call:get_forecast{city_name:<|"|>Ly', 0)],
    ),
    "reasoning that a call ends": Reading(
        "hermes",
        '<think>Now <tool_call>{"name": "get_forecast", "arguments": {"city_name": "x"}}</tool_call></think>Done',
        content="Done",
        reasoning="Now",
        calls=[("get_forecast", '{"city_name": "x"}')],
    ),
    "call in reasoning": Reading(
        "kimi-k2",
        '<think>I could <|tool_call_begin|>functions.get_forecast:0<|tool_call_argument_begin|>{"days": 3}<|tool_call_end|></think>Hello',
        content="Hello",
        reasoning="I could",
        calls=[("get_forecast", '{"days": 3}')],
    ),
    "mark in reasoning that begins no call": Reading(
        "hermes",
        "<think>Now <tool_call>no</tool_call> so</think>Done",
        content="Done",
        reasoning="Now <tool_call>no</tool_call> so",
    ),
    "call of no tool in reasoning": Reading(
        "hermes",
        '<think>Now <tool_call>{"name": "rm", "arguments": {}}</tool_call> so</think>Done',
        content="Done",
        reasoning='Now <tool_call>{"name": "rm", "arguments": {}}</tool_call> so',
    ),
    "marks around arguments that are not escaped, and a key behind them": Reading(
        "hermes",
        '<tool_call>{"name": "get_forecast", "arguments": "{"city_name": "Lyon"}", "id": "c1"}</tool_call>',
        calls=[("get_forecast", '{"city_name": "Lyon"}')],
        told=[("quotes", "quotes around the arguments object", 49)],
    ),
    "word and equals sign right behind the first inner quote mark": Reading(
        "hermes",
        '<tool_call>{"name": "get_forecast", "arguments": {"city_name": "the 5" a=b town"}}</tool_call>',
        calls=[("get_forecast", '{"city_name": "the 5\\" a=b town"}')],
        told=[("inner_quote", "quote mark inside a string escaped", 69)],
    ),
    "word and equals sign right behind the first inner quote mark of a list": Reading(
        "hermes",
        '<tool_call>{"name": "get_forecast", "arguments": {"tags": ["the 5" a=b town"]}}</tool_call>',
        calls=[("get_forecast", '{"tags": ["the 5\\" a=b town"]}')],
        told=[("inner_quote", "quote mark inside a string escaped", 65)],
    ),
    "prose between two calls": Reading(
        "hermes",
        'A\n\n<tool_call>{"name": "get_forecast", "arguments": {"city_name": "x"}}</tool_call>\n\nB <tool_call>{"name": "get_forecast", "arguments": {"city_name": "y"}}</tool_call> C\n',
        content="A\n\nB  C",
        calls=[("get_forecast", '{"city_name": "x"}'), ("get_forecast", '{"city_name": "y"}')],
    ),
    "call that talk surrounds": Reading(
        "llama3-json",
        'Say {"name": "get_forecast", "parameters": {"city_name": "x"}} please',
        content="Say  please",
        calls=[("get_forecast", '{"city_name": "x"}')],
    ),
    "call that is only shown": Reading(
        "llama3-json",
        '{"name": "get_forecast", "parameters": {"city_name": "x"}}\nI called {"name": "get_forecast", "parameters": {"city_name": "x"}} for you',
        content="I called  for you",
        calls=[("get_forecast", '{"city_name": "x"}')],
        told=[("repeated_call", '{"name": "get_forecast", "parameters": {"city_name": "x"}', 68)],
    ),
    "fence around a call": Reading(
        "llama3-json",
        '```json\n{"name": "get_forecast", "parameters": {"city_name": "x"}}\n```\nDone',
        content="Done",
        calls=[("get_forecast", '{"city_name": "x"}')],
    ),
    "fence and list around calls": Reading(
        "llama3-json",
        '```json\n[{"name": "get_forecast", "parameters": {"city_name": "x"}}, {"name": "geo.find_place", "parameters": {"city_name": "y"}}]\n```',
        calls=[("get_forecast", '{"city_name": "x"}'), ("geo.find_place", '{"city_name": "y"}')],
    ),
    "calls behind each other": Reading(
        "llama3-json",
        '{"name": "get_forecast", "parameters": {"city_name": "x"}}; {"name": "geo.find_place", "parameters": {"city_name": "y"}} \nDone',
        content="Done",
        calls=[("get_forecast", '{"city_name": "x"}'), ("geo.find_place", '{"city_name": "y"}')],
    ),
    "fence of other code": Reading(
        "llama3-json",
        '```json\n{"name": "Ana", "age": 3}\n```',
        content=ALL,
    ),
}


@pytest.mark.parametrize("reading", READINGS.values(), ids=READINGS)
@pytest.mark.parametrize("size", [1 << 20, 1], ids=["whole", "characters"])
def test_answer_is_read(reading: Reading, size: int) -> None:
    parser = StreamParser(get_format(reading.format), reading.tools, **reading.options)
    for at in range(0, len(reading.text), size):
        parser.feed(reading.text[at : at + size])
    parser.close()
    found = parser.result
    assert found.content == (reading.text if reading.content == ALL else reading.content)
    assert found.reasoning_content == reading.reasoning
    assert [(call.name, call.arguments) for call in found.tool_calls] == reading.calls
    assert [(repair.kind, repair.detail, repair.where) for repair in found.repairs] == reading.told
    assert [call.id for call in found.tool_calls if not call.id.startswith("call_")] == reading.ids


X = "x" * 100
CALL = '"name": "get_forecast", "arguments": {"city_name": "Lyon"}'


def test_call_that_is_left_out_is_told_by_its_beginning() -> None:
    skipped = f'[TOOL_CALLS][{{"name": "rm", "arguments": {{"a": "{"x" * 300}"}}}}'
    text = f'{skipped}, {{"name": "get_forecast", "arguments": {{"city_name": "x"}}}}]'
    parser = StreamParser(get_format("mistral"), TOOLS)
    parser.feed(text)
    parser.close()
    assert [(repair.kind, repair.detail) for repair in parser.result.repairs] == [("skipped_call", skipped[:200])]


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        (f"/*{X}*/ {CALL}", ("comment", "/*" + X[:38])),
        (CALL[:-1] + f", /*{X}*/ 'days': 3}}", ("comment", "/*" + X[:38])),
        (f"{X}: 3, {CALL}", ("unquoted_key", f"key '{X[:40]}'")),
        (CALL.replace('"Lyon"', X), ("unquoted_string", f"'{X[:60]}' read as \"{X[:59]}")),
        (CALL.replace('"Lyon"', X + "\\_"), ("escape", f"'{X[:60]}' without its backslashes")),
        (
            CALL.replace('{"city_name": "Lyon"}', f'"{X}"'),
            ("unreadable_call", f"arguments that are no object: '{X[:59]}"),
        ),
    ],
)
def test_long_text_that_was_mended_is_told_by_its_beginning(inside: str, told: tuple[str, str]) -> None:
    parser = StreamParser(get_format("hermes"), TOOLS)
    parser.feed(f"<tool_call>{{{inside}}}</tool_call>")
    parser.close("stop")
    assert told in [(repair.kind, repair.detail) for repair in parser.result.repairs]


def test_long_key_that_is_none_is_told_by_its_beginning() -> None:
    parser = StreamParser(get_format("hermes"), TOOLS, repair=False)
    parser.feed(f"<tool_call>{{'{X}': 3, {CALL}}}</tool_call>")
    assert [repair.detail for repair in parser.result.repairs] == [f'"\'{X[:39]}" is no key of JSON']


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("hermes", '<think>Now <tool_call>{"name": "get_forecast", "arguments": {"city_name": "x"}}</tool_call> '),
        ("hermes", '<tool_call>{"name": "get_forecast", "arguments": {"city_name" "x"}}</tool_call> '),
        ("hermes", '<tool_call>{"name": "get_forecast", "arguments": {"city_name"= "x"}}</tool_call> '),
        ("llama3-json", '{"name": "get_forecast", "parameters": {"city_name": "x"}}'),
        ("pythonic", "[get_forecast(city_name='x')]"),
        (
            "qwen3-coder",
            "<tool_call>\n<function=get_forecast>\n<parameter=days>\n3\n</parameter>\n</function>\n</tool_call>",
        ),
    ],
)
@pytest.mark.parametrize("size", [1 << 20, 1], ids=["whole", "characters"])
def test_call_is_shown_as_soon_as_it_is_complete(format: str, text: str, size: int) -> None:
    parser = StreamParser(get_format(format), TOOLS)
    events = [event for at in range(0, len(text), size) for event in parser.feed(text[at : at + size])]
    assert [event.index for event in events if isinstance(event, CallEnd)] == [0]


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("hermes", '<tool_call>{"name": "get_forecast", // c\n "arguments": {"days": 3}}</tool_call>'),
        ("hermes", '<tool_call>{# c\n"name": "get_forecast", "arguments": {"days": 3}}</tool_call>'),
        ("hermes", '<tool_call>{"name": "get_forecast"; "arguments": {"days": 3}}</tool_call>'),
        ("hermes", '<tool_call>{"name": "get_forecast", "arguments": {"days": 3, }}</tool_call>'),
        ("hermes", '<tool_call>{"name": "get_forecast", "arguments": {"days": 3 // c\n}}</tool_call>'),
        ("hermes", '<tool_call>{"name": "get_forecast", "arguments": {"city_name": "a"b"}}</tool_call>'),
        ("hermes", '<tool_call>{"name": "get_forecast", "arguments": {"city_name": "\\q"}}</tool_call>'),
        ("hermes", "<tool_call>{'name': 'get_forecast', 'arguments': {}}</tool_call>"),
        ("hermes", '<tool_call>{"Name": "get_forecast", "arguments": {"days": 3}}</tool_call>'),
        ("hermes", '<tool_call>{"name": "get_Forecast", "arguments": {"days": 3}}</tool_call>'),
        ("hermes", '<tool_call>{"name": get_forecast, "arguments": {}}</tool_call>'),
        ("qwen3-coder", "<tool_call>\n<function=get_forecast>\n<parameter=city_name>\nLyon\n</function>\n</tool_call>"),
        ("pythonic", "[get_forecast('Lyon')]"),
        ("pythonic", "[get_forecast(city_name=f'Lyon')]"),
        ("pythonic", "[get_forecast(city_name='it's')]"),
        ("pythonic", "[get_forecast({'city_name': 'Lyon'})]"),
    ],
)
@pytest.mark.parametrize("size", [1 << 20, 1], ids=["whole", "characters"])
def test_mistake_makes_no_call_where_nothing_is_mended(format: str, text: str, size: int) -> None:
    parser = StreamParser(get_format(format), TOOLS, repair=False)
    for at in range(0, len(text), size):
        parser.feed(text[at : at + size])
    parser.close("stop")
    assert (parser.result.content, parser.result.tool_calls) == (text, [])


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("So: [get_forecast(city_name=<city>)]", None),
        ("So: [get_forecast(city_name=city_name)]", None),
        ("So: [get_forecast(Lyon)]", None),
        ("So: [get_forecast(city_name=Lyon)]", '{"city_name": "Lyon"}'),
        ("So: [get_forecast(tags=[<rain>])]", '{"tags": ["<rain>"]}'),
        ("[get_forecast(city_name=city_name)]", '{"city_name": "city_name"}'),
    ],
)
def test_call_that_is_only_talked_about_has_placeholders_for_its_arguments(text: str, arguments: str | None) -> None:
    parser = StreamParser(get_format("pythonic"), TOOLS)
    parser.feed(text)
    parser.close()
    assert [call.arguments for call in parser.result.tool_calls] == ([] if arguments is None else [arguments])
    assert (parser.result.content == text) == (arguments is None)


@pytest.mark.parametrize(
    ("format", "mark", "call"),
    [
        ("pythonic", "[x] ", "get_forecast(days=3)"),
        ("hermes", "<tool_call>x", '<tool_call>{"name": "get_forecast", "arguments": {"days": 3}}</tool_call>'),
        ("hermes", "<tool_call>x", '{"name": "get_forecast", "arguments": {"days": 3}}'),
    ],
)
def test_text_in_which_a_thousand_marks_begin_no_call_is_noise(format: str, mark: str, call: str) -> None:
    for marks, calls in ((999, 1), (1000, 0)):
        parser = StreamParser(get_format(format), TOOLS)
        parser.feed(f"{mark * marks}\n{call}")
        parser.close()
        assert len(parser.result.tool_calls) == calls
