"""What commands print: headings, tables, calls, failures; colour and progress only on a terminal."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import typer

from ..errors import FnWrapError
from ..events import ToolCall

MODEL_STRING = (
    "A model of this package is fnwrap/<backend>[+<wrapper>]/<model>, for example fnwrap/ollama/qwen2.5:7b; "
    "see fnwrap list backends."
)


def say(text: str, *, err: bool = False, nl: bool = True, **style: Any) -> None:
    """Text with a style (fg, bold, dim); no-color.org's NO_COLOR is heeded."""
    typer.secho(text, err=err, nl=nl, color=_colour(), **style)


def heading(text: str) -> None:
    """A line that begins a part of the output."""
    say(f"\n== {text}", bold=True)


def note(text: str) -> None:
    """A remark that is no part of the result, on standard error."""
    say(text, dim=True, err=True)


def remark(text: str) -> None:
    """A remark that belongs to what is shown."""
    say(text, dim=True)


def fault(message: str) -> None:
    """What went wrong, in one line on standard error."""
    say(f"fnwrap: {message}", fg="red", err=True)


def flow(text: str, *, colour: str | None = None) -> None:
    """A piece of text as it arrives, without a line end."""
    say(text, nl=False, fg=colour)
    sys.stdout.flush()


def as_json(value: Any, *, indent: int | None = 2) -> None:
    """A value as indented JSON, or in one line."""
    typer.echo(json.dumps(value, indent=indent, ensure_ascii=False, default=_plain))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns that fit the width of a terminal; elsewhere every row is one line."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(*head, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        shown.add_row(*map(Text, row))
    Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else 10_000).print(shown)


@contextlib.contextmanager
def waiting(text: str) -> Iterator[None]:
    """A line with the time gone by, shown on a terminal as long as something is waited for."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", style="dim", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(text, total=None)
        yield


def signature(call: ToolCall) -> str:
    """A call as a line of Python: get_weather(city="Lyon")."""
    try:
        arguments = json.loads(call.arguments)
    except json.JSONDecodeError:
        return f"{call.name}({call.arguments})"
    written = (f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in arguments.items())
    return f"{call.name}({', '.join(written)})"


def clipped(text: str, limit: int = 500) -> str:
    """The text, or its beginning and how long all of it is."""
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text):,} characters)"


def told(problem: BaseException) -> tuple[str, int] | None:
    """A failure's message and the HTTP status of its meaning; None for what is a mistake of this program's."""
    if isinstance(problem, FnWrapError):
        return problem.message, problem.status
    format_message = getattr(problem, "format_message", None)
    if format_message is not None:  # typer's own, for mistakes in what was typed
        context = getattr(problem, "ctx", None)
        hint = f" See {context.command_path} --help." if context is not None else ""
        return f"{format_message().rstrip('.')}.{hint}", 400
    if type(problem).__module__.startswith(("litellm.", "openai")):
        if "LLM Provider NOT provided" in str(problem):
            return f"LiteLLM knows no provider of that name. {MODEL_STRING}", 400
        # LiteLLM's message may have a traceback in it, of a failure that it did not expect.
        message = re.sub(r"^litellm\.\w+: |\s*Traceback \(most recent call last\).*", "", str(problem), flags=re.DOTALL)
        return message, getattr(problem, "status_code", 500)
    return None


def _colour() -> bool | None:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return True if os.environ.get("FORCE_COLOR") else None


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)
