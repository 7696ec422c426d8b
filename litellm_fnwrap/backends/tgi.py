"""Hugging Face Text Generation Inference, POST /generate and /generate_stream.

Source: https://huggingface.co/docs/text-generation-inference and router/src of 3.3.7, with 1.4, 2.0 and 3.0 for
differences. Request, one event per token, and the last one, after which the stream ends without [DONE]:

    {"inputs": "<|im_start|>user ...", "parameters": {"max_new_tokens": 2048, "details": true, "stop": ["<|im_end|>"],
     "grammar": {"type": "regex", "value": "..."}}}
    data:{"index":1,"token":{"id":1,"text":"Hi","logprob":-0.1,"special":false},"generated_text":null,"details":null}
    data:{"index":2,"token":{"id":2,"text":"</s>","logprob":0,"special":true},"generated_text":"Hi",
          "details":{"finish_reason":"eos_token","generated_tokens":2,"seed":null,"input_length":9}}

generated_text lacks special tokens, so the text is put together from the tokens, without the final EOS. Stop strings
stay in the text, so all of them are cut here. Values that TGI refuses although they mean "off" are left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Literal

from ..errors import BadRequestError, ConstraintError, FnWrapError, RateLimitError, ServerError
from ..generation import Chunk, Constraint, Generation, ModelInfo, Usage
from . import BACKENDS
from .backend import Backend, HttpRequest, Reading, Target
from .base import Capabilities
from .constraint import refuse_dialect
from .failures import Failure, classify, is_overflow
from .logprobs import as_openai
from .parameters import merged, split_stops, translate, words

_NAMES: Final = {
    "temperature": "temperature",
    "top_p": "top_p",
    "seed": "seed",
    "frequency_penalty": "frequency_penalty",
    "logprobs": "logprobs",
    "top_logprobs": "top_n_tokens",
}
_EXTRA: Final = words("top_k typical_p repetition_penalty do_sample truncate watermark top_n_tokens adapter_id best_of")
_KINDS: Final[dict[str, type[FnWrapError]]] = {
    "validation": BadRequestError,
    "overloaded": RateLimitError,
    "generation": ServerError,
    "incomplete_generation": ServerError,
}


class TGI(Backend):
    """TGI's own routes."""

    name: ClassVar[str] = "tgi"
    default_base: ClassVar[str] = "http://127.0.0.1:8080"
    base_names: ClassVar[tuple[str, ...]] = ("TGI_API_BASE", "HUGGINGFACE_API_BASE", "HF_API_BASE")
    key_names: ClassVar[tuple[str, ...]] = ("TGI_API_KEY", "HUGGINGFACE_API_KEY", "HF_TOKEN")
    capabilities: ClassVar[Capabilities] = Capabilities(
        dialects=("regex", "json_schema"),
        shows_special=True,
        stop_limit=4,
        parameters=frozenset(_NAMES),
        extra=_EXTRA,
    )

    def normal_base(self, base: str) -> str:
        """The server's root, also when the address of one of its routes is given."""
        base = super().normal_base(base)
        for route in ("/generate_stream", "/generate", "/v1"):
            base = base.removesuffix(route)
        return base

    def request(self, generation: Generation, target: Target, info: ModelInfo | None = None) -> HttpRequest:
        """POST /generate or /generate_stream."""
        given = translate(generation, target, self.capabilities, _NAMES, backend=self.name)
        parameters: dict[str, Any] = {"max_new_tokens": given.limit, "details": True, "return_full_text": False}
        parameters |= _accepted(given.rest)
        stops, _ = split_stops(given.stops, self.capabilities.stop_limit)
        if stops:
            parameters["stop"] = list(stops)
        if generation.constraint is not None:
            refuse_dialect(generation.constraint, self.capabilities, self.name)
            parameters["grammar"] = _grammar(generation.constraint)
        body = merged({"inputs": generation.prompt.text, "parameters": parameters}, given.body)
        if generation.stream:
            return HttpRequest(path="/generate_stream", body=body, framing="sse", cut=given.stops)
        return HttpRequest(path="/generate", body=body, cut=given.stops)

    def read_reply(self, reply: Any, reading: Reading) -> Chunk:
        """The text from its tokens; of a list with one answer, as POST / gives it, that one."""
        answer = reply[0] if isinstance(reply, list) else reply
        details = answer.get("details") or {}
        tokens = details.get("tokens") or []
        if not any(token.get("special") for token in tokens):
            text = answer["generated_text"]
        else:
            ended = details.get("finish_reason") == "eos_token" and tokens[-1].get("special")
            text = "".join(token["text"] for token in (tokens[:-1] if ended else tokens))
        usage = Usage(len(details["prefill"]) if details.get("prefill") else None, details.get("generated_tokens"))
        return Chunk(text, _finish(details), usage, logprobs=_logprobs(tokens, reading))

    def read_event(self, event: Any, reading: Reading) -> Chunk:
        """One token; the last one brings the details."""
        token, details = event["token"], event.get("details")
        over = details is not None or event.get("generated_text") is not None
        is_end = over and token.get("special") and (details or {}).get("finish_reason", "eos_token") == "eos_token"
        text = "" if is_end else token["text"]
        logprobs = _logprobs([{**token, "top_logprobs": event.get("top_tokens")}], reading)
        if not over:
            return Chunk(text, logprobs=logprobs)
        details = details or {}
        usage = Usage(details.get("input_length"), details.get("generated_tokens"))
        return Chunk(text, _finish(details), usage, logprobs=logprobs)

    def error(self, failure: Failure, target: Target) -> FnWrapError:
        """error_type is surer than the status, which is 200 in streams and 424 for a failed generation."""
        kind = None if is_overflow(failure.message) else _KINDS.get(failure.kind)
        if kind is None and failure.status == 424:
            kind = ServerError
        return classify(failure, backend=self.name, kind=kind)

    def info_requests(self, target: Target) -> tuple[HttpRequest, ...]:
        """GET /info."""
        return (HttpRequest(path="/info", method="GET"),)

    def read_info(self, replies: Sequence[Any], target: Target) -> ModelInfo:
        """The model that is served, the window, and the version; there is no route for the template."""
        info = replies[0] if isinstance(replies[0], Mapping) else {}
        return ModelInfo(
            name=info.get("model_id") or target.model,
            adds_bos=True,
            context_window=info.get("max_total_tokens"),
            version=info.get("version"),
        )


def _accepted(rest: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters without those values that TGI answers with 422, although OpenAI's clients send them."""
    taken = {name: value for name, value in rest.items() if name != "logprobs"}
    temperature = taken.get("temperature")
    if temperature is not None:
        taken.setdefault("do_sample", temperature > 0)
        if temperature <= 0:
            del taken["temperature"]
    if not 0 < taken.get("top_p", 0.5) < 1:
        del taken["top_p"]
    for name in ("seed", "top_k", "repetition_penalty", "typical_p"):
        if taken.get(name, 1) <= 0:
            del taken[name]
    return taken


def _grammar(constraint: Constraint) -> dict[str, Any]:
    if constraint.dialect == "regex":
        return {"type": "regex", "value": constraint.value}
    if not isinstance(constraint.value, Mapping) or "properties" not in constraint.value:
        raise ConstraintError(
            "tgi takes only JSON schemas of objects with properties. Use a regex constraint instead.", backend="tgi"
        )
    return {"type": "json", "value": constraint.value}


def _finish(details: Mapping[str, Any]) -> Literal["stop", "length"]:
    return "length" if details.get("finish_reason") == "length" else "stop"


def _logprobs(tokens: Sequence[Mapping[str, Any]], reading: Reading) -> dict[str, Any] | None:
    """TGI sends them always, so they are passed on only where they were asked for."""
    if not reading.generation.parameters.get("logprobs"):
        return None
    return as_openai([{**token, "token": token.get("text", "")} for token in tokens])


BACKENDS.add(TGI.name, TGI(), aliases=("huggingface", "text-generation-inference"))
