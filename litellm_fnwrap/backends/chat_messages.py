"""Messages that every chat server takes: permitted roles only, taking turns, with text as content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..generation import Prompt


def arrange(prompt: Prompt, roles: Sequence[str]) -> list[dict[str, Any]]:
    """The conversation of a prompt for a server that permits these roles.

    Neighbours of one role become one message, a system message that is not permitted joins the first user message,
    every other role that is not permitted speaks as user, and the user speaks first and last: servers whose template
    insists on turns (LLaMA-Factory, most instruct models) answer anything else with an error.
    A prompt without messages goes as one user message. A text that the answer begins with comes last, marked as
    Mistral, DeepSeek and LiteLLM mark it.
    """
    turns: list[dict[str, Any]] = []
    messages = prompt.messages or [{"role": "user", "content": prompt.text}]
    begun = messages[-1:] if messages[-1].get("prefix") else []
    for message in messages[: len(messages) - len(begun)]:
        role, content = _permitted(str(message.get("role", "user")), roles), _text(message.get("content"))
        if role == "system" and any(turn["role"] != "system" for turn in turns):
            role = "user"
        if turns and turns[-1]["role"] == role:
            turns[-1]["content"] = "\n\n".join(part for part in (turns[-1]["content"], content) if part)
        else:
            turns.append({"role": role, "content": content})
    first = 1 if turns[0]["role"] == "system" else 0
    if len(turns) == first or turns[first]["role"] == "assistant":
        turns.insert(first, {"role": "user", "content": "Hello."})
    if turns[-1]["role"] == "assistant":
        turns.append({"role": "user", "content": "Go on."})
    return turns + begun


def _permitted(role: str, roles: Sequence[str]) -> str:
    if role in roles:
        return role
    return "system" if role == "developer" and "system" in roles else "user"


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return "" if content is None else str(content)
