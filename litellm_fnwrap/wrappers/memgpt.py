"""The wrappers of MemGPT: one JSON object an answer, with inner thoughts in the call's parameters or beside it.

    {                                          {
      "function": "send_message",                "inner_thoughts": "They greet me.",
      "params": {                                "function": "send_message",
        "inner_thoughts": "They greet me.",      "params": {
        "message": "Hi!"                           "message": "Hi!"
      }                                          }
    }                                          }

Source: the documentation of MemGPT 0.1 to 0.6 (https://memgpt.readme.io/docs/adding_wrappers), and what its wrappers
were seen to write. Unlike there, a result is never shown as the assistant's own words, which teaches a model to make
results up, and several calls of one turn are shown as turns of their own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..events import Parsed, ToolCall
from ..formats.parser import AnswerParser
from ..formats.sink import new_call_id
from ..formats.spec import Format
from ..formats.toolprompts import yaml_like
from ..messages import Conversation, Message, Tool
from ..options import Options
from .base import Written, assistant_message
from .layout import Turn
from .memgpt_reading import ObjectParser, object_in, readable_json, type_of
from .roles import arguments_of
from .turns import Turns

Thoughts = Literal["params", "beside", "none"]

_CHOOSE = (
    "Choose the function and the parameters that best continue the conversation so far, from the list of available "
    "functions below. Give your answer as JSON."
)
_FREE = " Always write down your thoughts; a function is only called if you name one."
_THOUGHTS = "What you think before you act; nobody else reads it"
HINTS = "# Write one JSON object and nothing else.\n# Think in inner_thoughts, then name the function.\n"


@dataclass(frozen=True, kw_only=True, eq=False)
class MemGPT(Turns):
    """A wrapper of MemGPT, declared by its turns and by how it calls.

    thoughts   where a call carries the thoughts: in its parameters, beside it, or nowhere.
    forced     True if every answer must be a call; the prompt then opens it.
    first      a function that the very first answer must call, where it is declared ("send_message").
    hints      reminders put after the assistant's mark.
    simplify   user messages that are JSON with a message are shown as that message.
    indent     blanks by which JSON in user messages and results is indented; 0 leaves it as it is.
    clean      True if request_heartbeat is dropped from a call of send_message, where it has no meaning.
    opened     what the prompt opens of the answer; None: what thoughts and forced ask for. opened_first the same for
               the very first answer, "" for no difference.
    named      marks, with the holes {name} and {content}, around what a user with a name says; "" for the user's.
    events     True if a user message that is JSON of another type than user_message is the system's.
    """

    calls: str = "airoboros"
    thoughts: Thoughts = "params"
    forced: bool = True
    first: str = ""
    hints: str = ""
    simplify: bool = False
    indent: int = 2
    clean: bool = True
    opened: str | None = None
    opened_first: str = ""
    named: str = ""
    events: bool = False

    @property
    def reads_itself(self) -> bool:  # type: ignore[override]
        """Thoughts beside a call are part of no format, so such answers are read here and cannot be constrained."""
        return self.thoughts == "beside"

    def shown(self, tools: Sequence[Tool]) -> tuple[Tool, ...]:
        """The tools, with the parameter for thoughts where calls carry them there."""
        return tuple(_with_thoughts(tool) for tool in tools) if self.thoughts == "params" else tuple(tools)

    def told(self, system: str, native: str, conversation: Conversation, format: Format, options: Options) -> str:
        """The system's text, then how to answer and with which functions."""
        offered = conversation.offered
        if format != self.format or options.tool_prompt != "native" or not offered:
            return super().told(system, native, conversation, format, options)
        asked = _CHOOSE + (_FREE if self.thoughts == "beside" else "")
        listed = yaml_like(offered, thoughts=_THOUGHTS if self.thoughts == "params" else "")
        text = super().told(system, "-", conversation, format, options)
        return f"{text}\n\n{asked}\n\nAvailable functions:\n{listed}".lstrip("\n")

    def body(self, messages: Sequence[Message], conversation: Conversation, format: Format) -> list[Turn]:
        """The turns; JSON in what users and tools say is made readable."""
        turns = super().body([self._readable(message) for message in messages], conversation, format)
        if not (self.named or self.events):
            return turns
        return [self._cast(turn, message) for turn, message in zip(turns, messages, strict=True)]

    def _readable(self, message: Message) -> Message:
        if message.role not in ("user", "tool"):
            return message
        simplify = self.simplify and message.role == "user"
        return replace(message, content=readable_json(message.content, self.indent, simplify=simplify))

    def _cast(self, turn: Turn, message: Message) -> Turn:
        """The turn under the name or the role that its message really has."""
        if message.role == "user" and self.events and type_of(message.content) not in ("", "user_message"):
            return replace(turn, kind="system")
        named = bool(self.named) and message.role == "user"
        return replace(turn, name=message.name) if named and message.name else turn

    def mark_of(self, turn: Turn, last: bool) -> str:
        """The marks around a turn; a named one has its own."""
        return self.named.replace("{name}", turn.name) if turn.name else super().mark_of(turn, last)

    def assistant_text(self, message: Message, latest: bool, conversation: Conversation, format: Format) -> str:
        """A past answer as the object the model is asked for; without functions its text alone."""
        if format != self.format:
            return super().assistant_text(message, latest, conversation, format)
        if not message.tool_calls:
            alone = self.thoughts == "beside" and bool(conversation.offered)
            return _dumped({"inner_thoughts": message.content, "function": None}) if alone else message.content
        call = message.tool_calls[0]
        thought = {"inner_thoughts": message.content} if message.content else {}
        params = arguments_of(call)
        if self.thoughts == "params":
            return _dumped({"function": call.name, "params": {**thought, **params}})
        if self.thoughts == "beside":
            return _dumped({"inner_thoughts": message.content, "function": call.name, "params": params})
        written = _dumped({"function": call.name, "params": params})
        return f"{message.content}\n{written}" if message.content else written

    def write(self, conversation: Conversation, format: Format, options: Options) -> Written:
        """The turns, the reminders, and the opened object; it begins on a line of its own."""
        text, prefill, chat = super().write(conversation, format, options)
        text = text[: len(text) - len(prefill)] if prefill else text
        lines = self.hints if conversation.offered and format == self.format else ""
        gap = "" if not (lines or prefill) or text.endswith("\n") else "\n"
        return Written(text + gap + lines + prefill, prefill, chat)

    def prefilled(self, conversation: Conversation, format: Format) -> str:
        """The opened object: up to the function's name, or up to the thoughts where a call is not forced."""
        if format != self.format:
            return super().prefilled(conversation, format)
        if not conversation.offered:
            return ""
        if any(message.role == "assistant" for message in conversation.messages):
            return self._usual_opening
        if self.first and any(tool.name == self.first for tool in conversation.offered):
            return f'{{\n  "function": {json.dumps(self.first)},'
        return self.opened_first or self._usual_opening

    @property
    def _usual_opening(self) -> str:
        if self.opened is not None:
            return self.opened
        if self.thoughts == "beside":
            return '{\n  "inner_thoughts":'
        return '{\n  "function":' if self.forced else "{"

    def parser(
        self,
        tools: Sequence[Tool] | None,
        *,
        options: Options | None = None,
        prompt_tail: str | None = None,
        parallel: bool = True,
    ) -> AnswerParser:
        """A parser that waits for the whole object, since thoughts may come anywhere in it."""
        if self.format_for(options or Options()) != self.format:
            return super().parser(tools, options=options, prompt_tail=prompt_tail, parallel=parallel)
        return ObjectParser(self.read_object, tools, self._usual_opening if prompt_tail is None else prompt_tail)

    def output_to_chat_completion_response(self, raw_llm_output: str) -> dict[str, Any]:
        """The assistant message: thoughts as content, the call as function_call; unreadable text as content."""
        return assistant_message(self.read_object(raw_llm_output, self._usual_opening, None))

    def read_object(self, raw: str, opened: str, declared: frozenset[str] | None) -> Parsed:
        """An answer, read; text that is no call of a declared function is content, nothing of it lost."""
        found = object_in(raw, opened)
        if found is None:
            return Parsed(content=raw or None)
        name: Any = found.get("function")
        params: Any = found.get("params")
        if isinstance(name, Mapping):
            # Models that ignore the opened object write a whole one where the name belongs.
            params = name.get("params") or name.get("arguments")
            name = name.get("function") or name.get("name")
        arguments = dict(params) if isinstance(params, Mapping) else {}
        said = [found.get("inner_thoughts"), arguments.pop("inner_thoughts", None)]
        content = "\n".join(text for text in said if isinstance(text, str) and text) or None
        if not isinstance(name, str) or name.lower() in ("none", "null", ""):
            return Parsed(content=content if content is not None else raw or None)
        if declared is not None and name not in declared:
            return Parsed(content=raw or None)
        if self.clean and name == "send_message":
            arguments.pop("request_heartbeat", None)
        call = ToolCall(new_call_id(), name, json.dumps(arguments, ensure_ascii=False))
        return Parsed(content=content, tool_calls=[call], finish_reason="tool_calls")


def _with_thoughts(tool: Tool) -> Tool:
    schema = dict(tool.parameters)
    properties = {"inner_thoughts": {"type": "string", "description": _THOUGHTS}, **(schema.get("properties") or {})}
    schema |= {"type": "object", "properties": properties}
    schema["required"] = list(dict.fromkeys(("inner_thoughts", *(schema.get("required") or ()))))
    return Tool(name=tool.name, description=tool.description, parameters=schema, strict=tool.strict)


def _dumped(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
