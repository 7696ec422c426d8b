"""The options of a call, documented beside their defaults.

They come as keyword arguments of completion(), as litellm_params of the proxy's model list, or from environment
variables (FNWRAP_ and the name in capitals); the request wins over the environment.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .errors import InvalidRequestError, UnknownNameError, nearest

UnknownTool = Literal["content", "error", "pass"]

_CHOICES: dict[str, tuple[str, ...]] = {
    "constrain": ("auto", "always", "never"),
    "unknown_tool": ("content", "error", "pass"),
    "reasoning": ("separate", "content", "drop"),
    "tool_prompt": ("json", "typescript", "yaml", "native"),
}
_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a call is rendered, constrained, read and repaired."""

    wrapper: Any = None
    """Name, "package.module:Class", or instance. None: the server's template, else the model's name, else generic."""

    format: Any = None
    """Name of the format calls are written in, or a Format. None: the wrapper's own."""

    chat_template: str | None = None
    """Path, GGUF file, tokenizer_config.json, Hugging Face id, or text (Jinja, Ollama's Go). None: the server's."""

    constrain: Literal["auto", "always", "never"] = "auto"
    """auto: where the server can; always: refuse a server that cannot; never: send no constraint."""

    repair: bool = True
    """Mend what models get wrong. False: only the exact format is a call."""

    coerce: bool = True
    """Fit arguments to the tool's schema where that is unambiguous ("5" to 5 for an integer)."""

    corrections: int = 0
    """How often the model is asked again, told what was wrong, when a required call is missing or invalid."""

    unknown_tool: UnknownTool = "content"
    """A call of an undeclared tool is returned as content, raises an error, or is passed on as a call."""

    escape: bool = True
    """Neutralise the wrapper's control marks inside messages, results and tool texts."""

    reasoning: Literal["separate", "content", "drop"] = "separate"
    """Reasoning goes to reasoning_content, stays in content, or is dropped."""

    tool_prompt: Literal["json", "typescript", "yaml", "native"] = "native"
    """How tools are described to the model; native: the wrapper's own way."""

    context_window: int | None = None
    """Tokens the model can take, prompt and answer together. None: what the server reports."""


OPTION_NAMES = tuple(field.name for field in dataclasses.fields(Options))
_DEFAULTS = Options()
_VARIABLES = {f"FNWRAP_{name.upper()}": name for name in OPTION_NAMES}
_IN_ENVIRON = frozenset((*_VARIABLES, *map(os.fsencode, _VARIABLES)))


def split_options(
    parameters: Mapping[str, Any], environment: Mapping[str, str] | None = None
) -> tuple[Options, dict[str, Any]]:
    """The options among a call's parameters, and the parameters that are none.

    A near miss of an option's name ("wraper") raises UnknownNameError; a value of the wrong kind raises
    InvalidRequestError. Neither mapping is changed.
    """
    given = _from_environment(environment or {})
    rest: dict[str, Any] = {}
    for name, value in parameters.items():
        if name in OPTION_NAMES:
            if value is not None:
                given[name] = value
        elif _is_near_miss(name):
            raise UnknownNameError("option", name, OPTION_NAMES)
        else:
            rest[name] = value
    return Options(**{name: _checked(name, value) for name, value in given.items()}) if given else _DEFAULTS, rest


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    # Nearly always none is set. os.environ takes microseconds for each name it lacks, and there are twelve; the dict
    # behind it, whose names are bytes, tells at once.
    if _IN_ENVIRON.isdisjoint(getattr(environment, "_data", environment)):
        return {}
    return {name: environment[variable] for variable, name in _VARIABLES.items() if environment.get(variable)}


def _is_near_miss(name: str) -> bool:
    close = nearest(name, OPTION_NAMES, limit=1)
    return bool(close) and _distance_is_small(name, close[0])


def _distance_is_small(name: str, option: str) -> bool:
    """Whether a name is a slip of the option's: one letter more, less or swapped, or other separators.

    Server parameters such as "template" or "repeat_penalty" must pass, so similarity alone is not enough.
    """
    plain, other = name.lower().replace("-", "").replace("_", ""), option.replace("_", "")
    if plain == other or plain in (other + "s", other[:-1]):
        return True
    if abs(len(plain) - len(other)) > 1 or len(other) < 5:
        return False
    head = next((n for n, (a, b) in enumerate(zip(plain, other, strict=False)) if a != b), min(len(plain), len(other)))
    tails = {
        (plain[head + 1 :], other[head:]),
        (plain[head:], other[head + 1 :]),
        (plain[head + 1 :], other[head + 1 :]),
    }
    swapped = plain[head : head + 2] == other[head : head + 2][::-1] and plain[head + 2 :] == other[head + 2 :]
    return swapped or any(a == b for a, b in tails)


def _checked(name: str, value: Any) -> Any:
    if name in _CHOICES:
        if value not in _CHOICES[name]:
            raise InvalidRequestError(f"{name}={value!r} is not possible. Accepted: {', '.join(_CHOICES[name])}.")
        return value
    if name in ("repair", "coerce", "escape"):
        return _boolean(name, value)
    if name in ("corrections", "context_window"):
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise InvalidRequestError(f"{name}={value!r} is not possible. Accepted: a whole number.") from None
        if number < 0:
            raise InvalidRequestError(f"{name}={value!r} is not possible. Accepted: 0 or more.")
        return number
    return value


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in _TRUE | _FALSE:
        return str(value).lower() in _TRUE
    raise InvalidRequestError(f"{name}={value!r} is not possible. Accepted: true or false.")
