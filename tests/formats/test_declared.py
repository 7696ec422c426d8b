"""Declarations of people's own: what the catalog's formats do not have together is written and read back too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from formats.transcript import PING, SAMPLE_CALLS, WEATHER
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.formats.spec import Format
from litellm_fnwrap.formats.writer import write_calls

DECLARED: dict[str, tuple[str, dict[str, Any], str]] = {
    "id before the object": (
        "hermes",
        {"call": '<call id="{id}">{object}</call>'},
        '<call id="call_a">{"name": "get_weather", "arguments": {"city": "Lyon"}}</call>\n'
        '<call id="call_b">{"name": "ping", "arguments": {}}</call>',
    ),
    "number before the object": (
        "hermes",
        {"call": "<call {index}>\n{object}\n</call>"},
        '<call 0>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</call>\n'
        '<call 1>\n{"name": "ping", "arguments": {}}\n</call>',
    ),
    "number and name before the arguments": (
        "hermes",
        {"call": "[{index}] {name}: {arguments} [end]"},
        '[0] get_weather: {"city": "Lyon"} [end]\n[1] ping: {} [end]',
    ),
    "other keys, compact": (
        "hermes",
        {"object": '{"tool":{name},"input":{arguments}}', "compact": True},
        '<tool_call>\n{"tool":"get_weather","input":{"city":"Lyon"}}\n</tool_call>\n'
        '<tool_call>\n{"tool":"ping","input":{}}\n</tool_call>',
    ),
    "section around calls": (
        "hermes",
        {"section": "<calls>{calls}</calls>", "call": "<call>{object}</call>", "separator": ""},
        '<calls><call>{"name": "get_weather", "arguments": {"city": "Lyon"}}</call>'
        '<call>{"name": "ping", "arguments": {}}</call></calls>',
    ),
    "parameters with their kind": (
        "qwen3-coder",
        {"parameter": '<p k="{key}" t="{type}">{value}</p>', "value_type": "flag", "parameter_separator": ""},
        '<tool_call>\n<function=get_weather>\n<p k="city" t="string">Lyon</p></function>\n</tool_call>\n'
        "<tool_call>\n<function=ping>\n</function>\n</tool_call>",
    ),
}


@pytest.mark.parametrize(("base", "changed", "text"), DECLARED.values(), ids=DECLARED)
@pytest.mark.parametrize("size", [1 << 20, 1, 3], ids=["whole", "characters", "threes"])
def test_calls_are_written_as_declared_and_read_back(base: str, changed: dict[str, Any], text: str, size: int) -> None:
    format: Format = get_format(base).with_(**changed)
    assert write_calls(format, SAMPLE_CALLS, [WEATHER, PING]) == text
    parser = StreamParser(format, [WEATHER, PING])
    for at in range(0, len(text), size):
        parser.feed(text[at : at + size])
    parser.close("stop")
    read = parser.result
    assert [(call.name, json.loads(call.arguments)) for call in read.tool_calls] == [
        (call.name, json.loads(call.arguments)) for call in SAMPLE_CALLS
    ]
    assert (read.content, read.repairs) == (None, [])
