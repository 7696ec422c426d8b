"""What each server tells about its model, and that nothing it does can make info() fail."""

from __future__ import annotations

from typing import Any

import pytest

from faults.modes import run, source
from faults.wild_server import CLOSE, Action, Request, Wait, WildServer, reply
from litellm_fnwrap.backends import BACKENDS
from litellm_fnwrap.backends.backend import Backend
from litellm_fnwrap.generation import ModelInfo

TOLD: list[tuple[str, dict[str, Any], ModelInfo]] = [
    (
        "ollama",
        {
            "/api/show": {
                "template": "{{ .Prompt }}",
                "parameters": 'stop "x"\nnum_ctx                        8192',
                "model_info": {"llama.context_length": 131072, "tokenizer.ggml.add_bos_token": False},
            },
            "/api/version": {"version": "0.33.0"},
        },
        ModelInfo(name="m", chat_template="{{ .Prompt }}", adds_bos=False, context_window=8192, version="0.33.0"),
    ),
    (
        "ollama",
        {"/api/show": {"model_info": {"qwen2.context_length": 32768}}},
        ModelInfo(name="m", context_window=32768),
    ),
    (
        "llamacpp",
        {
            "/props": {
                "chat_template": "T",
                "chat_template_tool_use": "U",
                "bos_token": "<s>",
                "eos_token": "</s>",
                "default_generation_settings": {"n_ctx": 2048},
                "model_path": "/m.gguf",
                "build_info": "b5000-abc",
            },
            "/tokenize": {"tokens": [1]},
        },
        ModelInfo(
            name="/m.gguf",
            chat_template="T",
            tool_template="U",
            bos_token="<s>",
            eos_token="</s>",
            adds_bos=True,
            context_window=2048,
            version="b5000-abc",
        ),
    ),
    ("llamacpp", {"/tokenize": {"tokens": []}}, ModelInfo(name="m", adds_bos=False)),
    (
        "tgi",
        {"/info": {"model_id": "org/x", "version": "3.3.7", "max_total_tokens": 4096, "max_input_tokens": 4000}},
        ModelInfo(name="org/x", adds_bos=True, context_window=4096, version="3.3.7"),
    ),
    (
        "koboldcpp",
        {
            "/api/extra/true_max_context_length": {"value": 8192},
            "/api/v1/model": {"result": "koboldcpp/x"},
            "/api/extra/version": {"result": "KoboldCpp", "version": "1.102"},
        },
        ModelInfo(name="koboldcpp/x", adds_bos=True, context_window=8192, version="1.102"),
    ),
    ("webui", {"/v1/internal/model/info": {"model_name": "x.gguf"}}, ModelInfo(name="x.gguf", adds_bos=True)),
    ("webui", {"/v1/internal/model/info": {"model_name": "None"}}, ModelInfo(name="m", adds_bos=True)),
    ("webui_2023", {"/api/v1/model": {"result": "x"}}, ModelInfo(name="x", adds_bos=True)),
    (
        "vllm",
        {
            "/v1/models": {"data": [{"id": "other"}, {"id": "m", "max_model_len": 4096}]},
            "/version": {"version": "0.33.0"},
        },
        ModelInfo(name="m", context_window=4096, version="0.33.0"),
    ),
    (
        "sglang",
        {"/model_info": {"model_path": "org/x"}, "/server_info": {"context_length": 8192, "version": "0.5.23"}},
        ModelInfo(name="org/x", context_window=8192, version="0.5.23"),
    ),
    (
        "sglang",
        {"/get_model_info": {"model_path": "org/x"}, "/get_server_info": {"context_length": 8192}},
        ModelInfo(name="org/x", context_window=8192),
    ),
    (
        "lmstudio",
        {"/api/v0/models": {"data": [{"id": "m", "max_context_length": 32768, "loaded_context_length": 4096}]}},
        ModelInfo(name="m", context_window=4096),
    ),
    (
        "openai_text",
        {"/v1/models": {"data": [{"id": "only", "max_model_len": 7}]}},
        ModelInfo(name="m", context_window=7),
    ),
    ("openai_chat", {"/v1/models": {"data": [{"id": "a"}, {"id": "b"}]}}, ModelInfo(name="m")),
    ("llama_factory", {}, ModelInfo(name="m")),
]
HTTP = [name for name in BACKENDS.names() if isinstance(BACKENDS.get(name), Backend)]


def serving(answers: dict[str, Any]) -> WildServer:
    def answer(request: Request) -> list[Action]:
        return [reply(answers[request.path])] if request.path in answers else [reply({"error": "no such route"}, 404)]

    return WildServer(answer=answer)


@pytest.mark.parametrize(("name", "answers", "info"), TOLD, ids=[f"{row[0]}-{n}" for n, row in enumerate(TOLD)])
def test_facts_are_read_and_asked_for_once(name: str, answers: dict[str, Any], info: ModelInfo) -> None:
    server = serving(answers)
    try:
        assert source(name, server.url).info() == info
        asked = len(server.requests)
        assert asked == len({request.path for request in server.requests})
        assert run(source(name, server.url).ainfo()) == info
        assert source(name, server.url).info() == info
        assert len(server.requests) == asked
    finally:
        server.close()


@pytest.mark.parametrize(
    "actions", [[CLOSE], [Wait(5)], [reply("<html>")], [reply([1])], [reply({"data": [1], "x": 2})]]
)
@pytest.mark.parametrize("name", HTTP)
def test_no_answer_can_make_it_fail(name: str, actions: list[Action]) -> None:
    server = WildServer(answer=lambda request: actions)
    try:
        assert isinstance(source(name, server.url, timeout=0.05).info(), ModelInfo)
        assert isinstance(run(source(name, server.url, timeout=0.05).ainfo()), ModelInfo)
    finally:
        server.close()


def test_server_that_was_not_there_is_asked_again() -> None:
    server = WildServer(answer=lambda request: [CLOSE])
    try:
        text = source("tgi", server.url)
        assert text.info().context_window is None
        server.answer = lambda request: [reply({"max_total_tokens": 99})]
        assert text.info().context_window == 99
    finally:
        server.close()
