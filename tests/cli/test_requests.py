"""What commands are given: questions, files, standard input."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from litellm_fnwrap.cli.requests import read_request, read_tool_choice, read_tools
from litellm_fnwrap.errors import InvalidMessagesError, InvalidRequestError, InvalidToolsError

MESSAGES = [{"role": "user", "content": "hello"}]
TOOLS = [{"type": "function", "function": {"name": "ping"}}]


@pytest.fixture
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "request_read"),
    [
        (json.dumps(MESSAGES), {"messages": MESSAGES}),
        (json.dumps({"messages": MESSAGES, "tools": TOOLS}), {"messages": MESSAGES, "tools": TOOLS}),
        ("hello\n", {"messages": MESSAGES}),
    ],
    ids=["messages", "request", "text"],
)
def test_request_is_read_from_a_file_and_from_input(
    in_a_folder: Path, monkeypatch: pytest.MonkeyPatch, text: str, request_read: Any
) -> None:
    (in_a_folder / "request").write_text(text)
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    assert read_request("request") == request_read
    assert read_request("-") == request_read


@pytest.mark.parametrize("question", ["hello", "what? " * 2000], ids=["short", "longer-than-a-file-name"])
def test_request_that_is_no_file_is_a_question(question: str) -> None:
    assert read_request(question) == {"messages": [{"role": "user", "content": question}]}


@pytest.mark.parametrize("text", ["{", '{"tools": []}', "[1"], ids=["broken", "no-messages", "broken-list"])
def test_unreadable_request_is_refused(in_a_folder: Path, text: str) -> None:
    (in_a_folder / "request.json").write_text(text)
    with pytest.raises(InvalidMessagesError, match=r"request\.json"):
        read_request("request.json")


@pytest.mark.parametrize("text", [TOOLS, {"tools": TOOLS}, {"functions": TOOLS}], ids=["list", "tools", "functions"])
def test_tools_are_read(in_a_folder: Path, text: Any) -> None:
    (in_a_folder / "tools.json").write_text(json.dumps(text))
    assert read_tools("tools.json") == TOOLS
    assert read_tools(None) is None


def test_file_without_tools_is_refused(in_a_folder: Path) -> None:
    (in_a_folder / "tools.json").write_text('{"tool": []}')
    with pytest.raises(InvalidToolsError, match=r"tools\.json"):
        read_tools("tools.json")
    with pytest.raises(InvalidRequestError, match=r"nothing\.json"):
        read_tools("nothing.json")


def test_tool_choice_is_a_word_or_names_a_tool() -> None:
    assert read_tool_choice("required") == "required"
    assert read_tool_choice("ping") == {"type": "function", "function": {"name": "ping"}}
