"""Any server with OpenAI's chat route, POST /v1/chat/completions, and no other.

Source: https://platform.openai.com/docs/api-reference/chat. The server puts its own template around what it gets, so
the wrapper's tool texts travel inside the messages, in the roles that every such server permits:

    {"model": "m", "messages": [{"role": "system", "content": "..."}, {"role": "user", "content": "..."}],
     "max_tokens": 2048, "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "schema": {}}}}
    data: {"choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": null}]}
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from ..generation import Constraint, Generation, ModelInfo
from . import BACKENDS
from .backend import HttpRequest, Target
from .base import Capabilities
from .chat_messages import arrange
from .openai_text import NAMES, SAMPLERS, OpenAIText
from .parameters import Parameters

_EXTRA: Final = SAMPLERS | {"reasoning_effort", "chat_template_kwargs"}


class OpenAIChat(OpenAIText):
    """A server's /v1/chat/completions; the base of all chat-only backends."""

    name: ClassVar[str] = "openai_chat"
    capabilities: ClassVar[Capabilities] = Capabilities(
        raw=False, dialects=("json_schema",), stop_limit=4, parameters=frozenset(NAMES), extra=_EXTRA
    )

    def request(self, generation: Generation, target: Target, info: ModelInfo | None = None) -> HttpRequest:
        """POST /v1/chat/completions."""
        plan = super().request(generation, target, info)
        body = {name: value for name, value in (plan.body or {}).items() if name != "prompt"}
        body.setdefault("messages", arrange(generation.prompt, self.capabilities.roles))
        return dataclasses.replace(plan, path=f"{self.prefix}/chat/completions", body=body)

    def constraint_members(self, constraint: Constraint, info: ModelInfo | None) -> dict[str, Any]:
        """The schema as a response format."""
        return {"response_format": as_response_format(constraint.value)}

    def _sampling(self, given: Parameters, generation: Generation) -> dict[str, Any]:
        rest = dict(given.rest)
        if rest.get("top_logprobs"):
            rest["logprobs"] = True
        return rest


def as_response_format(schema: Any) -> dict[str, Any]:
    """A JSON schema as response_format; strict where OpenAI takes it so: every object closed, all members required."""
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema, "strict": _is_closed(schema)}}


def _is_closed(schema: Any) -> bool:
    if isinstance(schema, list):
        return all(map(_is_closed, schema))
    if not isinstance(schema, Mapping):
        return True
    if schema.get("type") == "object" or "properties" in schema:
        members = schema.get("properties") or {}
        if schema.get("additionalProperties") is not False or set(members) != set(schema.get("required") or ()):
            return False
    return all(_is_closed(part) for part in schema.values())


BACKENDS.add(OpenAIChat.name, OpenAIChat())
