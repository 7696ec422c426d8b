"""The typer application, and how failures are told."""

from __future__ import annotations

import importlib.metadata
import os
import re
import sys
from typing import Annotated, Any, NoReturn

import typer

from ..errors import FnWrapError, InvalidRequestError
from . import screen
from .call import call
from .chat import chat
from .constrain import constrain
from .demo import demo
from .doctor import doctor
from .launch import prepared, run_program
from .listing import list_names
from .parse import parse
from .proxy import config, serve
from .render import render

app = typer.Typer(name="fnwrap", pretty_exceptions_enable=False)


def _show_version(wanted: bool) -> None:
    if wanted:
        names = ("litellm-fnwrap", "litellm")
        screen.say(", ".join(f"{name} {importlib.metadata.version(name)}" for name in names))
        raise typer.Exit


@app.callback()
def prepare(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the versions, and exit.")
    ] = False,
) -> None:
    """Function calling for any text model, through LiteLLM."""
    if context.invoked_subcommand != "run":
        # LiteLLM fetches its price list when it is imported; offline it would wait for that in vain.
        os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")


for command in (demo, chat, call, render, parse, constrain, doctor, serve, config):
    app.command()(command)
app.command("list")(list_names)
app.command(
    "run",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False},
)(run_program)


def run() -> NoReturn:
    """Run a command; a failure is one line on standard error, without a traceback.

    With --json it is also an object on standard output: {"error": {"type", "message", "status"}}.
    """
    if sys.argv[1:2] == ["run"] and sys.argv[2:] and sys.argv[2] != "--help":
        run_other(sys.argv[2], sys.argv[3:])
    try:
        _refuse_old_typer()
        status = app(sys.argv[1:] or ["--help"], standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of a pipe has gone; what is left to be written goes nowhere, so that Python's exit is silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except Exception as problem:
        told = screen.told(problem)
        if told is None:
            raise
        _fail(type(problem).__name__, *told)
    sys.exit(status if isinstance(status, int) else 0)


def run_other(program: str, arguments: list[str]) -> NoReturn:
    """Run a program whose arguments are none of ours, and whose failures are told as it tells them.

    Without typer, which beside Open Interpreter does not work; see _refuse_old_typer.
    """
    try:
        go = prepared(program, arguments)
    except InvalidRequestError as problem:
        screen.fault(problem.message)
        sys.exit(2)
    sys.exit(go())


def _refuse_old_typer() -> None:
    """Say what to do where typer cannot build a command line: before 0.15.4, with click 8.2 or newer.

    Open Interpreter 0.4.3 brings that about: it wants typer 0.12, and what it depends on wants the newest click.
    """
    typers, clicks = (_version(package) for package in ("typer", "click"))
    if typers < (0, 15, 4) and clicks >= (8, 2, 0):
        raise FnWrapError(
            f"typer {'.'.join(map(str, typers))} does not work with click {'.'.join(map(str, clicks))}, so that "
            "only fnwrap run works here. For the other commands: pip install 'typer>=0.15.4', or another environment."
        )


def _version(package: str) -> tuple[int, ...]:
    try:
        return tuple(map(int, re.findall(r"\d+", importlib.metadata.version(package))[:3]))
    except importlib.metadata.PackageNotFoundError:  # newer versions of typer do without click
        return (0,)


def _fail(kind: str, message: str, status: int) -> NoReturn:
    if "--json" in sys.argv:
        error: dict[str, Any] = {"type": kind, "message": message, "status": status}
        screen.as_json({"error": error})
    screen.fault(message)
    sys.exit(2 if status == 400 else 1)
