"""Wrapper classes written for MemGPT, adapted without a change to them."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

from ..errors import InvalidRequestError, OutputError
from ..events import ArgumentsDelta, CallEnd, CallStart, Event, Finish, FinishReason, Parsed, Text, ToolCall
from ..formats import get_format
from ..formats.spec import Format
from ..generation import Prompt
from ..messages import Conversation, Message, Tool
from ..options import Options
from .base import Wrapper, Written
from .roles import arguments_of, tidy


class ForeignWrapper(Wrapper):
    """A MemGPT wrapper as one of ours: its prompt is taken as it is, and it reads its own output.

    MemGPT's classes take messages and functions (some also function_documentation or first_message), and return the
    assistant message with function_call, whose arguments are an object or JSON text. A class may name the stop strings
    in an attribute stop; otherwise only the server ends the turn.
    """

    reads_itself = True

    def __init__(self, foreign: Any, name: str = "", *, first_message: bool = False) -> None:
        for method in ("chat_completion_to_prompt", "output_to_chat_completion_response"):
            if not callable(getattr(foreign, method, None)):
                raise InvalidRequestError(
                    f"{type(foreign).__name__} is no wrapper: it has no method {method}. Write the two methods of "
                    "LLMChatCompletionWrapper, or name one of the wrappers that litellm_fnwrap.wrappers() lists."
                )
        self.foreign = foreign
        self.name = name or type(foreign).__name__
        self.stop = tuple(getattr(foreign, "stop", ()) or ())
        self._first_message = first_message

    @property
    def format(self) -> Format:
        """The format its attribute format names; the plain JSON one of MemGPT's wrappers otherwise."""
        named = getattr(self.foreign, "format", None)
        return get_format(named if isinstance(named, (str, Format)) else "airoboros")

    def render(self, conversation: Conversation, *, options: Options | None = None) -> Prompt:
        """The foreign prompt. It is handed over whole: what it may already open of the answer is not known."""
        prompt = super().render(conversation, options=options)
        return Prompt(text=prompt.text, stop=list(self.stop), format=self.format.name, chat=prompt.chat)

    def control_marks(self) -> Iterable[str]:
        """None that are known; text that looks like a special token is neutralised all the same."""
        return ()

    def write(self, conversation: Conversation, format: Format, options: Options) -> Written:
        """What the foreign class makes of the messages and functions; one user message for a chat-only server, since
        only the foreign class knows how the parts are written.
        """
        messages = [to_openai(message) for message in conversation.messages]
        # Copies: what a stranger's code does to its arguments is nobody else's concern.
        functions = [deepcopy(tool.to_openai()["function"]) for tool in conversation.offered]
        method = self.foreign.chat_completion_to_prompt
        given = _accepted(method, first_message=is_first(conversation), function_documentation=None)
        text = method(messages, functions, **given)
        if not isinstance(text, str):
            raise InvalidRequestError(
                f"Wrapper {self.name!r} returned {type(text).__name__} for a prompt. "
                "chat_completion_to_prompt must return the prompt as a string."
            )
        return Written(text, "", lambda: [{"role": "user", "content": text}])

    def answering(self, conversation: Conversation) -> ForeignWrapper:
        """The same, for an answer that is the assistant's first or not: MemGPT's later classes ask for it."""
        return ForeignWrapper(self.foreign, self.name, first_message=is_first(conversation))

    def parser(
        self,
        tools: Sequence[Tool] | None,
        *,
        options: Options | None = None,
        prompt_tail: str | None = None,
        parallel: bool = True,
    ) -> WholeParser:
        """A parser that waits for the whole answer and gives it to the foreign class."""
        return WholeParser(self)

    def chat_completion_to_prompt(self, messages: Any, functions: Any) -> str:
        """The foreign class' own answer, its arguments passed through."""
        text: str = self.foreign.chat_completion_to_prompt(messages, functions)
        return text

    def output_to_chat_completion_response(self, raw_llm_output: str) -> dict[str, Any]:
        """The foreign class' own assistant message."""
        method = self.foreign.output_to_chat_completion_response
        message: dict[str, Any] = method(raw_llm_output, **_accepted(method, first_message=self._first_message))
        return message


class WholeParser:
    """Feeds the whole answer to a foreign wrapper; text it cannot read is returned as content."""

    def __init__(self, wrapper: ForeignWrapper) -> None:
        self._wrapper = wrapper
        self._pieces: list[str] = []
        self.result = Parsed()

    def feed(self, text: str) -> list[Event]:
        """Keeps the text; nothing can be said before the end."""
        self._pieces.append(text)
        return []

    def close(self, finish_reason: FinishReason | None = None) -> list[Event]:
        """The answer's events, as the foreign class reads it."""
        raw = "".join(self._pieces)
        # A foreign parser fails in any way it likes; an unreadable call is content, never an error of the whole answer.
        try:
            content, calls = read_message(self._wrapper.output_to_chat_completion_response(raw))
        except Exception:
            content, calls = raw, []
        reason: FinishReason = "tool_calls" if calls else finish_reason or "stop"
        self.result = Parsed(content=content, tool_calls=calls, finish_reason=reason)
        events: list[Event] = [Text(content)] if content else []
        for index, call in enumerate(calls):
            events += [CallStart(index, call.id, call.name), ArgumentsDelta(index, call.arguments), CallEnd(index)]
        return [*events, Finish(reason)]


def read_message(message: Any) -> tuple[str | None, list[ToolCall]]:
    """Content and calls of a foreign assistant message; raises OutputError for what is none."""
    if not isinstance(message, Mapping):
        raise OutputError(f"A wrapper returned {type(message).__name__} for an answer; an assistant message is needed.")
    found = [call.get("function", call) for call in message.get("tool_calls") or ()]
    if not found and message.get("function_call"):
        found = [message["function_call"]]
    calls = [
        ToolCall(f"call_{index}", str(one["name"]), _arguments(one.get("arguments"))) for index, one in enumerate(found)
    ]
    content = message.get("content")
    return (None if content is None else str(content)), calls


def to_openai(message: Message) -> dict[str, Any]:
    """A message as MemGPT's wrappers expect it: the first call is in function_call, and all are in tool_calls."""
    out: dict[str, Any] = {"role": message.role, "content": message.content or None}
    if message.role != "assistant":
        out["content"] = message.content
    if message.name:
        out["name"] = message.name
    if message.role == "tool":
        out["tool_call_id"] = message.tool_call_id
    if message.tool_calls:
        calls = [{"name": call.name, "arguments": json.dumps(arguments_of(call))} for call in message.tool_calls]
        out["function_call"] = calls[0]
        out["tool_calls"] = [
            {"id": call.id, "type": "function", "function": function}
            for call, function in zip(message.tool_calls, calls, strict=True)
        ]
    return out


def is_first(conversation: Conversation) -> bool:
    """Whether the assistant has not spoken yet: what MemGPT calls the first message."""
    return all(message.role != "assistant" for message in tidy(conversation).messages)


def _arguments(arguments: Any) -> str:
    if isinstance(arguments, str):
        return arguments or "{}"
    return json.dumps(arguments or {}, ensure_ascii=False)


def _accepted(method: Any, **offered: Any) -> dict[str, Any]:
    """Those keyword arguments that a foreign method takes: MemGPT's signatures grew over its versions."""
    taken = inspect.signature(method).parameters
    wants_all = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in taken.values())
    return {name: value for name, value in offered.items() if wants_all or name in taken}
