"""fnwrap parse: what a model's raw text is read as."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import typer

from ..events import Event, Parsed, Repair, Text
from . import arguments, screen
from .requests import read_text, read_tools


def parse(
    text: arguments.RawText = "-",
    tools: arguments.Tools = None,
    wrapper: arguments.Wrapper = None,
    format: arguments.Format = None,
    chat_template: arguments.ChatTemplate = None,
    prompt_tail: Annotated[str, typer.Option(help="The end of the prompt, if it opened a mark or a brace.")] = "",
    repair: Annotated[bool, typer.Option(help="Mend what models get wrong.")] = True,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each piece was read as, and why.")] = False,
    json: arguments.Json = False,
) -> None:
    """Read a model's raw text: content, reasoning, calls."""
    import litellm_fnwrap

    raw = read_text(text)
    known = read_tools(tools)
    parser = litellm_fnwrap.StreamParser(
        wrapper=wrapper,
        format=format,
        chat_template=chat_template,
        tools=known,
        prompt_tail=prompt_tail,
        repair=repair,
    )
    events = [*parser.feed(raw), *parser.close()]
    if json:
        out: dict[str, Any] = dataclasses.asdict(parser.result)
        screen.as_json({**out, "events": [_named(event) for event in events]} if explain else out)
        return
    if explain:
        _explain(events, parser.result, names_known=known is not None)
    _show(parser.result)


def _show(result: Parsed) -> None:
    for title, text in (("reasoning", result.reasoning_content), ("content", result.content)):
        if text:
            screen.heading(title)
            typer.echo(text)
    if result.tool_calls:
        screen.heading("calls")
        for call in result.tool_calls:
            typer.echo(screen.signature(call))
    typer.echo(f"\nfinish_reason {result.finish_reason}")


def _explain(events: list[Event], result: Parsed, *, names_known: bool) -> None:
    screen.heading("how it was read")
    for event in events:
        if isinstance(event, Repair):
            screen.say(f"repair at {event.where}: {event.kind}: {event.detail}", fg="yellow")
        elif isinstance(event, Text):
            typer.echo(f"content {event.text!r}")
        else:
            fields = ", ".join(f"{key}={value!r}" for key, value in dataclasses.asdict(event).items())
            typer.echo(f"{type(event).__name__} {fields}")
    if not result.tool_calls and not names_known:
        typer.echo("No tools were named, so text without a mark of the format is no call. Name them with --tools.")


def _named(event: Event) -> dict[str, Any]:
    return {"event": type(event).__name__, **dataclasses.asdict(event)}
