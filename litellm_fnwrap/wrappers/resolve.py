"""Which wrapper a call gets, and why: a named one, else the model's own template, else the model's name, else generic.

Patterns of model names are written as people write the names. A - in a pattern stands for any separator or none
("llama-3.1" is also llama3.1 and Llama_3.1). The earliest match in a name wins, then the longest. A pattern that
begins with ~ names a base model whose finetunes keep its name (~llama-3), and yields to any other match.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ..chat_template import ChatTemplate, load_chat_template
from ..errors import InvalidRequestError, TemplateError
from ..formats.spec import Format
from ..generation import ModelInfo
from ..options import Options
from . import WRAPPERS
from .base import Wrapper
from .boundary import marks_in
from .foreign import ForeignWrapper
from .go_templates import fits, go_text, is_go_template, wrapper_for_go
from .template import TemplateWrapper
from .turns import Turns

_NOTHING_KNOWN = ModelInfo()
_LETTERS_OF_A_SIGN = 9


@dataclass(frozen=True, slots=True)
class Choice:
    """A wrapper, and the sentence that says why it was chosen."""

    wrapper: Wrapper
    reason: str


def resolve_wrapper(options: Options, *, model: str, info: ModelInfo | None) -> Choice:
    """The wrapper for a call, and why it is this one.

    Raises UnknownNameError, TemplateError or InvalidRequestError where the options name what cannot be had.
    """
    info = info or _NOTHING_KNOWN
    if options.wrapper is not None and options.wrapper != "template":
        return _named(options, info)
    if options.chat_template is not None:
        return _from_option(options.chat_template, model, info)
    found = _from_server(info, model)
    if isinstance(found, Choice):
        return found
    if options.wrapper == "template":
        raise InvalidRequestError(
            "The wrapper 'template' needs a chat template, and the server reports none"
            f"{f' that can be used ({found})' if found else ''}. Give one with chat_template=, or name another wrapper."
        )
    named = wrapper_for_model(model) or wrapper_for_model(info.name)
    if named is not None:
        wrapper, pattern = named
        return Choice(wrapper, joined_reason(f"the model's name has {pattern!r}", found))
    reason = f"no chat template is known and no wrapper is for models named {model!r}"
    return Choice(get_wrapper("generic"), joined_reason(reason, found))


def wants_template(options: Options) -> bool:
    """Whether the choice depends on the template that a server reports, so that it is worth asking for."""
    if options.chat_template is not None:
        return False
    if options.wrapper is None or options.wrapper == "template":
        return True
    wrapper = get_wrapper(options.wrapper)
    return isinstance(wrapper, Turns) and wrapper.woven


def get_wrapper(wrapper: Any) -> Wrapper:
    """The wrapper of a name, of "package.module:Class", a class or an instance; foreign ones are adapted."""
    if isinstance(wrapper, str):
        if ":" in wrapper and wrapper not in WRAPPERS:
            return adapt(_imported(wrapper), wrapper)
        return adapt(WRAPPERS.get(wrapper), wrapper)
    return adapt(wrapper, "")


def adapt(wrapper: Any, name: str) -> Wrapper:
    """A wrapper of ours as it is, a class as its instance, anything with MemGPT's two methods in a ForeignWrapper."""
    if isinstance(wrapper, type):
        wrapper = wrapper()
    return wrapper if isinstance(wrapper, Wrapper) else ForeignWrapper(wrapper, name)


def wrapper_for_model(model: str) -> tuple[Wrapper, str] | None:
    """The built-in wrapper for a model's name, tag or file name, with the pattern that matched."""
    name = re.sub(r"\.gguf$", "", model.rstrip("/").rsplit("/", 1)[-1].lower())
    best: tuple[tuple[bool, int, int], str, str] | None = None
    for pattern, wrapper in _patterns(len(WRAPPERS.items())):
        found = _compiled(pattern.lstrip("~")).search(name)
        if found:
            rank = (pattern.startswith("~"), found.start(), -len(pattern.lstrip("~")))
            if best is None or rank < best[0]:
                best = (rank, wrapper, pattern.lstrip("~"))
    return (WRAPPERS.get(best[1]), best[2]) if best else None


@lru_cache(maxsize=1)
def _patterns(registered: int) -> tuple[tuple[str, str], ...]:
    """Every pattern with its wrapper's name; gathered anew when the number of registered wrappers has changed."""
    return tuple(
        (pattern, name) for name, one in WRAPPERS.items() if isinstance(one, Wrapper) for pattern in one.models
    )


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    body = "".join("[-_. :]?" if one == "-" else "[._-]" if one == "." else re.escape(one) for one in pattern)
    return re.compile(rf"(?<![a-z0-9]){body}(?!\d)")


def _named(options: Options, info: ModelInfo) -> Choice:
    wrapper = get_wrapper(options.wrapper)
    if isinstance(wrapper, Turns) and wrapper.woven:
        template = load_chat_template(options.chat_template) if options.chat_template else _usable(info)
        if isinstance(template, ChatTemplate):
            return Choice(
                TemplateWrapper(template, style=wrapper),
                f"the option wrapper names the style {wrapper.name!r}, woven into the model's own chat template",
            )
    elif options.chat_template is not None:
        raise InvalidRequestError(
            f"wrapper={options.wrapper!r} and chat_template are both given, and {wrapper.name!r} writes its own turns. "
            "Leave one of them out, or use wrapper='template'."
        )
    return Choice(wrapper, f"the option wrapper names {wrapper.name!r}")


def _from_option(where: str, model: str, info: ModelInfo) -> Choice:
    text = go_text(where)
    if not text:
        return _own_template(load_chat_template(where), model, info, "the option chat_template names this template")
    wrapper = _family(text, model, info)
    if wrapper is None:
        raise TemplateError(
            "The chat template is Go's, as Ollama has them, and no wrapper writes such turns. "
            "Give the model's own Jinja template, or name a wrapper."
        )
    return Choice(wrapper, f"the template of the option chat_template has the marks of {wrapper.name!r}")


def _family(go_template: str, model: str, info: ModelInfo) -> Wrapper | None:
    named = wrapper_for_model(model) or wrapper_for_model(info.name)
    return wrapper_for_go(go_template, named[0] if named else None)


def _from_server(info: ModelInfo, model: str) -> Choice | str:
    """The server's template as a choice; else the reason why it cannot be used, "" where there is none."""
    found = _usable(info)
    if isinstance(found, ChatTemplate):
        return _own_template(found, model, info, "the server reports the model's own chat template")
    if isinstance(found, str) and found and info.chat_template and is_go_template(info.chat_template):
        wrapper = _family(info.chat_template, model, info)
        if wrapper is not None:
            return Choice(wrapper, f"the server's template has the marks of {wrapper.name!r}")
    return found


def _own_template(template: ChatTemplate, model: str, info: ModelInfo, reason: str) -> Choice:
    """The wrapper of a model's own template.

    One that renders no calls gets them from the family of the model's name, if that writes the same turns and its words
    or marks for tools are in the template: the format of calls, or all of it where the template offers no tools either.
    A model of that name whose template has none of them is one from before it was taught to call.
    """
    own, can = _template_wrapper(template, None), template.capabilities
    wrapper, pattern = wrapper_for_model(model) or wrapper_for_model(info.name) or (None, "")
    if own.derived or own.taught or can.tool_calls or not isinstance(wrapper, Turns):
        return Choice(own, reason)
    words = (line.strip() for line in re.split(r"\n|\{tools\}", wrapper.tools))
    signs = marks_in(wrapper.tools, wrapper.with_tools_system or "", wrapper.format.calls[0])
    signs |= {line for line in words if len(line) > _LETTERS_OF_A_SIGN}
    sources = "\n".join(template.sources.values())
    if not (fits(wrapper, "\n".join(own.control_marks())) and any(sign in sources for sign in signs)):
        return Choice(own, reason)
    if can.tools:
        return Choice(_template_wrapper(template, wrapper.format), f"{reason}, the model's name has {pattern!r}")
    return Choice(wrapper, f"the model's name has {pattern!r}, and its own chat template renders no calls")


def _usable(info: ModelInfo) -> ChatTemplate | str:
    if not info.chat_template:
        return ""
    if is_go_template(info.chat_template):
        return "the server's template is Go, not Jinja"
    try:
        return _compile(info.chat_template, info.tool_template or "", info.bos_token, info.eos_token)
    except TemplateError as error:
        return f"the server's template cannot be used: {error.message}"


@lru_cache(maxsize=32)
def _compile(source: str, tools: str, bos: str, eos: str) -> ChatTemplate:
    named: str | dict[str, str] = {"default": source, "tool_use": tools} if tools else source
    return ChatTemplate(named, bos_token=bos, eos_token=eos)


@lru_cache(maxsize=32)
def _template_wrapper(template: ChatTemplate, taught: Format | None) -> TemplateWrapper:
    return TemplateWrapper(template, taught=taught)


def _imported(path: str) -> Any:
    module, _, name = path.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        raise InvalidRequestError(
            f"The wrapper {path!r} cannot be imported: {error}. Give it as 'package.module:Class', on Python's path."
        ) from error
    return found


def joined_reason(*parts: str) -> str:
    """One sentence of several clauses."""
    return "; ".join(part for part in parts if part)
