"""fnwrap run: any Python program, unchanged, with the provider known to LiteLLM."""

from __future__ import annotations

import importlib.metadata
import os
import runpy
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..errors import InvalidRequestError, nearest


def run_program(
    context: typer.Context,
    program: Annotated[str, typer.Argument(help="A Python file, an installed command, or a module after -m.")],
) -> None:
    """Run a Python program that uses LiteLLM; models fnwrap/... are known in it.

    Whatever follows the program's name is its own: fnwrap run interpreter --model fnwrap/ollama/qwen2.5
    """
    from ..provider import register

    arguments = list(context.args)
    register()
    if program == "-m" and arguments:
        sys.argv = arguments
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    elif Path(program).is_file():
        sys.argv = [program, *arguments]
        sys.path.insert(0, os.path.dirname(os.path.abspath(program)))
        runpy.run_path(program, run_name="__main__")
    else:
        command = _installed(program)
        sys.argv = [program, *arguments]
        sys.exit(command.load()())


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
