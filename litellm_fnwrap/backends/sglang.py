"""SGLang, POST /generate.

Source: https://docs.sglang.ai (native API and sampling parameters) and python/sglang/srt of 0.5.23. Request, and events
whose text is all of it so far, unless the server runs with incremental streaming output:

    {"text": "<|im_start|>user ...", "sampling_params": {"max_new_tokens": 2048, "stop": ["<|im_end|>"],
     "skip_special_tokens": false, "json_schema": "{...}"}, "stream": true}
    data: {"text": "Hi", "meta_info": {"finish_reason": null, "prompt_tokens": 9, "completion_tokens": 1}}
    data: {"text": "Hi there", "meta_info": {"finish_reason": {"type": "stop", "matched": 2}, ...}}
    data: [DONE]

With return_logprob in the request, meta_info lists all tokens so far, or the new ones, as the text does:

    "output_token_logprobs": [[-0.1, 13347, "Hi"]], "output_top_logprobs": [[[-0.1, 13347, "Hi"], [-3.2, 9, "Yo"]]]
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Final, Literal

from ..generation import Chunk, Constraint, Generation, ModelInfo, Usage
from . import BACKENDS
from .backend import Backend, HttpRequest, Reading, Target
from .base import Capabilities
from .constraint import plain, refuse_dialect
from .failures import Failure
from .json_text import show_json
from .logprobs import as_openai
from .openai_text import NAMES, OpenAIText
from .parameters import merged, translate, words

_NAMES: Final = {
    "temperature": "temperature",
    "top_p": "top_p",
    "seed": "sampling_seed",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "repetition_penalty": "repetition_penalty",
    "logit_bias": "logit_bias",
    "logprobs": "return_logprob",
    "top_logprobs": "top_logprobs_num",
}
_EXTRA: Final = words(
    "top_k min_p repetition_penalty min_new_tokens ignore_eos stop_token_ids skip_special_tokens "
    "spaces_between_special_tokens no_stop_trim custom_params stream_interval"
)
_KINDS: Final = {"gbnf": "ebnf", "regex": "regex", "json_schema": "json_schema", "structural_tag": "structural_tag"}
_DIALECTS: Final = ("structural_tag", "gbnf", "regex", "json_schema")
_BASE_NAMES: Final = ("SGLANG_API_BASE",)
_KEY_NAMES: Final = ("SGLANG_API_KEY",)


class SGLang(Backend):
    """SGLang's native route."""

    name: ClassVar[str] = "sglang"
    default_base: ClassVar[str] = "http://127.0.0.1:30000"
    base_names: ClassVar[tuple[str, ...]] = _BASE_NAMES
    key_names: ClassVar[tuple[str, ...]] = _KEY_NAMES
    capabilities: ClassVar[Capabilities] = Capabilities(
        dialects=_DIALECTS,
        shows_special=True,
        parameters=frozenset(_NAMES),
        extra=_EXTRA,
    )

    def normal_base(self, base: str) -> str:
        """The server's root, also when the address of one of its routes is given."""
        return super().normal_base(base).removesuffix("/generate").removesuffix("/v1")

    def request(self, generation: Generation, target: Target, info: ModelInfo | None = None) -> HttpRequest:
        """POST /generate."""
        given = translate(generation, target, self.capabilities, _NAMES, backend=self.name)
        sampling: dict[str, Any] = {
            "max_new_tokens": given.limit,
            "skip_special_tokens": False,
            "spaces_between_special_tokens": False,
            **given.rest,
        }
        if given.stops:
            sampling["stop"] = list(given.stops)
        if not 0 < sampling.get("top_p", 1) <= 1:
            del sampling["top_p"]
        if generation.constraint is not None:
            refuse_dialect(generation.constraint, self.capabilities, self.name)
            sampling |= constraint_member(generation.constraint)
        body = {"text": generation.prompt.text, "sampling_params": sampling, "stream": generation.stream}
        body |= _logprob_members(sampling)
        framing: Literal["sse", "json"] = "sse" if generation.stream else "json"
        return HttpRequest(path="/generate", body=merged(body, given.body), framing=framing)

    def read_reply(self, reply: Any, reading: Reading) -> Chunk:
        """The whole answer."""
        chunk = self.read_event(reply, reading)
        return chunk if chunk.finish_reason else replace(chunk, finish_reason="stop")

    def read_event(self, event: Any, reading: Reading) -> Chunk:
        """What the text has gained; once a piece does not begin with the text so far, pieces are the gain itself."""
        text, facts = event["text"], event.get("meta_info") or {}
        reading.in_pieces = reading.in_pieces or not text.startswith(reading.seen)
        gain = text if reading.in_pieces else text[len(reading.seen) :]
        reading.seen = "" if reading.in_pieces else text
        reason = facts.get("finish_reason")
        kind = reason.get("type") if isinstance(reason, Mapping) else reason
        logprobs = _logprobs(facts, reading)
        if not kind:
            return Chunk(gain, logprobs=logprobs)
        matched = reason.get("matched") if isinstance(reason, Mapping) else None
        return Chunk(
            gain,
            "length" if kind == "length" else "stop",
            Usage(facts.get("prompt_tokens"), facts.get("completion_tokens")),
            matched if isinstance(matched, str) else None,
            logprobs,
        )

    def failure_of(self, reply: Any) -> Failure | None:
        """An abort is a failure in the place of a finish reason."""
        reason = (reply.get("meta_info") or {}).get("finish_reason") if isinstance(reply, Mapping) else None
        if isinstance(reason, Mapping) and reason.get("type") == "abort":
            status = reason.get("status_code")
            return Failure(
                status=status if isinstance(status, int) else 500,
                message=str(reason.get("message") or "the generation was aborted"),
                kind=str(reason.get("err_type") or ""),
                raw=show_json(reply),
            )
        return Failure.inside(reply)

    def info_requests(self, target: Target) -> tuple[HttpRequest, ...]:
        """Two routes, each with the name it had before."""
        paths = "/model_info", "/get_model_info", "/server_info", "/get_server_info"
        return tuple(HttpRequest(path=path, method="GET") for path in paths)

    def read_info(self, replies: Sequence[Any], target: Target) -> ModelInfo:
        """The path of the model, by which a wrapper can be chosen, and the context window."""
        model_new, model_old, server_new, server_old = (r if isinstance(r, Mapping) else {} for r in replies)
        model, server = model_new or model_old, server_new or server_old
        return ModelInfo(
            name=model.get("model_path") or target.model,
            context_window=server.get("context_length"),
            version=server.get("version"),
        )


def _logprob_members(sampling: dict[str, Any]) -> dict[str, Any]:
    """Members that belong to the request, moved out of its sampling parameters."""
    wanted, top = sampling.pop("return_logprob", None), sampling.pop("top_logprobs_num", None)
    if not wanted and not top:
        return {}
    most = top or (0 if wanted is True else wanted)
    return {"return_logprob": True, "top_logprobs_num": most, "return_text_in_logprobs": True}


def _logprobs(facts: Mapping[str, Any], reading: Reading) -> dict[str, Any] | None:
    tokens, tops = facts.get("output_token_logprobs") or [], facts.get("output_top_logprobs") or []
    known = 0 if reading.in_pieces else reading.counted
    reading.counted = len(tokens)
    entries = [
        {**_token(token), "top_logprobs": [_token(top) for top in (tops[known + at] if known + at < len(tops) else ())]}
        for at, token in enumerate(tokens[known:])
    ]
    return as_openai(entries)


def _token(entry: Sequence[Any]) -> dict[str, Any]:
    return {"logprob": entry[0], "token": entry[2] or ""}


class SGLangOpenAI(OpenAIText):
    """SGLang's /v1/completions, for set-ups that let nothing else through."""

    name: ClassVar[str] = "sglang_openai"
    default_base: ClassVar[str] = SGLang.default_base
    prefix: ClassVar[str] = "/v1"
    base_names: ClassVar[tuple[str, ...]] = _BASE_NAMES
    key_names: ClassVar[tuple[str, ...]] = _KEY_NAMES
    names: ClassVar[Mapping[str, str]] = {**NAMES, "repetition_penalty": "repetition_penalty"}
    capabilities: ClassVar[Capabilities] = Capabilities(
        dialects=_DIALECTS,
        shows_special=True,
        parameters=frozenset(names),
        extra=_EXTRA,
    )

    def own_members(self, generation: Generation, info: ModelInfo | None) -> dict[str, Any]:
        """Special tokens stay visible."""
        return {} if "skip_special_tokens" in generation.extra else {"skip_special_tokens": False}

    def constraint_members(self, constraint: Constraint, info: ModelInfo | None) -> dict[str, Any]:
        """One member per kind; a structural tag travels as response format."""
        constraint = plain(constraint)
        if constraint.dialect == "structural_tag":
            return {"response_format": constraint.value}
        return constraint_member(constraint)


def constraint_member(constraint: Constraint) -> dict[str, Any]:
    """The one sampling parameter of a constraint; schemas and tags travel as JSON text."""
    constraint = plain(constraint)
    value = constraint.value if isinstance(constraint.value, str) else json.dumps(constraint.value)
    return {_KINDS[constraint.dialect]: value}


BACKENDS.add(SGLang.name, SGLang())
BACKENDS.add(SGLangOpenAI.name, SGLangOpenAI())
