"""The package's functions for people who render, parse and constrain by themselves, without a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from .constraints import build_constraint
from .errors import ConstraintError, UnknownNameError
from .events import Event, Parsed
from .formats import get_format
from .formats.derive import derive
from .formats.parser import AnswerParser
from .formats.parser import StreamParser as FormatParser
from .formats.spec import Format
from .generation import Dialect, Prompt
from .messages import read_conversation, read_tool_choice, read_tools
from .options import OPTION_NAMES, Options, split_options
from .wrappers import WRAPPERS, get_wrapper, resolve_wrapper
from .wrappers.base import LLMChatCompletionWrapper as LLMChatCompletionWrapper
from .wrappers.base import Wrapper

__all__ = [
    "LLMChatCompletionWrapper",
    "StreamParser",
    "constraint",
    "derive",
    "parse",
    "register_wrapper",
    "render",
]


def render(
    messages: Sequence[Mapping[str, Any]],
    tools: Sequence[Any] | None = None,
    *,
    wrapper: Any = None,
    chat_template: str | None = None,
    tool_choice: Any = "auto",
    **options: Any,
) -> Prompt:
    """The prompt a text model would be sent for OpenAI messages and tools.

    wrapper and chat_template choose how it is written (options.py describes both and all further options); model, a
    name, chooses among the built-in wrappers. Raises InvalidRequestError classes for what cannot be rendered.
    """
    model = str(options.pop("model", "") or "")
    request = {name: options.pop(name, None) for name in ("parallel_tool_calls", "response_format")}
    conversation = read_conversation(messages, tools=tools, tool_choice=tool_choice, **request)
    settings = _options(wrapper=wrapper, chat_template=chat_template, **options)
    chosen = resolve_wrapper(settings, model=model, info=None).wrapper
    return chosen.render(conversation, options=settings)


def parse(
    text: str,
    *,
    wrapper: Any = None,
    format: Any = None,
    chat_template: str | None = None,
    tools: Sequence[Any] | None = None,
    prompt_tail: str = "",
    **options: Any,
) -> Parsed:
    """A model's text, read: content, reasoning_content, tool_calls, finish_reason, and what was mended.

    The format is that of the wrapper or chat template, or named itself; without any, the generic one, which reads JSON
    calls of every usual shape. tools None means that the toolset is unknown: names are not checked, and a mark is
    needed to tell a call from JSON. Further options: repair, coerce, unknown_tool, parallel_tool_calls, and
    finish_reason, "length" or "stop", as the server gave it.
    """
    finish_reason = options.pop("finish_reason", None)
    parser = _parser(wrapper, format, chat_template, tools, prompt_tail, options)
    parser.feed(text)
    parser.close(finish_reason)
    return parser.result


class StreamParser:
    """Reads a model's text as it streams; the arguments are those of parse().

    feed(text) gives the events a piece of text brings to light, close() the rest, result the answer so far.
    """

    def __init__(
        self,
        *,
        wrapper: Any = None,
        format: Any = None,
        chat_template: str | None = None,
        tools: Sequence[Any] | None = None,
        prompt_tail: str = "",
        **options: Any,
    ) -> None:
        self._parser = _parser(wrapper, format, chat_template, tools, prompt_tail, options)

    def feed(self, text: str) -> list[Event]:
        """The events of a further piece of text."""
        return self._parser.feed(text)

    def close(self, finish_reason: Any = None) -> list[Event]:
        """The remaining events; finish_reason is "length" or "stop" where the server said so."""
        return self._parser.close(finish_reason)

    @property
    def result(self) -> Parsed:
        """The answer as far as it has been read."""
        return self._parser.result


def constraint(
    tools: Sequence[Any],
    *,
    wrapper: Any = None,
    format: Any = None,
    chat_template: str | None = None,
    tool_choice: Any = "required",
    dialect: Dialect = "gbnf",
    parallel_tool_calls: bool = True,
) -> str | dict[str, Any]:
    """What a server is told so that only valid calls can be generated: GBNF or regex text, a schema, a structural tag.

    Raises ConstraintError where the dialect cannot express it; it never fails open.
    """
    declared = read_tools(tools)
    found = _format(wrapper, format, chat_template)
    choice = read_tool_choice(tool_choice, declared)
    built = build_constraint(found, declared, choice, dialect=dialect, parallel=parallel_tool_calls)
    if built is None:
        raise ConstraintError(
            f"tool_choice {choice.mode!r} cannot be expressed as {dialect} for the format {found.name!r}. "
            "Use tool_choice 'required' or a named tool, or another dialect."
        )
    return deepcopy(built.value)


def register_wrapper(name: str, wrapper: Any) -> Wrapper:
    """Make a wrapper known by a name, and return it: a Wrapper, what was written for MemGPT, or "module:Class".

    A name that is taken is given to the new wrapper.
    """
    found: Wrapper = get_wrapper(wrapper)
    WRAPPERS.add(name, found, replace=True)
    return found


def _options(**given: Any) -> Options:
    options, unknown = split_options({name: value for name, value in given.items() if value is not None})
    if unknown:
        raise UnknownNameError("option", next(iter(unknown)), OPTION_NAMES)
    return options


def _wrapper(wrapper: Any, chat_template: str | None) -> Wrapper:
    """The wrapper that is named, or that a chat template makes; the generic one where there is neither."""
    return resolve_wrapper(_options(wrapper=wrapper, chat_template=chat_template), model="", info=None).wrapper


def _format(wrapper: Any, format: Any, chat_template: str | None) -> Format:
    return get_format(format) if format is not None else _wrapper(wrapper, chat_template).format


def _parser(
    wrapper: Any,
    format: Any,
    chat_template: str | None,
    tools: Sequence[Any] | None,
    prompt_tail: str,
    options: dict[str, Any],
) -> AnswerParser:
    """A parser with feed, close and result: the wrapper's own, unless a format is named."""
    parallel = options.pop("parallel_tool_calls", None) is not False
    declared = None if tools is None else read_tools(tools)
    settings = _options(**options)
    if wrapper is not None or chat_template is not None:
        chosen = _wrapper(wrapper, chat_template)
        settings = replace(settings, format=format)
        return chosen.parser(declared, options=settings, prompt_tail=prompt_tail or None, parallel=parallel)
    return FormatParser(
        _format(None, format, None),
        declared,
        prompt_tail=prompt_tail,
        repair=settings.repair,
        coerce=settings.coerce,
        unknown_tool=settings.unknown_tool,
        parallel=parallel,
    )
