"""From OpenAI parameter names to a server's own: a whitelist, so that nothing else ever reaches a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import InvalidRequestError, UnsupportedParameterError, nearest
from ..generation import Generation
from .backend import Target
from .base import Capabilities

_OTHERWISE = frozenset({"n", "stop", "stream", "stream_options", "extra_body", "max_completion_tokens", "user"})
"""Names that are carried out in another place, or that say nothing to a model."""

_NEUTRAL: Mapping[str, tuple[Any, ...]] = {
    "frequency_penalty": (0,),
    "presence_penalty": (0,),
    "temperature": (1,),
    "top_p": (1,),
    "top_k": (0, -1),
    "min_p": (0,),
    "logprobs": (False, 0),
    "top_logprobs": (0,),
    "logit_bias": ({},),
    "repetition_penalty": (1,),
    "repeat_penalty": (1,),
}
"""Values that ask for nothing; clients send them by habit, so a server without the parameter need not refuse them."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of one request under the server's names.

    limit  the token limit, the caller's or the backend's default; always there.
    stops  all stop strings, most important first.
    rest   everything else that the server takes.
    body   members the caller wants in the request body as they are (extra_body).
    """

    limit: int
    stops: tuple[str, ...]
    rest: dict[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)


def translate(
    generation: Generation, target: Target, capabilities: Capabilities, names: Mapping[str, str], *, backend: str
) -> Parameters:
    """The parameters of a generation as one server wants them.

    names  OpenAI name to the server's name, for all parameters except the token limit and the stop strings.
    Raises UnsupportedParameterError for what the server lacks, unless the target drops such parameters.
    """
    given = {name: value for name, value in {**generation.parameters, **generation.extra}.items() if value is not None}
    rest: dict[str, Any] = {}
    refused: list[str] = []
    for name, value in given.items():
        if name in _OTHERWISE or name == "max_tokens":
            continue
        if name in names:
            rest.setdefault(names[name], value)
        elif capabilities.extra == "any" or name in capabilities.extra:
            rest[name] = value
        elif value not in _NEUTRAL.get(name, ()):
            refused.append(name)
    if refused and not target.drop_params:
        raise _unsupported(refused, capabilities, names, backend)
    return Parameters(
        limit=token_limit(generation, capabilities),
        stops=stops_of(generation),
        rest=rest,
        body=given.get("extra_body", {}),
    )


def merged(body: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """A request body with the caller's members; objects in both are merged in turn, everything else is replaced."""
    result = dict(body)
    for name, value in more.items():
        known = result.get(name)
        nested = isinstance(known, Mapping) and isinstance(value, Mapping)
        result[name] = merged(result[name], value) if nested else value
    return result


def words(text: str) -> frozenset[str]:
    """The names in a text, for whitelists that are too long to quote each."""
    return frozenset(text.split())


def split_stops(stops: tuple[str, ...], limit: int | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Stop strings the server is sent, and those beyond its limit that are cut on this side."""
    return (stops, ()) if limit is None else (stops[:limit], stops[limit:])


def token_limit(generation: Generation, capabilities: Capabilities) -> int:
    """The token limit that is sent: the caller's, under either of its names, else the backend's default."""
    given = {**generation.parameters, **generation.extra}
    asked = [given[name] for name in ("max_tokens", "max_completion_tokens") if given.get(name) is not None]
    value = asked[0] if asked else capabilities.max_tokens_default
    try:
        limit = int(value)
    except (TypeError, ValueError):
        limit = 0
    if limit < 1:
        raise InvalidRequestError(f"max_tokens={value!r} is not possible. Accepted: a whole number of 1 or more.")
    return limit


def stops_of(generation: Generation) -> tuple[str, ...]:
    """The wrapper's stop strings before the caller's: without them the model speaks for both sides."""
    stops = (*generation.prompt.stop, *generation.stop)
    return tuple(dict.fromkeys(stop for stop in stops if stop))


def _unsupported(
    refused: list[str], capabilities: Capabilities, names: Mapping[str, str], backend: str
) -> UnsupportedParameterError:
    own = () if capabilities.extra == "any" else capabilities.extra
    known = sorted({"max_tokens", "stop", *names, *own})
    close = sorted({match for name in refused for match in nearest(name, known, 1)})
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    return UnsupportedParameterError(
        f"{backend} has no parameter {', '.join(map(repr, refused))}.{hint} It takes {', '.join(known)}. "
        "Leave it out, set drop_params=True, or send it unchecked inside extra_body.",
        backend=backend,
    )
