"""Ollama, POST /api/generate in raw mode.

Source: https://github.com/ollama/ollama, docs/api.md and server/routes.go of 0.33.0-rc2, with 0.1.17, 0.3.14, 0.5 and
0.12 for differences. Request and last line of the reply, which is one JSON object a line:

    {"model": "qwen2.5:7b", "prompt": "<|im_start|>user ...", "raw": true, "stream": true, "think": false,
     "truncate": false, "shift": false, "options": {"num_predict": 2048, "stop": ["<|im_end|>"]}}
    {"response": "", "done": true, "done_reason": "stop", "prompt_eval_count": 26, "eval_count": 9}

A thinking model's reasoning goes to a field of its own unless think is false, so false is sent; where it comes all the
same it is put back into the text between <think> and </think>. A prompt that is too long is cut silently unless
truncate is false (0.12.6 and later); older servers are found out by a prompt that fills the window to the last token.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar, Final, Literal
from urllib.parse import urlsplit

from ..errors import ContextWindowError, FnWrapError, NotFoundError
from ..generation import Chunk, Generation, ModelInfo, Usage
from . import BACKENDS
from .backend import Backend, HttpRequest, Reading, Target
from .base import Capabilities
from .constraint import refuse_dialect
from .failures import Failure, classify
from .logprobs import as_openai
from .parameters import Parameters, merged, token_limit, translate, words
from .reasoning import rejoin

_NAMES: Final = {
    "temperature": "temperature",
    "top_p": "top_p",
    "seed": "seed",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "repetition_penalty": "repeat_penalty",
    "logprobs": "logprobs",
    "top_logprobs": "top_logprobs",
}
_TOP_LEVEL: Final = frozenset({"keep_alive", "truncate", "shift", "think", "logprobs", "top_logprobs"})
_OPTIONS: Final = words(
    "num_ctx num_predict num_keep num_batch num_gpu num_thread num_gqa main_gpu low_vram use_mmap use_mlock numa "
    "top_k min_p typical_p tfs_z repeat_last_n repeat_penalty penalize_newline mirostat mirostat_tau mirostat_eta "
    "draft_num_predict"
)
_DEFAULT_WINDOWS: Final = (2048, 4096)
"""Of versions before 0.12.6, unless a Modelfile or the server's environment sets another."""


class Ollama(Backend):
    """Ollama's own API, with the prompt as it is."""

    name: ClassVar[str] = "ollama"
    default_base: ClassVar[str] = "http://127.0.0.1:11434"
    base_names: ClassVar[tuple[str, ...]] = ("OLLAMA_API_BASE", "OLLAMA_HOST")
    key_names: ClassVar[tuple[str, ...]] = ("OLLAMA_API_KEY",)
    capabilities: ClassVar[Capabilities] = Capabilities(
        dialects=("json_schema",),
        shows_special=False,
        parameters=frozenset(_NAMES),
        extra=_OPTIONS | _TOP_LEVEL,
    )

    def normal_base(self, base: str) -> str:
        """The address in any spelling of OLLAMA_HOST: host, host:port, :port, 0.0.0.0, with or without scheme."""
        base = base.strip().strip("'\"")
        scheme, _, rest = base.partition("://") if "://" in base else ("", "", base)
        if rest.count(":") > 1 and not set("[@/") & set(rest):
            rest = f"[{rest}]"
        parts = urlsplit(f"{scheme or 'http'}://{rest}")
        host = parts.hostname or "127.0.0.1"
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - an address to listen on, not to call
        host = f"[{host}]" if ":" in host else host
        port = parts.port or {"http": 80, "https": 443}.get(scheme, 11434)
        path = re.sub(r"/(api(/generate|/chat)?|v1)?/*$", "", parts.path)
        user = f"{parts.username}:{parts.password or ''}@" if parts.username else ""
        return f"{scheme or 'http'}://{user}{host}:{port}{path}"

    def needs_info(self, generation: Generation) -> bool:
        """A BOS text is only written where the model file says that the server adds none."""
        return bool(generation.prompt.bos)

    def request(self, generation: Generation, target: Target, info: ModelInfo | None = None) -> HttpRequest:
        """POST /api/generate with raw true."""
        given = translate(generation, target, self.capabilities, _NAMES, backend=self.name)
        bos = generation.prompt.bos if info is not None and info.adds_bos is False else ""
        body = {
            "model": generation.model,
            "prompt": bos + generation.prompt.text,
            "raw": True,
            "stream": generation.stream,
            "think": False,
            "truncate": False,
            "shift": False,
            "options": _options(given),
            **{name: value for name, value in given.rest.items() if name in _TOP_LEVEL},
        }
        if generation.constraint is not None:
            refuse_dialect(generation.constraint, self.capabilities, self.name)
            body["format"] = generation.constraint.value
        framing: Literal["ndjson", "json"] = "ndjson" if generation.stream else "json"
        return HttpRequest(path="/api/generate", body=merged(body, given.body), framing=framing)

    def read_reply(self, reply: Any, reading: Reading) -> Chunk:
        """The answer, its reasoning included if the server put that aside."""
        chunk = self.read_event(reply, reading)
        if chunk.finish_reason is None:
            raise ValueError("the reply is not done")
        return chunk

    def read_event(self, event: Any, reading: Reading) -> Chunk:
        """One line: a piece of text, or the end with its counts."""
        done, told = event.get("done"), event.get("logprobs")
        text = rejoin(event.get("thinking"), event.get("response"), reading, done=bool(done))
        logprobs = as_openai(told) if told else None
        if not done:
            return Chunk(text, logprobs=logprobs)
        usage = Usage(event.get("prompt_eval_count"), event.get("eval_count"))
        _notice_truncation(usage, reading)
        reason = event.get("done_reason") or _guess_reason(usage, reading)
        finish: Literal["stop", "length"] = "length" if reason == "length" else "stop"
        return Chunk(text, finish, usage, logprobs=logprobs)

    def error(self, failure: Failure, target: Target) -> FnWrapError:
        """A missing model is a matter of pulling it."""
        if re.search(r"\bmodel\b.*not found", failure.message):
            advice = f"Fetch it with: ollama pull {target.model}"
            return classify(failure, backend=self.name, kind=NotFoundError, advice=advice)
        return classify(failure, backend=self.name)

    def info_requests(self, target: Target) -> tuple[HttpRequest, ...]:
        """POST /api/show and GET /api/version."""
        return (
            HttpRequest(path="/api/show", body={"model": target.model}),
            HttpRequest(path="/api/version", method="GET"),
        )

    def read_info(self, replies: Sequence[Any], target: Target) -> ModelInfo:
        """The template (Go text on most versions), the window, and whether the server writes BOS."""
        show, version = (reply if isinstance(reply, dict) else {} for reply in replies)
        facts = show.get("model_info") or {}
        set_window = re.search(r"^num_ctx\s+(\d+)", show.get("parameters") or "", re.MULTILINE)
        trained = next((value for name, value in facts.items() if name.endswith(".context_length")), None)
        return ModelInfo(
            name=target.model,
            chat_template=show.get("template") or None,
            adds_bos=facts.get("tokenizer.ggml.add_bos_token"),
            context_window=int(set_window[1]) if set_window else trained,
            version=version.get("version"),
        )


def _options(given: Parameters) -> dict[str, Any]:
    options = {"num_predict": given.limit}
    options |= {name: value for name, value in given.rest.items() if name not in _TOP_LEVEL}
    return options | ({"stop": list(given.stops)} if given.stops else {})


def _guess_reason(usage: Usage, reading: Reading) -> str:
    """The reason that versions before 0.1.35 leave out."""
    limit = token_limit(reading.generation, Ollama.capabilities)
    return "length" if usage.completion_tokens == limit else "stop"


def _notice_truncation(usage: Usage, reading: Reading) -> None:
    """Raise where an old server cut the prompt: what it read then fills exactly the window, known or usual."""
    if reading.generation.extra.get("truncate") or type(usage.prompt_tokens) is not int:
        return
    given, info = reading.generation.extra.get("num_ctx"), reading.info or ModelInfo()
    window = given or info.context_window
    if isinstance(window, int) and usage.prompt_tokens >= window - 1:
        raise _truncated(window)
    if given is None and usage.prompt_tokens in _DEFAULT_WINDOWS and _is_old(info):
        raise _truncated(usage.prompt_tokens)


def _truncated(window: int) -> ContextWindowError:
    return ContextWindowError(
        f"ollama cut the prompt to the {window} tokens of its context window. Raise num_ctx, or shorten the "
        "conversation.",
        backend="ollama",
    )


def _is_old(info: ModelInfo) -> bool:
    """Whether the version is known, and one that cuts prompts whatever it is asked."""
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", info.version or "")
    return found is not None and tuple(map(int, found.groups())) < (0, 12, 6)


BACKENDS.add(Ollama.name, Ollama())
