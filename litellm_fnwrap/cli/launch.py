"""fnwrap run: any Python program, unchanged, with the provider known to LiteLLM."""

from __future__ import annotations

import importlib.metadata
import os
import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import InvalidRequestError, nearest


def run_program(
    context: typer.Context,
    program: Annotated[str, typer.Argument(help="A Python file, an installed command, or a module after -m.")],
) -> None:
    """Run a Python program that uses LiteLLM; models fnwrap/... are known in it.

    Whatever follows the program's name is its own: fnwrap run interpreter --model fnwrap/ollama/qwen2.5
    """
    sys.exit(prepared(program, list(context.args))())


def prepared(program: str, arguments: list[str]) -> Callable[[], Any]:
    """A program, to be run in this process; models fnwrap/... among its arguments are known to LiteLLM already.

    Raises InvalidRequestError for a program that is not there.
    """
    if program == "-m" and arguments:
        argv, go = arguments, _silent(runpy.run_module, arguments[0], alter_sys=True)
    elif Path(program).is_file():
        argv, go = [program, *arguments], _silent(runpy.run_path, program)
        sys.path.insert(0, os.path.dirname(os.path.abspath(program)))
    else:
        command = _installed(program)
        argv, go = [program, *arguments], lambda: command.load()()
    _make_known(_models(arguments))
    sys.argv = argv
    return go


def _make_known(models: list[str]) -> None:
    from ..provider import register, register_model

    register()
    for model in models:
        register_model(model)


def _silent(run: Callable[..., Any], what: str, **options: Any) -> Callable[[], None]:
    """Running a file or a module, whose variables are no exit status."""

    def go() -> None:
        run(what, run_name="__main__", **options)

    return go


def _models(arguments: list[str]) -> list[str]:
    """Model strings of ours among a program's arguments; what each can do is known before it plans its first call."""
    given = [argument.partition("=")[2] if argument.startswith("--") else argument for argument in arguments]
    return [text for text in given if re.fullmatch(r"fnwrap/[^/\s]+/\S*", text)]


def _installed(program: str) -> importlib.metadata.EntryPoint:
    known = {point.name: point for point in importlib.metadata.entry_points(group="console_scripts")}
    if program not in known:
        near = nearest(program, known)
        hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise InvalidRequestError(
            f"{program!r} is neither a file nor a command of a package installed in {sys.prefix}.{hint} "
            "Name a .py file, -m and a module, or install the program beside litellm-fnwrap."
        )
    return known[program]
