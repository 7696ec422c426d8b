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
from itertools import pairwise
from operator import is_
from typing import Any, NamedTuple

from ..events import ToolCall
from ..formats.spec import Format, Literally, segments, spellings
from ..messages import Conversation, Message, Tool
from ..remembered import Remembered, once

JOINER = "\u200d"

# Tags, also those cut by a hole (<function=), square marks (in capitals, or with bars: [|user|]), the double angles of
# Llama 2.
_MARK = re.compile(
    r"<<[^<>\s]+>>|<[^<>\s][^<>\n]{0,80}>|<[A-Za-z_:|｜/][^<>\s]*=|\[/?[A-Z][A-Z_]+\]|\[\|[^\[\]|\s]{1,40}\|\]|\]<\][^\[\]\n]{1,20}\[>\[|\]~[!b]\[?|\]~b\]|\[e~\["
)
# A tag that a hole cuts behind an attribute's name (<invoke name=).
_CUT_TAG = re.compile(r"""<[^<>\s/][^<>\n]{0,80}=(?=["']?\Z)""")
# A tag or square mark that a call's name is a part of: what stands before the name, and behind it.
_BEFORE_NAME, _BEHIND_NAME = re.compile(r"(?:<[^<>\n]{0,80}|\[/?)\Z"), re.compile(r"[^<>\[\]{}\n]{0,80}[>\]]")
# Whatever has the look of a special token is one in some vocabulary, wrapper or not.
_LOOKS_SPECIAL = r"<\|[^<>|\s][^<>|\n]{0,80}\|>|<｜[^<>｜\n]{1,80}｜>|</?s>|<(?:bos|eos|unk|pad)>"


def marks_in(*texts: str) -> frozenset[str]:
    """The control marks that occur in protocol text."""
    return frozenset(mark for text in texts for mark in _MARK.findall(text))


@lru_cache(maxsize=256)
def format_marks(format: Format) -> frozenset[str]:
    """The control marks of a format: tags in any of its templates, its special tokens, and, of what stands around
    calls, content and turns without any tag, the marks that are none.
    """
    literals: list[str] = []
    for field in fields(format):
        if field.name in ("name", "source", "sample", "models", "aliases", "instruction", "object", "id_pattern"):
            continue
        value = getattr(format, field.name)
        if isinstance(value, str) or (isinstance(value, tuple) and all(isinstance(one, str) for one in value)):
            for text in spellings(value):
                literals += [part.text for part in segments(text) if isinstance(part, Literally)]
    around = (format.section, format.call, format.reasoning, format.content, format.drop, format.stop)
    lines = [line.strip() for field in around for text in spellings(field) for line in _untagged_lines(text)]
    odd = {mark for line in lines if (mark := _odd_mark(line))}
    odd |= {
        f"^{word}" for call in format.calls if (word := call.partition("{")[0].strip()).isupper() and word.isalpha()
    }
    cut = {found.group() for text in literals if (found := _CUT_TAG.search(text))}
    if re.fullmatch(r"[^\w\s{}\[\]\"'`]{3,}", format.prefill):
        odd.add(format.prefill)
    return marks_in(*literals) | odd | cut | {mark for mark in format.special if mark.strip()}


def marks_of_names(format: Format, conversation: Conversation) -> frozenset[str]:
    """The marks that hold the name of a tool or of a past call, where a format writes names into its marks
    (<get_weather>).
    """
    around = _around_names(format)
    if not around:
        return frozenset()
    names = {tool.name for tool in conversation.tools}
    names |= {call.name for message in conversation.messages for call in message.tool_calls}
    return frozenset(before + name + behind for before, behind in around for name in names if name)


@lru_cache(maxsize=256)
def _around_names(format: Format) -> frozenset[tuple[str, str]]:
    """What stands around the name in a format's marks; nothing where the mark is known by what is before the name."""
    found = set()
    for template in (*format.calls, *spellings(format.empty_call)):
        pieces = template.split("{name}")
        for left, right in pairwise(pieces):
            before, behind = _BEFORE_NAME.search(left), _BEHIND_NAME.match(right)
            known = before is None or marks_in(before.group()) or _CUT_TAG.search(before.group())
            if before and not known and (behind or before.group() != "["):
                found.add((before.group(), behind.group() if behind else ""))
    return frozenset(found)


def _untagged_lines(template: str) -> list[str]:
    if _MARK.search(template):
        return []
    return [line for part in segments(template) if isinstance(part, Literally) for line in part.text.split("\n")]


def _odd_mark(text: str) -> str:
    """A literal that marks without being a tag: anywhere if punctuation sets it apart ({#act}, [act], functools[),
    else at the beginning of a line (Action:); "" for words, brackets, and code fences, which people write for their own
    sake.
    """
    square = re.search(r"\[/?\w{2,}\]|^\w{4,}\[$", text)
    if square:
        return square.group()
    signs = [char for char in text if not (char.isalnum() or char.isspace() or char in "_.,()[]")]
    if len(text) < 2 or not signs or set(text) <= set("<>/{}[]") or '"' in text or "```" in text:
        return ""
    if len(signs) > 1 and len(text) > 2:
        return text
    return f"^{text}"


def neutralise(conversation: Conversation, marks: frozenset[str]) -> Conversation:
    """The conversation with every control mark in its texts, calls and tools broken by a zero-width joiner."""
    found = compile_marks(marks)
    tools = once(conversation.tools, ("safe", marks), lambda: _safe_tools(conversation.tools, found))
    messages = tuple(_safe_message(message, found) for message in conversation.messages)
    choice = conversation.tool_choice
    if choice.name:
        choice = replace(choice, name=broken(choice.name, found))
    elif tools is conversation.tools and not conversation.prefix and all(map(is_, messages, conversation.messages)):
        return conversation
    prefix = broken(conversation.prefix, found)
    return replace(conversation, messages=messages, tools=tools, tool_choice=choice, prefix=prefix)


class Marks(NamedTuple):
    """Control marks, ready to be looked for: no text without one of the hints has a match."""

    pattern: re.Pattern[str]
    hints: tuple[str, ...]


def broken(text: str, marks: Marks) -> str:
    """The text with a joiner inside every match, until none is left (breaking one mark can leave another behind it)."""
    if not _suspect(text, marks):
        return text
    while marks.pattern.search(text):
        text = marks.pattern.sub(lambda found: found.group()[0] + JOINER + found.group()[1:], text)
    return text


def _suspect(text: str, marks: Marks) -> bool:
    """Whether a text may hold a mark at all; nearly none does, and looking for pieces is much faster than a pattern."""
    for hint in marks.hints:  # noqa: SIM110 - a generator would cost more than the search
        if hint in text:
            return True
    return False


@lru_cache(maxsize=256)
def compile_marks(marks: frozenset[str]) -> Marks:
    """The marks as one pattern, and the few pieces of text one of which every mark has."""
    ordered = sorted((mark for mark in marks if len(mark) > 1), key=lambda mark: (-len(mark), mark))
    pattern = re.compile("|".join([*map(_literal, ordered), _LOOKS_SPECIAL]), re.MULTILINE)
    hints = {"<", *(mark.removeprefix("^") for mark in ordered if "<" not in mark and "[" not in mark)}
    if any("[" in mark and "<" not in mark for mark in ordered):
        hints.add("[")
    return Marks(pattern, tuple(sorted(hints)))


def _literal(mark: str) -> str:
    return "^" + re.escape(mark[1:]) if mark.startswith("^") else re.escape(mark)


def _safe_message(message: Message, marks: Marks) -> Message:
    changed: dict[str, Any] = {}
    for field in ("content", "reasoning", "name", "tool_call_id"):
        text = getattr(message, field)
        if text and _suspect(text, marks):
            changed[field] = broken(text, marks)
    if message.tool_calls:
        changed["tool_calls"] = tuple(_safe_call(call, marks) for call in message.tool_calls)
    return replace(message, **changed) if changed else message


def _safe_call(call: ToolCall, marks: Marks) -> ToolCall:
    arguments = call.arguments
    if "\\u" in arguments or _suspect(arguments, marks):
        # Decoded first: \u003c in JSON text is the start of a mark once a writer decodes it.
        arguments = json.dumps(_safe_json(json.loads(arguments), marks), ensure_ascii=False)
    return ToolCall(broken(call.id, marks), broken(call.name, marks), arguments)


def _safe_tools(tools: tuple[Tool, ...], marks: Marks) -> tuple[Tool, ...]:
    """The same tools where all are safe, so that what was made of them before is made of these."""
    safe = [_safe_tool(tool, marks) for tool in tools]
    return tools if all(map(is_, safe, tools)) else Remembered(safe)


def _safe_tool(tool: Tool, marks: Marks) -> Tool:
    text = json.dumps((tool.name, tool.description, tool.parameters), ensure_ascii=False, default=str)
    if not _suspect(text, marks):
        return tool
    return replace(
        tool,
        name=broken(tool.name, marks),
        description=broken(tool.description, marks),
        parameters=_safe_json(tool.parameters, marks),
    )


def _safe_json(value: Any, marks: Marks) -> Any:
    if isinstance(value, str):
        return broken(value, marks)
    if isinstance(value, Mapping):
        return {broken(str(key), marks): _safe_json(inner, marks) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_safe_json(inner, marks) for inner in value]
    return value
