"""Arguments where a format has no place for them, that break off, or that stand for none, read in any pieces."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest

from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser
from repair.test_call_repair import TOOLS

Reason = Literal["stop", "length"] | None
LYON: dict[str, Any] = {"city_name": "Lyon"}
M = "]<]minimax[>["


def marked(body: str) -> str:
    return f"<tool_call>\n{body}\n</tool_call>"


def qwen(body: str) -> str:
    return marked(f"<function=get_forecast>\n{body}\n</function>")


def element(key: str, value: str) -> str:
    return f"{M}<{key}>{value}{M}</{key}>"


def minimax(body: str) -> str:
    return f'{M}<tool_call>\n{M}<invoke name="get_forecast">{body}{M}</invoke>\n{M}</tool_call>'


def read(format: str, text: str, reason: Reason, step: int) -> tuple[list[Any], set[str], str]:
    parser = StreamParser(get_format(format), TOOLS)
    for start in range(0, len(text), step):
        parser.feed(text[start : start + step])
    parser.close(reason)
    found = parser.result
    assert all(call.name == "get_forecast" for call in found.tool_calls)
    arguments = [json.loads(call.arguments) for call in found.tool_calls]
    return arguments, {repair.kind for repair in found.repairs}, found.content or ""


CITY = "<parameter=city_name>\nLyon\n</parameter>"
OPEN = '<tool_call>\n{"name": "get_forecast", "arguments": {"city_name": "Lyon", "tags": ["rain"'
READ: dict[str, tuple[str, str, Reason, dict[str, Any], set[str]]] = {
    "object in a tagged call": (
        "qwen3-coder",
        qwen('{"city_name": "Lyon", "days": "3"}'),
        None,
        LYON | {"days": 3},
        {"coerced"},
    ),
    "empty object in a tagged call": ("qwen3-coder", qwen("{}"), None, {}, set()),
    "open object in a tagged call": ("qwen3-coder", qwen('{"city_name": "Lyon"'), None, LYON, {"missing_closer"}),
    "parameter without its end": (
        "qwen3-coder",
        qwen("<parameter=city_name>\nLyon\n<parameter=days>\n3\n</parameter>"),
        None,
        LYON | {"days": 3},
        {"missing_end"},
    ),
    "tagged call without its end": ("qwen3-coder", qwen(CITY)[:-25], "stop", LYON, {"unclosed"}),
    "elements of a list": (
        "minimax-m3",
        minimax(element("city_name", "Lyon") + element("tags", element("item", "a") + element("item", "b"))),
        None,
        LYON | {"tags": ["a", "b"]},
        set(),
    ),
    "element of nothing for a list": (
        "minimax-m3",
        minimax(element("city_name", "Lyon") + element("tags", "")),
        None,
        LYON | {"tags": []},
        set(),
    ),
    "element in a number": (
        "minimax-m3",
        minimax(element("city_name", "Lyon") + element("rate", element("x", "1"))),
        None,
        LYON | {"rate": 1},
        {"coerced"},
    ),
    "item without its end": (
        "minimax-m3",
        minimax(f"{M}<tags>{M}<item>a{M}</tags>" + element("city_name", "Lyon")),
        None,
        {"tags": ["a"], "city_name": "Lyon"},
        {"missing_end"},
    ),
    "elements without the call's end": (
        "minimax-m3",
        f'{M}<tool_call>\n{M}<invoke name="get_forecast">' + element("city_name", "Lyon"),
        "stop",
        LYON,
        {"unclosed"},
    ),
    "sum in parentheses": (
        "pythonic",
        '[get_forecast("Lyon", rate=(1+2)*3)]',
        None,
        LYON | {"rate": 9},
        {"positional", "sum"},
    ),
    "tuple for a list": (
        "pythonic",
        '[get_forecast(city_name="Lyon", tags=("a", "b"))]',
        None,
        LYON | {"tags": ["a", "b"]},
        set(),
    ),
    "null": ("hermes", marked('{"name": "get_forecast", "arguments": null}'), None, {}, {"missing_value"}),
    "empty text": ("hermes", marked('{"name": "get_forecast", "arguments": ""}'), None, {}, {"missing_value"}),
    "empty list": ("hermes", marked('{"name": "get_forecast", "arguments": []}'), None, {}, {"missing_value"}),
    "comments": (
        "hermes",
        marked('{"name": /* it */ "get_forecast", // so\n "arguments": /* here */ {"city_name": "Lyon"}}'),
        None,
        LYON,
        {"comment"},
    ),
    "list left open at the end": ("hermes", OPEN, "stop", LYON | {"tags": ["rain"]}, {"unclosed"}),
}
LEFT: dict[str, tuple[str, str, Reason]] = {
    "list cut by the limit": ("hermes", OPEN, "length"),
    "name that is a number": ("hermes", marked('{"name": 5, "arguments": {}}'), None),
    "name in a list": ("hermes", marked('["get_forecast"]'), None),
    "calls in calls without end": ("hermes", marked('{"tool_calls": ' * 30), None),
    "parameter cut": ("qwen3-coder", "<tool_call>\n<function=get_forecast>\n<parameter=city_name>\nLyo", "stop"),
    "tagged call cut by the limit": ("qwen3-coder", f"<tool_call>\n<function=get_forecast>\n{CITY}", "length"),
    "element cut": ("minimax-m3", f'{M}<tool_call>\n{M}<invoke name="get_forecast">{M}<city_name>Ly', "stop"),
    "elements in elements without end": ("minimax-m3", minimax(f"{M}<a>" * 80), None),
}
by_step = pytest.mark.parametrize("step", [1, 7, 1 << 20])


@by_step
@pytest.mark.parametrize(("format", "text", "reason", "arguments", "kinds"), READ.values(), ids=READ)
def test_arguments_are_read(
    format: str, text: str, reason: Reason, arguments: dict[str, Any], kinds: set[str], step: int
) -> None:
    assert read(format, text, reason, step) == ([arguments], kinds, "")


@by_step
@pytest.mark.parametrize(("format", "text", "reason"), LEFT.values(), ids=LEFT)
def test_what_is_no_call_is_content_and_nothing_is_lost(format: str, text: str, reason: Reason, step: int) -> None:
    arguments, _, content = read(format, text, reason, step)
    assert arguments == []
    assert content == text.strip()
