"""The value readers: tolerant text in, strict JSON text out, in any chunking."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from litellm_fnwrap.formats.readers.json import JsonReader
from litellm_fnwrap.formats.readers.strict import Unreadable
from litellm_fnwrap.formats.readers.tokens import read_token
from litellm_fnwrap.formats.readers.values import read_value
from litellm_fnwrap.formats.readers.whole import read_whole
from litellm_fnwrap.schema import SchemaReader

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside, max_size=4),
    max_leaves=12,
)


def read(text: str, size: int = 1 << 30, **how: Any) -> tuple[str, list[str]]:
    """What a reader writes for a text fed in pieces, and the kinds of what it mended."""
    reader = JsonReader(**how)
    waiting = ""
    for start in range(0, len(text), size):
        waiting += text[start : start + size]
        waiting = waiting[reader.feed(waiting) :]
    reader.feed(waiting, final=True)
    assert reader.finish()
    return reader.take(), [kind for kind, _, _ in reader.notes]


@example(value={"\\_": None}, size=1, ascii_only=False, indent=None)
@given(value=VALUES, size=st.integers(1, 7), ascii_only=st.booleans(), indent=st.sampled_from([None, 1]))
@settings(max_examples=300)
def test_strict_json_passes_without_any_mending(value: Any, size: int, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    written, mended = read(text, size)
    assert (json.loads(written), mended) == (json.loads(text), [])
    assert read(text, size, repair=False)[0] == written


@given(value=VALUES, size=st.integers(1, 7))
@settings(max_examples=200)
def test_python_literals_are_read_as_what_they_are(value: Any, size: int) -> None:
    written, _ = read(f"x={value!r})", size, kind="call")
    assert json.loads(written) == {"x": value}


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("{'a': 'b'}", {"a": "b"}, "quotes"),
        ("{a: 1}", {"a": 1}, "unquoted_key"),
        ('{"a": 1,}', {"a": 1}, "trailing_comma"),
        ("[1, 2,]", [1, 2], "trailing_comma"),
        ('{"a": 1 "b": 2}', {"a": 1, "b": 2}, "missing_comma"),
        ('{"a" 1}', {"a": 1}, "missing_colon"),
        ('{"a": True, "b": None}', {"a": True, "b": None}, "literal"),
        ('{"a": 007}', {"a": 7}, "number"),
        ('{"a": word}', {"a": "word"}, "unquoted_string"),
        ('{"a": "say "hi" now", "b": 1}', {"a": 'say "hi" now', "b": 1}, "inner_quote"),
        ('{"a": "line\nbreak"}', {"a": "line\nbreak"}, "control_character"),
        ('{"a": "C:\\dir"}', {"a": "C:\\dir"}, "escape"),
        ('{"a\\_b": "c\\_d"}', {"a_b": "c_d"}, "escape"),
        ('{"a": 1 /* one */, // two\n"b": 2}', {"a": 1, "b": 2}, "comment"),
        ('{"a": {1, 2}}', {"a": [1, 2]}, "set"),
        ('{"a": """b "c" d"""}', {"a": 'b "c" d'}, "quotes"),
        ('{"a": [1, 2}', {"a": [1, 2]}, "missing_closer"),
        ('{"a": 1]}', {"a": 1}, "stray_closer"),
        ('{"a": [1', {"a": [1]}, "unclosed"),
        ("{“a”: “b”}", {"a": "b"}, "quotes"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isidentifier() else None,
)
@pytest.mark.parametrize("size", [1, 3, 1 << 30])
def test_mistakes_are_mended_and_named(text: str, value: Any, kind: str, size: int) -> None:
    written, mended = read(text, size)
    assert json.loads(written) == value
    assert kind in mended
    with pytest.raises((Unreadable, AssertionError)):
        read(text, size, repair=False)


@pytest.mark.parametrize(
    ("text", "fitted"),
    [
        ('{"n": "5"}', {"n": 5}),
        ('{"n": "1,200"}', {"n": 1200}),
        ('{"s": 5}', {"s": "5"}),
        ('{"s": "5"}', {"s": "5"}),
        ('{"s": "true"}', {"s": "true"}),
        ('{"b": "true"}', {"b": True}),
        ('{"l": 1}', {"l": [1]}),
        ('{"l": "1, 2"}', {"l": [1, 2]}),
        ('{"o": "{\\"x\\": \\"1\\"}"}', {"o": {"x": 1}}),
        ('{"e": "RED"}', {"e": "red"}),
        ('{"N": 5}', {"n": 5}),
        ('{"n": null, "s": "x"}', {"s": "x"}),
    ],
    ids=["number", "grouped", "text", "digits", "word", "boolean", "single", "list", "encoded", "enum", "key", "null"],
)
@pytest.mark.parametrize("size", [1, 1 << 30])
def test_values_are_fitted_to_the_schema(text: str, fitted: Any, size: int) -> None:
    schema = {
        "type": "object",
        "properties": {
            "n": {"type": "integer"},
            "s": {"type": "string"},
            "b": {"type": "boolean"},
            "l": {"type": "array", "items": {"type": "integer"}},
            "o": {"type": "object", "properties": {"x": {"type": "integer"}}},
            "e": {"enum": ["red", "green"]},
        },
    }
    written, _ = read(text, size, schema=schema, reader=SchemaReader(schema))
    assert json.loads(written) == fitted
    unfitted, _ = read(text, size, schema=schema, reader=SchemaReader(schema), coerce=False)
    assert json.loads(unfitted) == json.loads(text)


def test_chunking_never_changes_what_is_read() -> None:
    rng = random.Random(7)
    alphabet = [
        '"',
        "'",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\\",
        "\n",
        " ",
        "a",
        "1",
        "true",
        "//",
        "/*",
        "*/",
        "\\u00e9",
        "_",
    ]
    for _ in range(1500):
        text = "{" + "".join(rng.choices(alphabet, k=rng.randint(1, 24)))
        outcomes = []
        for size in (1, 2, 5, 1 << 30):
            try:
                outcomes.append(read(text, size)[0])
            except (Unreadable, AssertionError) as refused:
                outcomes.append(type(refused).__name__)
        assert len(set(outcomes)) == 1, text


def test_nesting_beyond_reason_is_refused() -> None:
    with pytest.raises(Unreadable):
        read("[" * 5000)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"a": "x", "n": 3}',
        '{"a":"x","n":3}',
        '{\n  "a": "x\\n\\"y\\"",\n  "l": [\n    1,\n    2\n  ],\n  "o": {"b": true, "c": null}\n}',
        '{"a": "é 𝄞 \\u0000 \\\\"}',
        '{"n": 1e3}',
        '{"n": 1.50}',
        '{"n": "3"}',
        '{"N": 3}',
        '{"a": "\\u00e9 \\/ \\ud800"}',
        '{"a": "x", "a": "y"}',
        '{"a": NaN}',
        '{"o": {"k": [{"z": -0.0}]}}',
        '{"n": ' + "9" * 40 + "}",
        '{"l": ' + "[" * 600 + "]" * 600 + "}",
    ],
)
def test_arguments_read_in_one_step_are_those_read_piece_by_piece(text: str) -> None:
    properties = {"a": {"type": "string"}, "n": {"type": "number"}, "l": {"type": "array"}, "o": {"type": "object"}}
    schema = {"type": "object", "properties": properties}
    for wanted in (schema, None):
        whole = read_whole(text + " rest", 0, wanted, SchemaReader(wanted or True))
        slow = JsonReader(wanted, SchemaReader(wanted or True))
        try:
            end = slow.feed(text + " rest")
        except Unreadable:
            assert whole is None
            continue
        assert whole is None or (whole == (slow.take(), end) and not slow.notes)


@pytest.mark.parametrize(
    "text", ['{"a": "x", "n": 3}', '{"a":"x"}', '{\n "l": [1, 2]\n}', '{"o": {"b": "say \\"x\\""}}']
)
def test_strict_arguments_are_read_in_one_step(text: str) -> None:
    assert read_whole(text, 0, None, None) == (json.dumps(json.loads(text)), len(text))
    assert read_whole(text[:-1], 0, None, None) is None


PIECES = ['"', "'", "\\", '\\"', "\\n", "\\alpha", "\\frac", "\\u00e9", "\\u", "\n", ", ", " ", "a", "f", ":", "=", "]"]


@given(
    body=st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    around=st.sampled_from([('{"k": "', '", "z": 1}'), ('["', '", "z"]'), ("{'k': '", "'}"), ('{"k": ""', '""}')]),
    size=st.integers(1, 7),
)
@settings(max_examples=600)
def test_mistakes_inside_strings_are_mended_alike_in_any_chunking(
    body: str, around: tuple[str, str], size: int
) -> None:
    text = around[0] + body + around[1]
    outcomes = []
    for step in (len(text), size):
        try:
            outcomes.append(read(text, step, repair=True))
        except (Unreadable, AssertionError):
            outcomes.append(("", ["unreadable"]))
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ('he said "yes" and "no" to \\"it\\"', 'he said "yes" and "no" to "it"'),
        ("\\alpha + \\frac{1}{2} \\beta", "\\alpha + \\frac{1}{2} \\beta"),
        ('a "b" \\n "c" \\u00e9 "d"', 'a "b" \n "c" é "d"'),
        ('x "y" \\sum "z" \\in', 'x "y" \\sum "z" \\in'),
    ],
)
def test_several_mistakes_of_a_string_are_mended(body: str, value: str) -> None:
    for size in (1, 3, 1000):
        written, _ = read('{"k": "' + body + '"}', size)
        assert json.loads(written) == {"k": value}


@pytest.mark.parametrize(
    ("text", "kinds", "value"),
    [
        (" 5 ", {"integer"}, 5),
        ("5", {"string"}, "5"),
        ("5", {"boolean"}, 5),
        ("null", {"string", "null"}, None),
        ("null", {"string"}, "null"),
        ("true", {"boolean"}, True),
        ("1.5", {"number"}, 1.5),
        ("[1, 2]", {"array"}, [1, 2]),
        ("{'a': 1}", {"object"}, {"a": 1}),
        ('"5"', {"string"}, "5"),
        ("Lyon", {"integer"}, "Lyon"),
        ("1 2", {"integer"}, "1 2"),
        ("[1] and so on", {"array"}, "[1] and so on"),
        ("7", None, 7),
        ("", {"integer"}, ""),
        ("word " * 100, {"array"}, "word " * 100),
        ('["' + "x" * 500 + '"]', {"array"}, ["x" * 500]),
        ('{"a": "' + "x" * 500 + '"}', {"object"}, {"a": "x" * 500}),
        ('"' + "x" * 500 + '"', {"string", "object"}, "x" * 500),
        ("'" + "x" * 500 + "'", {"string", "object"}, "x" * 500),
        (" " + "1" * 400 + " ", {"integer"}, int("1" * 400)),
        ("1" * 401, {"integer"}, "1" * 401),
    ],
)
def test_text_of_a_value_is_read_as_what_may_stand_there(text: str, kinds: set[str] | None, value: Any) -> None:
    found = read_value(text, None if kinds is None else frozenset(kinds))
    assert (found, type(found)) == (value, type(value))


def test_text_of_a_value_is_taken_literally_where_nothing_is_mended() -> None:
    assert read_value("{'a': 1}", frozenset({"object"}), repair=False) == "{'a': 1}"


@pytest.mark.parametrize(
    ("word", "text", "kind"),
    [
        ("0", "0", ""), ("-0", "-0", ""), ("12", "12", ""), ("1.50", "1.50", ""), ("1e5", "1e5", ""),
        ("1E+5", "1E+5", ""),
        ("true", "true", ""), ("null", "null", ""), ("TRUE", "true", "literal"), ("None", "null", "literal"),
        ("nil", "null", "literal"), ("undefined", "null", "literal"), ("NaN", "null", "literal"),
        ("Infinity", "null", "literal"), ("-Infinity", "null", "literal"), ("0x1F", "31", "number"),
        ("-0x0a", "-10", "number"), ("+5", "5", "number"), ("007", "7", "number"), ("1.", "1.0", "number"),
        (".5", "0.5", "number"), ("1_000", "1000", "number"), ("-1_000.5", "-1000.5", "number"),
        ("1__0", '"1__0"', "string"),
        ("1_", '"1_"', "string"), ("0x", '"0x"', "string"), ("0xG", '"0xG"', "string"), ("1,200", '"1,200"', "string"),
        ("$5", '"$5"', "string"), ("5%", '"5%"', "string"), ("1 000", '"1 000"', "string"), ("1e", '"1e"', "string"),
        ("-", '"-"', "string"), ("1.5.2", '"1.5.2"', "string"), ("", '""', "string"), ("word", '"word"', "string"),
    ],
)  # fmt: skip
def test_word_without_quote_marks_is_the_number_or_literal_that_it_spells(word: str, text: str, kind: str) -> None:
    assert read_token(word) == (text, "unquoted_string" if kind == "string" else kind)


@pytest.mark.parametrize(
    ("text", "kinds", "value"),
    [
        ("x" * 400, {"string", "array"}, "x" * 400),
        ("[1, 2", {"array"}, [1, 2]),
        ("{1, 2}", {"array"}, [1, 2]),
        ("{1, 2}", {"array", "string"}, "{1, 2}"),
        ("{a 1}", {"object", "string"}, "{a 1}"),
        ("{'a': 1}", {"object", "string"}, {"a": 1}),
        ("[x]", {"array", "string"}, "[x]"),
        ("[x]", {"array"}, ["x"]),
        ("{1.5}", {"integer"}, [1.5]),
        ("1.5", {"integer"}, 1.5),
        ("'5'", {"integer"}, "'5'"),
        ("'it'", None, "it"),
        ("it", None, "it"),
        ("null", {"integer"}, None),
        ("true", {"string", "integer"}, "true"),
        ("true", {"string", "boolean"}, True),
        ("3", {"number"}, 3),
        ("[" * 600, {"array"}, "[" * 600),
    ],
)
def test_text_of_a_value_is_what_its_kinds_make_of_it(text: str, kinds: set[str] | None, value: Any) -> None:
    found = read_value(text, None if kinds is None else frozenset(kinds))
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('["\\ud83d and', '["\\ufffd and'),
        ('["\\ud83d\\ude00 and', '["\\ud83d\\ude00 and'),
        ('["\\ud83d\\u0041 and', '["\\ufffd\\u0041 and'),
        ('["\\ude00 and', '["\\ufffd and'),
        ('["\\ud83d\\ude', '["'),
        ('["\\ud83d\\', '["'),
        ('["\\u00e', '["'),
        ('["\\u00ex', '["\\\\u00ex'),
        ('["a\\', '["a'),
        ('["a"', '["a'),
        ('["a",', '["a'),
        ('["a", "', '["a"'),
        ('["a", "b', '["a", "b'),
        ("[1, tru", "[1"),
        ("[1, true,", "[1, true"),
        ('{"a": "x" yyyy', '{"a": "x\\" yyyy'),
        ('{"a": "x"\n' + "y" * 90, '{"a": "x'),
        ('{"a": "x"\n' + "y" * 110, '{"a": "x\\"\\n' + "y" * 110),
        ('{"a": "x", ' + "y" * 70, '{"a": "x'),
        ('{"a": "x", ' + "y" * 90, '{"a": "x\\", ' + "y" * 90),
        ('["x", yyyy', '["x'),
        ('["x"' + " " * 159, '["x'),
        ('["x"' + " " * 160, '["x"'),
        ('["x", yyyyyyyy', '["x\\", yyyyyyyy'),
    ],
)
def test_text_is_written_as_far_as_it_is_certain(text: str, written: str) -> None:
    reader = JsonReader()
    reader.feed(text)
    assert reader.take() == written
