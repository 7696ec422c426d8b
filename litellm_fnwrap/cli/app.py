"""The typer application, and how failures are told."""

from __future__ import annotations

import os
import sys

import typer

from ..errors import FnWrapError, InvalidRequestError
from .call import call
from .chat import chat
from .constrain import constrain
from .demo import demo
from .doctor import doctor
from .launch import run_program
from .listing import list_names
from .parse import parse
from .proxy import config, serve
from .render import render

app = typer.Typer(
    name="fnwrap",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def prepare(context: typer.Context) -> None:
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
