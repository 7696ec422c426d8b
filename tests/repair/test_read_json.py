"""JSON out of any text: what stands around it, what is wrong in it, what a schema makes of it."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from litellm_fnwrap.errors import OutputError
from litellm_fnwrap.formats.repair import read_json

ADVICE: dict[str, tuple[str, Any, str]] = {
    "strict": ('{"a": [1, "x"]}', {"a": [1, "x"]}, ""),
    "prose around": ('Here: {"a": 1} as asked.', {"a": 1}, "surroundings"),
    "fence": ('```json\n{"a": 1}\n```', {"a": 1}, "surroundings"),
    "cut in a string": ('{"a": "some te', {"a": "some te"}, "unclosed"),
    "cut in a list": ('{"a": [1, 2', {"a": [1, 2]}, "unclosed"),
    "closed too early": ('{"a": "x"}, "b": "y"}', {"a": "x", "b": "y"}, "stray_closer"),
    "wrong closer": ('{"a": 1 ]', {"a": 1}, "wrong_closer"),
    "inner quotes": ('{"a": "say "hi" now"}', {"a": 'say "hi" now'}, "inner_quote"),
    "parenthesised quote": ('{"code": "print("hi")"}', {"code": 'print("hi")'}, "inner_quote"),
    "doubled quotes": ('{""a"": ""x""}', {"a": "x"}, "quotes"),
    "key without closing quote": ('{"a:"x"}', {"a": "x"}, "missing_quote"),
    "value without opening quote": ('{"a": x", "b": 1}', {"a": "x", "b": 1}, "missing_quote"),
    "words with commas": ("{a: one, two and three, b: 1}", {"a": "one, two and three", "b": 1}, "unquoted_string"),
    "key of two words": ('{the key: "x"}', {"the key": "x"}, "unquoted_key"),
    "stray word": ('{"a": 1, NOTE "b": 2}', {"a": 1, "b": 2}, "stray"),
    "ellipsis": ("[1, 2, ...]", [1, 2], "ellipsis"),
    "latex": ('{"a": "\\(\\frac{1}{2}\\)"}', {"a": "\\(\\frac{1}{2}\\)"}, "escape"),
    "wrong tag": ('[CONTENT]\n{"a": "b"}\n[CONTENT]', {"a": "b"}, "surroundings"),
    "braces before it": ('As {this} shows: {"a": 1}', {"a": 1}, "surroundings"),
    "key alone after a stray brace": ('{"a": 1}, "b": }', {"a": 1, "b": None}, "stray_closer"),
    "words after a value": ('{"a": 1}, "b" is more', {"a": 1}, "surroundings"),
    "sum": ('{"a": 2 * 3}', {"a": "2 * 3"}, ""),
    "tutorial brace": ('{"a":b"}}', {"a": "b"}, "missing_quote"),
    "tutorial bracket": ('{"a":b"]}', {"a": "b"}, "missing_quote"),
    "tutorial cut": ('{"a":b"', {"a": "b"}, "missing_quote"),
}


@pytest.mark.parametrize(("text", "expected", "kind"), ADVICE.values(), ids=ADVICE)
def test_broken_json_is_read(text: str, expected: Any, kind: str) -> None:
    value, repairs = read_json(text)
    assert value == expected
    assert [kind] * bool(kind) == sorted({repair.kind for repair in repairs} & {kind})


def test_strict_json_needs_no_repair() -> None:
    assert read_json(' {"a": [null, 1.5, "x"]} ') == ({"a": [None, 1.5, "x"]}, [])


def test_schema_of_a_list_takes_all_objects() -> None:
    schema = {"type": "array", "items": {"type": "object", "properties": {"a": {"type": "integer"}}}}
    assert read_json('first {"a": "1"} then {"a": 2}', schema)[0] == [{"a": 1}, {"a": 2}]


def test_schema_chooses_among_values() -> None:
    schema = {"type": "object", "properties": {"b": {"type": "string"}}, "required": ["b"]}
    assert read_json('{"a": 1} or {"b": "x"}', schema)[0] == {"b": "x"}


def test_string_typed_values_stay_and_defaults_are_not_invented() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "integer", "default": 3}},
        "required": ["a", "b"],
    }
    assert read_json('{"a": "5"}', schema)[0] == {"a": "5"}


@pytest.mark.parametrize("text", ["", "no value here", "}}}"])
def test_text_without_a_value_is_an_error(text: str) -> None:
    with pytest.raises(OutputError) as caught:
        read_json(text)
    assert caught.value.raw == text


@example(text="\"1':")
@settings(max_examples=300)
@given(st.text(alphabet="{}[]()\"'`\\:,ab1 \n/#.<>|=“$", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(OutputError):
        json.dumps(read_json(text)[0])
