"""vLLM, POST /v1/completions.

Source: https://docs.vllm.ai (serving/openai_compatible_server) and vllm/entrypoints/openai of 0.33.0. Special tokens
are kept in the text, and BOS is left to the server unless the wrapper writes it:

    {"model": "m", "prompt": "...", "max_tokens": 2048, "skip_special_tokens": false,
     "spaces_between_special_tokens": false, "structured_outputs": {"regex": "..."}}
    data: {"choices": [{"index": 0, "text": "Hi", "finish_reason": "stop", "stop_reason": "<|im_end|>"}]}

Up to 0.11 constraints are guided_json, guided_regex and guided_grammar; newer versions ignore those without a word, so
the version is asked first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from ..generation import Constraint, Generation, ModelInfo
from . import BACKENDS
from .backend import HttpRequest, Target
from .base import Capabilities
from .constraint import plain
from .openai_text import NAMES, OpenAIText, window_of
from .parameters import words

_NAMES: Final = {**NAMES, "repetition_penalty": "repetition_penalty"}
_EXTRA: Final = words(
    "top_k min_p repetition_penalty length_penalty min_tokens ignore_eos stop_token_ids bad_words allowed_token_ids "
    "truncate_prompt_tokens include_stop_str_in_output priority add_special_tokens skip_special_tokens "
    "spaces_between_special_tokens use_beam_search best_of cache_salt vllm_xargs logits_processors"
)
_KINDS: Final = {"gbnf": "grammar", "regex": "regex", "json_schema": "json", "structural_tag": "structural_tag"}


class VLLM(OpenAIText):
    """vLLM's OpenAI server."""

    name: ClassVar[str] = "vllm"
    default_base: ClassVar[str] = "http://127.0.0.1:8000"
    prefix: ClassVar[str] = "/v1"
    base_names: ClassVar[tuple[str, ...]] = ("VLLM_API_BASE", "HOSTED_VLLM_API_BASE")
    key_names: ClassVar[tuple[str, ...]] = ("VLLM_API_KEY", "HOSTED_VLLM_API_KEY")
    names: ClassVar[Mapping[str, str]] = _NAMES
    capabilities: ClassVar[Capabilities] = Capabilities(
        dialects=("structural_tag", "gbnf", "regex", "json_schema"),
        shows_special=True,
        parameters=frozenset(_NAMES),
        extra=_EXTRA,
    )

    def needs_info(self, generation: Generation) -> bool:
        """How a constraint is named depends on the version."""
        return generation.constraint is not None

    def own_members(self, generation: Generation, info: ModelInfo | None) -> dict[str, Any]:
        """Special tokens stay visible; BOS is written here only if the wrapper knows it."""
        given = {**generation.parameters, **generation.extra}
        members = {"skip_special_tokens": False, "spaces_between_special_tokens": False}
        members = {name: value for name, value in members.items() if name not in given}
        if not generation.prompt.bos:
            return members
        return {**members, "prompt": generation.prompt.bos + generation.prompt.text, "add_special_tokens": False}

    def constraint_members(self, constraint: Constraint, info: ModelInfo | None) -> dict[str, Any]:
        """structured_outputs, or the older guided_ names."""
        constraint = plain(constraint)
        value = constraint.value
        if constraint.dialect == "structural_tag":
            if _is_old(info):
                return {"response_format": value}
            value = value if isinstance(value, str) else json.dumps(value)
        kind = _KINDS[constraint.dialect]
        return {f"guided_{kind}": value} if _is_old(info) else {"structured_outputs": {kind: value}}

    def info_requests(self, target: Target) -> tuple[HttpRequest, ...]:
        """GET /v1/models and GET /version."""
        return HttpRequest(path="/v1/models", method="GET"), HttpRequest(path="/version", method="GET")

    def read_info(self, replies: Sequence[Any], target: Target) -> ModelInfo:
        """The context window and the version."""
        models, version = (reply if isinstance(reply, Mapping) else {} for reply in replies)
        window = window_of(models.get("data") or [], target.model)
        return ModelInfo(name=target.model, context_window=window, version=version.get("version"))


def _is_old(info: ModelInfo | None) -> bool:
    """Whether the version is one before 0.12."""
    found = re.match(r"(\d+)\.(\d+)", (info.version if info is not None else None) or "")
    return found is not None and (int(found[1]), int(found[2])) < (0, 12)


BACKENDS.add(VLLM.name, VLLM(), aliases=("hosted_vllm",))
