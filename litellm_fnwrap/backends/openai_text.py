"""Any server with OpenAI's text route, POST /v1/completions.

Source: https://platform.openai.com/docs/api-reference/completions, and what its many imitations have in common.
Request, one event of the stream, and the last one before [DONE] where the server counts tokens:

    {"model": "m", "prompt": "<|im_start|>user ...", "max_tokens": 2048, "stop": ["<|im_end|>"], "stream": true,
     "stream_options": {"include_usage": true}}
    data: {"choices": [{"index": 0, "text": "Hi", "finish_reason": null}]}
    data: {"choices": [], "usage": {"prompt_tokens": 2, "completion_tokens": 8, "total_tokens": 10}}

Unknown members are ignored by most of these servers, so only names that one of them documents are sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Literal

from ..errors import ServerError
from ..generation import Chunk, Constraint, Generation, ModelInfo, Usage
from . import BACKENDS
from .backend import Backend, HttpRequest, Reading, Target
from .base import Capabilities
from .constraint import refuse_dialect
from .logprobs import from_completion
from .parameters import Parameters, merged, split_stops, translate, words
from .reasoning import rejoin

NAMES: Final[Mapping[str, str]] = {
    name: name
    for name in ("temperature", "top_p", "seed", "frequency_penalty", "presence_penalty", "logit_bias", "logprobs")
} | {"top_logprobs": "top_logprobs"}

SAMPLERS: Final = words("top_k min_p typical_p repetition_penalty min_tokens ignore_eos stop_token_ids best_of")
_FINISH: Final[Mapping[str, Literal["stop", "length"]]] = {"length": "length", "max_tokens": "length"}


class OpenAIText(Backend):
    """A server's /v1/completions; the base of all backends that speak it.

    prefix         what precedes "/completions": nothing where base URLs hold it, "/v1" for servers known by their root.
    names          OpenAI parameter name to the server's.
    stream_usage   whether the server counts tokens in a stream when asked.
    """

    name: ClassVar[str] = "openai_text"
    default_base: ClassVar[str] = "http://127.0.0.1:8000/v1"
    base_names: ClassVar[tuple[str, ...]] = ("OPENAI_API_BASE", "OPENAI_BASE_URL")
    key_names: ClassVar[tuple[str, ...]] = ("OPENAI_API_KEY",)
    prefix: ClassVar[str] = ""
    names: ClassVar[Mapping[str, str]] = NAMES
    stream_usage: ClassVar[bool] = True
    capabilities: ClassVar[Capabilities] = Capabilities(stop_limit=4, parameters=frozenset(NAMES), extra=SAMPLERS)

    def normal_base(self, base: str) -> str:
        """The base URL with /v1, which people leave out, and without the route, which they add."""
        base = re.sub(r"/(chat/)?completions/*$", "", super().normal_base(base))
        if self.prefix:
            return re.sub(r"/v1/*$", "", base)
        return base if re.search(r"://[^/]+/.", base) else f"{base}/v1"

    def request(self, generation: Generation, target: Target, info: ModelInfo | None = None) -> HttpRequest:
        """POST /v1/completions."""
        given = translate(generation, target, self.capabilities, self.names, backend=self.name)
        stops, cut = split_stops(given.stops, self.capabilities.stop_limit)
        body: dict[str, Any] = {
            "model": generation.model,
            "prompt": generation.prompt.text,
            "max_tokens": given.limit,
            **self._sampling(given, generation),
        }
        if stops:
            body["stop"] = list(stops)
        body |= self._streaming(generation) | self.own_members(generation, info)
        if generation.constraint is not None:
            refuse_dialect(generation.constraint, self.capabilities, self.name)
            body |= self.constraint_members(generation.constraint, info)
        framing: Literal["sse", "json"] = "sse" if generation.stream else "json"
        return HttpRequest(path=f"{self.prefix}/completions", body=merged(body, given.body), framing=framing, cut=cut)

    def own_members(self, generation: Generation, info: ModelInfo | None) -> dict[str, Any]:
        """What this server needs in every request, beyond OpenAI's members."""
        return {}

    def constraint_members(self, constraint: Constraint, info: ModelInfo | None) -> dict[str, Any]:
        """How this server is told of a constraint in one of its dialects."""
        return {}

    def read_reply(self, reply: Any, reading: Reading) -> Chunk:
        """The text of the first choice."""
        chunk = self._read(reply, reading, done=True)
        return chunk if chunk.finish_reason else Chunk(chunk.text, "stop", chunk.usage, chunk.stop_text, chunk.logprobs)

    def read_event(self, event: Any, reading: Reading) -> Chunk | None:
        """A piece of the first choice, or the usage."""
        if not isinstance(event, Mapping) or not (event.get("choices") or event.get("usage")):
            return None
        return self._read(event, reading, done=False)

    def _read(self, reply: Mapping[str, Any], reading: Reading, *, done: bool) -> Chunk:
        usage = read_usage(reply.get("usage"))
        choices = reply.get("choices")
        if not choices and not done:
            return Chunk(usage=usage)
        choice = reply["choices"][0]
        finish = self.finish(choice.get("finish_reason"), reply)
        text = choice_text(choice, reading, done=done or finish is not None)
        stop = choice.get("stop_reason")
        return Chunk(text, finish, usage, stop if isinstance(stop, str) else None, _logprobs(choice))

    def finish(self, reason: str | None, reply: Mapping[str, Any]) -> Literal["stop", "length"] | None:
        """The finish reason in OpenAI's words; raises ServerError for an answer that the server gave up."""
        if reason in ("abort", "error"):
            raise ServerError(
                f"{self.name} gave up the answer (finish reason {reason!r}). Try again.", backend=self.name
            )
        return _FINISH.get(reason, "stop") if reason else None

    def _sampling(self, given: Parameters, generation: Generation) -> dict[str, Any]:
        """The parameters; of the chat API's logprobs and top_logprobs the text API makes one number."""
        rest = dict(given.rest)
        top, wanted = rest.pop("top_logprobs", None), rest.pop("logprobs", None)
        if wanted:
            rest["logprobs"] = top or (1 if wanted is True else wanted)
        return rest

    def _streaming(self, generation: Generation) -> dict[str, Any]:
        if not generation.stream:
            return {}
        return {"stream": True} | ({"stream_options": {"include_usage": True}} if self.stream_usage else {})

    def info_requests(self, target: Target) -> tuple[HttpRequest, ...]:
        """GET /models, where some servers tell the context window."""
        return (HttpRequest(path=f"{self.prefix}/models", method="GET"),)

    def read_info(self, replies: Sequence[Any], target: Target) -> ModelInfo:
        """The context window of the model, where the list of models has it."""
        listed = replies[0].get("data") or [] if isinstance(replies[0], Mapping) else []
        return ModelInfo(name=target.model, context_window=window_of(listed, target.model))


def choice_text(choice: Mapping[str, Any], reading: Reading, *, done: bool) -> str:
    """The text of a choice of any of the four kinds: text or chat, whole or a piece; reasoning is written back."""
    holder = choice.get("delta") or choice.get("message") or choice
    content = holder.get("content", holder.get("text"))
    if isinstance(content, list):
        content = "".join(part.get("text") or "" for part in content)
    if content is not None and not isinstance(content, str):
        raise TypeError("the text of a choice is no string")
    thought = holder.get("reasoning_content") or holder.get("reasoning")
    return rejoin(thought if isinstance(thought, str) else None, content, reading, done=done)


def read_usage(usage: Mapping[str, Any] | None) -> Usage | None:
    """The two counts of a usage object; None where there is none."""
    if not usage:
        return None
    return Usage(usage.get("prompt_tokens"), usage.get("completion_tokens"))


def window_of(listed: Sequence[Any], model: str) -> int | None:
    """The context window in a list of models: of the one that is meant, or of the only one."""
    rows = [row for row in listed if isinstance(row, Mapping)]
    rows = [row for row in rows if model in (row.get("id"), row.get("root"))] or (rows if len(rows) == 1 else [])
    names = ("max_model_len", "context_length", "max_context_length", "context_window")
    found = (row.get(name) for row in rows for name in names)
    return next((value for value in found if isinstance(value, int)), None)


def _logprobs(choice: Mapping[str, Any]) -> dict[str, Any] | None:
    return from_completion(choice.get("logprobs"))


BACKENDS.add(OpenAIText.name, OpenAIText(), aliases=("text-completion-openai",))
