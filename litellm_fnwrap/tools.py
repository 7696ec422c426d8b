"""The tools of a request and the choice among them, read from OpenAI JSON as real clients send it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .errors import InvalidRequestError, InvalidToolsError
from .remembered import Memory, Remembered
from .schema import malformed

ChoiceMode = Literal["none", "auto", "required", "named"]

_MODES: dict[str, ChoiceMode] = {"none": "none", "auto": "auto", "required": "required", "any": "required"}
_ACCEPTED = """Accepted: 'none', 'auto', 'required', or {"type": "function", "function": {"name": ...}}."""
MAX_DEPTH = 100
"""Objects and lists inside each other that a value may have: no schema in use has a third, and walking takes stack."""

_NO_PARAMETERS: dict[str, Any] = {"type": "object", "properties": {}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A function the model may call; parameters is a JSON Schema of type object."""

    name: str
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=lambda: dict(_NO_PARAMETERS))
    strict: bool = False

    def to_openai(self) -> dict[str, Any]:
        """The tool as an element of OpenAI's tools list."""
        function: dict[str, Any] = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": function}


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """Whether a call may, must or must not come; name is set for mode "named" only."""

    mode: ChoiceMode = "auto"
    name: str | None = None


def read_tools(tools: Sequence[Any]) -> tuple[Tool, ...]:
    """The tools of an OpenAI tools (or functions) list; raises InvalidToolsError with the position of a bad one."""
    if not is_list(tools):
        raise InvalidToolsError(f"tools is {type(tools).__name__}; a list of tool definitions is needed.")
    return tools if isinstance(tools, Remembered) else _TOOLS.get(tools)


def is_list(value: Any) -> bool:
    """Whether a value is what JSON calls a list: any sequence but text."""
    return isinstance(value, (list, tuple)) or (isinstance(value, Sequence) and not isinstance(value, (str, bytes)))


def _read_tools(tools: Sequence[Any]) -> list[Tool]:
    read: dict[str, Tool] = {}
    for tool in map(_read_tool, tools, range(len(tools))):
        if tool.name in read:
            raise InvalidToolsError(f"Two tools are called {tool.name!r}. Give each tool its own name.")
        read[tool.name] = tool
    return list(read.values())


_TOOLS = Memory(_read_tools)


def _read_tool(tool: Any, where: int) -> Tool:
    if isinstance(tool, Tool):
        return tool
    if not isinstance(tool, Mapping):
        raise InvalidToolsError(f"tools[{where}] is {type(tool).__name__}; an object with type and function is needed.")
    kind = tool.get("type", "function")
    if "function" in tool and kind != "function":
        raise InvalidToolsError(
            f"tools[{where}] has type {kind!r}; only 'function' tools can be called by a text model."
        )
    function = tool["function"] if "function" in tool else tool
    if not isinstance(function, Mapping) or not isinstance(function.get("name"), str) or not function["name"]:
        raise InvalidToolsError(
            f"tools[{where}] has no function name. Expected "
            '{"type": "function", "function": {"name": ..., "description": ..., "parameters": {JSON Schema}}}.'
        )
    parameters = function.get("parameters")
    if parameters is None or parameters == {}:
        parameters = _NO_PARAMETERS
    if not isinstance(parameters, Mapping):
        raise InvalidToolsError(f"tools[{where}] ({function['name']}): parameters must be a JSON Schema object.")
    deep = f"parameters nest more than {MAX_DEPTH} objects and lists. Flatten them, or let a $ref repeat."
    fault = deep if is_deep(parameters) else malformed(parameters, "parameters")
    if fault:
        raise InvalidToolsError(f"tools[{where}] ({function['name']}): {fault}")
    return Tool(
        name=function["name"],
        description=str(function.get("description") or ""),
        parameters=parameters,
        strict=bool(function.get("strict", False)),
    )


def is_deep(value: Any) -> bool:
    """Whether a JSON value nests objects and lists deeper than MAX_DEPTH."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            return True
        inner = [part.values() if isinstance(part, Mapping) else part for part in level]
        level = [one for parts in inner for one in parts if isinstance(one, (dict, list, tuple, Mapping))]
    return False


def read_tool_choice(choice: Any, tools: Sequence[Tool]) -> ToolChoice:
    """The tool choice of a request, in any spelling of tool_choice or function_call; a named tool must be declared."""
    if isinstance(choice, ToolChoice):
        return choice
    if choice is None:
        return ToolChoice("auto" if tools else "none")
    if isinstance(choice, Mapping) and choice.get("type") in _MODES:
        choice = choice["type"]
    if isinstance(choice, str):
        return _read_mode(choice, tools)
    function = choice.get("function", choice) if isinstance(choice, Mapping) else None
    name = function.get("name") if isinstance(function, Mapping) else None
    if not isinstance(name, str):
        raise InvalidRequestError(f"tool_choice {choice!r} names no function. {_ACCEPTED}")
    _check_declared([name], tools)
    return ToolChoice("named", name)


def read_allowed_tools(choice: Any, tools: tuple[Tool, ...]) -> tuple[Any, tuple[Tool, ...]]:
    """What is left of OpenAI's allowed_tools: its mode as the choice, and the tools it names; others pass unchanged.

    {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "name": "ping"}]}}, or
    flat, as the Responses API writes it.
    """
    if choice is None or not isinstance(choice, Mapping) or choice.get("type") != "allowed_tools":
        return choice, tools
    allowed = choice.get("allowed_tools", choice)
    entries = allowed.get("tools") if isinstance(allowed, Mapping) else None
    names = [_name(entry) for entry in entries] if isinstance(entries, list) else []
    if not names:
        raise InvalidRequestError(f"tool_choice {choice!r} allows no tool. {_ACCEPTED}")
    _check_declared(names, tools)
    return allowed.get("mode", "auto"), tuple(tool for tool in tools if tool.name in names)


def _read_mode(mode: str, tools: Sequence[Tool]) -> ToolChoice:
    if mode not in _MODES:
        raise InvalidRequestError(f"tool_choice {mode!r} is unknown. {_ACCEPTED}")
    if _MODES[mode] == "required" and not tools:
        raise InvalidRequestError("tool_choice is 'required' but the request declares no tools. Add tools.")
    return ToolChoice(_MODES[mode] if tools else "none")


def _name(entry: Any) -> str:
    function = entry.get("function", entry) if isinstance(entry, Mapping) else {}
    return str(function.get("name", "")) if isinstance(function, Mapping) else ""


def _check_declared(names: Sequence[str], tools: Sequence[Tool]) -> None:
    declared = [tool.name for tool in tools]
    for name in names:
        if name not in declared:
            listed = ", ".join(declared) or "none"
            raise InvalidRequestError(f"tool_choice names {name!r}, which is not among the declared tools ({listed}).")
