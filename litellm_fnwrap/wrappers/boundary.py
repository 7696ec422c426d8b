"""Prompt boundaries: text of users and tools cannot open or close a turn, a call or a result.

A mark that occurs inside such text gets a zero-width joiner after its first character. The text looks the same, to
people and (since the joiner is a common token of its own, known from emoji) to models, but a tokenizer no longer sees
the special token, and no parser the mark. A blank would show and change code; leaving the mark out would lose text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

from ..events import ToolCall
from ..formats.spec import Format, Literally, segments, spellings
from ..messages import Conversation, Message, Tool

JOINER = "\u200d"

# Tags, also those cut by a hole (<function=), square marks (written in capitals) and the double angles of Llama 2.
_MARK = re.compile(
    r"<<[^<>\s]+>>|<[^<>\s][^<>\n]{0,80}>|<[A-Za-z_:|｜/][^<>\s]*=|\[/?[A-Z][A-Z_]+\]|\]<\][^\[\]\n]{1,20}\[>\[|\]~[!b]\[?|\]~b\]"
)
# Whatever has the look of a special token is one in some vocabulary, wrapper or not.
_LOOKS_SPECIAL = r"<\|[^<>|\s][^<>|\n]{0,80}\|>|<｜[^<>｜\n]{1,80}｜>|</?s>|<(?:bos|eos|unk|pad)>"


def marks_in(*texts: str) -> frozenset[str]:
    """The control marks that occur in protocol text."""
    return frozenset(mark for text in texts for mark in _MARK.findall(text))


@lru_cache(maxsize=256)
def format_marks(format: Format) -> frozenset[str]:
    """The control marks of a format: tags in any of its templates, its special tokens, and its own stop strings."""
    literals: list[str] = []
    for field in fields(format):
        if field.name in ("name", "source", "sample", "models", "aliases", "instruction", "object", "id_pattern"):
            continue
        value = getattr(format, field.name)
        if isinstance(value, str) or (isinstance(value, tuple) and all(isinstance(one, str) for one in value)):
            for text in spellings(value):
                literals += [part.text for part in segments(text) if isinstance(part, Literally)]
    return marks_in(*literals) | {mark for mark in format.special if mark.strip()}


def neutralise(conversation: Conversation, marks: frozenset[str]) -> Conversation:
    """The conversation with every control mark in its texts, calls and tools broken by a zero-width joiner."""
    pattern = _pattern(marks)
    tools = tuple(_safe_tool(tool, pattern) for tool in conversation.tools)
    choice = conversation.tool_choice
    if choice.name:
        choice = replace(choice, name=broken(choice.name, pattern))
    return replace(
        conversation,
        messages=tuple(_safe_message(message, pattern) for message in conversation.messages),
        tools=tools,
        tool_choice=choice,
    )


def broken(text: str, pattern: re.Pattern[str]) -> str:
    """The text with a joiner inside every match, until none is left (breaking one mark can leave another behind it)."""
    while pattern.search(text):
        text = pattern.sub(lambda found: found.group()[0] + JOINER + found.group()[1:], text)
    return text


@lru_cache(maxsize=256)
def _pattern(marks: frozenset[str]) -> re.Pattern[str]:
    ordered = sorted((mark for mark in marks if len(mark) > 1), key=lambda mark: (-len(mark), mark))
    return re.compile("|".join([*map(_literal, ordered), _LOOKS_SPECIAL]), re.MULTILINE)


def _literal(mark: str) -> str:
    return "^" + re.escape(mark[1:]) if mark.startswith("^") else re.escape(mark)


def _safe_message(message: Message, pattern: re.Pattern[str]) -> Message:
    return replace(
        message,
        content=broken(message.content, pattern),
        reasoning=broken(message.reasoning, pattern),
        name=broken(message.name, pattern),
        tool_call_id=broken(message.tool_call_id, pattern),
        tool_calls=tuple(_safe_call(call, pattern) for call in message.tool_calls),
    )


def _safe_call(call: ToolCall, pattern: re.Pattern[str]) -> ToolCall:
    # Decoded first: \u003c in JSON text is the start of a mark once a writer decodes it.
    arguments = json.dumps(_safe_json(json.loads(call.arguments), pattern), ensure_ascii=False)
    return ToolCall(broken(call.id, pattern), broken(call.name, pattern), arguments)


def _safe_tool(tool: Tool, pattern: re.Pattern[str]) -> Tool:
    return replace(
        tool,
        name=broken(tool.name, pattern),
        description=broken(tool.description, pattern),
        parameters=_safe_json(tool.parameters, pattern),
    )


def _safe_json(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return broken(value, pattern)
    if isinstance(value, Mapping):
        return {broken(str(key), pattern): _safe_json(inner, pattern) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_safe_json(inner, pattern) for inner in value]
    return value
