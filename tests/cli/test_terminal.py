"""Commands at a real terminal: colours, widths, Ctrl-C and Ctrl-D, what the shell completes."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from provider.scripted_ollama import ScriptedOllama, says, scripted_ollama

FNWRAP = Path(sys.executable).parent / "fnwrap"
FUNCTIONS = 'def get_weather(city: str) -> str:\n    """Get the weather"""\n    return f"21 degrees in {city}"\n'
CALL = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</tool_call>'
LIMIT = 120.0

pytestmark = pytest.mark.skipif(not FNWRAP.exists(), reason="the package's command is not beside this Python")


def _be_in_the_foreground() -> None:
    """As a program that is typed; what a shell starts in the background is deaf to Ctrl-C, and so are its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A program at a pseudo-terminal; shown is all that it has written."""

    def __init__(self, *command: str, columns: int = 100, **environment: str) -> None:
        self._end, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        kept = {name: text for name, text in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            env={**kept, "TERM": "xterm-256color", "LITELLM_LOCAL_MODEL_COST_MAP": "True", **environment},
            preexec_fn=_be_in_the_foreground,
        )  # fmt: skip
        os.close(theirs)
        self.shown = ""
        self._heeded = 0

    def type(self, keys: str) -> None:
        os.write(self._end, keys.encode())

    def wait_for(self, text: str) -> None:
        """Read until a text is shown after the one that was waited for before."""
        deadline = time.monotonic() + LIMIT
        while (place := plain(self.shown).find(text, self._heeded)) < 0:
            assert time.monotonic() < deadline, f"{text!r} was not shown:\n{self.shown}"
            assert self._read(), f"ended before {text!r} was shown:\n{self.shown}"
        self._heeded = place + len(text)

    def interrupt(self, shown: str) -> None:
        """Press Ctrl-C, once a second, until a text is shown: input() misses one that comes as it prints its prompt."""
        before, deadline = len(plain(self.shown)), time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            self.type("\x03")
            pressed = time.monotonic()
            while (left := pressed + 1.0 - time.monotonic()) > 0 and self.process.poll() is None:
                self._read(left)
                if shown in plain(self.shown)[before:]:
                    return
            assert self.process.poll() is None, f"ended before {shown!r} was shown after Ctrl-C:\n{self.shown}"
        raise AssertionError(f"{shown!r} was not shown after Ctrl-C:\n{self.shown}")

    def status(self) -> int:
        """The exit status, after all has been read."""
        while self._read():
            pass
        return self.process.wait(LIMIT)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._end)

    def _read(self, limit: float = LIMIT) -> bool:
        if not select.select([self._end], [], [], limit)[0]:
            return False
        with contextlib.suppress(OSError):  # what Linux answers when the other end is closed
            text = os.read(self._end, 65536).decode(errors="replace")
            self.shown += text
            return bool(text)
        return False


def plain(text: str) -> str:
    """The text without its escape sequences."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


@contextlib.contextmanager
def at_terminal(*arguments: str, columns: int = 100, **environment: str) -> Iterator[Terminal]:
    terminal = Terminal(str(FNWRAP), *arguments, columns=columns, **environment)
    try:
        yield terminal
    finally:
        terminal.close()


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    with scripted_ollama() as server:
        yield server


@pytest.fixture
def chat(ollama: ScriptedOllama, tmp_path: Path) -> tuple[str, ...]:
    file = tmp_path / "weather_functions.py"
    file.write_text(FUNCTIONS)
    return ("chat", "fnwrap/ollama+hermes/x", "--api-base", ollama.base_url, "--tools", str(file))


def test_chat_shows_calls_and_results_in_colour_and_ends_with_the_input(
    ollama: ScriptedOllama, chat: tuple[str, ...]
) -> None:
    ollama.will_say(CALL, "It is warm.")
    with at_terminal(*chat) as terminal:
        terminal.wait_for("> ")
        terminal.type("How is Lyon?\n")
        terminal.wait_for("It is warm.")
        terminal.wait_for("> ")
        terminal.type("\x04")
        assert terminal.status() == 0
    assert re.search(r"\x1b\[36m[^\n]*get_weather", terminal.shown), terminal.shown
    assert "\x1b[32m  get_weather -> 21 degrees in Lyon" in terminal.shown
    assert "LiteLLM starts" in terminal.shown


def test_interrupted_answer_does_not_end_the_conversation(ollama: ScriptedOllama, chat: tuple[str, ...]) -> None:
    ollama.will_say(says(*(f"word{n} " for n in range(400)), pause=0.1), "Second answer.")
    with at_terminal(*chat) as terminal:
        terminal.wait_for("> ")
        terminal.type("first\n")
        terminal.wait_for("word1 ")
        terminal.type("\x03")
        terminal.wait_for("Interrupted")
        terminal.wait_for("> ")
        terminal.interrupt("> ")
        terminal.type("second\n")
        terminal.wait_for("Second answer.")
        terminal.wait_for("> ")
        terminal.type("\x04")
        assert terminal.status() == 0
    assert "Traceback" not in terminal.shown
    assert "first" not in ollama.bodies[-1]["prompt"]


def test_failed_answer_does_not_end_the_conversation(ollama: ScriptedOllama, chat: tuple[str, ...]) -> None:
    ollama.will_say("never said")
    options = [*chat[:2], "--api-base", "http://127.0.0.1:9", *chat[4:]]
    with at_terminal(*options) as terminal:
        terminal.wait_for("> ")
        terminal.type("hello\n")
        terminal.wait_for("cannot be reached")
        terminal.wait_for("> ")
        terminal.type("\x04")
        assert terminal.status() == 0


def test_interrupted_command_ends_without_a_traceback(ollama: ScriptedOllama) -> None:
    ollama.will_say(says(*(f"word{n} " for n in range(400)), pause=0.1))
    with at_terminal("call", "fnwrap/ollama+hermes/x", "hello", "--api-base", ollama.base_url) as terminal:
        terminal.wait_for("word1 ")
        terminal.type("\x03")
        assert terminal.status() == 130
    assert "Traceback" not in terminal.shown


@pytest.mark.parametrize("columns", [60, 160])
def test_tables_fit_the_terminal(columns: int) -> None:
    with at_terminal("list", "backends", columns=columns) as terminal:
        assert terminal.status() == 0
    lines = plain(terminal.shown).splitlines()
    assert max(len(line.rstrip()) for line in lines) <= columns
    assert sum("ollama" in line for line in lines) >= 1


def test_colour_is_left_out_where_nobody_wants_it() -> None:
    with at_terminal("parse", "nowhere.txt", NO_COLOR="1") as terminal:
        assert terminal.status() == 2
    assert "\x1b[31m" not in terminal.shown
    assert "nowhere.txt" in terminal.shown


COMPLETED = {
    "backend": ("fnwrap call fnwrap/oll", "fnwrap/ollama/"),
    "wrapper": ("fnwrap render hi --wrapper chatml-no", "chatml-noforce"),
    "format": ("fnwrap parse --format herm", "hermes"),
    "dialect": ("fnwrap constrain x.json --dialect json_", "json_schema"),
    "list": ("fnwrap list opt", "options"),
    "command": ("fnwrap doc", "doctor"),
}


@pytest.mark.parametrize(("typed", "completed"), COMPLETED.values(), ids=COMPLETED)
def test_shell_completes_names(typed: str, completed: str) -> None:
    told = {"_FNWRAP_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    done = subprocess.run([FNWRAP], capture_output=True, text=True, timeout=LIMIT, env={**os.environ, **told})
    assert completed in done.stdout.split(), done.stderr


def test_completion_is_installed_for_the_shell(tmp_path: Path) -> None:
    """As it is typed: the shell is the one that the command was started by."""
    told = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(
        ["bash", "-c", f"{FNWRAP} --install-completion; exit $?"],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        env=told,
    )
    assert done.returncode == 0, done.stderr
    assert "_FNWRAP_COMPLETE" in (tmp_path / ".bash_completions" / "fnwrap.sh").read_text()
    assert "fnwrap.sh" in (tmp_path / ".bashrc").read_text()
