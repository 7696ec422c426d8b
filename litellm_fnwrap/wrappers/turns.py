"""Wrappers that are declared: the marks around turns, the text that offers tools, the format of calls.

    Turns(
        name="zephyr", calls="hermes",
        system="<|system|>\\n{content}</s>\\n",
        user="<|user|>\\n{content}</s>\\n",
        assistant="<|assistant|>\\n{content}</s>\\n",
    )

Holes: {content} in the marks; {tools} in tools; {content}, {json} (the result as a JSON string), {value} (as JSON where
it is JSON, else as a JSON string), {name} and {id} in result; {reasoning} in think.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, Literal

from ..formats import get_format
from ..formats.answers import write_turn
from ..formats.instruct import answer_instruction, demand, instruction
from ..formats.spec import Format
from ..formats.toolprompts import json_lines
from ..messages import Conversation, Message, Tool
from ..options import Options
from ..remembered import once
from .base import Wrapper, Written
from .boundary import marks_in
from .layout import Turn, as_json, fill, folded, joined, merged_turns, with_tools_before
from .opening import opened_reasoning
from .roles import first_system, last_user, merged


@dataclass(frozen=True, kw_only=True, eq=False)
class Turns(Wrapper):
    """A wrapper declared by its marks.

    Identity
      name, source      what people type; the model card or template the strings are from.
      calls             name of the format of calls.
      models            patterns of model names, see resolve.

    Turns
      system, user, assistant   marks around a turn; system "" puts system text into a user turn, as fold says.
      start             text before everything.
      calling           marks around a turn that ends in calls; None: the assistant's.
      opening           what the prompt ends with; None: the assistant's mark up to its text.
      after_results     what opens the assistant's turn after results; None: the same.
      result            one tool result.
      results           marks around neighbouring results; "" for the user's. results_last the same at the very end.
      result_separator  between neighbouring results.
      said              a past turn's text, where it has marks of its own.
      joint             between a turn's text and its calls.
      one_by_one        True if past turns show one call each, whatever the format allows in an answer.
      history           fields of the format that differ in past calls from what the model is read with.
      think             a past turn's reasoning, put before its text; think_empty where it has none.
      thinks            which past turns show it: "never", "last" (those after the last user turn), or "always".
      prefill           text of the answer that the prompt already opens.
      trim              True if texts are written without whitespace around them.
      strict            True if user and assistant must alternate: neighbours are merged.
      fold              which user turn takes the system text where system is "": "first" or "last".
      fold_text         how it does, with the holes {system} and {content}.

    Tools
      tools             the text that offers tools; "" for the format's general instruction.
      tool_list         writes the tools.
      place             where the text goes: after or before the system text in its turn, in a turn of its own before
                        the system's ("own") or after it ("next"), or before the "first" or "last" user turn's text.
      tools_turn        marks around a turn of the tools alone: with "own" and "next" instead of the system's, with
                        "first" and "last" before the user turn and not in it.
      woven             True if this is a style of calling rather than a family: over a model's own chat template, where
                        that is known, only the text that offers tools and the format are taken from here.
      default_system    the system text where there is none; with_tools_system the same where there are tools.
    """

    name: str = ""
    source: str = ""
    calls: str = "generic"
    models: tuple[str, ...] = ()
    bos: str = ""
    stop: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    system: str = ""
    user: str = "{content}"
    assistant: str = "{content}"
    start: str = ""
    calling: str | None = None
    opening: str | None = None
    after_results: str | None = None
    result: str = "Result of {name}:\n{content}"
    results: str = ""
    results_last: str | None = None
    result_separator: str = "\n"
    said: str = "{content}"
    joint: str = "\n"
    one_by_one: bool = False
    history: Mapping[str, Any] = field(default_factory=dict)
    think: str = ""
    think_empty: str = ""
    thinks: Literal["never", "last", "always"] = "never"
    prefill: str = ""
    trim: bool = False
    strict: bool = False
    fold: Literal["first", "last"] = "first"
    fold_text: str = "{system}\n\n{content}"

    tools: str = ""
    tool_list: Callable[[Sequence[Tool]], str] = json_lines
    place: Literal["after", "before", "own", "next", "first", "last"] = "after"
    tools_turn: str = ""
    woven: bool = False
    default_system: str = ""
    with_tools_system: str | None = None

    @cached_property
    def format(self) -> Format:
        """The declared format of calls."""
        return get_format(self.calls)

    def opens(self, format: Format) -> str:
        """The mark of reasoning in the declared prefill."""
        return opened_reasoning(self.prefill, format)

    def shows_parallel(self, format: Format) -> bool:
        """Whether a past turn may show several calls."""
        return format.parallel and not self.one_by_one

    def control_marks(self) -> Iterable[str]:
        """The tags in all declared marks and in the text that offers tools, and those declared as such."""
        turns = (self.start, self.system, self.user, self.assistant, self.calling or "", self.opening or "")
        more = (self.result, self.results, self.tools_turn)
        inside = (self.said, self.think, self.think_empty, self.tools, self.fold_text, *self.stop)
        return (*self.marks, *marks_in(*turns, *more, *inside))

    def write(self, conversation: Conversation, format: Format, options: Options) -> Written:
        """The turns between their marks, the mark that opens the answer, and what is already opened of it."""
        turns = self.turns(conversation, format, options)
        prefill = self.prefilled(conversation, format)
        text = self.start + self.marked(turns) + self.generation_mark(turns)
        return Written(text + prefill, prefill, partial(self.chat, turns))

    def chat(self, turns: Sequence[Turn]) -> list[dict[str, Any]]:
        """The turns without marks, results as the user's."""
        roles = {"results": "user", "tools": "system" if self.place in ("own", "next") else "user"}
        return merged({"role": roles.get(turn.kind, turn.kind), "content": turn.text.strip("\n")} for turn in turns)

    def turns(self, conversation: Conversation, format: Format, options: Options) -> list[Turn]:
        """The conversation's turns, tools and demands included."""
        native = self.native_tools(conversation, format, options)
        system, messages = first_system(conversation.messages, self.system)
        head = self.head(self.trimmed(system), native, conversation, format, options)
        turns = [*head, *self.body(messages, conversation, format)]
        if native and self.place in ("first", "last"):
            turns = with_tools_before(turns, native, self.place, own=bool(self.tools_turn))
        if not self.system:
            turns = folded(turns, self.fold, self.fold_text)
        return merged_turns(turns) if self.strict else turns

    def native_tools(self, conversation: Conversation, format: Format, options: Options) -> str:
        """The family's own text that offers the tools; "" where the general instruction is used, or none is offered."""
        own = self.tools and options.tool_prompt == "native" and format == self.format
        offered = conversation.offered
        if not own or not offered:
            return ""
        return once(offered, ("native", self), lambda: fill(self.tools, tools=self.tool_list(offered)))

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turns: the system's text, and what the model is told of tools and of the answer wanted."""
        text = self.told(system, native, conversation, format, options)
        if native and self.place in ("own", "next"):
            both = [Turn("tools", native), *([Turn("system", text)] if text else [])]
            return both if self.place == "own" else both[::-1]
        if native and self.place == "after":
            text = text + native if text else native.lstrip("\n")
        elif native and self.place == "before":
            text = native + text if text else native.rstrip("\n")
        return [Turn("system", text)] if text else []

    def told(self, system: str, native: str, conversation: Conversation, format: Format, options: Options) -> str:
        """The system's text, the general instruction where it is needed, and what is demanded of the answer."""
        if not system:
            offered = bool(conversation.offered)
            system = self.with_tools_system if offered and self.with_tools_system is not None else self.default_system
        taught = "" if native else self.taught(conversation, format, options)
        asked = demand(conversation.tool_choice) if native else ""
        wanted = answer_instruction(conversation.response_schema, format, tools=bool(conversation.offered))
        return joined(system, taught, wanted, asked)

    def taught(self, conversation: Conversation, format: Format, options: Options) -> str:
        """The general instruction of the format."""
        style = "json" if options.tool_prompt == "native" else options.tool_prompt
        return instruction(
            format,
            conversation.offered,
            style=style,
            choice=conversation.tool_choice,
            parallel=conversation.parallel,
        )

    def body(self, messages: Sequence[Message], conversation: Conversation, format: Format) -> list[Turn]:
        """The turns after the system's."""
        since = self.since(messages)
        turns = []
        for n, message in enumerate(messages):
            if message.role == "assistant":
                text = self.assistant_text(message, n > since, conversation, format)
                turns.append(Turn("assistant", text, calls=bool(message.tool_calls)))
            elif message.role == "tool":
                turns.append(Turn("results", self.result_text(message)))
            else:
                turns.append(Turn(message.role, self.trimmed(message.content)))
        return turns

    def since(self, messages: Sequence[Message]) -> int:
        """The position after which past turns belong to the answer that is being given."""
        return last_user(messages)

    def assistant_text(self, message: Message, latest: bool, conversation: Conversation, format: Format) -> str:
        """A past answer: reasoning where it is kept, text, calls."""
        content = self.trimmed(message.content)
        written = format.with_(**self.history) if self.history and format == self.format else format
        content = fill(self.said, content=content) if content else ""
        if not (message.tool_calls or conversation.offered):
            return self.thought(message, latest) + content
        text = write_turn(written, content, message.tool_calls, conversation.tools, joint=self.joint)
        return self.thought(message, latest) + text

    def thought(self, message: Message, latest: bool) -> str:
        """A past turn's reasoning, where this family shows it."""
        if self.thinks == "never" or (self.thinks == "last" and not latest):
            return ""
        return fill(self.think, reasoning=message.reasoning.strip("\n")) if message.reasoning else self.think_empty

    def result_text(self, message: Message) -> str:
        """One tool result between its marks."""
        return fill(
            self.result,
            content=self.trimmed(message.content),
            json=json.dumps(message.content, ensure_ascii=False),
            value=as_json(message.content),
            name=message.name,
            id=message.tool_call_id,
        )

    def marked(self, turns: Sequence[Turn]) -> str:
        """The turns as text."""
        out: list[str] = []
        at = 0
        while at < len(turns):
            turn = turns[at]
            kind, text = turn.kind, turn.text
            continued = at > 0 and turns[at - 1].kind == "results"
            at += 1
            while kind == "results" and at < len(turns) and turns[at].kind == "results":
                text += self.result_separator + turns[at].text
                at += 1
            mark = self.mark_of(turn, at == len(turns))
            if kind == "assistant" and continued and self.after_results is not None:
                mark = self.after_results + "{content}" + mark.partition("{content}")[2]
            out.append(mark.replace("{content}", text))
        return "".join(out)

    def mark_of(self, turn: Turn, last: bool) -> str:
        """The marks around a turn, with the hole {content}; last is True for the one the conversation ends with."""
        if turn.kind == "results":
            ending = self.results if self.results_last is None else self.results_last
            return (ending if last else self.results) or self.user
        if turn.calls and self.calling is not None:
            return self.calling
        marks = {"user": self.user, "assistant": self.assistant, "tools": self.tools_turn or self.system}
        return marks.get(turn.kind, self.system)

    def generation_mark(self, turns: Sequence[Turn]) -> str:
        """What opens the assistant's turn."""
        if turns and turns[-1].kind == "results" and self.after_results is not None:
            return self.after_results
        return self.assistant.split("{content}")[0] if self.opening is None else self.opening

    def prefilled(self, conversation: Conversation, format: Format) -> str:
        """The text of the answer that the prompt holds; a format's own opening only where a call is to come."""
        answered = bool(conversation.messages) and conversation.messages[-1].role == "tool"
        own = "" if answered and self.after_results is not None else self.prefill
        if not conversation.offered or own.endswith(format.prefill):
            return own
        # After a result the model must be free to answer; before one, a format that opens its calls wants the call.
        free = answered and conversation.tool_choice.mode == "auto"
        return own if free else own + format.prefill

    def trimmed(self, text: str) -> str:
        """The text as this family writes it."""
        return text.strip() if self.trim else text
