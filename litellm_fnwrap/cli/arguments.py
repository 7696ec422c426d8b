"""Arguments that several commands take, under one name and with one help text."""

from __future__ import annotations

from typing import Annotated

import typer

Model = Annotated[
    str, typer.Argument(help="fnwrap/<backend>[+<wrapper>]/<model>, for example fnwrap/ollama/qwen2.5:7b.")
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
Wrapper = Annotated[str | None, typer.Option(help="How the conversation is written; see fnwrap list wrappers.")]
Format = Annotated[str | None, typer.Option(help="How calls are written; see fnwrap list formats.")]
ChatTemplate = Annotated[
    str | None,
    typer.Option(help="A chat template: path, GGUF file, tokenizer_config.json, Hugging Face id, or Jinja text."),
]
ToolChoice = Annotated[str, typer.Option(help="auto, none, required, or the name of a tool.")]
ApiBase = Annotated[str | None, typer.Option(help="Base URL of the server, where it is not the backend's usual one.")]
ApiKey = Annotated[str | None, typer.Option(envvar="FNWRAP_API_KEY", help="Key of the server, if it wants one.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
