"""text-generation-webui before November 2023, POST /api/v1/generate.

Source: the last commit with extensions/api, 2023-11-09. There is one answer for a whole request; streams came over a
WebSocket of their own, which is not spoken here, so a stream is one piece:

    {"prompt": "### Instruction: ...", "max_new_tokens": 2048, "stopping_strings": ["</s>"], "add_bos_token": true,
     "skip_special_tokens": false, "temperature": 0.7, "repetition_penalty": 1.0}
    {"results": [{"text": "Hi"}]}

Defaults of that time (temperature 0.5, repetition penalty 1.1) spoil JSON, so neutral ones are sent. No finish reason
and no counts come back: an answer is taken to be complete.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from ..generation import Chunk, Generation, ModelInfo
from . import BACKENDS
from .backend import Backend, HttpRequest, Reading, Target
from .base import Capabilities
from .constraint import refuse_dialect
from .parameters import merged, translate, words

_NAMES: Final = {
    "temperature": "temperature",
    "top_p": "top_p",
    "seed": "seed",
    "repetition_penalty": "repetition_penalty",
}
_EXTRA: Final = words(
    "top_k typical_p tfs top_a epsilon_cutoff eta_cutoff repetition_penalty repetition_penalty_range do_sample "
    "min_length encoder_repetition_penalty no_repeat_ngram_size num_beams penalty_alpha length_penalty "
    "early_stopping mirostat_mode mirostat_tau mirostat_eta guidance_scale negative_prompt "
    "truncation_length ban_eos_token preset"
)


class WebUI2023(Backend):
    """The API that text-generation-webui had before it spoke OpenAI's."""

    name: ClassVar[str] = "webui_2023"
    default_base: ClassVar[str] = "http://127.0.0.1:5000"
    base_names: ClassVar[tuple[str, ...]] = ("WEBUI_API_BASE",)
    capabilities: ClassVar[Capabilities] = Capabilities(
        dialects=("gbnf",),
        shows_special=True,
        parameters=frozenset(_NAMES),
        extra=_EXTRA,
    )

    def normal_base(self, base: str) -> str:
        """The server's root, also when the address of its API is given."""
        base = super().normal_base(base)
        for route in ("/api/v1/generate", "/api/v1", "/api"):
            base = base.removesuffix(route)
        return base

    def request(self, generation: Generation, target: Target, info: ModelInfo | None = None) -> HttpRequest:
        """POST /api/v1/generate."""
        given = translate(generation, target, self.capabilities, _NAMES, backend=self.name)
        body: dict[str, Any] = {
            "prompt": generation.prompt.text,
            "max_new_tokens": given.limit,
            "stopping_strings": list(given.stops),
            "add_bos_token": True,
            "skip_special_tokens": False,
            "temperature": 1.0,
            "repetition_penalty": 1.0,
            **given.rest,
        }
        if body["temperature"] == 0:
            body |= {"do_sample": False, "temperature": 1.0}
        if generation.constraint is not None:
            refuse_dialect(generation.constraint, self.capabilities, self.name)
            body["grammar_string"] = generation.constraint.value
        return HttpRequest(path="/api/v1/generate", body=merged(body, given.body), cut=given.stops)

    def read_reply(self, reply: Any, reading: Reading) -> Chunk:
        """The text of the only result."""
        return Chunk(reply["results"][0]["text"], "stop")

    def read_event(self, event: Any, reading: Reading) -> Chunk:
        """A stream is the whole reply in one piece."""
        return self.read_reply(event, reading)

    def info_requests(self, target: Target) -> tuple[HttpRequest, ...]:
        """GET /api/v1/model."""
        return (HttpRequest(path="/api/v1/model", method="GET"),)

    def read_info(self, replies: Any, target: Target) -> ModelInfo:
        """The name of the loaded model, by which a wrapper can be chosen."""
        loaded = replies[0].get("result") if isinstance(replies[0], dict) else None
        return ModelInfo(name=loaded or target.model, adds_bos=True)


BACKENDS.add(WebUI2023.name, WebUI2023())
