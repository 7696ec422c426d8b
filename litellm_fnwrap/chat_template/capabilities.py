"""What a chat template can render, found by rendering small conversations and looking for what was put in."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import TemplateError

if TYPE_CHECKING:
    from .template import ChatTemplate

_USER = {"role": "user", "content": "zq user"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a template shows of what it is given.

    system            a system message.
    tools             the tools, so that the model knows them.
    tool_calls        an assistant's calls; calls_need_tools: only where tools are given.
    parallel          more than one call in a message.
    tool_results      a tool's result; tool_names the name of the tool beside it.
    object_arguments  calls' arguments are taken as objects (else as JSON text).
    string_arguments  calls' arguments are taken as JSON text.
    content_beside_calls  content in a message with calls.
    null_content      a message with calls may have content None; empty_content: may have "".
    reasoning         a message's reasoning_content.
    typed_content     content as a list of parts.
    string_content    content as a string.
    alternation       user and assistant must take turns, the user first.
    generation_prompt the assistant's turn is opened on request.
    """

    system: bool
    tools: bool
    tool_calls: bool
    calls_need_tools: bool
    parallel: bool
    tool_results: bool
    tool_names: bool
    object_arguments: bool
    string_arguments: bool
    content_beside_calls: bool
    null_content: bool
    empty_content: bool
    reasoning: bool
    typed_content: bool
    string_content: bool
    alternation: bool
    generation_prompt: bool


def probe_tools(*names: str) -> list[dict[str, Any]]:
    """Tools of these names with one optional string parameter each, as OpenAI's tools list."""
    schema = {"type": "object", "properties": {"zqarg": {"type": "string", "description": "zq"}}, "required": []}
    return [
        {"type": "function", "function": {"name": name, "description": "zq tool", "parameters": schema}}
        for name in names
    ]


def _call(name: str, arguments: Any, id: str) -> dict[str, Any]:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def _assistant(content: Any, *calls: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content, "tool_calls": list(calls), **more}


@functools.lru_cache(maxsize=128)
def probe(template: ChatTemplate) -> Capabilities:
    """The template's capabilities; about twenty small renderings, done once for each template in a process."""
    return _Probe(template).found()


class _Probe:
    def __init__(self, template: ChatTemplate) -> None:
        self.template = template
        self.tools = probe_tools("zq_first", "zq_second")
        self.calls_need_tools = False

    def shows(
        self, messages: Sequence[dict[str, Any]], *wanted: str, tools: bool = False, prompt: bool = False
    ) -> bool:
        """Whether the conversation renders, with all the wanted texts in it."""
        text = self.text(messages, tools, prompt)
        return text is not None and all(piece in text for piece in wanted)

    def text(self, messages: Sequence[dict[str, Any]], tools: bool = False, prompt: bool = False) -> str | None:
        # Some templates, kept for requests with tools, fail without any, or show calls only beside tools.
        for given in (self.tools,) if tools or self.calls_need_tools else (None, self.tools):
            try:
                return self.template.render(messages, given, add_generation_prompt=prompt)
            except TemplateError:
                continue
        return None

    def found(self) -> Capabilities:
        """All capabilities, the forms of calls first, since the other probes of calls use them."""
        answer = {"role": "assistant", "content": "zq answer"}
        string = self.shows([_USER], "zq user", prompt=True)
        listed = self.shows([{"role": "user", "content": [{"type": "text", "text": "zq user"}]}], "zq user")
        system = {"role": "system", "content": "zq system"}
        in_order = self.text([_USER, answer, _USER]) is not None
        mixed = self.text([_USER, _USER, answer, _USER]) is not None and self.text([answer, _USER]) is not None
        with_prompt, without = self.text([_USER], prompt=True), self.text([_USER])
        return Capabilities(
            system=self.shows([system, _USER], "zq system", "zq user"),
            tools=self.shows([_USER], "zq_first", "zq_second", tools=True, prompt=True),
            string_content=string,
            typed_content=listed
            and "'type'" not in (self.text([{"role": "user", "content": [{"type": "text", "text": "zq user"}]}]) or ""),
            alternation=in_order and not mixed,
            generation_prompt=with_prompt != without,
            **self._calls(),
        )

    def _working(self, *, as_text: bool = False) -> list[tuple[str, str | None]]:
        """The forms of arguments and content in which calls are shown; as_text: with JSON text in their JSON."""
        return [
            (kind, content)
            for kind, arguments in (("object", {"zqarg": "zqvalue"}), ("string", '{"zqarg": "zqvalue"}'))
            for content in (None, "")
            if self._shows_call(arguments, content, as_text)
        ]

    def _calls(self) -> dict[str, bool]:
        working = self._working()
        if not working:
            self.calls_need_tools = True
            working = self._working() or self._working(as_text=True)
        kind, content = working[0] if working else ("object", "")
        arguments: Any = {"zqarg": "zqvalue"} if kind == "object" else '{"zqarg": "zqvalue"}'
        first, second = _call("zq_first", arguments, "zqcall001"), _call("zq_second", arguments, "zqcall002")
        history = [_USER, _assistant(content, first)]
        result = {"role": "tool", "tool_call_id": "zqcall001", "name": "zq_first", "content": "zq result"}
        before, after = self.text(history, True), self.text([*history, result], True)
        shown = after is not None and "zq result" in after
        return {
            "tool_calls": bool(working),
            "calls_need_tools": bool(working) and self.calls_need_tools,
            "parallel": bool(working)
            and self.shows([_USER, _assistant(content, first, second)], "zq_second", tools=False),
            "tool_results": shown,
            "tool_names": shown and (after or "").count("zq_first") > (before or "").count("zq_first"),
            "object_arguments": any(kind == "object" for kind, _ in working),
            "string_arguments": any(kind == "string" for kind, _ in working),
            "content_beside_calls": bool(working)
            and self.shows([_USER, _assistant("zq beside", first)], "zq beside", "zq_first", "zqvalue"),
            "null_content": any(given is None for _, given in working),
            "empty_content": any(given == "" for _, given in working),
            "reasoning": self._shows_reasoning(content, first),
        }

    def _shows_call(self, arguments: Any, content: str | None, as_text: bool) -> bool:
        """Whether the call's name is there and its argument in its own words: as text in text only where that is
        asked for, and not as Python.
        """
        message = _assistant(content, _call("zq_first", arguments, "zqcall001"))
        text = self.text([_USER, message])
        if text is None or "zq_first" not in text or "zqvalue" not in text:
            return False
        return (as_text or '\\"zqarg' not in text) and ("{'zqarg'" not in text)

    def _shows_reasoning(self, content: str | None, call: dict[str, Any]) -> bool:
        thought = {"reasoning_content": "zq thought"}
        plain = {"role": "assistant", "content": "zq answer", **thought}
        return self.shows([_USER, plain], "zq thought") or self.shows(
            [_USER, _assistant(content, call, **thought)], "zq thought"
        )
