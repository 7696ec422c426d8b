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

from .errors import InvalidMessagesError, InvalidRequestError
from .events import ToolCall
from .remembered import Remembered, once
from .response_format import read_response_format
from .tools import (
    MAX_DEPTH,
    ChoiceMode,
    Tool,
    ToolChoice,
    is_deep,
    is_list,
    read_allowed_tools,
    read_tool_choice,
    read_tools,
)

__all__ = [
    "ChoiceMode",
    "Conversation",
    "Message",
    "Role",
    "Tool",
    "ToolCall",
    "ToolChoice",
    "read_content",
    "read_conversation",
    "read_messages",
    "read_response_format",
    "read_tool_choice",
    "read_tools",
]

Role = Literal["system", "user", "assistant", "tool"]

_ROLES: dict[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}


_TEXTS = ("text", "input_text", "output_text", "refusal")
_THINKING = ("thinking", "reasoning", "redacted_thinking")


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
    prefix           how the answer begins: the text of a last assistant message with prefix: true, which is no turn of
                     its own. The answer holds what follows.
    tools            all declared tools; with tool_choice none they stay here and are not shown to the model.
    """

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice = field(default_factory=ToolChoice)
    parallel: bool = True
    response_schema: Mapping[str, Any] | bool | None = None
    prefix: str = ""

    @property
    def offered(self) -> tuple[Tool, ...]:
        """The tools the model is told about and may call: none, the named one, or all."""
        choice = self.tool_choice
        if choice.mode == "none":
            return ()
        if choice.mode == "named":
            return once(self.tools, choice, lambda: Remembered(t for t in self.tools if t.name == choice.name))
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
    if not messages and is_list(messages):
        raise InvalidMessagesError("messages is empty. Give at least one: {'role': 'user', 'content': ...}.")
    wanted = tool_choice if tool_choice is not None else function_call
    wanted, declared = read_allowed_tools(wanted, read_tools(tools or functions or ()))
    choice = read_tool_choice(wanted, declared)
    said, prefix = _without_prefix(messages, read_messages(messages))
    return Conversation(
        messages=said,
        prefix=prefix,
        tools=declared,
        tool_choice=choice,
        parallel=parallel_tool_calls is not False and not functions,
        response_schema=read_response_format(response_format),
    )


def _without_prefix(given: Sequence[Any], read: tuple[Message, ...]) -> tuple[tuple[Message, ...], str]:
    """The messages without one that only begins the answer, and its text: Mistral's and DeepSeek's prefix: true."""
    last = given[-1]
    begins = last.get("prefix") if isinstance(last, Mapping) else getattr(last, "prefix", False)
    if not begins:
        return read, ""
    where, message = len(read) - 1, read[-1]
    if message.role != "assistant" or message.tool_calls or not where:
        raise InvalidMessagesError(
            f"messages[{where}] has prefix: true and cannot begin the answer. The last of several messages can, which "
            "is the assistant's and holds text only."
        )
    return read[:-1], message.content


def read_messages(messages: Sequence[Mapping[str, Any]]) -> tuple[Message, ...]:
    """The messages of a request in order; tool results get the name of the call they answer where it is missing."""
    if not is_list(messages):
        raise InvalidMessagesError(f"messages is {type(messages).__name__}; a list of messages is needed.")
    out: list[Message] = []
    names: dict[str, str] = {}
    for where, message in enumerate(messages):
        read = _read_message(message, where)
        if read.tool_calls:
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
    if not isinstance(message, (dict, Mapping)):
        raise InvalidMessagesError(f"messages[{where}] is {type(message).__name__}; an object with a role is needed.")
    role = message.get("role")
    if role not in _ROLES:
        raise InvalidMessagesError(f"messages[{where}] has role {role!r}. Accepted: {', '.join(_ROLES)}.")
    content = message.get("content")
    thought = message.get("reasoning_content") or message.get("reasoning")
    if not thought and isinstance(content, (list, tuple)):
        thought = _thinking(content)
    return Message(
        role=_ROLES[role],
        content=read_content(content, where) or str(message.get("refusal") or ""),
        reasoning=str(thought or ""),
        tool_calls=_read_calls(message, where),
        name=str(message.get("name") or ""),
        tool_call_id=str(message.get("tool_call_id") or ""),
    )


def _read_calls(message: Mapping[str, Any], where: int) -> tuple[ToolCall, ...]:
    given, legacy = message.get("tool_calls"), message.get("function_call")
    if not given and not legacy:
        return ()
    calls = [*(given or ()), *([{"id": "", "function": legacy}] if legacy else ())]
    out = []
    for call in calls:
        if isinstance(call, ToolCall):
            out.append(call)
            continue
        if hasattr(call, "model_dump"):
            call = call.model_dump()
        function = (call.get("function") or call.get("custom") or call) if isinstance(call, Mapping) else None
        if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
            raise InvalidMessagesError(f"messages[{where}] has a tool call without a function name: {call!r}.")
        arguments = function.get("arguments")
        if arguments is None:  # OpenAI's custom tools have an input, LangChain's own messages have args
            arguments = function.get("args", function.get("input"))
        if _is_deep(arguments):
            raise InvalidMessagesError(
                f"messages[{where}] has a call of {function['name']!r} whose arguments nest more than {MAX_DEPTH} "
                "objects and lists. Shorten them."
            )
        out.append(ToolCall(str(call.get("id") or ""), function["name"], _arguments_text(arguments)))
    return tuple(out)


def _is_deep(arguments: Any) -> bool:
    if not isinstance(arguments, str):
        return isinstance(arguments, (Mapping, list)) and is_deep(arguments)
    if arguments.count("{") + arguments.count("[") <= MAX_DEPTH:
        return False
    try:
        value = json.loads(arguments)
    except RecursionError:
        return True
    except ValueError:
        return False
    return isinstance(value, (dict, list)) and is_deep(value)


def _arguments_text(arguments: Any) -> str:
    """Arguments as JSON text; a history's plain sentence is kept as it is, since dropping it would lose it."""
    if arguments is None or arguments == "":
        return "{}"
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


def read_content(content: Any, where: int) -> str:
    """The text of a message's content, whose parts are joined, data as JSON; raises InvalidMessagesError for images,
    audio, files.
    """
    if content is None or isinstance(content, str):
        return content or ""
    if isinstance(content, Mapping) and content.get("type") in _TEXTS:
        content = [content]
    if isinstance(content, (Mapping, bool, int, float)) or (content and all(map(_is_data, content))):
        return json.dumps(content, ensure_ascii=False, default=str)
    return "".join(_part_text(part, where) for part in content)


def _is_data(part: Any) -> bool:
    """Whether a part is data that a tool has given, and no part of a message."""
    return isinstance(part, (bool, int, float, list)) or (isinstance(part, Mapping) and "type" not in part)


def _part_text(part: Any, where: int) -> str:
    kind = part.get("type") if isinstance(part, Mapping) else type(part).__name__
    if part is None or kind in _THINKING:
        return ""
    if isinstance(part, str):
        return part
    if kind in _TEXTS:
        return str(part.get("text") or part.get("refusal") or "")
    if _is_data(part):
        return json.dumps(part, ensure_ascii=False, default=str)
    raise InvalidMessagesError(
        f"messages[{where}] holds {kind!r} content, and a text backend takes text only. "
        "Remove that part, or use a provider that takes it."
    )


def _thinking(content: Sequence[Any]) -> str:
    """The reasoning among a message's parts."""
    parts = [part for part in content if isinstance(part, Mapping)]
    found = (part.get("thinking") or part.get("reasoning") for part in parts if part.get("type") in _THINKING)
    return "\n".join(text for text in found if isinstance(text, str))
