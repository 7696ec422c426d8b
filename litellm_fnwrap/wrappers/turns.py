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
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from ..formats import get_format
from ..formats.answers import write_turn
from ..formats.instruct import answer_instruction, demand, instruction
from ..formats.spec import Format
from ..formats.toolprompts import json_lines
from ..messages import Conversation, Message, Tool
from ..options import Options
from .base import Wrapper
from .boundary import marks_in
from .roles import last_user, merged

Kind = Literal["system", "user", "assistant", "results"]
_HOLE = re.compile(r"\{(content|system|tools|json|value|name|id|reasoning)\}")


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn as it is written: whose, and the text between its marks. One result a turn; neighbours share the marks."""

    kind: Kind
    text: str


def fill(template: str, **values: str) -> str:
    """The template with its holes filled; what is filled in is not searched for holes."""
    return _HOLE.sub(lambda hole: values.get(hole.group(1), hole.group()), template)


@dataclass(frozen=True, kw_only=True, eq=False)
class Turns(Wrapper):
    """A wrapper declared by its marks.

    Identity
      name, source      what people type; the model card or template the strings are from.
      calls             name of the format of calls.
      models            patterns of model names, see resolve.

    Turns
      system, user, assistant   marks around a turn; system "" puts system text into a user turn, as fold says.
      opening           what the prompt ends with; None: the assistant's mark up to its text.
      result            one tool result.
      results           marks around neighbouring results; "" for the user's.
      result_separator  between neighbouring results.
      joint             between a turn's text and its calls.
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
      place             where the text goes: after or before the system text in its turn, in a system turn of its own
                        ("own") before it, or in front of the "first" or the "last" user turn's text.
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
    opening: str | None = None
    result: str = "Result of {name}:\n{content}"
    results: str = ""
    result_separator: str = "\n"
    joint: str = "\n"
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
    place: Literal["after", "before", "own", "first", "last"] = "after"
    woven: bool = False
    default_system: str = ""
    with_tools_system: str | None = None

    @cached_property
    def format(self) -> Format:
        """The declared format of calls."""
        return get_format(self.calls)

    def control_marks(self) -> Iterable[str]:
        """The tags in all declared marks and in the text that offers tools, and those declared as such."""
        declared = (self.system, self.user, self.assistant, self.opening or "", self.result, self.results)
        return (*self.marks, *marks_in(*declared, self.think, self.think_empty, self.tools, self.fold_text, *self.stop))

    def write(self, conversation: Conversation, format: Format, options: Options) -> tuple[str, str]:
        """The turns between their marks, the mark that opens the answer, and what is already opened of it."""
        text = self.marked(self.turns(conversation, format, options))
        prefill = self.prefilled(conversation, format)
        return text + self.generation_mark() + prefill, prefill

    def chat(self, conversation: Conversation, format: Format, options: Options) -> list[dict[str, Any]]:
        """The same turns without marks, results as the user's."""
        turns = self.turns(conversation, format, options)
        roles = {"results": "user"}
        return merged({"role": roles.get(turn.kind, turn.kind), "content": turn.text.strip("\n")} for turn in turns)

    def turns(self, conversation: Conversation, format: Format, options: Options) -> list[Turn]:
        """The conversation's turns, tools and demands included."""
        native = self.native_tools(conversation, format, options)
        messages = list(conversation.messages)
        system = ""
        if messages and messages[0].role == "system":
            system = self.trimmed(messages.pop(0).content)
        head = self.head(system, native, conversation, format, options)
        turns = [*head, *self.body(messages, conversation, format)]
        if native and self.place in ("first", "last"):
            turns = with_text_before(turns, native, self.place)
        if not self.system:
            turns = self.folded(turns)
        return merged_turns(turns) if self.strict else turns

    def native_tools(self, conversation: Conversation, format: Format, options: Options) -> str:
        """The family's own text that offers the tools; "" where the general instruction is used, or none is offered."""
        own = self.tools and options.tool_prompt == "native" and format == self.format
        return fill(self.tools, tools=self.tool_list(conversation.offered)) if own and conversation.offered else ""

    def head(
        self, system: str, native: str, conversation: Conversation, format: Format, options: Options
    ) -> list[Turn]:
        """The system turns: the system's text, and what the model is told of tools and of the answer wanted."""
        if not system:
            offered = bool(conversation.offered)
            system = self.with_tools_system if offered and self.with_tools_system is not None else self.default_system
        taught = "" if native else self.taught(conversation, format, options)
        asked = demand(conversation.tool_choice) if native else ""
        text = joined(system, taught, answer_instruction(conversation.response_schema), asked)
        if native and self.place == "own":
            return [Turn("system", native), *([Turn("system", text)] if text else [])]
        if native and self.place == "after":
            text = text + native if text else native.lstrip("\n")
        elif native and self.place == "before":
            text = native + text if text else native.rstrip("\n")
        return [Turn("system", text)] if text else []

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
        since = last_user(messages)
        turns = []
        for n, message in enumerate(messages):
            if message.role == "assistant":
                turns.append(Turn("assistant", self.assistant_text(message, n > since, conversation, format)))
            elif message.role == "tool":
                turns.append(Turn("results", self.result_text(message)))
            else:
                turns.append(Turn(message.role, self.trimmed(message.content)))
        return turns

    def assistant_text(self, message: Message, latest: bool, conversation: Conversation, format: Format) -> str:
        """A past answer: reasoning where it is kept, text, calls."""
        content = self.trimmed(message.content)
        text = write_turn(format, content, message.tool_calls, conversation.tools, joint=self.joint)
        if self.thinks == "never" or (self.thinks == "last" and not latest):
            return text
        shown = fill(self.think, reasoning=message.reasoning.strip("\n")) if message.reasoning else self.think_empty
        return shown + text

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

    def folded(self, turns: Sequence[Turn]) -> list[Turn]:
        """The turns with the leading system text in a user turn, and later system text as the user's."""
        turns = list(turns)
        text = turns.pop(0).text if turns and turns[0].kind == "system" else ""
        turns = [Turn("user", turn.text) if turn.kind == "system" else turn for turn in turns]
        if not text:
            return turns
        spots = [n for n, turn in enumerate(turns) if turn.kind == "user"]
        if not spots:
            return [Turn("user", text), *turns]
        spot = spots[0 if self.fold == "first" else -1]
        turns[spot] = Turn("user", fill(self.fold_text, system=text, content=turns[spot].text))
        return turns

    def marked(self, turns: Sequence[Turn]) -> str:
        """The turns as text."""
        out: list[str] = []
        at = 0
        while at < len(turns):
            kind, text = turns[at].kind, turns[at].text
            at += 1
            while kind == "results" and at < len(turns) and turns[at].kind == "results":
                text += self.result_separator + turns[at].text
                at += 1
            marks = {"system": self.system, "user": self.user, "assistant": self.assistant, "results": self.results}
            out.append(fill(marks[kind] or self.user, content=text))
        return "".join(out)

    def generation_mark(self) -> str:
        """What opens the assistant's turn."""
        return self.assistant.split("{content}")[0] if self.opening is None else self.opening

    def prefilled(self, conversation: Conversation, format: Format) -> str:
        """The text of the answer that the prompt holds; a format's own opening only where a call is to come."""
        if not conversation.offered or self.prefill.endswith(format.prefill):
            return self.prefill
        # After a result the model must be free to answer; before one, a format that opens its calls wants the call.
        answered = bool(conversation.messages) and conversation.messages[-1].role == "tool"
        free = answered and conversation.tool_choice.mode == "auto"
        return self.prefill if free else self.prefill + format.prefill

    def trimmed(self, text: str) -> str:
        """The text as this family writes it."""
        return text.strip() if self.trim else text


def joined(*parts: str) -> str:
    """The parts that are not empty, a blank line between."""
    return "\n\n".join(part for part in parts if part)


def as_json(text: str) -> str:
    """The text where it is JSON, else a JSON string of it."""
    try:
        json.loads(text)
    except ValueError:
        return json.dumps(text, ensure_ascii=False)
    return text


def with_text_before(turns: Sequence[Turn], text: str, which: Literal["first", "last"]) -> list[Turn]:
    """The turns with text put before the first or last user turn's; a user turn of its own where there is none."""
    spots = [n for n, turn in enumerate(turns) if turn.kind == "user"]
    turns = list(turns)
    if not spots:
        return [*turns, Turn("user", text)]
    spot = spots[0 if which == "first" else -1]
    turns[spot] = Turn("user", text + turns[spot].text)
    return turns


def merged_turns(turns: Sequence[Turn]) -> list[Turn]:
    """The turns with neighbours of one kind joined, an empty user turn before an assistant that speaks first."""
    out: list[Turn] = []
    for turn in turns:
        if out and out[-1].kind == turn.kind != "results":
            out[-1] = Turn(turn.kind, joined(out[-1].text, turn.text))
        else:
            out.append(turn)
    if out and out[0].kind == "assistant":
        out.insert(0, Turn("user", ""))
    return out
