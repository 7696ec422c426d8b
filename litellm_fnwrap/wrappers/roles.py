"""Histories as real clients send them, made into what a template can render; nothing a message says is lost."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from operator import is_
from typing import Any

from ..events import ToolCall
from ..formats.readers.json import JsonReader
from ..formats.readers.strict import Unreadable
from ..messages import Conversation, Message
from ..schema import SchemaReader

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def tidy(conversation: Conversation, *, id_pattern: str = "", parallel: bool = True) -> Conversation:
    """The conversation with neighbouring assistant messages merged, every result paired with its call, and every
    call's arguments a JSON object. Ids that do not match id_pattern are replaced, in call and result alike.

    parallel  False where a turn shows one call at most: several calls become a turn each, each before its result.
    """
    messages = _paired(_merged_assistants(conversation.messages))
    if not parallel:
        messages = _one_by_one(messages)
    if id_pattern:
        messages = _with_native_ids(messages, id_pattern)
    unchanged = len(messages) == len(conversation.messages) and all(map(is_, messages, conversation.messages))
    return conversation if unchanged else replace(conversation, messages=tuple(messages))


def arguments_of(call: ToolCall) -> dict[str, Any]:
    """A call's arguments as an object: also where they are JSON text of JSON text, or nearly JSON; "null" is none, and
    text that is no JSON object becomes {"input": text}.
    """
    read = _read_value(call.arguments or "{}")
    if isinstance(read, str):
        read = _read_value(read)
    if isinstance(read, dict):
        return read
    return {} if read is None or read == "" else {"input": read}


def _read_value(text: str) -> Any:
    """The value of a JSON text; the text itself where it is none. An object that is nearly JSON is read as one."""
    try:
        return json.loads(text, strict=False)
    except RecursionError:
        return text
    except ValueError:
        return _mended(text)


def _mended(text: str) -> Any:
    """The object of a text such as {'city': 'Lyon'}; the text itself where there is anything else in it."""
    if not text.lstrip().startswith("{"):
        return text
    reader = JsonReader(True, SchemaReader(True), coerce=False)
    try:
        end = reader.feed(text, len(text) - len(text.lstrip()), True)
        return json.loads(reader.take()) if reader.done and not text[end:].strip() else text
    except (Unreadable, RecursionError):
        return text


def merged(messages: Iterable[dict[str, Any]], separator: str = "\n\n") -> list[dict[str, Any]]:
    """Chat messages with neighbours of one role joined into one."""
    out: list[dict[str, Any]] = []
    for message in messages:
        if out and out[-1]["role"] == message["role"]:
            parts = [text for text in (out[-1]["content"], message["content"]) if text]
            out[-1] = {"role": message["role"], "content": separator.join(parts)}
        else:
            out.append(message)
    return out


def alternating(messages: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Chat messages for templates that insist on user, assistant, user, ...: system text goes to the user turns.

    A conversation that opens with the assistant gets an empty user turn before it.
    """
    roles = {"system": "user", "tool": "user"}
    out = merged({**message, "role": roles.get(message["role"], message["role"])} for message in messages)
    if out and out[0]["role"] == "assistant":
        out.insert(0, {"role": "user", "content": ""})
    return out


def first_system(messages: Sequence[Message], mark: str) -> tuple[str, list[Message]]:
    """The system text a conversation begins with, and the other messages, given the marks around system text.

    Behind a mark of its own every system message is a turn. Without one a second would read as part of the turn before
    it: those in a row are one, later ones are the user's. With nothing at all around it, all of them stand in front, as
    DeepSeek's templates have it.
    """
    marked, bare = bool(mark.partition("{content}")[0].strip()), mark == "{content}"
    texts: list[str] = []
    rest: list[Message] = []
    for message in messages:
        if message.role != "system" or (marked and (texts or rest)):
            rest.append(message)
        elif bare or not rest:
            texts.append(message.content)
        else:
            rest.append(replace(message, role="user"))
    return "\n\n".join(text for text in texts if text), rest


def last_user(messages: Sequence[Message]) -> int:
    """Position of the last user message, -1 if there is none."""
    return max((n for n, message in enumerate(messages) if message.role == "user"), default=-1)


def _merged_assistants(messages: Sequence[Message]) -> list[Message]:
    """Agents such as Open Interpreter send a turn's text and its call as two messages, parallel calls as several."""
    out: list[Message] = []
    for message in messages:
        before = out[-1] if out else None
        if not (before and before.role == message.role == "assistant") or (before.tool_calls and message.content):
            out.append(message)
            continue
        out[-1] = replace(
            before,
            content="\n".join(text for text in (before.content, message.content) if text),
            reasoning="\n".join(text for text in (before.reasoning, message.reasoning) if text),
            tool_calls=before.tool_calls + message.tool_calls,
        )
    return out


def _paired(messages: Sequence[Message]) -> list[Message]:
    """Results carry the id and the name of their call, and stand in the order of the calls, since many models are shown
    neither; a result without a call becomes what the user says.
    """
    out: list[Message] = []
    waiting: list[ToolCall] = []
    places: dict[str, int] = {}
    count = 0
    for message in messages:
        if message.role == "assistant" and message.tool_calls:
            calls = []
            for call in message.tool_calls:
                calls.append(_complete(call, count))
                count += 1
            waiting = list(calls)
            places = {call.id: place for place, call in enumerate(calls)}
            message = replace(message, tool_calls=tuple(calls))
        elif message.role == "tool":
            answered = _call_answered(message, waiting)
            if answered is None:
                message = _spoken_result(message)
            else:
                waiting.remove(answered)
                message = replace(message, tool_call_id=answered.id, name=answered.name)
        out.append(message)
        if message.role == "tool":
            _move_up(out, places)
    return out


def _move_up(messages: list[Message], places: Mapping[str, int]) -> None:
    """Bring the last message, a result, before those of later calls."""
    last = messages.pop()
    at = len(messages)
    while at and messages[at - 1].role == "tool" and places[messages[at - 1].tool_call_id] > places[last.tool_call_id]:
        at -= 1
    messages.insert(at, last)


def _one_by_one(messages: Sequence[Message]) -> list[Message]:
    out: list[Message] = []
    at = 0
    while at < len(messages):
        message = messages[at]
        at += 1
        if len(message.tool_calls) < 2:
            out.append(message)
            continue
        results = []
        while at < len(messages) and messages[at].role == "tool":
            results.append(messages[at])
            at += 1
        for n, call in enumerate(message.tool_calls):
            first = replace(message, tool_calls=(call,))
            out.append(first if n == 0 else Message(role="assistant", tool_calls=(call,)))
            out += [result for result in results if result.tool_call_id == call.id]
    return out


def _complete(call: ToolCall, count: int) -> ToolCall:
    return ToolCall(call.id or f"call_{count}", call.name, json.dumps(arguments_of(call), ensure_ascii=False))


def _call_answered(result: Message, waiting: Sequence[ToolCall]) -> ToolCall | None:
    by_id = next((call for call in waiting if result.tool_call_id and call.id == result.tool_call_id), None)
    by_name = next((call for call in waiting if result.name and call.name == result.name), None)
    return by_id or by_name or next(iter(waiting), None)


def _spoken_result(result: Message) -> Message:
    of = f"Result of {result.name}:" if result.name else "Result of a tool:"
    return Message(role="user", content=f"{of}\n{result.content}")


def _with_native_ids(messages: Sequence[Message], pattern: str) -> list[Message]:
    """Foreign ids are replaced by ones the model was trained on: hashed where nine letters and digits are wanted,
    functions.NAME:INDEX, counted over the conversation, where the id names the function.
    """
    matches = re.compile(pattern).fullmatch
    new: dict[str, str] = {}
    out: list[Message] = []
    count = 0
    for message in messages:
        calls = []
        for call in message.tool_calls:
            if not matches(call.id):
                new[call.id] = _native_id(call, count, pattern)
            calls.append(replace(call, id=new.get(call.id, call.id)))
            count += 1
        answers = new.get(message.tool_call_id, message.tool_call_id)
        out.append(replace(message, tool_calls=tuple(calls), tool_call_id=answers))
    return out


def _native_id(call: ToolCall, count: int, pattern: str) -> str:
    candidates = (
        "".join(_ALPHABET[byte % 62] for byte in hashlib.sha256(f"{call.id}#{count}".encode()).digest()[:9]),
        f"functions.{call.name}:{count}",
        str(count),
        f"call_{count}",
    )
    return next((name for name in candidates if re.fullmatch(pattern, name)), call.id)
