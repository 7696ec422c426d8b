"""The wrapper that renders through a model's own chat template, and weaves in what the template cannot say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from ..chat_template import ChatTemplate
from ..chat_template.capabilities import probe_tools
from ..errors import TemplateError
from ..formats import get_format
from ..formats.answers import write_turn
from ..formats.derive import derive, taught_format
from ..formats.instruct import answer_instruction, demand
from ..formats.spec import Format
from ..formats.toolprompts import openai
from ..messages import Conversation, Message
from ..options import Options
from . import WRAPPERS
from .base import Wrapper, Written
from .boundary import marks_in
from .layout import joined
from .opening import opened_reasoning
from .roles import alternating, merged
from .template_messages import (
    completed,
    in_parts,
    native_messages,
    one_system,
    plain,
    taking_turns,
    with_system,
    without_system,
)
from .turns import Turns

_SAID, _LATE = ("Ssystemtextz", "Uusertextz", "Aanswertextz"), "Llatesystemtextz"
# The system text where a template offers the tools beside one only, and there is none.
_OFFER = "You can call functions."
_TOLD, _ASKED, _ANSWERED = (
    {"role": role, "content": text} for role, text in zip(("system", "user", "assistant"), _SAID, strict=True)
)
_TALKS = ([_TOLD, _ASKED, _ANSWERED, _ASKED], [_ASKED, _ANSWERED, _ASKED], [_ASKED, _ANSWERED])


class TemplateWrapper(Wrapper):
    """A model's own template.

    Where the template renders calls, tools go to it and the format is read off it; if it shows calls but not the tools,
    the system text offers them. Where it renders no calls, they are written as text in the format that its words about
    tools teach. Where it has no such words, or another format is asked for, the style's instruction goes into the
    system text, and calls and results are written as text.

    style  a declared wrapper whose instruction is woven in; None: the generic one, and only where it is needed.
    taught  the format of calls for a template that offers tools, but neither renders calls nor says how to write them.
    """

    def __init__(self, template: ChatTemplate, *, style: Turns | None = None, taught: Format | None = None) -> None:
        self.template = template
        self.style = style
        self.name = f"template+{style.name}" if style else "template"
        self.bos = template.bos_token
        self._samples = tuple(text for text in map(self._tried, _TALKS) if text)
        rendered = re.sub("|".join(_SAID), "\n", " ".join(self._samples))
        marks = marks_in(rendered, *template.sources.values())
        self._marks = marks | {token for token in (template.bos_token, template.eos_token) if token}
        late = [_TOLD, _ASKED, _ANSWERED, {**_TOLD, "content": _LATE}, _ASKED]
        tools = [probe_tools("zqlookup")]
        given = [self._tried(late), self._tried(late, tools)]
        told = self._tried(_TALKS[0], tools).count("zqlookup")
        once = given[1].count("zqlookup") <= told
        self._offers_in_system = told > 0 and template.capabilities.system and not template.capabilities.tools
        self._late_system = once and all(_SAID[0] in text and _LATE in text for text in given)
        self.derived = None if style else _derived(template)
        offers = template.capabilities.tools and not style and not self.derived
        self.taught = taught_format(template, taught) if offers else None
        ends = self.derived.stop if self.derived else (self._ending(),)
        self.stop = tuple(dict.fromkeys(text for text in (*ends, template.eos_token) if text))
        generic = get_format("generic")
        self._generic = generic.with_(drop=tuple(dict.fromkeys((*self.stop, *generic.drop))))

    @property
    def format(self) -> Format:
        """The format read off the template, else the style's or the generic one."""
        return self.derived or self.taught or (self.style.format if self.style else self._generic)

    def format_for(self, options: Options) -> Format:
        """The format in force; the one read off the template is meant by its catalog name too."""
        named = super().format_for(options)
        return self.format if named.name == self.format.name else named

    @property
    def _strict(self) -> bool:
        return self.template.capabilities.alternation

    def _tried(
        self, messages: list[dict[str, Any]], choices: Sequence[list[dict[str, Any]] | None] = (None, [])
    ) -> str:
        for tools in choices:
            try:
                return self._render(messages, tools, add_generation_prompt=messages[-1]["role"] == "user")
            except TemplateError:
                continue
        return ""

    def _render(
        self, messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None, *, add_generation_prompt: bool = True
    ) -> str:
        """What the template makes of messages, whose texts are parts where it takes nothing else."""
        can = self.template.capabilities
        if can.typed_content and not can.string_content:
            messages = list(map(in_parts, messages))
        return self.template.render(messages, tools, add_generation_prompt=add_generation_prompt)

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

    def opens(self, format: Format) -> str:
        """The mark of reasoning that the template's generation prompt ends with."""
        return opened_reasoning(self._tried([_ASKED]), format)

    def control_marks(self) -> Iterable[str]:
        """Every tag the template writes around a plain conversation, its tokens, and the tags in its own text."""
        return self._marks

    def write(self, conversation: Conversation, format: Format, options: Options) -> Written:
        """What the template renders, without BOS; as messages, the conversation with its tools woven in, since a
        chat-only server renders its template itself, and without tools.
        """
        text, prefill = self._text(conversation, format, options)
        return Written(text, prefill, partial(self._woven, conversation, format, options, strict=self._strict))

    def _text(self, conversation: Conversation, format: Format, options: Options) -> tuple[str, str]:
        offered = conversation.offered if self._native(format, options) or self._shown(format, options) else ()
        tools = [openai(tool) for tool in offered] or None  # an empty list is written by some templates
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
        """The template's text; where it refuses, that of the same conversation in its plainest form.

        A template that leaves the system text out gets it in the user's words.
        """
        try:
            text = self._render(messages, tools)
        except TemplateError as refusal:
            text, messages = self._rendered_otherwise(messages, tools, refusal)
        first = messages[0] if messages else {}
        if first.get("role") == "system" and (first["content"] or "").strip() not in text:
            return self._rendered(without_system(messages), tools)
        return text

    def _rendered_otherwise(
        self, messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None, refusal: TemplateError
    ) -> tuple[str, list[dict[str, Any]]]:
        """The text of the first form of a conversation that the template takes, and that form's messages."""
        plainest, turns = plain(messages, self.template.capabilities), taking_turns(messages)
        full = completed(tools or [])
        # Templates made for tool use only loop over the tools, which None cannot be.
        forms = [(messages, full), (plainest, tools), (plainest, full), (turns, tools), (turns, full)]
        for form, given in forms:
            try:
                return self._render(form, given), form
            except TemplateError:
                continue
        raise refusal from None

    def _native(self, format: Format, options: Options) -> bool:
        return self.derived is not None and format == self.derived and options.tool_prompt == "native"

    def _shown(self, format: Format, options: Options) -> bool:
        """Whether the template offers the tools, and calls are written as text in the format that it teaches."""
        return self.taught is not None and format == self.taught and options.tool_prompt == "native"

    def _messages(self, conversation: Conversation, format: Format, options: Options) -> list[dict[str, Any]]:
        can = self.template.capabilities
        hidden = can.calls_need_tools and not conversation.offered
        if not self._native(format, options) or (hidden and any(one.tool_calls for one in conversation.messages)):
            shown = self._shown(format, options)
            return self._woven(conversation, format, options, strict=self._strict, shown=shown)
        messages = [part for message in conversation.messages for part in self._taken(message)]
        if not self._late_system:
            messages = one_system(messages)
        wanted = answer_instruction(conversation.response_schema, format, tools=bool(conversation.offered))
        asked = joined(wanted, demand(conversation.tool_choice))
        if self._offers_in_system and conversation.offered:
            asked = asked if messages[0]["role"] == "system" else joined(_OFFER, asked)
        elif not can.tools:
            asked = joined(self._offer(conversation, format, options), wanted)
        if asked:
            messages = with_system(messages, asked, after=True)
        return messages if can.system else without_system(messages)

    def _taken(self, message: Message) -> list[dict[str, Any]]:
        """A message as the template takes it; a result that it does not show is told by the user."""
        can = self.template.capabilities
        if message.role == "tool" and not can.tool_results:
            return [{"role": "user", "content": Turns(name="woven").result_text(message)}]
        return native_messages(message, can)

    def _offer(self, conversation: Conversation, format: Format, options: Options) -> str:
        """The text that offers the tools, for a template that renders calls and leaves the tools to its users.

        DeepSeek's are such: for V3.1 the model card has the text, which the family's wrapper holds; for V3 and R1 none.
        """
        families = (one for _, one in sorted(WRAPPERS.items()) if isinstance(one, Turns) and one.calls == format.name)
        own = next(filter(None, (one.native_tools(conversation, one.format, options) for one in families)), "")
        if own:
            return joined(own.strip("\n"), demand(conversation.tool_choice))
        return Turns(calls=format.name).taught(conversation, format, options)

    def _woven(
        self, conversation: Conversation, format: Format, options: Options, *, strict: bool, shown: bool = False
    ) -> list[dict[str, Any]]:
        """The messages with calls and results as text; shown is True where the template itself offers the tools."""
        style, can = self.style or Turns(name="woven", calls=format.name), self.template.capabilities
        native = style.native_tools(conversation, format, options)
        taught = "" if shown else native or style.taught(conversation, format, options)
        asked = demand(conversation.tool_choice) if native or shown else ""
        messages = []
        for message in conversation.messages:
            if message.role == "tool":
                kept = shown and can.tool_results and not strict
                as_said = {"role": "user", "content": style.result_text(message)}
                messages.append(native_messages(message, can)[0] if kept else as_said)
                continue
            text = message.content
            if message.role == "assistant" and (message.tool_calls or conversation.offered):
                text = write_turn(format, text, message.tool_calls, conversation.tools, joint=style.joint)
            messages.append({"role": message.role, "content": text})
        wanted = answer_instruction(conversation.response_schema, format, tools=bool(conversation.offered))
        told = joined(taught.strip("\n"), wanted, asked)
        if told:
            messages = with_system(messages, told)
        if strict and can.system and messages[0]["role"] == "system":
            return [messages[0], *alternating(messages[1:])]
        if strict or not can.system:
            return alternating(messages)
        fitting = messages if self._late_system else one_system(messages)
        return fitting if shown else merged(fitting)


def _derived(template: ChatTemplate) -> Format | None:
    """The format a template itself renders calls in; None where it renders none."""
    if not template.capabilities.tool_calls:
        return None
    try:
        return derive(template)
    except TemplateError:
        return None
