"""The llama.cpp server, POST /completion.

Source: https://github.com/ggml-org/llama.cpp, tools/server/README.md and server-task.cpp of June 2026; builds of
February 2025 and October 2026 for differences. Request and events; the stream ends after the last, without [DONE]:

    {"prompt": "<|im_start|>user ...", "n_predict": 2048, "stream": true, "cache_prompt": true, "stop": ["<|im_end|>"],
     "grammar": "root ::= ...", "grammar_lazy": true, "grammar_triggers": [{"type": 1, "value": "<tool_call>"}],
     "preserved_tokens": ["<tool_call>"], "response_fields": ["content", "stop", ...]}
    data: {"index":0,"content":"Hi","tokens":[284],"stop":false,"tokens_predicted":1,"tokens_evaluated":2}
    data: {"content":"","stop":true,"stop_type":"eos","stopping_word":"","tokens_evaluated":2,"tokens_predicted":8}

Control tokens are hidden unless preserved_tokens names them; a trigger word that is one token must be named there too,
or the server refuses (and builds of early 2025 die). A grammar key, even an empty one, switches json_schema off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar, Final, Literal

from ..generation import Chunk, Constraint, Generation, ModelInfo, Usage
from . import BACKENDS
from .backend import Backend, HttpRequest, Reading, Target
from .base import Capabilities
from .constraint import refuse_dialect
from .logprobs import as_openai
from .parameters import merged, translate, words

_NAMES: Final = {
    "temperature": "temperature",
    "top_p": "top_p",
    "seed": "seed",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "repetition_penalty": "repeat_penalty",
    "logit_bias": "logit_bias",
    "logprobs": "logprobs",
    "top_logprobs": "n_probs",
}
_EXTRA: Final = words(
    "n_predict n_probs n_keep n_discard n_indent min_keep top_k min_p top_n_sigma typical_p xtc_probability "
    "xtc_threshold repeat_penalty repeat_last_n dry_multiplier dry_base dry_allowed_length dry_penalty_last_n "
    "dry_sequence_breakers dynatemp_range dynatemp_exponent mirostat mirostat_tau mirostat_eta "
    "ignore_eos samplers t_max_predict_ms id_slot cache_prompt post_sampling_probs lora "
    "n_cache_reuse adaptive_target adaptive_decay"
)
_FIELDS: Final = [
    "content",
    "stop",
    "stop_type",
    "stopping_word",
    "tokens_evaluated",
    "tokens_predicted",
    "completion_probabilities",
]
_TRIGGER_TYPES: Final = {"word": 1, "pattern": 2}
_NUMERIC_TRIGGERS: Final = 4850
"""Builds before this one want triggers in another shape, and stop working on this one."""


class LlamaCpp(Backend):
    """The llama.cpp server's own completion route."""

    name: ClassVar[str] = "llamacpp"
    default_base: ClassVar[str] = "http://127.0.0.1:8080"
    base_names: ClassVar[tuple[str, ...]] = ("LLAMACPP_API_BASE", "LLAMA_API_BASE")
    key_names: ClassVar[tuple[str, ...]] = ("LLAMACPP_API_KEY", "LLAMA_API_KEY")
    capabilities: ClassVar[Capabilities] = Capabilities(
        dialects=("gbnf", "json_schema"),
        lazy=True,
        shows_special=True,
        parameters=frozenset(_NAMES),
        extra=_EXTRA,
    )

    def normal_base(self, base: str) -> str:
        """The server's root, also when the address of one of its routes is given."""
        return re.sub(r"/(v1|completions?)/*$", "", super().normal_base(base))

    def needs_info(self, generation: Generation) -> bool:
        """Only the server knows whether it writes BOS itself, and whether its build takes lazy grammars."""
        return bool(generation.prompt.bos) or (generation.constraint is not None and generation.constraint.lazy)

    def request(self, generation: Generation, target: Target, info: ModelInfo | None = None) -> HttpRequest:
        """POST /completion."""
        given = translate(generation, target, self.capabilities, _NAMES, backend=self.name)
        bos = generation.prompt.bos if info is not None and info.adds_bos is False else ""
        body: dict[str, Any] = {
            "prompt": bos + generation.prompt.text,
            "n_predict": given.limit,
            "stream": generation.stream,
            "cache_prompt": True,
            "response_fields": _FIELDS,
            **given.rest,
        }
        if body.pop("logprobs", None):
            body.setdefault("n_probs", 1)
        if given.stops:
            body["stop"] = list(given.stops)
        preserved = list(generation.preserved)
        if generation.constraint is not None:
            refuse_dialect(generation.constraint, self.capabilities, self.name)
            body |= _constraint(generation.constraint, info)
            preserved += generation.constraint.preserved
            preserved += [trigger.value for trigger in generation.constraint.triggers if trigger.kind == "word"]
        if preserved:
            body["preserved_tokens"] = list(dict.fromkeys(preserved))
        framing: Literal["sse", "json"] = "sse" if generation.stream else "json"
        return HttpRequest(path="/completion", body=merged(body, given.body), framing=framing)

    def read_reply(self, reply: Any, reading: Reading) -> Chunk:
        """The whole answer."""
        return self.read_event(reply, reading)

    def read_event(self, event: Any, reading: Reading) -> Chunk:
        """One event: a piece of text, or the end with its counts."""
        text, told = event["content"], event.get("completion_probabilities")
        probabilities = as_openai(told) if told else None
        if not event.get("stop"):
            return Chunk(text, logprobs=probabilities)
        limited = event.get("stop_type") == "limit" or event.get("stopped_limit") is True
        usage = Usage(event.get("tokens_evaluated"), event.get("tokens_predicted"))
        word = event.get("stopping_word") or None
        return Chunk(text, "length" if limited else "stop", usage, word, probabilities)

    def info_requests(self, target: Target) -> tuple[HttpRequest, ...]:
        """GET /props, and an empty text to tokenize: a server that writes BOS makes one token of it."""
        return (
            HttpRequest(path="/props", method="GET"),
            HttpRequest(path="/tokenize", body={"content": "", "add_special": True}),
        )

    def read_info(self, replies: Sequence[Any], target: Target) -> ModelInfo:
        """Template, special tokens, the window of one slot, and the build."""
        props, tokens = (reply if isinstance(reply, dict) else {} for reply in replies)
        settings = props.get("default_generation_settings") or {}
        return ModelInfo(
            name=props.get("model_alias") or props.get("model_path") or target.model,
            chat_template=props.get("chat_template") or None,
            tool_template=props.get("chat_template_tool_use") or None,
            bos_token=props.get("bos_token") or "",
            eos_token=props.get("eos_token") or "",
            adds_bos=bool(tokens["tokens"]) if "tokens" in tokens else None,
            context_window=settings.get("n_ctx"),
            version=props.get("build_info"),
        )


def _constraint(constraint: Constraint, info: ModelInfo | None) -> dict[str, Any]:
    """The members that constrain the answer; none for a lazy grammar on a build that would apply it at once."""
    if constraint.dialect == "json_schema" and isinstance(constraint.value, dict):
        # Builds with LLGuidance let a weak model spend its whole budget on blanks unless told otherwise.
        return {"json_schema": {"x-guidance": {"whitespace_flexible": False}, **constraint.value}}
    if not constraint.lazy:
        return {"grammar": constraint.value}
    if 0 < _build(info) < _NUMERIC_TRIGGERS:
        return {}
    triggers = [{"type": _TRIGGER_TYPES[trigger.kind], "value": trigger.value} for trigger in constraint.triggers]
    return {"grammar": constraint.value, "grammar_lazy": True, "grammar_triggers": triggers}


def _build(info: ModelInfo | None) -> int:
    """The number in "b6123-abc1234"; 0 where the server does not tell."""
    found = re.match(r"b?(\d+)", (info.version if info is not None else None) or "")
    return int(found[1]) if found else 0


BACKENDS.add(LlamaCpp.name, LlamaCpp(), aliases=("llama.cpp", "llama-cpp", "llama_cpp_server"))
