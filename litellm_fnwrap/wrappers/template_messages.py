"""Messages and tools in the forms that models' own chat templates take them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..chat_template import Capabilities
from ..messages import Message
from .base import openai_call
from .layout import joined
from .roles import arguments_of


def native_messages(message: Message, can: Capabilities) -> list[dict[str, Any]]:
    """A message as a template takes it: arguments, and content beside calls, in the form in which it shows them."""
    out: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.reasoning:
        out["reasoning_content"] = message.reasoning
    if message.role == "tool":
        out |= {"name": message.name, "tool_call_id": message.tool_call_id}
    if not message.tool_calls:
        return [out]
    given = [arguments_of(call) if can.object_arguments else None for call in message.tool_calls]
    out["tool_calls"] = list(map(openai_call, message.tool_calls, given))
    if not message.content:
        out["content"] = "" if can.empty_content else None
    elif not can.content_beside_calls:
        # The template shows one of the two and drops the other, so they become two messages.
        said = {"role": "assistant", "content": message.content}
        return [said, {**out, "content": "" if can.empty_content else None}]
    return [out]


def plain(messages: Sequence[dict[str, Any]], can: Capabilities) -> list[dict[str, Any]]:
    """The messages in the form that the strictest templates take, for one that has refused them as they were.

    Without reasoning and empty answers; an answer and a call in one message; a user who speaks; and, for a template
    that counts turns, user messages in a row as one and a word of the assistant before a user who speaks again.
    """
    out: list[dict[str, Any]] = []
    for message in messages:
        message = {key: value for key, value in message.items() if key != "reasoning_content"}
        role, calls = message["role"], bool(message.get("tool_calls"))
        before, turn = (out[-1]["role"] if out else ""), _last_turn(out)
        if role == "assistant" and not calls and not message["content"]:
            continue
        joins = can.content_beside_calls or not (out and out[-1]["content"])
        if role == before == "user" or (role == before == "assistant" and calls and joins):
            out[-1] = {**out[-1], **message, "content": joined(out[-1]["content"] or "", message["content"] or "")}
        elif can.alternation and role == turn == "user":
            out += [{"role": "assistant", "content": "OK."}, message]
        elif can.alternation and role == "assistant" and not calls and turn != "user":
            out += [{"role": "user", "content": "Go on."}, message]
        else:
            out.append(message)
    if all(message["role"] != "user" for message in out):
        leading = 1 if out and out[0]["role"] == "system" else 0
        out.insert(leading, {"role": "user", "content": ""})
    return out


def taking_turns(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages for a template that counts every one as a turn: results in a row as one, and a word of the user's
    before a call that stands behind an answer.
    """
    out: list[dict[str, Any]] = []
    for message in messages:
        before = out[-1]["role"] if out else ""
        if message["role"] == before == "tool":
            out[-1] = {**out[-1], "content": joined(out[-1]["content"], message["content"])}
        elif message["role"] == before == "assistant":
            out += [{"role": "user", "content": "Go on."}, message]
        else:
            out.append(message)
    return out


def _last_turn(messages: Sequence[dict[str, Any]]) -> str:
    """Whose the last turn is that templates count: calls and results are none."""
    counted = (one for one in reversed(messages) if one["role"] in ("user", "assistant") and not one.get("tool_calls"))
    return next((str(one["role"]) for one in counted), "")


def completed(tools: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tools in the plainest form, for a template that has refused them: a description, if an empty one, wherever one is
    taken for granted; one type for each value, as the type null is lost on many; something said of further properties.
    """
    return [{"type": "function", "function": {"description": "", **_described(tool["function"])}} for tool in tools]


def _described(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_described(inner) for inner in schema]
    if not isinstance(schema, Mapping):
        return schema
    out = {key: _described(value) for key, value in schema.items()}
    if isinstance(out.get("properties"), Mapping):
        out["properties"] = {
            name: {"description": "", **inner} if isinstance(inner, Mapping) else inner
            for name, inner in out["properties"].items()
        }
    if isinstance(out.get("type"), list):
        out["type"] = next((kind for kind in out["type"] if kind != "null"), "null")
    if out.get("type") == "object" and "additionalProperties" not in out:
        out["additionalProperties"] = {}
    return out


def with_system(messages: Sequence[dict[str, Any]], text: str, *, after: bool = False) -> list[dict[str, Any]]:
    """The messages with text in the first system message, before what it says or after; a new one where none is."""
    messages = list(messages)
    if messages and messages[0]["role"] == "system":
        said = messages[0]["content"]
        messages[0] = {**messages[0], "content": joined(said, text) if after else joined(text, said)}
        return messages
    return [{"role": "system", "content": text}, *messages]


def without_system(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
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


def one_system(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages with leading system text as one message, and system text in the middle as the user's."""
    leading = next((n for n, message in enumerate(messages) if message["role"] != "system"), len(messages))
    rest = [{**message, "role": "user"} if message["role"] == "system" else message for message in messages[leading:]]
    if not leading:
        return rest
    return [{**messages[0], "content": joined(*(message["content"] for message in messages[:leading]))}, *rest]


def in_parts(message: dict[str, Any]) -> dict[str, Any]:
    """The message with its text as a list of one part; as it is where it has none."""
    text = message["content"]
    return {**message, "content": [{"type": "text", "text": text}]} if isinstance(text, str) else message
