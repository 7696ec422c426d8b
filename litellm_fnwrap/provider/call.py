"""One call of LiteLLM's, read: what the engine is asked, and what is told about it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import litellm

from ..backends import open_source
from ..backends.backend import without_login
from ..backends.base import TextSource
from ..engine import Answer, Plan, Request
from .clients import refuse_reaching_options
from .known_models import describe
from .model_name import PREFIX, ModelName, read_model_name
from .parameters import Parameters, read_parameters

_SECRET_HEADER = re.compile("auth|key|token|secret|cookie", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call, ready to be carried out.

    model    as LiteLLM names it: what follows "fnwrap/".
    secrets  text that must not appear in an error.
    """

    model: str
    request: Request
    count: int
    legacy: bool
    secrets: tuple[str, ...]
    logging: Any

    def answered(self, answer: Answer) -> None:
        """Show LiteLLM's loggers the raw text."""
        self.logging.post_call(input=answer.prompt.text, api_key="", original_response=answer.raw)


def read_call(given: Mapping[str, Any], *, stream: bool) -> Call:
    """The call that LiteLLM's keyword arguments of a CustomLLM method make; raises InvalidRequestError classes."""
    name = read_model_name(given["model"])
    dropped = (given.get("litellm_params") or {}).get("drop_params")
    drop = bool(litellm.drop_params if dropped is None else dropped)
    parameters = read_parameters(
        given["messages"],
        given["optional_params"],
        wrapper=name.wrapper,
        stream=stream,
        drop=drop,
        environment=os.environ,
    )
    refuse_reaching_options(given, parameters.options)
    source = _source(name, given, drop)
    request = Request(
        conversation=parameters.conversation,
        source=source,
        options=parameters.options,
        parameters=parameters.sampling,
        extra=_extra(parameters, source),
        stop=parameters.stop,
        on_plan=lambda plan: _announce(plan, given),
    )
    return Call(
        model=given["model"],
        request=request,
        count=parameters.count,
        legacy=parameters.legacy,
        secrets=secrets_of(given),
        logging=given["logging_obj"],
    )


def secrets_of(given: Mapping[str, Any]) -> tuple[str, ...]:
    """What a call holds that must not be told: its key, and headers that carry one."""
    headers: Mapping[str, Any] = given.get("headers") or {}
    values = [str(value) for name, value in headers.items() if _SECRET_HEADER.search(name)]
    return tuple(word for text in (given.get("api_key") or "", *values) for word in (text, text.split(" ")[-1]) if word)


def _source(name: ModelName, given: Mapping[str, Any], drop: bool) -> TextSource:
    return open_source(
        name.backend,
        model=name.model,
        api_base=given.get("api_base"),
        api_key=given.get("api_key"),
        headers=given.get("headers") or {},
        timeout=given.get("timeout"),
        client=given.get("client"),
        environment=os.environ,
        drop_params=drop,
    )


def _extra(parameters: Parameters, source: TextSource) -> dict[str, Any]:
    """The server parameters, with extra_body's members where the server has a place for them, else side by side."""
    if not parameters.body:
        return dict(parameters.extra)
    able = source.capabilities
    known = able.parameters if able.extra == "any" else able.parameters | able.extra
    extra = {**parameters.extra, **{name: value for name, value in parameters.body.items() if name in known}}
    unknown = {name: value for name, value in parameters.body.items() if name not in known}
    return {**extra, "extra_body": unknown} if unknown else extra


def _announce(plan: Plan, given: Mapping[str, Any]) -> None:
    """Show LiteLLM's loggers the rendered prompt, and its planners what the model can do."""
    describe(PREFIX + given["model"], plan.info.context_window if plan.info else None)
    generation = plan.generation
    details = {
        "api_base": without_login(given.get("api_base") or "")[0],
        "complete_input_dict": {
            "prompt": plan.prompt.text,
            "stop": list(generation.stop),
            **generation.parameters,
            **generation.extra,
        },
    }
    given["logging_obj"].pre_call(input=plan.prompt.text, api_key="", additional_args=details)
