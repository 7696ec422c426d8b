"""What a user reads, and a program gets, when something cannot be done: one line, no traceback, what to do."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from litellm_fnwrap.cli import main

TOOLS = [{"type": "function", "function": {"name": "ping", "parameters": {"type": "object", "properties": {}}}}]
FILES = {
    "tools.json": json.dumps(TOOLS),
    "broken.json": '[{"type":',
    "none.json": "{}",
    "syntax.py": "def f(:\n    pass\n",
    "missing.py": "import no_such_module_anywhere\n",
    "raises.py": "\n\nraise RuntimeError('boom')\n",
    "empty.py": "x = 1\n",
    "answer.txt": "hello",
    "latin.txt": b"caf\xe9",
}
DEMO = "fnwrap/local/demo"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typed(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit status of a command; typed in this process, since each of its own costs seconds."""
    monkeypatch.setattr(sys, "argv", ["fnwrap", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


WRONG: dict[str, tuple[tuple[str, ...], int, tuple[str, ...]]] = {
    "no-such-command": (("rendr",), 2, ("rendr", "fnwrap --help")),
    "no-such-option": (("call", DEMO, "hi", "--modle", "x"), 2, ("--modle", "fnwrap call --help")),
    "no-request": (("call", DEMO), 2, ("request", "fnwrap call --help")),
    "option-of-another-kind": (("call", DEMO, "hi", "--temperature", "warm"), 2, ("--temperature",)),
    "no-such-backend": (("call", "fnwrap/olama/x", "hi"), 2, ("'olama'", "'ollama'")),
    "no-such-provider": (("call", "olama/x", "hi"), 2, ("fnwrap/<backend>",)),
    "no-such-wrapper": (("render", "hi", "--wrapper", "chatlm"), 2, ("'chatml'", "fnwrap list wrappers")),
    "no-such-format": (("parse", "answer.txt", "--format", "hermse"), 2, ("'hermes'",)),
    "no-such-dialect": (("constrain", "tools.json", "--dialect", "gbfn"), 2, ("gbfn", "gbnf")),
    "no-such-list": (("list", "wrapers"), 2, ("wrapers", "wrappers")),
    "no-such-template": (("render", "hi", "--chat-template", "nowhere.jinja"), 2, ("nowhere.jinja",)),
    "broken-template": (("render", "hi", "--chat-template", "{{ broken"), 2, ("cannot be compiled",)),
    "no-such-file": (("parse", "nowhere.txt"), 2, ("nowhere.txt", "No such file")),
    "binary-file": (("parse", "latin.txt"), 2, ("latin.txt", "utf-8")),
    "no-such-request-file": (("render", "nowhere.json"), 2, ("nowhere.json", "No such file")),
    "no-such-tools-file": (("render", "hi", "--tools", "nowhere.json"), 2, ("nowhere.json", "No such file")),
    "no-such-python-file": (("render", "hi", "--tools", "nowhere.py"), 2, ("nowhere.py",)),
    "no-such-module": (("render", "hi", "--tools", "no_such_module"), 2, ("no_such_module", "Name a Python file")),
    "broken-json": (("render", "hi", "--tools", "broken.json"), 2, ("broken.json is not JSON",)),
    "json-without-tools": (("render", "hi", "--tools", "none.json"), 2, ("none.json holds no tools",)),
    "python-with-a-syntax-error": (("render", "hi", "--tools", "syntax.py"), 2, ("SyntaxError", "syntax.py, line 1")),
    "python-that-imports-nothing": (("render", "hi", "--tools", "missing.py"), 2, ("no_such_module_any", "line 1")),
    "python-that-raises": (("render", "hi", "--tools", "raises.py"), 2, ("RuntimeError: boom (line 3)",)),
    "python-without-functions": (("render", "hi", "--tools", "empty.py"), 2, ("empty.py", "def add")),
    "no-such-tool": (("call", DEMO, "hi", "--tools", "tools.json", "--tool-choice", "pong"), 2, ("'pong'", "ping")),
    "no-such-model-file": (("call", "fnwrap/local/nowhere.gguf", "hi"), 2, ("nowhere.gguf", "local/demo")),
    "nothing-listens": (
        ("call", "fnwrap/llamacpp/x", "hi", "--api-base", "http://127.0.0.1:9"), 1, ("127.0.0.1:9", "LLAMACPP_API_BASE")
    ),
    "no-such-address": (("call", "fnwrap/tgi/x", "hi", "--api-base", "http://localhost:port"), 2, ("api_base",)),
    "served-model-of-no-backend": (("config", "m=fnwrap/olama/x"), 2, ("'olama'", "'ollama'")),
    "served-model-of-no-provider": (("config", "gpt-4o=qwen"), 2, ("'qwen'", "fnwrap/<backend>")),
    "no-such-program": (("run", "no_such_program.py"), 2, ("no_such_program.py", "Name a .py file")),
}  # fmt: skip


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("arguments", "status", "told"), WRONG.values(), ids=WRONG)
def test_failure_is_one_line_that_says_what_to_do(
    arguments: tuple[str, ...],
    status: int,
    told: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert typed(monkeypatch, *arguments) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("fnwrap: ")
    assert err.count("\n") == 1
    assert [part for part in told if part not in err] == []
    assert "litellm." not in err


TAKES_JSON = ("call", "render", "parse", "constrain", "config", "list")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", [name for name, (arguments, _, _) in WRONG.items() if arguments[0] in TAKES_JSON])
def test_failure_is_an_object_for_programs(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments, status, told = WRONG[name]
    assert typed(monkeypatch, *arguments, "--json") == status
    out, err = capsys.readouterr()
    error = json.loads(out)["error"]
    assert err == f"fnwrap: {error['message']}\n"
    assert set(error) == {"type", "message", "status"}
    assert (error["status"] == 400) == (status == 2)
    assert [part for part in told if part not in error["message"]] == []


def test_port_that_is_taken_is_refused_before_the_proxy_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("fastapi", reason="litellm[proxy] is not installed")
    pytest.importorskip("backoff", reason="litellm[proxy] is not installed")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert typed(monkeypatch, "serve", DEMO, "--port", str(port)) == 2
    assert f"127.0.0.1:{port}" in capsys.readouterr().err


def shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A line of a shell in which fnwrap is this interpreter's."""
    fnwrap = f"{sys.executable} -c 'from litellm_fnwrap.cli import main; main()'"
    told = {**os.environ, **environment}
    return subprocess.run(
        command.replace("fnwrap", fnwrap, 1), shell=True, capture_output=True, text=True, timeout=120, cwd=folder,
        env=told, executable="/bin/bash",
    )  # fmt: skip


def test_reader_of_a_pipe_may_leave(folder: Path) -> None:
    long = "x" * 200_000
    (folder / "long.txt").write_text(long)
    done = shell("fnwrap parse long.txt | head -c 20; exit ${PIPESTATUS[0]}", folder)
    assert len(done.stdout) == 20
    assert done.stderr == ""
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
    ids=["pipe", "forced", "forbidden"],
)
def test_colour_is_for_terminals_unless_the_environment_says_otherwise(
    folder: Path, environment: dict[str, str], coloured: bool
) -> None:
    done = shell("fnwrap parse nowhere.txt", folder, **environment)
    assert ("\x1b[" in done.stderr) == coloured


def test_command_alone_shows_its_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(monkeypatch) == 0
    assert "doctor" in capsys.readouterr().out


def test_version_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(monkeypatch, "--version") == 0
    assert capsys.readouterr().out.startswith("litellm-fnwrap ")
