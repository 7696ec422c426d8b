"""Random calls that a format can carry: tools with schemas, and arguments that satisfy them."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import strategies as st

from litellm_fnwrap.events import ToolCall
from litellm_fnwrap.formats.spec import Format, Hole, Literally, segments, spellings
from litellm_fnwrap.messages import Tool

Typed = tuple[dict[str, Any], Any]

KEYS = st.from_regex(r"[a-z][a-z_]{0,7}", fullmatch=True)
AWKWARD = [
    "\n", "\n\n", "\t", "  ", '"', "'", "\\", "\\n", "\\\"", "{", "}", "[", "]", "(", ")", ",", ":", "=", "</", "<",
    ">", "&amp;", "]]>", "```", "```json\n", "null", "true", "12", "é", "北京", "🎉", "\u2028", "{}", "f(x='y')",
    '{"a": 1}', '{"name": "ping", "arguments": {}}',
    "</think>", "<think>", "%s", "${x}", "a,b", "name", "a: b", "# no", "//",
]  # fmt: skip


def literals(*templates: str | tuple[str, ...]) -> list[str]:
    """The literal pieces of templates, without whitespace at their edges."""
    found = [
        part.text.strip()
        for field in templates
        for template in spellings(field)
        for part in segments(template)
        if isinstance(part, Literally)
    ]
    return [text for text in dict.fromkeys(found) if text]


def marks(format: Format) -> list[str]:
    """All marks of a format, as text that prose and strings may hold."""
    return literals(format.section, format.call, format.reasoning, format.content, format.parameter) + [
        mark for mark in (*format.drop, *format.special, format.quote) if mark
    ]


def unquotable(format: Format) -> list[str]:
    """Texts no string of this format can hold, since nothing in the format escapes them."""
    if format.arguments in ("tagged", "nested") and not format.entities:
        kept = (">",) if format.arguments == "nested" else ("<", ">")
        return [mark for mark in literals(format.parameter, format.call, format.section) if mark not in kept]
    return [format.quote] if format.quote else []


def strings(format: Format) -> st.SearchStrategy[str]:
    """Strings with what breaks parsers in them, as far as the format can carry it."""
    piece = st.one_of(
        st.sampled_from(AWKWARD),
        st.sampled_from(marks(format) or ["."]),
        st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=6),
        st.text("abc xyz", max_size=6),
    )
    text = st.lists(piece, max_size=8).map("".join)
    never = unquotable(format)
    if format.arguments in ("tagged", "nested") and len(format.parameters) > 1:
        text = text.map(str.strip)
    if not never:
        return text
    pattern = re.compile("|".join(map(re.escape, never)))
    return text.map(lambda found: pattern.sub("", found)).filter(lambda found: not pattern.search(found))


def typed(format: Format) -> st.SearchStrategy[Typed]:
    """Schemas with a value each."""
    numbers = st.floats(allow_nan=False, allow_infinity=False)
    leaf: st.SearchStrategy[Typed] = st.one_of(
        strings(format).map(lambda v: ({"type": "string"}, v)),
        st.integers(-(10**30), 10**30).map(lambda v: ({"type": "integer"}, v)),
        numbers.map(lambda v: ({"type": "number"}, v)),
        st.booleans().map(lambda v: ({"type": "boolean"}, v)),
        st.none().map(lambda v: ({"type": ["integer", "null"]}, v)),
    )

    def deeper(inner: st.SearchStrategy[Typed]) -> st.SearchStrategy[Typed]:
        return st.one_of(
            st.dictionaries(KEYS, inner, max_size=3).map(_object),
            inner.flatmap(lambda one: st.integers(0, 3).map(lambda n: _array(one, n))),
        )

    return st.recursive(leaf, deeper, max_leaves=6)


def _object(fields: dict[str, Typed]) -> Typed:
    properties = {key: schema for key, (schema, _) in fields.items()}
    return {"type": "object", "properties": properties}, {key: value for key, (_, value) in fields.items()}


def _array(one: Typed, size: int) -> Typed:
    schema, value = one
    return {"type": "array", "items": schema}, [value] * size


@st.composite
def tools_and_calls(draw: st.DrawFn, format: Format) -> tuple[list[Tool], list[ToolCall]]:
    """Tools, and calls of them with arguments that fit."""
    names = st.from_regex(r"[a-z][a-z0-9_]{2,11}", fullmatch=True)
    if format.arguments != "pythonic":
        names = st.one_of(names, st.from_regex(r"[a-z]{2,5}-[a-z]{2,5}", fullmatch=True))
    chosen = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    calls: list[ToolCall] = []
    tools: list[Tool] = []
    for n, name in enumerate(chosen):
        schema, value = draw(st.dictionaries(KEYS, typed(format), max_size=3).map(_object))
        tools.append(Tool(name=name, parameters=schema))
        calls.append(ToolCall(f"call_{n}", name, json.dumps(value, ensure_ascii=False)))
    return tools, calls if format.parallel else calls[:1]


def has_hole(format: Format, name: str) -> bool:
    """Whether the way a call is written has the hole."""
    return Hole(name) in segments(format.calls[0])
