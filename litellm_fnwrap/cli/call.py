"""fnwrap call: one answer of a model, with its calls."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from . import arguments, screen
from .requests import read_request, read_tool_choice, read_tools
from .turns import ask


def call(
    model: arguments.Model,
    request: arguments.Request,
    tools: arguments.Tools = None,
    tool_choice: arguments.ToolChoice = "auto",
    wrapper: arguments.Wrapper = None,
    format: arguments.Format = None,
    chat_template: arguments.ChatTemplate = None,
    api_base: arguments.ApiBase = None,
    api_key: arguments.ApiKey = None,
    temperature: arguments.Temperature = None,
    max_tokens: Annotated[int | None, typer.Option(help="The longest answer, in tokens.")] = None,
    json: arguments.Json = False,
) -> None:
    """Ask a model once and show its answer and calls; nothing is carried out."""
    given = dict(read_request(request))
    given.pop("model", None)
    given.pop("stream", None)
    declared = read_tools(tools) or given.pop("tools", None)
    options: dict[str, Any] = {
        "tools": declared,
        "tool_choice": read_tool_choice(tool_choice) if declared else None,
        "wrapper": wrapper,
        "format": format,
        "chat_template": chat_template,
        "api_base": api_base,
        "api_key": api_key,
        "temperature": temperature,
        "max_tokens": max_tokens,
    }
    given.update((name, value) for name, value in options.items() if value is not None)
    turn = ask(model, given.pop("messages"), show=not json, **given)
    if json:
        screen.as_json({**turn.message(), "finish_reason": turn.finish_reason})
        return
    screen.remark(f"finish_reason {turn.finish_reason}")
