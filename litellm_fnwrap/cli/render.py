"""fnwrap render: the prompt a model would get."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from . import arguments, screen
from .requests import read_request, read_tool_choice, read_tools


def render(
    request: arguments.Request,
    tools: arguments.Tools = None,
    wrapper: arguments.Wrapper = None,
    format: arguments.Format = None,
    chat_template: arguments.ChatTemplate = None,
    tool_choice: arguments.ToolChoice = "auto",
    tool_prompt: Annotated[str | None, typer.Option(help="json, typescript, yaml or native.")] = None,
    json: arguments.Json = False,
) -> None:
    """Show the prompt that a model would get."""
    import litellm_fnwrap

    given = read_request(request)
    options = {"format": format, "tool_prompt": tool_prompt}
    prompt = litellm_fnwrap.render(
        given["messages"],
        read_tools(tools) or given.get("tools"),
        wrapper=wrapper,
        chat_template=chat_template,
        tool_choice=read_tool_choice(tool_choice),
        **{name: value for name, value in options.items() if value is not None},
    )
    if json:
        screen.as_json(dataclasses.asdict(prompt))
        return
    screen.note(f"format {prompt.format or 'none'}; stop {prompt.stop}; prefill {prompt.prefill!r}")
    typer.echo(prompt.text)
