"""fnwrap doctor: what stands between a model string and a call, line by line, each with what to do."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import shutil
import textwrap
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import typer

from ..errors import BadRequestError, FnWrapError, InvalidRequestError, NotFoundError, ServerError
from ..generation import Generation, ModelInfo, Prompt
from . import arguments, screen
from .imports import at_once

_PING = {"type": "function", "function": {"name": "ping", "description": "Answers pong.", "parameters": {}}}
_COLOURS = {"ok": "green", "note": "yellow", "fault": "red"}
_INDENT = 18
_OTHER_BACKEND = "Correct --api-base, or take the backend that fits; see fnwrap list backends."
_ADVICE = {
    "model": screen.MODEL_STRING,
    "server": "See what the server's own log says.",
    "wrapper": "Take another with --wrapper; see fnwrap list wrappers.",
    "call": "Take another wrapper with --wrapper; see fnwrap list wrappers.",
}


@dataclass(frozen=True)
class Finding:
    """One line of the report; advice is what to do, "" where all is well."""

    verdict: Literal["ok", "note", "fault"]
    about: str
    detail: str
    advice: str = ""


def doctor(
    model: arguments.Model,
    wrapper: arguments.Wrapper = None,
    chat_template: arguments.ChatTemplate = None,
    api_base: arguments.ApiBase = None,
    api_key: arguments.ApiKey = None,
    json: arguments.Json = False,
) -> None:
    """Check a model: server, template, wrapper, constraints, and a probe call."""
    found = []
    with contextlib.closing(examine(model, wrapper, chat_template, api_base, api_key)) as findings:
        while finding := _next(findings):
            found.append(finding)
            if not json:
                _show(finding)
    if json:
        screen.as_json([dataclasses.asdict(finding) for finding in found])
    if any(finding.verdict == "fault" for finding in found):
        raise typer.Exit(1)


def _next(findings: Iterator[Finding]) -> Finding | None:
    with screen.waiting("examining"):
        return next(findings, None)


def _show(finding: Finding) -> None:
    """A finding as a line or two, which leave the first columns to verdicts and names."""
    screen.say(f"{finding.verdict:<6}{finding.about:<12}", fg=_COLOURS[finding.verdict], nl=False)
    width = max(40, shutil.get_terminal_size((100, 24)).columns)
    for number, text in enumerate(filter(None, (finding.detail, finding.advice))):
        lines = textwrap.wrap(text, width - _INDENT, break_long_words=False, break_on_hyphens=False)
        screen.say(f"\n{'':<{_INDENT}}".join(["", *lines] if number else lines), nl=False, dim=bool(number))
    screen.say("")


def examine(
    model: str, wrapper: str | None, chat_template: str | None, api_base: str | None, api_key: str | None
) -> Generator[Finding]:
    """Findings in the order of a call's way; the first fault that makes the rest pointless is the last."""
    with at_once():
        from ..backends import open_source
        from ..options import Options
        from ..provider.asking import quiet
        from ..provider.model_name import PREFIX, read_model_name
        from ..wrappers import resolve_wrapper

    quiet()
    about = "model"
    try:
        if not model.startswith(PREFIX):
            raise InvalidRequestError(f"{model!r} does not begin with {PREFIX}. {screen.MODEL_STRING}")
        name = read_model_name(model)
        source = open_source(name.backend, model=name.model, api_base=api_base, api_key=api_key, environment=os.environ)
        yield Finding("ok", about, f"backend {source.name}, model {source.model or 'the only one there is'}")
        about = "server"
        said = source.complete(_hello(source.model))
        yield Finding("ok", about, f"answers; it continued 'Hello' with {said.text!r}")
        info = source.info()
        yield from _facts(info)
        about = "wrapper"
        options = Options(wrapper=wrapper or name.wrapper, chat_template=chat_template)
        choice = resolve_wrapper(options, model=name.model, info=info)
        yield Finding("ok", about, f"{choice.wrapper.name}, since {choice.reason}")
        yield Finding("ok", "format", choice.wrapper.format_for(options).name)
        yield _constraints(source)
        about = "call"
        yield _probe(source, options)
    except FnWrapError as problem:
        yield _fault(about, problem)


def _fault(about: str, problem: FnWrapError) -> Finding:
    """A failure, what happened apart from what to do: messages say them in this order, in sentences of their own."""
    detail, *rest = re.split(r"(?<=[.?])\s+(?=[A-Z])", problem.message, maxsplit=1)
    advice = rest[0] if rest else _ADVICE.get(about, "")
    refused = isinstance(problem, BadRequestError | ServerError | NotFoundError) and about == "server"
    if refused and not re.search(r"\bmodel\b", detail):
        advice = f"Does a server of this kind ({problem.backend}) listen there? {_OTHER_BACKEND}"
    return Finding("fault", about, detail, advice)


def _hello(model: str) -> Generation:
    prompt = Prompt(text="Hello", chat=lambda: [{"role": "user", "content": "Hello"}])
    return Generation(model=model, prompt=prompt, parameters={"max_tokens": 4})


def _facts(info: ModelInfo) -> Iterator[Finding]:
    if info.version:
        yield Finding("ok", "version", info.version)
    if info.chat_template:
        yield Finding("ok", "template", f"the server reports one of {len(info.chat_template):,} characters")
    else:
        advice = "The model's name decides then; --chat-template gives the model's own."
        yield Finding("note", "template", "the server reports none", advice)
    if info.context_window:
        yield Finding("ok", "context", f"{info.context_window:,} tokens")
    else:
        yield Finding("note", "context", "the server does not say", "Give context_window= to have prompts checked.")


def _constraints(source: Any) -> Finding:
    dialects = source.capabilities.dialects
    if not dialects:
        return Finding("note", "constraint", "none: calls are asked for, read and corrected", "Try corrections=2.")
    late = "for required calls, and in the generic format for those the model may choose to make"
    if source.capabilities.binds_auto:
        late = "also for calls the model may choose to make"
    return Finding("ok", "constraint", f"{', '.join(dialects)}; {late}")


def _probe(source: Any, options: Any) -> Finding:
    """A call that must come, of a tool without parameters."""
    from .. import engine
    from ..messages import read_conversation

    conversation = read_conversation(
        [{"role": "user", "content": "Call the tool ping."}], tools=[_PING], tool_choice="required"
    )
    answer = engine.complete(
        engine.Request(
            conversation=conversation, source=source, options=options, parameters={"max_tokens": 200, "temperature": 0}
        )
    )
    if answer.parsed.tool_calls:
        bound = f"under a {answer.constraint} constraint" if answer.constraint else "without a constraint"
        return Finding("ok", "call", f"{screen.signature(answer.parsed.tool_calls[0])} {bound}")
    return Finding("fault", "call", f"none came; the model wrote {answer.raw[:200]!r}", _ADVICE["call"])
