"""Calls back to text, exact to the model's own spacing: for the history, for examples, for teaching."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from ..events import ToolCall
from ..messages import Tool
from ..schema import Schema, SchemaReader
from .readers.keys import bare_key
from .readers.keywords import is_keyword
from .spec import Format, Hole, segments

# Where a template writes the values' inside itself, key by key, and does not leave it to tojson.
_BY_TEMPLATE = ("literal", "nested")


def write_calls(format: Format, calls: Sequence[ToolCall], tools: Sequence[Tool] = ()) -> str:
    """The text of a turn's calls, the section around them included; "" for no calls.

    tools tells the types of text-valued arguments; without it a value's own type decides how it is written.
    """
    if not calls:
        return ""
    if format.envelope:
        return write_envelope(format, "", calls)
    schemas = {tool.name: tool.parameters for tool in tools}
    written = (write_call(format, call, index, schemas.get(call.name)) for index, call in enumerate(calls))
    text = format.separator.join(written)
    return format.sections[0].replace("{calls}", text) if format.sections else text


def write_envelope(format: Format, content: str, calls: Sequence[ToolCall] = ()) -> str:
    """The whole turn of a format with an envelope: calls and the content beside them, or an answer without calls."""
    written = format.separator.join(write_call(format, call, index) for index, call in enumerate(calls))
    values = {"calls": written, "object": written, "content": _dumps(format, content), "reasoning": '""'}
    return _fill(format.envelope[0] if calls else format.envelope[-1], values)


def write_call(format: Format, call: ToolCall, index: int = 0, schema: Schema | None = None) -> str:
    """The text of one call, without the section around it; index counts the calls of the turn from 0.

    Arguments that are no JSON object (a history may hold a plain sentence) are written as they stand.
    """
    template = format.calls[0]
    if format.empty_call and call.arguments.strip() in ("", "{}"):
        template = format.empty_call
    values = {
        "name": call.name,
        "id": call.id,
        "index": str(index + format.first_index),
        "arguments": _arguments(format, call.arguments, schema),
    }
    if "{object}" in template:
        quoted = {**values, "name": _dumps(format, call.name), "id": _dumps(format, call.id)}
        if format.as_text:
            quoted["arguments"] = _dumps(format, values["arguments"])
        values["object"] = _fill(format.objects[0], quoted)
    return _fill(template, values)


def write_arguments(format: Format, arguments: Mapping[str, Any], tool: Tool | None = None) -> str:
    """The text of one call's arguments alone; a tool tells the types of text-valued ones."""
    return _write(format, dict(arguments), tool.parameters if tool else None)


def _fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its holes filled; a JSON object over several lines is indented like the line it begins on."""
    text = ""
    for part in segments(template):
        if not isinstance(part, Hole):
            text += part.text
            continue
        value = values.get(part.name, "")
        if part.name == "arguments" and value.startswith("{\n"):
            line = text[text.rfind("\n") + 1 :]
            value = value.replace("\n", "\n" + line[: len(line) - len(line.lstrip(" "))])
        text += value
    return text


def _arguments(format: Format, arguments: str, schema: Schema | None) -> str:
    try:
        value = json.loads(arguments, strict=False) if arguments.strip() else {}
    except ValueError:
        return arguments
    return _write(format, value, schema) if isinstance(value, dict) else _dumps(format, value)


def _write(format: Format, arguments: dict[str, Any], schema: Schema | None) -> str:
    if format.sorted_keys:
        arguments = _sorted(arguments, inside=format.arguments in _BY_TEMPLATE)
    if format.arguments == "json":
        return _dumps(format, arguments)
    if format.arguments == "pythonic":
        if not all(map(is_keyword, arguments)):
            return f"**{_keyword_value(format, arguments)}"
        separator = format.parameter_separator or ", "
        return separator.join(f"{key}={_keyword_value(format, value)}" for key, value in arguments.items())
    if format.arguments == "literal":
        return _literal(format, arguments, top=True)
    write = _nested if format.arguments == "nested" else _parameter
    reader = SchemaReader(schema if schema is not None else True)
    texts = (write(format, key, value, reader.property(schema, key), reader) for key, value in arguments.items())
    return format.parameter_separator.join(texts)


def _keyword_value(format: Format, value: Any) -> str:
    return _dumps(format, value) if format.value_type == "json" else python_literal(value, format.quote)


def _sorted(value: Any, *, inside: bool) -> Any:
    """A value with the keys of an object in the order of Jinja's filter dictsort, which ignores case."""
    if isinstance(value, dict):
        return {key: _sorted(value[key], inside=True) if inside else value[key] for key in sorted(value, key=str.lower)}
    return [_sorted(item, inside=True) for item in value] if isinstance(value, list) else value


def _dumps(format: Format, value: Any) -> str:
    separators = (",", ":") if format.compact else None
    return json.dumps(value, ensure_ascii=format.ascii, separators=separators, indent=format.indent or None)


def _parameter(format: Format, key: str, value: Any, schema: Schema | None, reader: SchemaReader) -> str:
    is_text = isinstance(value, str)
    text = value if is_text and format.value_type != "json" else _dumps(format, value)
    if _type_name(value) in format.python_values:
        text = python_literal(value)
    if is_text and format.value_type == "schema" and schema is not None and "string" not in reader.kinds(schema):
        text = _dumps(format, value)
    if format.entities:
        text = escape(text)
    values = {
        "key": key,
        "value": text,
        "type": format.type_name(_type_name(value)),
        "is_string": "true" if is_text else "false",
    }
    return _fill(format.parameters[0], values)


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    names = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array"}
    return names.get(type(value), "object")


def _nested(format: Format, key: str, value: Any, schema: Schema | None, reader: SchemaReader) -> str:
    if isinstance(value, dict):
        inside = "".join(_nested(format, name, item, None, reader) for name, item in value.items())
    elif isinstance(value, list):
        inside = "".join(_nested(format, format.item, item, None, reader) for item in value)
    else:
        inside = value if isinstance(value, str) else _dumps(format, value)
    return _fill(format.parameters[0], {"key": key, "value": inside})


def _literal(format: Format, value: Any, *, top: bool = False) -> str:
    """A value between the format's own quote marks, with bare keys."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{bare_key(key)}:{_literal(format, item)}" for key, item in value.items()) + "}"
    if isinstance(value, str) or (format.quote_all and not top):
        text = value if isinstance(value, str) else _dumps(format, value)
        return f"{format.quote}{text}{format.quote}"
    if isinstance(value, list):
        return "[" + ",".join(_literal(format, item) for item in value) + "]"
    return _dumps(format, value)


def python_literal(value: Any, quote: str = "") -> str:
    """A JSON value as a Python literal, strings in single quotes unless they hold one, as models write them.

    quote  the quote mark to write instead.
    """
    if isinstance(value, dict):
        pairs = (f"{python_literal(key, quote)}: {python_literal(item, quote)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(python_literal(item, quote) for item in value) + "]"
    if isinstance(value, str) and quote == '"':
        return json.dumps(value, ensure_ascii=False)
    return repr(value)
