"""LiteLLM's parameters sorted: what the engine reads, what the server is sent, what is LiteLLM's own and goes nowhere.

LiteLLM puts OpenAI's parameters, its own (max_retries, stream_options) and every unknown keyword into one dict. Only
what is known to be OpenAI's, and keywords that nobody else claims, travel on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litellm.types.utils import all_litellm_params

from ..errors import InvalidRequestError, UnsupportedParameterError
from ..messages import Conversation, read_conversation
from ..options import Options, split_options

_CONVERSATION = (
    "tools",
    "functions",
    "tool_choice",
    "function_call",
    "parallel_tool_calls",
    "response_format",
)
_SAMPLING = frozenset(
    {
        "max_tokens",
        "temperature",
        "top_p",
        "frequency_penalty",
        "presence_penalty",
        "logit_bias",
        "seed",
        "logprobs",
        "top_logprobs",
    }
)
# These are given as false or 0 where they are not wanted, which every server can do.
_OFF = frozenset({"logprobs", "top_logprobs"})
_OPENAI = _SAMPLING | {*_CONVERSATION, "stop", "n", "max_completion_tokens", "modalities"}
# These say nothing about the text, or are carried out by LiteLLM itself.
_WITHOUT_EFFECT = frozenset(
    {
        "stream",
        "stream_options",
        "max_retries",
        "num_retries",
        "store",
        "service_tier",
        "safety_identifier",
        "prompt_cache_key",
        "prompt_cache_retention",
        "prediction",
        "user",
        "extra_headers",
        "timeout",
        "stream_timeout",
        "deployment_id",
        "api_base",
        "base_url",
        "allowed_openai_params",
        "additional_drop_params",
        "drop_params",
    }
)
_NOT_FOR_TEXT = ("audio", "web_search_options")
_LITELLM = frozenset(all_litellm_params)
_MOST_ANSWERS = 128  # OpenAI's own bound; each answer is a request and a thread here


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """A call's parameters, sorted.

    extra   server parameters, to be checked against what the server takes.
    body    members of extra_body that are nobody else's: sent as they are where the server does not know them.
    count   how many answers are wanted (n).
    legacy  the caller used functions, and gets function_call back.
    """

    conversation: Conversation
    options: Options
    sampling: Mapping[str, Any]
    extra: Mapping[str, Any]
    body: Mapping[str, Any]
    stop: tuple[str, ...]
    count: int = 1
    legacy: bool = False


def read_parameters(
    messages: list[Any],
    given: Mapping[str, Any],
    *,
    wrapper: str | None = None,
    stream: bool = False,
    drop: bool = False,
    environment: Mapping[str, str] | None = None,
) -> Parameters:
    """The parts of a call; wrapper is the model string's, which a keyword overrides and which overrides environment.

    Raises InvalidRequestError classes for malformed messages, tools, options and values, and
    UnsupportedParameterError for what no text model does, unless drop is set.
    """
    inner = _mapping("extra_body", given.get("extra_body"))
    merged = {**given, **inner}
    merged.pop("extra_body", None)
    if wrapper is not None and merged.get("wrapper") is None:
        merged["wrapper"] = wrapper
    known, others = _told_apart(merged)
    options, rest = split_options(others, environment)
    _refuse_other_media(known.pop("modalities", None), rest, drop)
    if "max_completion_tokens" in known:
        known["max_tokens"] = known.pop("max_completion_tokens")
    asked = {name: known[name] for name in _CONVERSATION if name in known}
    return Parameters(
        conversation=read_conversation(messages, **asked),
        options=options,
        count=_count(known.get("n", 1), stream),
        stop=_stop(known.get("stop")),
        sampling={name: value for name, value in known.items() if name in _SAMPLING and (value or name not in _OFF)},
        extra={name: value for name, value in rest.items() if value is not None and name not in inner},
        body={name: value for name, value in rest.items() if value is not None and name in inner},
        legacy=bool(asked.get("functions")),
    )


def _told_apart(merged: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """OpenAI's parameters, and those that are an option or the server's.

    What has a known name cannot be an option misspelt, and comparing names costs more than all the rest here.
    """
    known: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for name, value in merged.items():
        if name in _OPENAI:
            if value is not None:
                known[name] = value
        elif not _is_litellms(name):
            others[name] = value
    return known, others


def _is_litellms(name: str) -> bool:
    return name in _WITHOUT_EFFECT or name in _LITELLM or name.startswith(("_", "litellm_"))


def _refuse_other_media(modalities: Any, rest: dict[str, Any], drop: bool) -> None:
    refused = [name for name in _NOT_FOR_TEXT if rest.pop(name, None) is not None]
    if modalities and list(modalities) != ["text"]:
        refused.append("modalities")
    if refused and not drop:
        raise UnsupportedParameterError(
            f"{', '.join(refused)} cannot be carried out: a text backend takes and gives text only. "
            "Leave it out, or set drop_params=True."
        )


def _mapping(name: str, value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidRequestError(f"{name} is {type(value).__name__}; an object of parameters is needed.")
    return value


def _count(value: Any, stream: bool) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_ANSWERS:
        raise InvalidRequestError(f"n={value!r} is not possible. Accepted: a whole number from 1 to {_MOST_ANSWERS}.")
    if value > 1 and stream:
        raise InvalidRequestError(
            f"n={value} is not possible with stream=True: LiteLLM cannot keep several streamed answers apart. "
            "Leave n out, or ask without stream."
        )
    return value


def _stop(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, (list, tuple)) or not all(isinstance(text, str) for text in texts):
        raise InvalidRequestError(f"stop={value!r} is not possible. Accepted: a string, or a list of strings.")
    return tuple(text for text in texts if text)
