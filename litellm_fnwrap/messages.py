"""The conversation as the rest of the package sees it, read from OpenAI JSON as real clients send it.

Reading is tolerant of what agents produce (missing content, consecutive assistant messages, arguments that are not
JSON, results without a call, the legacy function role) and strict about what would be lost (images, unknown roles,
malformed tools): that raises. The input is never changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from .errors import InvalidMessagesError, InvalidRequestError, InvalidToolsError
from .events import ToolCall

Role = Literal["system", "user", "assistant", "tool"]
ChoiceMode = Literal["none", "auto", "required", "named"]

_ROLES: dict[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn.

    content       text; "" where there was none.
    reasoning     the reasoning the turn carries ("" if none).
    name          of a tool message: the tool; of others: the participant.
    tool_call_id  of a tool message: the call it answers ("" where the history has lost it).
    """

    role: Role
    content: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    name: str = ""
    tool_call_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """Messages, the tools on offer, and what is wanted of them.

    response_schema  JSON Schema of the answer's content (response_format), None for free text.
    tools            all declared tools; with tool_choice none they stay here and are not shown to the model.
    """

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = ToolChoice()
    parallel: bool = True
    response_schema: Mapping[str, Any] | bool | None = None

    @property
    def offered(self) -> tuple[Tool, ...]:
        """The tools the model is told about and may call: none, the named one, or all."""
        if self.tool_choice.mode == "none":
            return ()
        if self.tool_choice.mode == "named":
            return tuple(tool for tool in self.tools if tool.name == self.tool_choice.name)
        return self.tools


def read_conversation(
    messages: Sequence[Mapping[str, Any]],
    *,
    tools: Sequence[Any] | None = None,
    functions: Sequence[Any] | None = None,
    tool_choice: Any = None,
    function_call: Any = None,
    parallel_tool_calls: bool | None = None,
    response_format: Any = None,
) -> Conversation:
    """The conversation of an OpenAI chat request; raises InvalidRequestError naming the part that cannot be read."""
    if tools and functions:
        raise InvalidRequestError(
            "The request has both tools and functions. Send one of them; functions is the legacy form."
        )
    declared = read_tools(tools or functions or ())
    choice = read_tool_choice(tool_choice if tool_choice is not None else function_call, declared)
    return Conversation(
        messages=read_messages(messages),
        tools=declared,
        tool_choice=choice,
        parallel=parallel_tool_calls is not False and not functions,
        response_schema=read_response_format(response_format),
    )


def read_tools(tools: Sequence[Any]) -> tuple[Tool, ...]:
    """The tools of an OpenAI tools (or functions) list; raises InvalidToolsError with the position of a bad one."""
    if isinstance(tools, (str, bytes, Mapping)) or not isinstance(tools, Sequence):
        raise InvalidToolsError(f"tools is {type(tools).__name__}; a list of tool definitions is needed.")
    read = tuple(_read_tool(tool, where) for where, tool in enumerate(tools))
    seen: set[str] = set()
    for tool in read:
        if tool.name in seen:
            raise InvalidToolsError(f"Two tools are called {tool.name!r}. Give each tool its own name.")
        seen.add(tool.name)
    return read


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
    return Tool(
        name=function["name"],
        description=str(function.get("description") or ""),
        parameters=parameters,
        strict=bool(function.get("strict", False)),
    )


def read_tool_choice(choice: Any, tools: Sequence[Tool]) -> ToolChoice:
    """The tool choice of a request, in any spelling of tool_choice or function_call; a named tool must be declared."""
    if isinstance(choice, ToolChoice):
        return choice
    if choice is None:
        return ToolChoice("auto" if tools else "none")
    if isinstance(choice, str):
        modes: dict[str, ChoiceMode] = {"none": "none", "auto": "auto", "required": "required", "any": "required"}
        if choice not in modes:
            raise InvalidRequestError(
                f"tool_choice {choice!r} is unknown. Accepted: 'none', 'auto', 'required', or "
                '{"type": "function", "function": {"name": ...}}.'
            )
        if modes[choice] == "required" and not tools:
            raise InvalidRequestError("tool_choice is 'required' but the request declares no tools. Add tools.")
        return ToolChoice(modes[choice] if tools else "none")
    function = choice.get("function", choice) if isinstance(choice, Mapping) else None
    name = function.get("name") if isinstance(function, Mapping) else None
    if not isinstance(name, str):
        raise InvalidRequestError(f"tool_choice {choice!r} names no function.")
    if name not in {tool.name for tool in tools}:
        listed = ", ".join(tool.name for tool in tools) or "none"
        raise InvalidRequestError(f"tool_choice names {name!r}, which is not among the declared tools ({listed}).")
    return ToolChoice("named", name)


def read_response_format(response_format: Any) -> Mapping[str, Any] | bool | None:
    """The JSON Schema an answer must fulfil: None for text, {"type": "object"} for json_object."""
    if response_format is None:
        return None
    if isinstance(response_format, type) and hasattr(response_format, "model_json_schema"):
        schema: Mapping[str, Any] = response_format.model_json_schema()
        return schema
    kind = response_format.get("type") if isinstance(response_format, Mapping) else None
    if kind == "text":
        return None
    if kind == "json_object":
        given = response_format.get("schema")
        return given if isinstance(given, (Mapping, bool)) else {"type": "object"}
    if kind == "json_schema":
        inner = response_format.get("json_schema")
        found = inner.get("schema") if isinstance(inner, Mapping) else None
        if isinstance(found, (Mapping, bool)):
            return found
        raise InvalidRequestError('response_format json_schema needs {"json_schema": {"name": ..., "schema": {...}}}.')
    raise InvalidRequestError(f"response_format type {kind!r} is unknown. Accepted: text, json_object, json_schema.")


def read_messages(messages: Sequence[Mapping[str, Any]]) -> tuple[Message, ...]:
    """The messages of a request in order; tool results get the name of the call they answer where it is missing."""
    if isinstance(messages, (str, bytes, Mapping)) or not isinstance(messages, Sequence):
        raise InvalidMessagesError(f"messages is {type(messages).__name__}; a list of messages is needed.")
    out: list[Message] = []
    names: dict[str, str] = {}
    for where, message in enumerate(messages):
        read = _read_message(message, where)
        names.update((call.id, call.name) for call in read.tool_calls if call.id)
        if read.role == "tool" and not read.name:
            read = replace(read, name=names.get(read.tool_call_id, ""))
        out.append(read)
    return tuple(out)


def _read_message(message: Any, where: int) -> Message:
    if isinstance(message, Message):
        return message
    if hasattr(message, "model_dump"):
        message = message.model_dump()
    if not isinstance(message, Mapping):
        raise InvalidMessagesError(f"messages[{where}] is {type(message).__name__}; an object with a role is needed.")
    role = message.get("role")
    if role not in _ROLES:
        raise InvalidMessagesError(f"messages[{where}] has role {role!r}. Accepted: {', '.join(_ROLES)}.")
    return Message(
        role=_ROLES[role],
        content=read_content(message.get("content"), where),
        reasoning=str(message.get("reasoning_content") or message.get("reasoning") or ""),
        tool_calls=_read_calls(message, where),
        name=str(message.get("name") or ""),
        tool_call_id=str(message.get("tool_call_id") or ""),
    )


def _read_calls(message: Mapping[str, Any], where: int) -> tuple[ToolCall, ...]:
    calls = list(message.get("tool_calls") or ())
    legacy = message.get("function_call")
    if legacy:
        calls.append({"id": "", "function": legacy})
    out = []
    for call in calls:
        if isinstance(call, ToolCall):
            out.append(call)
            continue
        if hasattr(call, "model_dump"):
            call = call.model_dump()
        function = call.get("function", call) if isinstance(call, Mapping) else None
        if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
            raise InvalidMessagesError(f"messages[{where}] has a tool call without a function name: {call!r}.")
        out.append(ToolCall(str(call.get("id") or ""), function["name"], _arguments_text(function.get("arguments"))))
    return tuple(out)


def _arguments_text(arguments: Any) -> str:
    """Arguments as JSON text; a history's plain sentence is kept as it is, since dropping it would lose it."""
    if arguments is None or arguments == "":
        return "{}"
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


def read_content(content: Any, where: int) -> str:
    """The text of a message's content, whose parts are joined; raises InvalidMessagesError for images, audio, files."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        return json.dumps(content, ensure_ascii=False)
    texts: list[str] = []
    for part in content:
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, Mapping) and part.get("type") in ("text", "input_text", "output_text", "refusal"):
            texts.append(str(part.get("text") or part.get("refusal") or ""))
        else:
            kind = part.get("type") if isinstance(part, Mapping) else type(part).__name__
            raise InvalidMessagesError(
                f"messages[{where}] holds {kind!r} content, and a text backend takes text only. "
                "Remove that part, or use a provider that takes it."
            )
    return "".join(texts)
