"""fnwrap chat: a conversation in which the model's calls are carried out."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer

from ..events import ToolCall
from . import arguments, screen
from .python_tools import Functions, describe, load_functions, to_text
from .turns import Message, ask, result_messages, results, start

_ROUNDS = 10


def chat(
    model: arguments.Model = "fnwrap/local/demo",
    tools: Annotated[str | None, typer.Option(help="A Python file (or module) with annotated functions.")] = None,
    system: Annotated[str | None, typer.Option(help="The system message.")] = None,
    wrapper: arguments.Wrapper = None,
    format: arguments.Format = None,
    chat_template: arguments.ChatTemplate = None,
    api_base: arguments.ApiBase = None,
    api_key: arguments.ApiKey = None,
    temperature: arguments.Temperature = None,
    json: Annotated[bool, typer.Option("--json", help="Print every message as a line of JSON, for programs.")] = False,
) -> None:
    """Talk to a model; calls of your functions are carried out and their results sent back.

    Ctrl-C ends an answer, Ctrl-D the conversation.
    """
    functions = load_functions(tools) if tools else {}
    options: dict[str, Any] = {
        "tools": [describe(function) for function in functions.values()] or None,
        "wrapper": wrapper,
        "format": format,
        "chat_template": chat_template,
        "api_base": api_base,
        "api_key": api_key,
        "temperature": temperature,
    }
    given = {name: value for name, value in options.items() if value is not None}
    messages: list[Message] = [{"role": "system", "content": system}] if system else []
    start()
    screen.note(f"{model}; functions: {', '.join(functions) or 'none'}; Ctrl-D ends.")
    for question in _questions():
        asked = [*messages, {"role": "user", "content": question}]
        with _told_and_forgotten():
            messages = _answered(model, asked, functions, given, json=json)


def _answered(
    model: str, messages: list[Message], functions: Functions, given: dict[str, Any], *, json: bool
) -> list[Message]:
    """The messages with the model's turns, and the results of its calls, up to one that calls nothing."""
    messages = list(messages)
    show: Callable[[ToolCall, Any], None] = _nothing if json else _show
    for _ in range(_ROUNDS):
        turn = ask(model, messages, show=not json, **given)
        new = [turn.message(), *result_messages(turn.calls, results(turn.calls, functions, show))]
        messages += new
        for message in new if json else ():
            screen.as_json(message, indent=None)
        if not turn.calls:
            return messages
    screen.note(f"The model has made calls {_ROUNDS} times in a row; it is your turn.")
    return messages


def _questions() -> Iterator[str]:
    """What the user types, line by line; what comes from a pipe or a file is not prompted for."""
    typed = sys.stdin.isatty()
    if typed:
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401  # gives input() its editing and history
    interrupted = False
    while True:
        try:
            if interrupted:  # said here, where a second Ctrl-C, close behind the first, is none for the command either
                screen.say("")
            interrupted = False
            question = input("> " if typed else "")
        except EOFError:
            return
        except KeyboardInterrupt:
            interrupted = True
            continue
        if question.strip():
            yield question


@contextlib.contextmanager
def _told_and_forgotten() -> Iterator[None]:
    """At a terminal, a failed or interrupted answer is no reason to end the conversation: it goes on without it."""
    try:
        yield
    except KeyboardInterrupt:
        if not sys.stdin.isatty():
            raise
        screen.note("\nInterrupted; the conversation goes on without this question.")
    except Exception as problem:
        told = screen.told(problem)
        if told is None or not sys.stdin.isatty():
            raise
        screen.fault(told[0])


def _show(call: ToolCall, result: Any) -> None:
    failed = isinstance(result, dict) and set(result) == {"error"}
    screen.say(f"  {call.name} -> {screen.clipped(to_text(result))}", fg="red" if failed else "green")


def _nothing(call: ToolCall, result: Any) -> None: ...
