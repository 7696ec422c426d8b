"""The typer application, and how failures are told."""

from __future__ import annotations

import sys

import typer

from ..errors import FnWrapError, InvalidRequestError
from .call import call
from .chat import chat
from .constrain import constrain
from .demo import demo
from .doctor import doctor
from .listing import list_names
from .parse import parse
from .render import render

app = typer.Typer(
    name="fnwrap",
    help="Function calling for any text model, through LiteLLM.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (demo, chat, call, render, parse, constrain, doctor):
    app.command()(command)
app.command("list")(list_names)


def run() -> None:
    """Run a command; a failure is one line on standard error, without a traceback."""
    try:
        app()
    except FnWrapError as problem:
        _fail(str(problem), 2 if isinstance(problem, InvalidRequestError) else 1)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as problem:
        if not type(problem).__module__.startswith(("litellm.", "openai")):
            raise
        _fail(str(problem), 2 if getattr(problem, "status_code", 500) == 400 else 1)


def _fail(message: str, status: int) -> None:
    typer.secho(f"fnwrap: {message}", fg="red", err=True)
    sys.exit(status)
