"""fnwrap chat: a conversation in which the model's calls are carried out."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ..events import ToolCall
from . import arguments, screen
from .python_tools import describe, load_functions
from .turns import Message, ask, result_messages, results

_ROUNDS = 10


def chat(
    model: arguments.Model = "fnwrap/local/demo",
    tools: Annotated[str | None, typer.Option(help="A Python file (or module) with annotated functions.")] = None,
    system: Annotated[str | None, typer.Option(help="The system message.")] = None,
    wrapper: arguments.Wrapper = None,
    chat_template: arguments.ChatTemplate = None,
    api_base: arguments.ApiBase = None,
    api_key: arguments.ApiKey = None,
) -> None:
    """Talk to a model; calls of your functions are carried out and their results sent back. End with Ctrl-D."""
    functions = load_functions(tools) if tools else {}
    options: dict[str, Any] = {
        "tools": [describe(function) for function in functions.values()] or None,
        "wrapper": wrapper,
        "chat_template": chat_template,
        "api_base": api_base,
        "api_key": api_key,
    }
    given = {name: value for name, value in options.items() if value is not None}
    messages: list[Message] = [{"role": "system", "content": system}] if system else []
    screen.note(f"{model}; functions: {', '.join(functions) or 'none'}; Ctrl-D ends.")
    while (question := _read_question()) is not None:
        messages.append({"role": "user", "content": question})
        for _ in range(_ROUNDS):
            turn = ask(model, messages, **given)
            messages.append(turn.message())
            if not turn.calls:
                break
            messages += result_messages(turn.calls, results(turn.calls, functions, _show))
        else:
            screen.note(f"The model has made calls {_ROUNDS} times in a row; it is your turn.")


def _read_question() -> str | None:
    try:
        return input("> ")
    except EOFError:
        return None


def _show(call: ToolCall, result: Any) -> None:
    typer.secho(f"{screen.signature(call)} -> {result}", fg="green")
