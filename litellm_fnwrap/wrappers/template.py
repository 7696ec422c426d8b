"""The wrapper that renders through a model's own chat template, and weaves in what the template cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from ..chat_template import ChatTemplate
from ..errors import TemplateError
from ..formats import get_format
from ..formats.answers import write_turn
from ..formats.derive import derive
from ..formats.instruct import answer_instruction, demand
from ..formats.spec import Format, spellings
from ..formats.toolprompts import openai
from ..messages import Conversation, Message
from ..options import Options
from .base import Wrapper, openai_call
from .boundary import marks_in
from .layout import joined
from .roles import alternating, arguments_of, merged
from .turns import Turns

_SAID = ("Ssystemtextz", "Uusertextz", "Aanswertextz")
_TOLD, _ASKED, _ANSWERED = (
    {"role": role, "content": text} for role, text in zip(("system", "user", "assistant"), _SAID, strict=True)
)
_TALKS = ([_TOLD, _ASKED, _ANSWERED, _ASKED], [_ASKED, _ANSWERED, _ASKED], [_ASKED, _ANSWERED])


class TemplateWrapper(Wrapper):
    """A model's own template.

    Where the template renders calls, tools go to it and the format is read off it. Where it renders none, or another
    format is asked for, the style's instruction goes into the system text, and calls and results are written as text.

    style  a declared wrapper whose instruction is woven in; None: the generic one, and only where it is needed.
    """

    def __init__(self, template: ChatTemplate, *, style: Turns | None = None) -> None:
        self.template = template
        self.style = style
        self.name = f"template+{style.name}" if style else "template"
        self.bos = template.bos_token
        self._samples = tuple(text for text in map(self._tried, _TALKS) if text)
        self.stop = tuple(dict.fromkeys(text for text in (self._ending(), template.eos_token) if text))

    @cached_property
    def derived(self) -> Format | None:
        """The format the template itself renders calls in; None where it renders none."""
        if self.style is not None or not self.template.capabilities.tool_calls:
            return None
        try:
            return derive(self.template)
        except TemplateError:
            return None

    @cached_property
    def format(self) -> Format:
        """The derived format, else the style's or the generic one."""
        return self.derived or (self.style.format if self.style else get_format("generic"))

    def _tried(self, messages: list[dict[str, Any]]) -> str:
        nothing: tuple[list[dict[str, Any]] | None, ...] = (None, [])
        for tools in nothing:
            try:
                return self.template.render(messages, tools, add_generation_prompt=messages[-1]["role"] == "user")
            except TemplateError:
                continue
        return ""

    def _ending(self) -> str:
        """The first mark after an answer's text, in a talk that goes on."""
        answer = _SAID[2]
        after = next((text.split(answer, 1)[1] for text in self._samples if answer in text), "")
        found = re.match(r"\s*(<[^<>\s][^<>\n]*>|\[/?[A-Z][A-Z_]+\])", after)
        return found.group(1) if found else ""

    def shows_parallel(self, format: Format) -> bool:
        """Whether the template, or where calls are written as text the format, shows several calls in a turn."""
        native = self.derived is not None and format == self.derived
        return self.template.capabilities.parallel if native else format.parallel

    def control_marks(self) -> Iterable[str]:
        """Every tag the template writes around a plain conversation, its tokens, and the tags in its own text."""
        rendered = " ".join(self._samples)
        for said in _SAID:
            rendered = rendered.replace(said, "\n")
        return (*marks_in(rendered, *self.template.sources.values()), self.bos, self.template.eos_token)

    def write(self, conversation: Conversation, format: Format, options: Options) -> tuple[str, str]:
        """What the template renders, without BOS, and the opened part of the answer."""
        tools = [openai(tool) for tool in conversation.offered] if self._native(format, options) else None
        messages = self._messages(conversation, format, options)
        text = self._rendered(messages, tools)
        if self.bos and text.startswith(self.bos):
            text = text[len(self.bos) :]
        opened = opened_reasoning(text, format)
        if not opened and format.prefill and conversation.offered:
            if text.endswith(format.prefill):
                return text, format.prefill
            if not self._native(format, options):
                return text + format.prefill, format.prefill
        return text, opened

    def _rendered(self, messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None) -> str:
        if tools:
            return self.template.render(messages, tools)
        try:
            return self.template.render(messages, None)
        except TemplateError:
            # Templates made for tool use only loop over the tools, which None cannot be.
            return self.template.render(messages, [])

    def chat(self, conversation: Conversation, format: Format, options: Options) -> list[dict[str, Any]]:
        """The conversation with its tools woven in: a chat-only server renders the template itself, without tools."""
        return self._woven(conversation, format, options, strict=self.template.capabilities.alternation)

    def _native(self, format: Format, options: Options) -> bool:
        return self.derived is not None and format == self.derived and options.tool_prompt == "native"

    def _messages(self, conversation: Conversation, format: Format, options: Options) -> list[dict[str, Any]]:
        can = self.template.capabilities
        if not self._native(format, options):
            return self._woven(conversation, format, options, strict=can.alternation)
        as_object = can.object_arguments
        messages = [self._native_message(message, as_object) for message in conversation.messages]
        asked = joined(answer_instruction(conversation.response_schema), demand(conversation.tool_choice))
        if asked:
            messages = with_system(messages, asked, after=True)
        return messages if can.system else _without_system(messages)

    @staticmethod
    def _native_message(message: Message, as_object: bool) -> dict[str, Any]:
        out: dict[str, Any] = {"role": message.role, "content": message.content}
        if message.reasoning:
            out["reasoning_content"] = message.reasoning
        if message.tool_calls:
            out["tool_calls"] = [
                openai_call(call, arguments_of(call) if as_object else None) for call in message.tool_calls
            ]
        if message.role == "tool":
            out |= {"name": message.name, "tool_call_id": message.tool_call_id}
        return out

    def _woven(
        self, conversation: Conversation, format: Format, options: Options, *, strict: bool
    ) -> list[dict[str, Any]]:
        style = self.style or Turns(name="woven", calls=format.name)
        native = style.native_tools(conversation, format, options)
        taught = native or style.taught(conversation, format, options)
        asked = demand(conversation.tool_choice) if native else ""
        messages = []
        for message in conversation.messages:
            if message.role == "tool":
                messages.append({"role": "user", "content": style.result_text(message)})
                continue
            text = message.content
            if message.role == "assistant":
                text = write_turn(format, text, message.tool_calls, conversation.tools, joint=style.joint)
            messages.append({"role": message.role, "content": text})
        told = joined(taught.strip("\n"), answer_instruction(conversation.response_schema), asked)
        if told:
            messages = with_system(messages, told)
        if strict or not self.template.capabilities.system:
            return alternating(messages)
        return merged(messages)


def with_system(messages: Sequence[dict[str, Any]], text: str, *, after: bool = False) -> list[dict[str, Any]]:
    """The messages with text in the first system message, before what it says or after; a new one where none is."""
    messages = list(messages)
    if messages and messages[0]["role"] == "system":
        said = messages[0]["content"]
        messages[0] = {**messages[0], "content": joined(said, text) if after else joined(text, said)}
        return messages
    return [{"role": "system", "content": text}, *messages]


def _without_system(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """System text in front of the first user message, where a template knows no system role."""
    system = joined(*(message["content"] for message in messages if message["role"] == "system"))
    rest = [message for message in messages if message["role"] != "system"]
    spot = next((n for n, message in enumerate(rest) if message["role"] == "user"), None)
    if not system:
        return rest
    if spot is None:
        return [{"role": "user", "content": system}, *rest]
    rest[spot] = {**rest[spot], "content": joined(system, rest[spot]["content"])}
    return rest


def opened_reasoning(text: str, format: Format) -> str:
    """The tail of a prompt that already opens the reasoning ("<think>\\n"); "" where it does not."""
    for spelling in spellings(format.reasoning):
        mark = spelling.split("{reasoning}")[0].strip()
        at = text.rfind(mark) if mark else -1
        if at >= 0 and not text[at + len(mark) :].strip():
            return text[at:]
    return ""
