"""fnwrap demo: the whole way of a request, from the question to the answer, with everything in between shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer

from ..demo import weather
from ..events import ToolCall
from . import arguments, screen
from .python_tools import by_name, describe, to_text
from .turns import Message, Turn, ask, result_messages, results

BUNDLED = "fnwrap/local/demo"
_ROUNDS = 5

_ABOUT_BUNDLED = (
    "the model bundled with this package: a toy of 2.1 million parameters (2.3 MB), trained by this project to call "
    "functions and to tell their results, run by the llama.cpp engine in this process. It needs no network."
)


def demo(
    question: Annotated[str, typer.Argument(help="What to ask; weather and arithmetic can be called.")] = "",
    model: Annotated[str, typer.Option(help="Your own model, such as fnwrap/ollama/llama3.1.")] = BUNDLED,
    wrapper: arguments.Wrapper = None,
    api_base: arguments.ApiBase = None,
    api_key: arguments.ApiKey = None,
) -> None:
    """Show a model calling Python functions; offline with the bundled model."""
    functions = weather.EVERYTHING if question else weather.WEATHER
    given = {"wrapper": wrapper, "api_base": api_base, "api_key": api_key}
    options = {name: value for name, value in given.items() if value is not None}
    started = time.monotonic()
    typer.echo(f"model     {model}: {_ABOUT_BUNDLED if model == BUNDLED else 'your own'}")
    typer.echo(f"question  {question or weather.QUESTION}")
    typer.echo(f"functions {', '.join(function.__name__ for function in functions)} (their forecasts are made up)")
    _converse(model, question or weather.QUESTION, functions, options)
    screen.remark(f"\nanswered by {model} in {time.monotonic() - started:.1f} s, LiteLLM's own start included")
    if model == BUNDLED:
        screen.remark("Now with a model of yours: fnwrap demo --model fnwrap/ollama/llama3.1")


def _converse(model: str, question: str, functions: Sequence[Callable[..., Any]], options: dict[str, Any]) -> None:
    messages: list[Message] = [{"role": "user", "content": question}]
    tools, prompts = [describe(function) for function in functions], _Prompts()
    for _ in range(_ROUNDS):
        turn = ask(model, messages, on_prompt=prompts.show, tools=tools, temperature=0, **options)
        if turn.report:
            screen.heading("what the model wrote")
            typer.echo(turn.report["raw"])
        if not turn.calls:
            return
        _show_calls(turn)
        screen.heading("calls carried out")
        found = results(turn.calls, by_name(functions), _show_result)
        messages += [turn.message(), *result_messages(turn.calls, found)]
    screen.remark(f"The model still calls functions after {_ROUNDS} rounds; the demo stops here.")


class _Prompts:
    """Shows each prompt; what the one before it had shown is not shown again."""

    def __init__(self) -> None:
        self._shown = ""

    def show(self, prompt: str) -> None:
        """The prompt, or what it adds to the last one."""
        goes_on = bool(self._shown) and prompt.startswith(self._shown)
        screen.heading("prompt sent, the last one and more" if goes_on else "prompt sent")
        typer.echo(prompt.removeprefix(self._shown) if goes_on else prompt)
        self._shown = prompt
        screen.heading("answer, as it streams through LiteLLM")


def _show_calls(turn: Turn) -> None:
    screen.heading(f"message as LiteLLM returns it, finish_reason {turn.finish_reason}")
    screen.as_json(turn.message())


def _show_result(call: ToolCall, result: Any) -> None:
    typer.echo(f"{screen.signature(call)}\n  -> {to_text(result)}")
