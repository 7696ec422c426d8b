"""Small conversations with made-up words, rendered by a chat template, and the assistant's turn cut out of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..chat_template import ChatTemplate
from ..errors import TemplateError
from .derive_tokens import shared_prefix, tokens

USER, ANSWER, THOUGHT = "Zquserwords", "Zqanswerwords", "Zqthoughtwords"
END_OF_TEXT = "<zqendoftext>"
NAMES = ("zqalpha", "zqbravo", "zqcharlie")
KEYS = ("zqkeyone", "zqkeytwo")
_MISSING = object()


class ProbeCall(NamedTuple):
    """A call to render."""

    name: str
    arguments: Mapping[str, Any]
    id: str


@dataclass(frozen=True, slots=True)
class Shape:
    """How a template wants calls in its input.

    as_text  arguments are JSON text, not an object.
    content  what a message with calls has as content.
    tools    whether tools are passed.
    """

    as_text: bool
    content: str | None
    tools: bool


_SHAPES = [
    Shape(as_text, content, tools) for as_text in (False, True) for content in ("", None) for tools in (True, False)
]


def probe_calls(count: int, arguments: Mapping[str, Any] | None = None) -> list[ProbeCall]:
    """Calls of different tools with different values: one string argument each unless arguments are given."""
    return [
        ProbeCall(name, {KEYS[0]: f"zqvalue{name[2:]}"} if arguments is None else arguments, f"zqid0000{n + 1}")
        for n, name in enumerate(NAMES[:count])
    ]


def _begins_with(text: str, value: Any) -> bool:
    try:
        return bool(json.JSONDecoder().raw_decode(text)[0] == value)
    except ValueError:
        return False


def _tools(arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    types = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    properties = {
        key: {"type": types.get(type(value), "string"), "description": "Zqdescribed"}
        for key, value in arguments.items()
    }
    schema = {"type": "object", "properties": properties, "required": []}
    return [
        {"type": "function", "function": {"name": name, "description": "Zqdescribed", "parameters": schema}}
        for name in NAMES
    ]


class Prober:
    """Renders probes of one template; turns are what the template adds after the user's own turn."""

    def __init__(self, template: ChatTemplate) -> None:
        self.template = template
        if not template.eos_token:
            template = ChatTemplate(template.sources, bos_token=template.bos_token, eos_token=END_OF_TEXT)
        self.probed = template
        self.shape = Shape(False, "", True)

    def settle(self) -> bool:
        """Find the shape in which the template renders calls, and keep to it; False if it renders none."""
        for nested in (False, True):
            for shape in _SHAPES:
                self.shape = shape
                text = self.calls(probe_calls(1))
                if text is None or KEYS[0] not in text or "zqvaluealpha" not in text:
                    continue
                if NAMES[0] not in text and "zqid00001" not in text:
                    continue
                if f"{{'{KEYS[0]}'" in text:  # Python's spelling of a dict
                    continue
                escaped = f'\\"{KEYS[0]}' in text
                if escaped == nested and (nested or not shape.as_text or self._keeps_text()):
                    return True  # JSON text in JSON only where there is no other way
        return False

    def _keeps_text(self) -> bool:
        """Whether arguments that are JSON text stand in the turn as JSON, and not inside Python's quote marks."""
        arguments = {KEYS[0]: 'zq"\\zq'}
        turn = self.calls(probe_calls(1, arguments)) or ""
        return any(_begins_with(turn[found.start() :], arguments) for found in re.finditer(r"\{", turn))

    def calls(
        self, calls: Sequence[ProbeCall], *, content: Any = _MISSING, after: Sequence[dict[str, Any]] = (), **more: Any
    ) -> str | None:
        """The assistant's turn with these calls, or None if the template refuses it."""
        content = self.shape.content if content is _MISSING else content
        arguments = {key: value for call in calls for key, value in call.arguments.items()}
        message = {"role": "assistant", "content": content, "tool_calls": self._calls(calls), **more}
        return self.turn([message, *after], arguments)

    def answer(self, content: Any = ANSWER, *, after: Sequence[dict[str, Any]] = (), **more: Any) -> str | None:
        """The assistant's turn with an answer in words, or None."""
        return self.turn([{"role": "assistant", "content": content, **more}, *after])

    def _calls(self, calls: Sequence[ProbeCall]) -> list[dict[str, Any]]:
        out = []
        for call in calls:
            text = json.dumps(call.arguments, ensure_ascii=False)
            function = {"name": call.name, "arguments": text if self.shape.as_text else dict(call.arguments)}
            out.append({"id": call.id, "type": "function", "function": function})
        return out

    def turn(self, messages: Sequence[dict[str, Any]], arguments: Mapping[str, Any] | None = None) -> str | None:
        """What the messages add behind the user's turn, or None if the template refuses them."""
        given = {KEYS[0]: ""} if arguments is None else arguments
        after, before = self._after_user(messages, given), self._after_user((), given)
        if after is None or before is None:
            return None
        cut = tokens(after)
        return "".join(cut[shared_prefix(cut, tokens(before)) :])

    def words_about_tools(self) -> str:
        """A prompt with tools, which says how they are called if the template does; "" if it is refused."""
        try:
            return self.probed.render([{"role": "user", "content": USER}], _tools({KEYS[0]: ""}))
        except TemplateError:
            return ""

    def generation_prompt(self, **variables: Any) -> str:
        """What the template adds to open the assistant's turn; "" if nothing."""
        given = {KEYS[0]: ""}
        opened = self._after_user((), given, add_generation_prompt=True, **variables)
        before = self._after_user((), given)
        if opened is None or before is None:
            return ""
        return opened[len(before) :] if opened.startswith(before) else ""

    def _after_user(
        self, messages: Sequence[dict[str, Any]], arguments: Mapping[str, Any], **variables: Any
    ) -> str | None:
        options = {"add_generation_prompt": False, **variables}
        try:
            text = self.probed.render(
                [{"role": "user", "content": USER}, *messages],
                _tools(arguments) if self.shape.tools else None,
                **options,
            )
        except TemplateError:
            return None
        return text.partition(USER)[2]
