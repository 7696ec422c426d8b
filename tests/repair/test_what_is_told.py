"""What is told of every mistake that was mended: its kind, its words, and the place where it stands."""

from __future__ import annotations

import pytest

from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import parse_text
from repair.test_call_repair import HERMES, PYTHONIC, TOOLS

# Kind, detail, and the first characters at the place, by the name that the text has in its table.
OF_OBJECTS: dict[str, list[tuple[str, str, str]]] = {
    "extra brace": [("stray_closer", "'}' closes nothing", "}\n</to")],
    "single quotes": [
        ("quotes", "key \"'name':\"", "'name'"),
        ("quotes", "string in '", "'get_f"),
        ("quotes", "key \"'arguments':\"", "'argum"),
        ("quotes", "key in '", "'city_"),
        ("quotes", "string in '", "'Lyon'"),
    ],
    "missing brace": [("missing_closer", "'}' missing before '<'", "</tool")],
    "brace too early": [("stray_closer", "'}' before the arguments", '}, "ar')],
    "trailing comma": [("trailing_comma", "comma before the closing brace", "}}\n</t")],
    "comment": [("comment", "// there", "// the")],
    "unquoted": [
        ("unquoted_key", "key 'name:'", "name: "),
        ("unquoted_string", "'get_forecast' read as \"get_forecast\"", ", argu"),
        ("unquoted_key", "key 'arguments:'", "argume"),
        ("unquoted_key", "city_name", "city_n"),
        ("unquoted_string", "'Lyon' read as \"Lyon\"", "}}\n</t"),
    ],
    "typographic quote marks": [
        ("quotes", "key '“name”:'", "“name”"),
        ("quotes", "string in “", "“get_f"),
        ("quotes", "key '“arguments”:'", "“argum"),
        ("quotes", "key in ”", "“city_"),
        ("quotes", "string in “", "“Lyon”"),
    ],
    "doubled quote marks": [
        ("quotes", 'key \'""name"":\'', '""name'),
        ("quotes", "doubled quote marks", '""get_'),
        ("quotes", 'key \'""arguments"":\'', '""argu'),
        ("quotes", "doubled quote marks", '""city'),
        ("quotes", 'key in ""', '""city'),
        ("quotes", "doubled quote marks", '""Lyon'),
    ],
    "triple quote marks": [
        ("quotes", 'key \'"""name""":\'', '"""nam'),
        ("quotes", "triple quotes", '"""get'),
        ("quotes", "triple quotes", '"""Lyo'),
    ],
    "escaped quote marks": [
        ("quotes", "key '\\\\\"name\\\\\":'", '\\"name'),
        ("quotes", "escaped quote marks around a string", '\\"get_'),
        ("quotes", "key '\\\\\"arguments\\\\\":'", '\\"argu'),
        ("quotes", "escaped quote marks around a key", '\\"city'),
        ("quotes", "escaped quote marks around a string", '\\"Lyon'),
    ],
    "call in quotes": [
        ("quotes", "key '\\\\\"name\\\\\":'", '\\"name'),
        ("quotes", "escaped quote marks around a string", '\\"get_'),
        ("quotes", "key '\\\\\"arguments\\\\\":'", '\\"argu'),
        ("quotes", "escaped quote marks around a key", '\\"city'),
        ("quotes", "escaped quote marks around a string", '\\"Lyon'),
    ],
    "equals signs": [
        ("missing_colon", "key '\"name\"='", '"name"'),
        ("missing_colon", "key '\"arguments\"='", '"argum'),
        ("missing_colon", "no colon after 'city_name'", '= "Lyo'),
    ],
    "arrows": [
        ("missing_colon", "key '\"name\" =>'", '"name"'),
        ("missing_colon", "key '\"arguments\" =>'", '"argum'),
        ("missing_colon", "no colon after 'city_name'", '=> "Ly'),
    ],
    "colons missing": [
        ("missing_colon", "key '\"name\" '", '"name"'),
        ("missing_colon", "key '\"arguments\" '", '"argum'),
        ("missing_colon", "no colon after 'city_name'", '"Lyon"'),
    ],
    "commas missing": [("missing_comma", "no comma between two entries", '"days"')],
    "semicolons": [("missing_comma", "no comma between two entries", '; "day')],
    "doubled commas": [
        ("extra_comma", "comma without an entry", ",}}\n</"),
        ("trailing_comma", "comma before the closing brace", "}}\n</t"),
    ],
    "comments everywhere": [
        ("comment", "// the tool", "// the"),
        ("comment", "/* what for */", "/* wha"),
        ("comment", "# done", "# done"),
    ],
    "keys of other cases": [("key", "'City_Name' read as 'city_name'", '"City_')],
    "key without a quote mark": [("unquoted_key", "city_name", "city_n")],
    "key without its last mark": [("missing_quote", "closing quote mark of a key missing", '"city_')],
    "ellipsis": [
        ("stray", "'...' where a key should begin", "...}}\n"),
        ("trailing_comma", "comma before the closing brace", "}}\n</t"),
    ],
    "braces doubled": [
        ("stray", "brace doubled", '{"name'),
        ("stray", "'{' where a key should begin", '{"city'),
        ("stray_closer", "'}' closes nothing", "}}\n</t"),
        ("stray_closer", "'}' closes nothing", "}\n</to"),
    ],
    "wrong bracket": [
        ("stray_closer", "']' closes nothing", "]}\n</t"),
        ("missing_closer", "'}' missing before '<'", "</tool"),
    ],
    "flat arguments": [("flat_arguments", "arguments beside the name", "}\n</to")],
    "values in order": [("list", "a list read as the arguments it stands for", "]}\n</t")],
    "pairs of name and value": [("list", "a list read as the arguments it stands for", "]}\n</t")],
    "object in a list": [("list", "a list read as the arguments it stands for", "]}\n</t")],
    "arguments encoded twice": [("double_encoding", "JSON inside a string decoded", '"}\n</t')],
    "marks around unescaped arguments": [("quotes", "quotes around the arguments object", '"{"cit')],
    "raw line break": [("control_character", "raw '\\n' in a string", "\nFranc")],
    "bad escapes": [("escape", "'\\\\_' is no escape", "\\_fore"), ("escape", "'\\\\(' is no escape", '\\(x\\)"')],
    "inner quote marks": [("inner_quote", "quote mark inside a string escaped", '"old" ')],
    "other literals": [
        ("literal", "'None' read as null", ', "rat'),
        ("null_dropped", "null for the optional 'days' left out", ', "rat'),
        ("literal", "'undefined' read as null", "}}\n</t"),
        ("null_dropped", "null for the optional 'rate' left out", "}}\n</t"),
    ],
    "name with parentheses": [("name", "'get_forecast()' read as 'get_forecast'", ', "arg')],
    "arguments as text": [("double_encoding", "JSON inside a string decoded", '"}\n</t')],
    "closing quote missing": [("missing_quote", "closing quote mark missing", ', "cit')],
    "single for a list": [("coerced", '"rain" read as ["rain"]', '"}}\n</')],
}
OF_PYTHON: dict[str, list[tuple[str, str, str]]] = {
    "calls beside each other": [
        ("positional", "positional argument read as 'city_name'", "'Lyon'"),
        ("positional", "positional argument read as 'city_name'", "'Bonn'"),
    ],
    "calls in quotes": [
        ("unquoted_string", "'Lyon' read as \"Lyon\"", ")', 'g"),
        ("unquoted_string", "'Bonn' read as \"Bonn\"", ")']"),
    ],
    "escaped underscores": [
        ("name", "'get\\\\_forecast' read as 'get_forecast'", "(city\\"),
        ("escape", "'city\\\\_name' without its backslash", "city\\_"),
    ],
    "pairs": [
        ("quotes", "key in '", "'city_"),
        ("quotes", "string in '", "'Lyon'"),
        ("quotes", "key in '", "'city_"),
        ("quotes", "string in '", "'Bonn'"),
    ],
    "flat pair": [("quotes", "key in '", "'city_"), ("quotes", "string in '", "'Lyon'")],
    "keywords in quotes": [("quotes", "quote marks around a keyword and its value", "'city_")],
    "one object of arguments": [("spread", "arguments in one object", "{'city")],
    "starred object": [("spread", "arguments in one object", "**{'ci")],
    "words with a comma": [("unquoted_string", "'Lyon, FR' read as \"Lyon, FR\"", ", days")],
    "sum": [("sum", "'3/100' read as 0.03", ")]")],
    "currency": [("unquoted_string", "'$5,000' read as \"$5,000\"", ")]"), ("coerced", '"$5,000" read as 5000', ")]")],
    "unit of another case": [("enum", "'Celsius' read as 'celsius'", "')]")],
    "unique tail of a name": [("name", "'find_place' read as 'geo.find_place'", "(city_")],
    "closing parenthesis missing": [("missing_closer", "closing brackets missing before the end of the value", "]")],
    "literal behind a text": [
        ("positional", "positional argument read as 'city_name'", "'Lyon'"),
        ("positional", "positional argument read as 'days'", "None, "),
        ("null_dropped", "null for the optional 'days' left out", ", 2.5)"),
        ("positional", "positional argument read as 'rate'", "2.5)]"),
    ],
    "escaped quote marks": [
        ("spread", "arguments in one object", "{\\'cit"),
        ("quotes", "escaped quote marks around a key", "\\'city"),
        ("quotes", "escaped quote marks around a string", "\\'Lyon"),
    ],
    "told and written again": [("repeated_call", "get_forecast(city_name='Lyon')", "get_fo")],
}


def told(format: str, text: str) -> list[tuple[str, str, str]]:
    repairs = parse_text(text, get_format(format), TOOLS).repairs
    return [(repair.kind, repair.detail, text[repair.where :][:6]) for repair in repairs]


@pytest.mark.parametrize("name", list(HERMES))
def test_mistake_of_an_object_is_told_with_its_place(name: str) -> None:
    assert told("hermes", f"<tool_call>\n{HERMES[name][0]}\n</tool_call>") == OF_OBJECTS.get(name, [])


@pytest.mark.parametrize("name", list(PYTHONIC))
def test_mistake_of_a_python_call_is_told_with_its_place(name: str) -> None:
    assert told("pythonic", PYTHONIC[name][0]) == OF_PYTHON.get(name, [])


def test_long_words_and_comments_are_told_by_their_beginnings() -> None:
    words = "Lyon and " * 9 + "more"
    shown = words[:60]
    assert told(
        "hermes", f'<tool_call>{{"name": "get_forecast", "arguments": {{"city_name": {words}}}}}</tool_call>'
    ) == [
        ("unquoted_string", f"'{shown}' read as \"{shown[:59]}", "}}</to"),
    ]
    note = "/* " + "so " * 20 + "*/"
    text = f'<tool_call>{{"name": "get_forecast", {note} "arguments": {{"city_name": "Lyon" {note}}}}}</tool_call>'
    assert told("hermes", text) == [("comment", note[:40], "/* so ")] * 2


@pytest.mark.parametrize(
    ("arguments", "kind", "detail", "place"),
    [
        ('{"city_name": "Lyon", "city_name": "Bonn"}', "repeated_key", "'city_name' once more", '"city_'),
        ('{"city_name": "Lyon", "days": }', "missing_value", "no value for 'days'; null", "}}"),
        ('{"city_name": "Lyon", "tags": ["a",, "b"]}', "missing_value", "comma without a value", ', "b"]'),
        ('{"city_name": "Lyon", "tags": ["a", ]}', "trailing_comma", "comma before the closing bracket", "]}}"),
        ('{"city_name": "Lyon", "tags": ["a", ...]}', "ellipsis", "'...' left out", "]}}"),
        ('{"city_name": "Lyon", "tags": ["a"}', "missing_closer", "']' missing before '}'", "}}"),
        ('{"city_name": "Lyon", "days": 007}', "number", "'007' read as 7", "}}"),
        ('{"city_name": "Lyon", "rate": .5}', "number", "'.5' read as 0.5", "}}"),
        ('{"city_name": San\\_Jose}', "escape", "'San\\\\_Jose' without its backslashes", "}}"),
        ('{"city_name": Lyon"}', "missing_quote", "opening quote missing", '"}}'),
        ('{"city_name": "Lyon", NOTE "days": 3}', "stray", "'NOTE' where a key should begin", 'NOTE "'),
        ('{"city_name": "Lyon", ) "days": 3}', "stray_closer", "')' closes nothing", ') "day'),
        ('{"city_name": "Lyon", \'days\': 3}', "quotes", "key in '", "'days'"),
    ],
)
def test_mistake_in_arguments_is_told_with_its_place(arguments: str, kind: str, detail: str, place: str) -> None:
    text = f'<tool_call>{{"name": "get_forecast", "arguments": {arguments}}}'
    assert (kind, detail, place) in told("hermes", text)
