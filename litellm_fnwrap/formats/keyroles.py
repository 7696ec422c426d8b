"""What the keys of a call's JSON object, and of an envelope around calls, stand for."""

from __future__ import annotations

import re
from typing import Literal

from .spec import Format

Role = Literal["name", "arguments", "id", "nest", "calls", "content", "reasoning", "thought"]

# Keys that models write whatever they were shown.
_USUAL_KEYS: dict[str, Role] = {
    "name": "name",
    "tool_name": "name",
    "function_name": "name",
    "tool": "name",
    "function": "name",
    "func": "name",
    "recipient_name": "name",
    "action": "name",
    "method": "name",
    "api_name": "name",
    "arguments": "arguments",
    "parameters": "arguments",
    "parameter": "arguments",
    "argument": "arguments",
    "params": "arguments",
    "args": "arguments",
    "kwargs": "arguments",
    "input": "arguments",
    "action_input": "arguments",
    "tool_input": "arguments",
    "tool_arguments": "arguments",
    "tool_args": "arguments",
    "function_arguments": "arguments",
    "function_args": "arguments",
    "id": "id",
    "tool_call_id": "id",
    "tool_call": "nest",
    "function_call": "nest",
    "tool_calls": "calls",
    "tool_uses": "calls",
}


def key_roles(format: Format) -> tuple[dict[str, Role], dict[str, Role], bool]:
    """Roles of the keys of a call's object: usual and declared ones, declared ones, and whether the name is a key."""
    declared: dict[str, Role] = {}
    for text in format.objects:
        for key, hole in re.findall(r'"([^"]+)":\s*"?\{(name|arguments|id|index)\}', text):
            declared[key] = "id" if hole == "index" else hole
    return {**_USUAL_KEYS, **declared}, declared, any("{{name}:" in text for text in format.objects)


def answer_roles(format: Format) -> dict[str, Role]:
    """Roles of an envelope's keys; what is content beside calls and reasoning beside an answer is a thought."""
    roles: dict[str, Role] = {}
    names: dict[str, Role] = {"": "nest", "object": "nest", "calls": "calls", "content": "content"}
    for text in format.envelope:
        for key, value in re.findall(r'"([^"]+)":\s*(\[?\s*\{(?:calls|content|reasoning|object)\}|\{)', text):
            role = names.get(value.strip("[ {}"), "reasoning")
            roles[key] = role if roles.get(key, role) == role else "thought"
    return roles
