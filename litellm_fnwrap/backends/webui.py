"""text-generation-webui (oobabooga), POST /v1/completions.

Source: https://github.com/oobabooga/text-generation-webui, modules/api of May 2026. The model name is ignored, whatever
is loaded answers; special tokens are shown where the loader can:

    {"prompt": "<|im_start|>user ...", "max_tokens": 2048, "stop": ["<|im_end|>"], "grammar_string": "root ::= ..."}
    data: {"choices": [{"index": 0, "finish_reason": null, "text": "Hi", "logprobs": {"top_logprobs": [{}]}}]}

An engine that fails, also at a prompt that is too long, gives an empty answer with HTTP 200; that is an error here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from ..errors import ServerError
from ..generation import Chunk, Constraint, Generation, ModelInfo
from . import BACKENDS
from .backend import HttpRequest, Reading, Target
from .base import Capabilities
from .openai_text import NAMES, OpenAIText
from .parameters import words

_NAMES: Final = {**NAMES, "repetition_penalty": "repetition_penalty"}
_EXTRA: Final = words(
    "top_k min_p typical_p tfs top_a epsilon_cutoff eta_cutoff repetition_penalty repetition_penalty_range "
    "encoder_repetition_penalty no_repeat_ngram_size penalty_alpha guidance_scale negative_prompt mirostat_mode "
    "mirostat_tau mirostat_eta dynamic_temperature dynatemp_low dynatemp_high dynatemp_exponent smoothing_factor "
    "smoothing_curve dry_multiplier dry_base dry_allowed_length dry_sequence_breakers xtc_threshold xtc_probability "
    "top_n_sigma do_sample temperature_last sampler_priority truncation_length "
    "prompt_lookup_num_tokens custom_token_bans ban_eos_token add_bos_token skip_special_tokens "
    "auto_max_new_tokens preset"
)


class WebUI(OpenAIText):
    """The OpenAI-compatible API of text-generation-webui."""

    name: ClassVar[str] = "webui"
    default_base: ClassVar[str] = "http://127.0.0.1:5000"
    prefix: ClassVar[str] = "/v1"
    base_names: ClassVar[tuple[str, ...]] = ("WEBUI_API_BASE",)
    key_names: ClassVar[tuple[str, ...]] = ("WEBUI_API_KEY",)
    names: ClassVar[Mapping[str, str]] = _NAMES
    capabilities: ClassVar[Capabilities] = Capabilities(
        dialects=("gbnf",),
        shows_special=True,
        parameters=frozenset(_NAMES),
        extra=_EXTRA,
    )

    def own_members(self, generation: Generation, info: ModelInfo | None) -> dict[str, Any]:
        """Special tokens stay visible where markers depend on it."""
        preserved = generation.preserved or (generation.constraint is not None and generation.constraint.preserved)
        return {"skip_special_tokens": False} if preserved and "skip_special_tokens" not in generation.extra else {}

    def constraint_members(self, constraint: Constraint, info: ModelInfo | None) -> dict[str, Any]:
        """The grammar of the llama.cpp, Transformers and ExLlamav3_HF loaders."""
        return {"grammar_string": constraint.value}

    def read_reply(self, reply: Any, reading: Reading) -> Chunk:
        """The text; raises ServerError for an answer without a single token."""
        chunk = super().read_reply(reply, reading)
        if not chunk.text and chunk.usage is not None and not chunk.usage.completion_tokens:
            raise _empty()
        return chunk

    def read_event(self, event: Any, reading: Reading) -> Chunk | None:
        """A piece, or the usage; raises ServerError where that counts no token."""
        chunk = super().read_event(event, reading)
        if chunk is not None and chunk.usage is not None and chunk.usage.completion_tokens == 0:
            raise _empty()
        return chunk

    def info_requests(self, target: Target) -> tuple[HttpRequest, ...]:
        """GET /v1/internal/model/info."""
        return (HttpRequest(path="/v1/internal/model/info", method="GET"),)

    def read_info(self, replies: Sequence[Any], target: Target) -> ModelInfo:
        """The name of the loaded model, by which a wrapper can be chosen."""
        loaded = replies[0].get("model_name") if isinstance(replies[0], Mapping) else None
        return ModelInfo(name=loaded if loaded and loaded != "None" else target.model, adds_bos=True)


def _empty() -> ServerError:
    return ServerError(
        "webui answered without a single token, as it does when its engine fails or the prompt is too long. Look at "
        "the server's log, and at truncation_length.",
        backend="webui",
    )


BACKENDS.add(WebUI.name, WebUI(), aliases=("text-generation-webui", "oobabooga"))
