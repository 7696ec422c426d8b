"""What every server's refusals mean: bodies as they are on the wire, and the exception a caller gets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from litellm_fnwrap.backends import BACKENDS
from litellm_fnwrap.backends.backend import Backend
from litellm_fnwrap.backends.base import Opening
from litellm_fnwrap.backends.failures import Failure, scrubbed
from litellm_fnwrap.errors import (
    AuthenticationError,
    BadRequestError,
    ConnectError,
    ContextWindowError,
    FnWrapError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ReadTimeoutError,
    ServerError,
    UnavailableError,
)

ROWS: list[tuple[str, int, Any, type[FnWrapError], str]] = [
    ("ollama", 404, {"error": "model 'qwen9' not found"}, NotFoundError, "ollama pull some/model"),
    ("ollama", 404, {"error": "model 'x' not found, try pulling it first"}, NotFoundError, "ollama pull"),
    ("ollama", 400, {"error": "model 'x' not found"}, NotFoundError, "ollama pull"),
    ("ollama", 400, {"error": "raw mode does not support template, system, or context"}, BadRequestError, "raw mode"),
    ("ollama", 400, {"error": "prompt is longer than the context length"}, ContextWindowError, "Shorten"),
    ("ollama", 400, {"error": "the request exceeds the available context size"}, ContextWindowError, "Shorten"),
    ("ollama", 401, {"error": "unauthorized", "signin_url": "https://x"}, AuthenticationError, "api_key"),
    ("ollama", 403, {"error": "cloud is disabled"}, PermissionDeniedError, "cloud is disabled"),
    ("ollama", 429, {"error": "too many requests"}, RateLimitError, "too many"),
    ("ollama", 503, {"error": "server busy, please try again"}, UnavailableError, ""),
    ("ollama", 502, {"error": "bad gateway"}, UnavailableError, ""),
    ("ollama", 500, {"error": "model runner has unexpectedly stopped"}, ServerError, "unexpectedly stopped"),
    ("tgi", 422, {"error": "`top_p` must be > 0.0 and < 1.0", "error_type": "validation"}, BadRequestError, "top_p"),
    ("tgi", 422, "Failed to deserialize the JSON body", BadRequestError, "deserialize"),
    ("tgi", 422, {"error": "`inputs` must have less than 1024 tokens. Given: 2000", "error_type": "validation"},
     ContextWindowError, "1024"),
    ("tgi", 422, {"error": "`inputs` tokens + `max_new_tokens` must be <= 2048", "error_type": "validation"},
     ContextWindowError, "2048"),
    ("tgi", 424, {"error": "Request failed during generation", "error_type": "generation"}, ServerError, "generation"),
    ("tgi", 500, {"error": "Incomplete generation", "error_type": "incomplete_generation"}, ServerError, ""),
    ("tgi", 429, {"error": "Model is overloaded", "error_type": "overloaded"}, RateLimitError, "overloaded"),
    ("tgi", 401, "", AuthenticationError, "empty reply"),
    ("tgi", 503, {"error": "unhealthy", "error_type": "healthcheck"}, UnavailableError, ""),
    ("llamacpp", 400, {"error": {"code": 400, "message": "request (15000 tokens) exceeds the available context size",
     "type": "exceed_context_size_error", "n_prompt_tokens": 15000, "n_ctx": 2048}}, ContextWindowError, "15000"),
    ("llamacpp", 400, {"error": {"code": 400, "message": "failed to parse grammar", "type": "invalid_request_error"}},
     BadRequestError, "grammar"),
    ("llamacpp", 401, {"error": {"message": "Invalid API Key", "type": "authentication_error", "code": 401}},
     AuthenticationError, "api_key"),
    ("llamacpp", 403, {"error": {"message": "no", "type": "permission_error", "code": 403}}, PermissionDeniedError, ""),
    ("llamacpp", 404, {"error": {"message": "None", "type": "not_found_error", "code": 404}}, NotFoundError, ""),
    ("llamacpp", 501, {"error": {"message": "no", "type": "not_supported_error", "code": 501}}, BadRequestError, ""),
    ("llamacpp", 503, {"error": {"message": "Loading model", "type": "unavailable_error", "code": 503}},
     UnavailableError, "Loading model"),
    ("llamacpp", 500, {"error": {"message": "x", "type": "server_error", "code": 500}}, ServerError, ""),
    ("openai_text", 400, {"error": {"message": "This model's maximum context length is 2048 tokens",
     "code": "context_length_exceeded"}}, ContextWindowError, "2048"),
    ("openai_text", 400, {"error": {"message": "no such model", "code": "model_not_found"}}, NotFoundError, ""),
    ("openai_text", 500, {"error": {"message": "x", "type": "internal_server_error"}}, ServerError, ""),
    ("koboldcpp", 401, {"detail": {"error": "Unauthorized", "msg": "Authentication key is missing or invalid.",
     "type": "unauthorized"}}, AuthenticationError, "missing or invalid"),
    ("koboldcpp", 503, {"detail": {"msg": "Server is busy; please try again later.", "type": "service_unavailable"}},
     UnavailableError, "busy"),
    ("koboldcpp", 500, {"detail": {"msg": "Error parsing input.", "type": "bad_input"}}, BadRequestError, "parsing"),
    ("webui", 401, {"detail": "Unauthorized"}, AuthenticationError, ""),
    ("webui", 422, {"detail": [{"loc": ["body", "prompt"], "msg": "field required", "type": "missing"}]},
     BadRequestError, "body.prompt: field required"),
    ("webui", 400, "Invalid host header", BadRequestError, "host header"),
    ("webui", 500, {"error": {"message": "x", "type": "OpenAIError", "param": "", "code": 500}}, ServerError, ""),
    ("vllm", 400, {"object": "error", "message": "This model's maximum context length is 4096 tokens. However, you "
     "requested 5000 tokens", "type": "BadRequestError", "code": 400}, ContextWindowError, "4096"),
    ("vllm", 401, {"error": "Unauthorized"}, AuthenticationError, ""),
    ("vllm", 404, {"error": {"message": "The model `x` does not exist.", "type": "NotFoundError", "code": 404}},
     NotFoundError, "does not exist"),
    ("vllm", 422, {"detail": "unprocessable"}, BadRequestError, "unprocessable"),
    ("vllm", 501, {"error": {"message": "x", "type": "NotImplementedError"}}, BadRequestError, ""),
    ("vllm", 503, {"error": {"message": "x", "type": "ServiceUnavailableError"}}, UnavailableError, ""),
    ("sglang", 400, {"error": {"message": "The input (9000 tokens) is longer than the model's context length (8192)."}},
     ContextWindowError, "8192"),
    ("sglang", 400, {"error": "Requested token count exceeds the model's maximum context length of 8192 tokens."},
     ContextWindowError, "8192"),
    ("sglang", 401, {"error": "Unauthorized"}, AuthenticationError, ""),
    ("sglang", 403, {"error": "Forbidden"}, PermissionDeniedError, ""),
    ("sglang_openai", 400, {"object": "error", "message": "bad", "code": 400}, BadRequestError, ""),
    ("lmstudio", 400, {"error": {"message": "No models loaded. Please load a model in the developer page.",
     "type": "invalid_request_error", "param": "model"}}, UnavailableError, "lms load"),
    ("lmstudio", 400, {"error": "The number of tokens to keep from the initial prompt is greater than the context "
     "length (n_keep: 5000 >= n_ctx: 4096)."}, ContextWindowError, "n_keep"),
    ("lmstudio", 400, {"error": "Trying to keep the first 5000 tokens when context the overflows."},
     ContextWindowError, "5000"),
    ("fastchat", 400, {"object": "error", "message": "bad temperature", "code": 40001}, BadRequestError, ""),
    ("fastchat", 400, {"object": "error", "message": "Only vicuna allowed now", "code": 40301}, NotFoundError, ""),
    ("fastchat", 400, {"object": "error", "message": "0 is less than the minimum", "code": 40302}, BadRequestError, ""),
    ("fastchat", 400, {"object": "error", "message": "However, you requested 9000 tokens", "code": 40303},
     ContextWindowError, "9000"),
    ("fastchat", 400, {"object": "error", "message": "rate", "code": 42901}, RateLimitError, ""),
    ("fastchat", 400, {"object": "error", "message": "CUDA out of memory", "code": 50002}, ServerError, "CUDA"),
    ("fastchat", 401, {"detail": {"error": {"message": "", "type": "x", "code": "invalid_api_key"}}},
     AuthenticationError, ""),
    ("fastchat", 500, "Internal Server Error", ServerError, "Internal Server Error"),
    ("llama_factory", 400, {"detail": "Only supports u/a/u/a/u..."}, BadRequestError, "u/a/u"),
    ("llama_factory", 401, {"detail": "Invalid API key."}, AuthenticationError, ""),
    ("llama_factory", 404, {"detail": "Not Found"}, NotFoundError, "api_base"),
    ("llama_factory", 405, {"detail": "Method Not Allowed"}, NotFoundError, ""),
    ("anyscale", 422, {"detail": [{"loc": ["messages", 2, "role"], "msg": "unexpected value; permitted: 'system'",
     "type": "value_error.const", "ctx": {"given": "function", "permitted": ["system", "assistant", "user"]}}]},
     BadRequestError, "a wrapper writes their messages as text"),
    ("openai_chat", 504, "<html><body><h1>504 Gateway Time-out</h1></body></html>", ReadTimeoutError, "HTML page"),
    ("openai_text", 400, {"detail": "Server is pinned to 'tiny'; requested 'other'"}, NotFoundError, "model name"),
    ("openai_text", 422, {"detail": "Unexpected fields in the request: {'top_k'}"}, BadRequestError, "top_k"),
    ("ollama", 499, {"error": "request cancelled"}, ConnectError, "try again"),
    ("openai_chat", 408, {"error": {"message": "late"}}, ReadTimeoutError, "late"),
]  # fmt: skip


def backend_of(name: str) -> Backend:
    backend = BACKENDS.get(name)
    assert isinstance(backend, Backend)
    return backend


@pytest.mark.parametrize(
    ("name", "status", "body", "kind", "words"), ROWS, ids=[f"{r[0]}-{r[1]}-{n}" for n, r in enumerate(ROWS)]
)
def test_refusal_is_the_exception_it_means(
    name: str, status: int, body: Any, kind: type[FnWrapError], words: str
) -> None:
    text = body if isinstance(body, str) else json.dumps(body)
    backend = backend_of(name)
    error = backend.error(Failure.of_reply(status, text), backend.target(Opening(model="some/model")))
    assert type(error) is kind, str(error)
    assert words in str(error)
    assert error.backend == name
    assert error.raw == text


@pytest.mark.parametrize(
    ("name", "status", "body", "kind", "words"), ROWS, ids=[f"{r[0]}-{r[1]}-{n}" for n, r in enumerate(ROWS)]
)
def test_refusal_tells_what_to_do(name: str, status: int, body: Any, kind: type[FnWrapError], words: str) -> None:
    backend = backend_of(name)
    text = body if isinstance(body, str) else json.dumps(body)
    failure = Failure.of_reply(status, text)
    error = backend.error(failure, backend.target(Opening(model="some/model")))
    advice = str(error).rpartition(failure.message.rstrip(".") or f"status {status}")[2]
    assert len(advice.split()) > 4, str(error)


@pytest.mark.parametrize(
    ("name", "event", "kind"),
    [
        ("ollama", {"error": "an error was encountered while running the model"}, ServerError),
        ("tgi", {"error": "`inputs` must have less than 9 tokens", "error_type": "validation"}, ContextWindowError),
        ("tgi", {"error": "`seed` must be positive", "error_type": "validation"}, BadRequestError),
        ("vllm", {"error": {"message": "bad", "type": "BadRequestError", "code": 400}}, BadRequestError),
        ("vllm", {"error": {"message": "dead", "type": "InternalServerError", "code": 500}}, ServerError),
        (
            "sglang",
            {"error": {"message": "is longer than the model's context length", "code": 400}},
            ContextWindowError,
        ),
        (
            "sglang",
            {"meta_info": {"finish_reason": {"type": "abort", "message": "m", "status_code": 503}}},
            UnavailableError,
        ),
        ("fastchat", {"text": "NETWORK ERROR", "error_code": 50004}, UnavailableError),
        ("sglang_openai", {"object": "error", "message": "m", "code": 429}, RateLimitError),
    ],
)
def test_failure_inside_a_stream_is_the_exception_it_means(name: str, event: Any, kind: type[FnWrapError]) -> None:
    backend = backend_of(name)
    failure = backend.failure_of(event)
    assert failure is not None
    assert type(backend.error(failure, backend.target(Opening(model="m")))) is kind


@pytest.mark.parametrize(
    "reply",
    [
        {"error": None, "content": "x"},
        {"error": "", "x": 1},
        {"error_code": 0, "text": "x"},
        [],
        "text",
        {"object": "list"},
    ],
)
def test_sound_reply_is_no_failure(reply: Any) -> None:
    assert Failure.inside(reply) is None


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("1.5", 1.5), ("-3", 0.0), ("soon", None), (None, None)])
def test_retry_after_is_read_in_seconds(header: str | None, seconds: float | None) -> None:
    failure = Failure.of_reply(429, "{}", {"retry-after": header} if header else {})
    assert failure.retry_after == seconds
    backend = backend_of("vllm")
    assert backend.error(failure, backend.target(Opening(model="m"))).retry_after == seconds


def test_retry_after_may_be_a_date() -> None:
    failure = Failure.of_reply(429, "", {"retry-after": "Fri, 01 Jan 2100 00:00:00 GMT"})
    assert failure.retry_after is not None
    assert failure.retry_after > 3600
    assert Failure.of_reply(429, "", {"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}).retry_after == 0


@pytest.mark.parametrize(
    "body",
    [
        {"error": "no \ud83d"},
        {"error": {"message": "no \udfff", "type": "\ud83d"}},
        {"detail": [{"loc": ["a"], "msg": "\udfff"}]},
        {"object": "error", "message": {"\ud83d": 1}},
    ],
)
def test_refusal_that_spells_halves_of_characters_can_be_written(body: dict[str, Any]) -> None:
    for failure in (Failure.of_reply(400, json.dumps(body)), Failure.inside(body)):
        for word in (failure.message, failure.kind, failure.raw) if failure else ():
            word.encode("utf-8")
    assert "\ufffd" in Failure.of_reply(400, json.dumps(body)).message


def test_key_that_the_server_repeats_is_not_shown() -> None:
    body = json.dumps(
        {"error": {"message": "Incorrect API key provided: sk-12345. Find yours.", "code": "invalid_api_key"}}
    )
    backend = backend_of("openai_text")
    target = backend.target(Opening(model="m", api_key="sk-12345"))
    error = scrubbed(backend.error(Failure.of_reply(401, body), target), target.api_key)
    for shown in (
        str(error),
        repr(error),
        error.message,
        error.raw,
        repr(target),
        repr(Opening(model="m", api_key="k9")),
    ):
        assert "sk-12345" not in shown
        assert "k9" not in shown


def test_retryable_tells_whether_asking_again_can_help() -> None:
    backend = backend_of("vllm")
    target = backend.target(Opening(model="m"))
    again = {
        status: backend.error(Failure.of_reply(status, ""), target).retryable
        for status in (400, 401, 404, 429, 500, 503)
    }
    assert again == {400: False, 401: False, 404: False, 429: True, 500: True, 503: True}
