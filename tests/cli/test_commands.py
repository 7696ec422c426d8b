"""Commands that need no model, as they are typed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from litellm_fnwrap.cli.app import app

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Get the weather",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
]
CALL = 'Let me look. <tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</tool_call>'
MENDED = '<tool_call>\n{"name": "get_weather", "arguments": {city: "Lyon",}}\n</tool_call>'


@pytest.fixture
def tools(tmp_path: Path) -> str:
    file = tmp_path / "tools.json"
    file.write_text(json.dumps(TOOLS))
    return str(file)


def run(*arguments: str, given: str = "") -> Any:
    from litellm_fnwrap.cli.app import app

    result = CliRunner().invoke(app, list(arguments), input=given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def typed(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, as a shell starts it."""
    start = [sys.executable, "-m", "litellm_fnwrap", *arguments]
    return subprocess.run(start, input=given, capture_output=True, text=True, timeout=120)


def test_render_shows_the_prompt(tools: str) -> None:
    shown = run("render", "How is the weather?", "--tools", tools, "--wrapper", "chatml")
    assert "<|im_start|>user\nHow is the weather?<|im_end|>" in shown
    assert "get_weather" in shown


def test_render_prints_json_for_programs(tools: str) -> None:
    prompt = json.loads(run("render", "Hello", "--tools", tools, "--wrapper", "chatml", "--json"))
    assert prompt["stop"]
    assert prompt["format"] == "hermes"


def test_parse_reads_standard_input(tools: str) -> None:
    shown = run("parse", "--format", "hermes", "--tools", tools, given=CALL)
    assert 'get_weather(city="Lyon")' in shown
    assert "Let me look." in shown


def test_parse_prints_json_for_programs(tools: str) -> None:
    parsed = json.loads(run("parse", "--format", "hermes", "--tools", tools, "--json", given=CALL))
    assert json.loads(parsed["tool_calls"][0]["arguments"]) == {"city": "Lyon"}
    assert parsed["finish_reason"] == "tool_calls"


def test_parse_explains_what_it_mended(tools: str) -> None:
    shown = run("parse", "--format", "hermes", "--tools", tools, "--explain", given=MENDED)
    assert "repair at " in shown
    assert "CallStart index=0" in shown


def test_constrain_shows_a_grammar(tools: str) -> None:
    assert "root ::=" in run("constrain", tools, "--format", "hermes")


def test_constrain_shows_a_schema(tools: str) -> None:
    assert isinstance(json.loads(run("constrain", tools, "--format", "llama3-json", "--dialect", "json_schema")), dict)


@pytest.mark.parametrize(
    ("what", "known"), [("wrappers", "chatml"), ("formats", "hermes"), ("backends", "llamacpp"), ("options", "repair")]
)
def test_list_shows_what_there_is(what: str, known: str) -> None:
    assert known in run("list", what)
    assert "…" not in run("list", what)
    records = json.loads(run("list", what, "--json"))[what]
    assert any(known in next(iter(record.values())) for record in records)


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "format": (("parse", "--format", "hermse"), "'hermes'"),
    "wrapper": (("render", "hello", "--wrapper", "chatlm"), "'chatml'"),
    "tools-file": (("constrain", "nowhere.json"), "nowhere.json"),
    "list": (("list", "wrapers"), "wrappers"),
    "command": (("rendr",), "rendr"),
}


@pytest.mark.parametrize(("arguments", "hint"), WRONG.values(), ids=WRONG)
def test_mistake_ends_with_a_hint_and_status_two(arguments: tuple[str, ...], hint: str) -> None:
    done = typed(*arguments, given=CALL)
    assert done.returncode == 2
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_every_command_prints_for_programs_but_the_one_whose_options_are_anothers() -> None:
    commands = typer.main.get_command(app).commands
    without = {
        name for name, command in commands.items() if "--json" not in [o for p in command.params for o in p.opts]
    }
    assert without == {"run"}


def test_help_names_every_command() -> None:
    shown = typed("--help").stdout
    for command in ("demo", "chat", "call", "render", "parse", "constrain", "doctor", "list"):
        assert command in shown
