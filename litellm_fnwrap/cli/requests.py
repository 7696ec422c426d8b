"""Reading what a command is given: questions, messages, tools, tool choices."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from ..errors import InvalidMessagesError, InvalidToolsError
from . import screen
from .python_tools import describe, load_functions


def read_text(where: str) -> str:
    """The text of a file, or of standard input for "-"."""
    if where == "-":
        if sys.stdin.isatty():
            screen.note("Reading standard input; Ctrl-D ends it.")
        return sys.stdin.read()
    try:
        return Path(where).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else problem
        raise InvalidMessagesError(f"{where} cannot be read: {reason}. Name a text file, or - for input.") from problem


def read_request(where: str) -> dict[str, Any]:
    """A chat request with at least messages: from a question, a list of messages, or a whole request.

    Raises InvalidMessagesError for a file that cannot be read or holds no messages.
    """
    if where != "-" and not _names_file(where):
        return {"messages": [{"role": "user", "content": where}]}
    text = read_text(where)
    if not text.lstrip().startswith(("{", "[")):
        return {"messages": [{"role": "user", "content": text.strip()}]}
    read = _read_json(text, where)
    request = {"messages": read} if isinstance(read, list) else read
    if not isinstance(request.get("messages"), list):
        raise InvalidMessagesError(f"{where} holds no messages. Expected a list of messages, or an object with them.")
    return request


def read_tools(where: str | None) -> list[dict[str, Any]] | None:
    """The tools of a JSON file or of Python functions; None where none are named.

    Raises InvalidToolsError for a file without tools, InvalidMessagesError for one that cannot be read.
    """
    if where is None:
        return None
    if not where.endswith(".json"):
        return [describe(function) for function in load_functions(where).values()]
    read = _read_json(read_text(where), where)
    found = read.get("tools", read.get("functions")) if isinstance(read, dict) else read
    if not isinstance(found, list):
        raise InvalidToolsError(f"{where} holds no tools. Expected a list of tools, or an object with tools.")
    return found


def read_tool_choice(choice: str) -> Any:
    """A tool choice as the OpenAI API spells it."""
    if choice in ("auto", "none", "required"):
        return choice
    return {"type": "function", "function": {"name": choice}}


def _names_file(where: str) -> bool:
    """Whether what was typed is the name of a file, be it that of one which is not there."""
    if where.endswith(".json") and not any(map(str.isspace, where)):
        return True
    try:
        return Path(where).is_file()
    except OSError:  # a question may be longer than any file name
        return False


def _read_json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as problem:
        raise InvalidMessagesError(f"{where} is not JSON: {problem}.") from problem
