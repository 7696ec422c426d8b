"""Whether what a format's reader makes of a text are valid calls, as jsonschema judges them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal, getcontext
from typing import Any

import jsonschema

from litellm_fnwrap.events import ToolCall
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import parse_text
from litellm_fnwrap.messages import Tool

getcontext().prec = 400

PRIORITY_1 = (
    "hermes", "granite-4", "mistral", "granite", "phi4-mini", "llama3-json", "generic", "required", "airoboros",
    "mistral-v11", "deepseek-v3", "functionary-v3.1", "gpt-oss", "pythonic", "llama4-pythonic", "lfm2", "qwen3-coder",
    "glm-4.5", "glm-4.7", "gemma4", "functiongemma",
)  # fmt: skip


def exact(value: Any) -> Any:
    """A JSON value with decimals in place of floats: 0.07 is then a multiple of 0.01."""
    return json.loads(json.dumps(value), parse_float=Decimal)


def validator(schema: Any) -> jsonschema.Draft202012Validator:
    """The judge of a schema."""
    return jsonschema.Draft202012Validator(exact(schema), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


def problem(format: str, tools: Sequence[Tool], text: str, *, prompt_tail: str = "") -> str | None:
    """What is wrong with a text that should hold valid calls and nothing else; None if nothing is."""
    declared = get_format(format)
    parsed = parse_text(text, declared, list(tools), prompt_tail=prompt_tail)
    if not parsed.tool_calls:
        return "no call was read"
    if parsed.content and not declared.envelope:
        return f"content beside the calls: {parsed.content!r}"
    return next((found for call in parsed.tool_calls if (found := invalid(tools, call))), None)


def invalid(tools: Sequence[Tool], call: ToolCall) -> str | None:
    """What is wrong with a call; None if it is valid."""
    schema = next((tool.parameters for tool in tools if tool.name == call.name), None)
    if schema is None:
        return f"{call.name!r} is not declared"
    error = next(validator(schema).iter_errors(json.loads(call.arguments, parse_float=Decimal)), None)
    return None if error is None else f"{call.name}: {error.message[:200]} at {error.json_path}"
