"""fnwrap demo: the whole way of a request, from the question to the answer, with everything in between shown."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
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
    json: arguments.Json = False,
) -> None:
    """Show a model calling Python functions; offline with the bundled model."""
    functions = weather.EVERYTHING if question else weather.WEATHER
    given = {"wrapper": wrapper, "api_base": api_base, "api_key": api_key}
    options = {name: value for name, value in given.items() if value is not None}
    started = time.monotonic()
    asked, names = question or weather.QUESTION, [function.__name__ for function in functions]
    if json:
        turns = [_record(*found) for found in _converse(model, asked, functions, options, show=False)]
        screen.as_json({"model": model, "question": asked, "functions": names, "turns": turns})
        return
    typer.echo(f"model     {model}: {_ABOUT_BUNDLED if model == BUNDLED else 'your own'}")
    typer.echo(f"question  {asked}")
    typer.echo(f"functions {', '.join(names)} (their forecasts are made up)")
    *_, (last, _) = _converse(model, asked, functions, options, show=True)
    if last.calls:
        screen.remark(f"The model still calls functions after {_ROUNDS} rounds; the demo stops here.")
    screen.remark(f"\nanswered by {model} in {time.monotonic() - started:.1f} s, LiteLLM's own start included")
    if model == BUNDLED:
        screen.remark("Now with a model of yours: fnwrap demo --model fnwrap/ollama/llama3.1")


def _converse(
    model: str, question: str, functions: Sequence[Callable[..., Any]], options: dict[str, Any], *, show: bool
) -> Iterator[tuple[Turn, list[Message]]]:
    """Each turn of the model, with the results of its calls; the last one that is asked for may still hold calls."""
    messages: list[Message] = [{"role": "user", "content": question}]
    tools, on_prompt = [describe(function) for function in functions], _Prompts().show if show else None
    for _ in range(_ROUNDS):
        turn = ask(model, messages, show=show, on_prompt=on_prompt, tools=tools, temperature=0, **options)
        if show:
            _show_turn(turn)
        found = results(turn.calls, by_name(functions), _show_result if show else _nothing)
        told = result_messages(turn.calls, found)
        yield turn, told
        if not turn.calls:
            return
        messages += [turn.message(), *told]


def _record(turn: Turn, told: list[Message]) -> dict[str, Any]:
    """A turn for programs: what was sent and written, what LiteLLM makes of it, and what the calls gave."""
    written = {"prompt": turn.report.get("prompt"), "raw": turn.report.get("raw")}
    return {**written, "message": turn.message(), "finish_reason": turn.finish_reason, "results": told}


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


def _show_turn(turn: Turn) -> None:
    if turn.report:
        screen.heading("what the model wrote")
        typer.echo(turn.report["raw"])
    if turn.calls:
        screen.heading(f"message as LiteLLM returns it, finish_reason {turn.finish_reason}")
        screen.as_json(turn.message())
        screen.heading("calls carried out")


def _show_result(call: ToolCall, result: Any) -> None:
    typer.echo(f"{screen.signature(call)}\n  -> {to_text(result)}")


def _nothing(call: ToolCall, result: Any) -> None:
    """Programs are told the results with the turn."""
