"""Text that teaches a format to a model which was never trained on it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from ..events import ToolCall
from ..messages import Tool, ToolChoice
from ..remembered import once
from ..schema import Schema, resolve, type_name
from .answers import write_turn
from .spec import Format
from .toolprompts import Style, describe

_AUTO = ToolChoice("auto")


def instruction(
    format: Format,
    tools: Sequence[Tool],
    *,
    style: Style = "json",
    choice: ToolChoice = _AUTO,
    parallel: bool = True,
) -> str:
    """What to tell a model so that it calls these tools in this format; "" where there are no tools.

    The sample in it is written by the format's own writer. choice decides whether a plain answer is offered, parallel
    whether several calls in one turn are.
    """
    if not tools:
        return ""
    key = ("instruction", format, style, choice, parallel)
    return once(tools, key, lambda: _instruction(format, tools, style, choice, parallel))


def _instruction(format: Format, tools: Sequence[Tool], style: Style, choice: ToolChoice, parallel: bool) -> str:
    head = format.instruction or "You can call functions. These are the functions:"
    several = parallel and format.parallel
    parts = [
        f"{head}\n\n{describe(tools, style)}",
        "To call a function, write exactly this, with the function's name and your own arguments:\n"
        + _sample(format, tools[:1]),
    ]
    if several and len(tools) > 1:
        parts.append(f"Several calls at once are written like this:\n{_sample(format, tools[:2])}")
    parts.append(" ".join(_rules(format, choice, several)))
    return "\n\n".join(parts)


def answer_instruction(
    schema: Mapping[str, object] | bool | None, format: Format | None = None, *, tools: bool = False
) -> str:
    """What to tell a model so that its answer is JSON of a schema; "" for free text.

    With tools and a format that puts answers in an envelope, it is the answer inside that is meant.
    """
    if schema is None or schema is True:
        return ""
    inside = tools and format is not None and bool(format.envelope)
    what = "Your answer, where the form above has it, must be JSON" if inside else "Answer with JSON, and nothing else,"
    return f"{what} that fulfils this JSON schema:\n{json.dumps(schema, ensure_ascii=False)}"


def demand(choice: ToolChoice) -> str:
    """The sentence that asks for a call where the request demands one; "" where it does not."""
    if choice.mode == "named":
        return f"Your next answer must be a call of {choice.name}."
    return "Your next answer must be a function call." if choice.mode == "required" else ""


def _rules(format: Format, choice: ToolChoice, several: bool) -> list[str]:
    rules = ["The arguments must fit the function's parameters; leave out what you do not know and need not give."]
    if not several:
        rules.append("Make one call at most, and write nothing after it.")
    if choice.mode in ("required", "named"):
        rules.append(demand(choice))
    elif format.envelope:
        rules.append("If no function is needed, or you have all results, give your answer in the other form:")
        rules.append(_answer_sample(format))
    else:
        rules.append("If no function is needed, or you have all results, answer in plain text.")
    rules.append("The results will be given to you in the next turn; never make them up.")
    return rules


def _sample(format: Format, tools: Sequence[Tool]) -> str:
    calls = [ToolCall(_sample_id(format), tool.name, json.dumps(_example(tool), ensure_ascii=False)) for tool in tools]
    return write_turn(format, "what to do next, and why" if format.envelope else "", calls, tools)


def _sample_id(format: Format) -> str:
    return "a1b2c3d4e" if format.id_pattern else ""


def _answer_sample(format: Format) -> str:
    text = format.envelope[1] if len(format.envelope) > 1 else "{content}"
    return text.replace("{reasoning}", '""').replace("{content}", '"your answer"')


def _example(tool: Tool) -> dict[str, object]:
    """Arguments in the shape of a tool's parameters: required ones, or the first where none is required."""
    schema = resolve(tool.parameters, tool.parameters)
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(schema, Mapping) or not isinstance(properties, Mapping):
        return {}
    wanted = [key for key in properties if key in (schema.get("required") or ())] or list(properties)[:1]
    return {key: _value(properties[key], tool.parameters, 0) for key in wanted}


def _value(schema: Schema, root: Schema, depth: int) -> object:
    schema = resolve(schema, root)
    if not isinstance(schema, Mapping) or depth > 4:
        return "..."
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    if schema.get("enum"):
        return schema["enum"][0]
    for group in ("anyOf", "oneOf", "allOf"):
        if schema.get(group):
            return _value(schema[group][0], root, depth + 1)
    declared = schema.get("type")
    first = declared[0] if isinstance(declared, list) and declared else declared
    name = type_name(first) if first else None
    if name == "object" or "properties" in schema:
        required = schema.get("required") or ()
        properties = schema.get("properties") or {}
        return {key: _value(value, root, depth + 1) for key, value in properties.items() if key in required}
    if name == "array":
        items = schema.get("items")
        return [_value(items if isinstance(items, (Mapping, bool)) else True, root, depth + 1)]
    plain: dict[str | None, object] = {"integer": 1, "number": 1.5, "boolean": True, "null": None}
    return plain.get(name, "...")


__all__ = ["answer_instruction", "demand", "instruction"]
