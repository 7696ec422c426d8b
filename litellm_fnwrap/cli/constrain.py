"""fnwrap constrain: what a backend is told so that only valid calls can be generated."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from . import arguments, screen
from .requests import read_tool_choice, read_tools


def constrain(
    tools: Annotated[str, typer.Argument(help="A JSON file with tools, or a Python file with annotated functions.")],
    dialect: arguments.DialectName = "gbnf",
    wrapper: arguments.Wrapper = None,
    format: arguments.Format = None,
    chat_template: arguments.ChatTemplate = None,
    tool_choice: arguments.ToolChoice = "required",
    json: arguments.Json = False,
) -> None:
    """Show the grammar, pattern or schema that admits only calls of these tools."""
    import litellm_fnwrap

    value: Any = litellm_fnwrap.constraint(
        read_tools(tools) or [],
        wrapper=wrapper,
        format=format,
        chat_template=chat_template,
        tool_choice=read_tool_choice(tool_choice),
        dialect=dialect,  # type: ignore[arg-type]  # an unknown one is refused with the known ones named
    )
    if json:
        screen.as_json({"dialect": dialect, "constraint": value})
    elif isinstance(value, str):
        typer.echo(value)
    else:
        screen.as_json(value)
