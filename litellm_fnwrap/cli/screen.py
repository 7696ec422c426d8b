"""What commands print: headings, tables, calls; colour only on a terminal."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import typer

from ..events import ToolCall


def heading(text: str) -> None:
    """A line that begins a part of the output."""
    typer.secho(f"\n== {text}", bold=True)


def note(text: str) -> None:
    """A remark that is no part of the result, on standard error."""
    typer.secho(text, dim=True, err=True)


def remark(text: str) -> None:
    """A remark that belongs to what is shown."""
    typer.secho(text, dim=True)


def flow(text: str, *, colour: str | None = None) -> None:
    """A piece of text as it arrives, without a line end."""
    typer.secho(text, nl=False, fg=colour)
    sys.stdout.flush()


def as_json(value: Any) -> None:
    """A value as indented JSON."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns as wide as their widest cell, but for the last."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head) - 1)]
    for number, line in enumerate(lines):
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
        typer.secho("  ".join([*cells, line[-1]]).rstrip(), bold=number == 0)


def signature(call: ToolCall) -> str:
    """A call as a line of Python: get_weather(city="Lyon")."""
    try:
        arguments = json.loads(call.arguments)
    except json.JSONDecodeError:
        return f"{call.name}({call.arguments})"
    written = (f"{key}={json.dumps(value, ensure_ascii=False)}" for key, value in arguments.items())
    return f"{call.name}({', '.join(written)})"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)
