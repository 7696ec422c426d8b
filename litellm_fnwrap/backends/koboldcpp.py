"""KoboldCpp, POST /api/v1/generate and /api/extra/generate/stream.

Source: https://github.com/LostRuins/koboldcpp, koboldcpp.py of 1.102, with 1.76 for differences, and its API page
https://lite.koboldai.net/koboldcpp_api. Request, reply, and events of the stream, which ends by closing:

    {"prompt": "<|im_start|>user ...", "max_length": 2048, "max_context_length": 8192, "rep_pen": 1.0,
     "trim_stop": false, "stop_sequence": ["<|im_end|>"], "grammar": "root ::= ..."}
    {"results": [{"text": "Hi", "finish_reason": "length", "prompt_tokens": 9, "completion_tokens": 2}]}
    event: message
    data: {"token": "Hi", "finish_reason": null}

A matched stop string is reported as "length". So stop strings are left in the text (trim_stop false) and cut here: only
then is it known why the text ended. A prompt that is too long is cut without a word; the counts show it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Literal

from ..errors import BadRequestError, ContextWindowError, FnWrapError
from ..generation import Chunk, Generation, ModelInfo, Usage
from . import BACKENDS
from .backend import Backend, HttpRequest, Reading, Target
from .base import Capabilities
from .constraint import refuse_dialect
from .failures import Failure, classify
from .logprobs import from_completion
from .parameters import merged, token_limit, translate, words

_NAMES: Final = {
    "temperature": "temperature",
    "top_p": "top_p",
    "seed": "sampler_seed",
    "presence_penalty": "presence_penalty",
    "repetition_penalty": "rep_pen",
    "logit_bias": "logit_bias",
    "logprobs": "logprobs",
}
_EXTRA: Final = words(
    "max_context_length top_k top_a min_p typical tfs rep_pen rep_pen_range rep_pen_slope sampler_order sampler_seed "
    "mirostat mirostat_tau mirostat_eta dynatemp_range dynatemp_exponent smoothing_factor dry_multiplier dry_base "
    "dry_allowed_length dry_penalty_last_n dry_sequence_breakers xtc_threshold xtc_probability nsigma banned_tokens "
    "bypass_eos grammar_retain_state memory genkey render_special"
)


class KoboldCpp(Backend):
    """KoboldCpp's own routes."""

    name: ClassVar[str] = "koboldcpp"
    default_base: ClassVar[str] = "http://127.0.0.1:5001"
    base_names: ClassVar[tuple[str, ...]] = ("KOBOLDCPP_API_BASE",)
    key_names: ClassVar[tuple[str, ...]] = ("KOBOLDCPP_API_KEY",)
    capabilities: ClassVar[Capabilities] = Capabilities(
        dialects=("gbnf",),
        shows_special=True,
        parameters=frozenset(_NAMES),
        extra=_EXTRA,
    )

    def normal_base(self, base: str) -> str:
        """The server's root, also when the address of one of its APIs is given."""
        base = super().normal_base(base)
        for route in ("/api/v1/generate", "/api/v1", "/api", "/v1"):
            base = base.removesuffix(route)
        return base

    def needs_info(self, generation: Generation) -> bool:
        """The window must be sent, or the server assumes a small one."""
        return "max_context_length" not in generation.extra

    def request(self, generation: Generation, target: Target, info: ModelInfo | None = None) -> HttpRequest:
        """POST /api/v1/generate, or its streaming sister."""
        given = translate(generation, target, self.capabilities, _NAMES, backend=self.name)
        body: dict[str, Any] = {
            "prompt": generation.prompt.text,
            "max_length": given.limit,
            "rep_pen": 1.0,
            "trim_stop": False,
            **given.rest,
        }
        if info is not None and info.context_window:
            body.setdefault("max_context_length", info.context_window)
        if given.stops:
            body["stop_sequence"] = list(given.stops)
        constraint = generation.constraint
        if constraint is not None:
            refuse_dialect(constraint, self.capabilities, self.name)
            body["grammar"] = constraint.value
        if generation.preserved or (constraint is not None and constraint.preserved):
            body.setdefault("render_special", True)
        body = merged(body, given.body)
        if generation.stream:
            return HttpRequest(path="/api/extra/generate/stream", body=body, framing="sse", cut=given.stops)
        return HttpRequest(path="/api/v1/generate", body=body, cut=given.stops)

    def read_reply(self, reply: Any, reading: Reading) -> Chunk:
        """The text of the only result."""
        result = reply["results"][0]
        usage = Usage(result.get("prompt_tokens"), result.get("completion_tokens"))
        _notice_truncation(usage, reading)
        return Chunk(result["text"], _finish(result) or "stop", usage, logprobs=from_completion(result.get("logprobs")))

    def read_event(self, event: Any, reading: Reading) -> Chunk:
        """One token; 1.76 says "null" in letters while the text goes on."""
        return Chunk(event["token"], _finish(event))

    def error(self, failure: Failure, target: Target) -> FnWrapError:
        """A malformed request is reported with status 500."""
        kind = BadRequestError if failure.kind == "bad_input" else None
        return classify(failure, backend=self.name, kind=kind)

    def info_requests(self, target: Target) -> tuple[HttpRequest, ...]:
        """The window, the model's name, and the version."""
        paths = "/api/extra/true_max_context_length", "/api/v1/model", "/api/extra/version"
        return tuple(HttpRequest(path=path, method="GET") for path in paths)

    def read_info(self, replies: Sequence[Any], target: Target) -> ModelInfo:
        """The window, the model's name, and the version; BOS is always put in front by the server."""
        window, model, version = (reply if isinstance(reply, Mapping) else {} for reply in replies)
        return ModelInfo(
            name=model.get("result") or target.model,
            adds_bos=True,
            context_window=window.get("value"),
            version=version.get("version"),
        )


def _finish(result: Mapping[str, Any]) -> Literal["stop", "length"] | None:
    reason = result.get("finish_reason")
    if reason in (None, "null", ""):
        return None
    return "length" if reason == "length" else "stop"


def _notice_truncation(usage: Usage, reading: Reading) -> None:
    """Raise where the prompt was cut: it is then exactly as long as the window leaves it."""
    window = reading.generation.extra.get("max_context_length") or (reading.info and reading.info.context_window)
    limit = token_limit(reading.generation, KoboldCpp.capabilities)
    if not isinstance(window, int) or not usage.prompt_tokens:
        return
    if usage.prompt_tokens + limit >= window:
        raise ContextWindowError(
            f"koboldcpp cut the prompt to {usage.prompt_tokens} tokens, to leave {limit} of its {window} for the "
            "answer. Shorten the conversation, lower max_tokens, or start the server with a larger --contextsize.",
            backend="koboldcpp",
        )


BACKENDS.add(KoboldCpp.name, KoboldCpp(), aliases=("kobold",))
