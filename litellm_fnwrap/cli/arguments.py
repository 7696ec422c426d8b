"""Arguments that several commands take, under one name and with one help text, completed by the shell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, get_args

import typer

from ..generation import Dialect
from .catalog import CATALOGS


def _names(catalog: str, *, lead: str = "", end: str = "") -> Callable[[str], list[str]]:
    """The completion of what is typed so far by the names of a catalog."""

    def complete(incomplete: str) -> list[str]:
        names = (f"{lead}{row[0]}{end}" for row in CATALOGS[catalog]().rows)
        return [name for name in names if name.startswith(incomplete)]

    return complete


def _choices(*words: str) -> Callable[[str], list[str]]:
    return lambda incomplete: [word for word in words if word.startswith(incomplete)]


Model = Annotated[
    str,
    typer.Argument(
        help="fnwrap/<backend>[+<wrapper>]/<model>, for example fnwrap/ollama/qwen2.5:7b.",
        autocompletion=_names("backends", lead="fnwrap/", end="/"),
    ),
]
Request = Annotated[
    str,
    typer.Argument(
        help="A question; or a JSON file with messages or a whole chat request; or - to read that from standard input."
    ),
]
RawText = Annotated[str, typer.Argument(help="A file with the model's text; or - to read it from standard input.")]
Tools = Annotated[
    str | None,
    typer.Option(help="A JSON file with tools or functions, or a Python file (or module) with annotated functions."),
]
Wrapper = Annotated[
    str | None,
    typer.Option(help="How the conversation is written; see fnwrap list wrappers.", autocompletion=_names("wrappers")),
]
Format = Annotated[
    str | None,
    typer.Option(help="How calls are written; see fnwrap list formats.", autocompletion=_names("formats")),
]
ChatTemplate = Annotated[
    str | None,
    typer.Option(help="A chat template: path, GGUF file, tokenizer_config.json, Hugging Face id, or Jinja text."),
]
ToolChoice = Annotated[
    str,
    typer.Option(
        help="auto, none, required, or the name of a tool.", autocompletion=_choices("auto", "none", "required")
    ),
]
DialectName = Annotated[
    str,
    typer.Option(help=f"One of {', '.join(get_args(Dialect))}.", autocompletion=_choices(*get_args(Dialect))),
]
ApiBase = Annotated[str | None, typer.Option(help="Base URL of the server, where it is not the backend's usual one.")]
ApiKey = Annotated[str | None, typer.Option(envvar="FNWRAP_API_KEY", help="Key of the server, if it wants one.")]
Temperature = Annotated[float | None, typer.Option(help="How freely the model chooses; 0 is not at all.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
