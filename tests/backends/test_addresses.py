"""Where requests go: base URLs as people spell them, environment names, keys and headers."""

from __future__ import annotations

from typing import Any

import pytest

from litellm_fnwrap.backends import BACKENDS, open_source
from litellm_fnwrap.backends.backend import Backend
from litellm_fnwrap.backends.base import Opening
from litellm_fnwrap.errors import InvalidRequestError, UnknownNameError

OLLAMA = [
    ("127.0.0.1:9999", "http://127.0.0.1:9999"),
    ("0.0.0.0", "http://127.0.0.1:11434"),
    ("0.0.0.0:8080", "http://127.0.0.1:8080"),
    (":7000", "http://127.0.0.1:7000"),
    ("myhost", "http://myhost:11434"),
    (" 'myhost:1' ", "http://myhost:1"),
    ("http://myhost", "http://myhost:80"),
    ("https://myhost", "https://myhost:443"),
    ("https://ollama.example/base/", "https://ollama.example:443/base"),
    ("http://myhost:11434/", "http://myhost:11434"),
    ("http://myhost:11434/api/generate", "http://myhost:11434"),
    ("http://myhost:11434/v1", "http://myhost:11434"),
    ("[::1]:5", "http://[::1]:5"),
    ("::1", "http://[::1]:11434"),
    ("::", "http://[::1]:11434"),
    ("http://me:pw@host:1", "http://me:pw@host:1"),
]
SPELLINGS = [
    ("llamacpp", "http://h:1/completion", "http://h:1"),
    ("llamacpp", "h:1/v1/", "http://h:1"),
    ("tgi", "http://h:1/generate", "http://h:1"),
    ("tgi", "https://x.endpoints.huggingface.cloud/", "https://x.endpoints.huggingface.cloud"),
    ("koboldcpp", "http://h:5001/api", "http://h:5001"),
    ("koboldcpp", "http://h:5001/api/v1/generate", "http://h:5001"),
    ("webui", "http://h:5000/v1", "http://h:5000"),
    ("webui_2023", "http://h:5000/api/", "http://h:5000"),
    ("vllm", "http://h:8000/v1", "http://h:8000"),
    ("vllm", "http://h:8000", "http://h:8000"),
    ("sglang", "http://h:30000/generate", "http://h:30000"),
    ("lmstudio", "http://h:1234/v1", "http://h:1234"),
    ("openai_text", "http://h:1", "http://h:1/v1"),
    ("openai_text", "http://h:1/v1/completions", "http://h:1/v1"),
    ("openai_text", "https://h/openai/deployments/x", "https://h/openai/deployments/x"),
    ("openai_chat", "h:1/v1/chat/completions", "http://h:1/v1"),
    ("anyscale", "https://api.example/v1/", "https://api.example/v1"),
]
ENVIRONMENT = [
    ("ollama", {"OLLAMA_HOST": "h:1"}, "http://h:1", None),
    ("ollama", {"OLLAMA_HOST": "h:1", "OLLAMA_API_BASE": "http://h:2", "OLLAMA_API_KEY": "k"}, "http://h:2", "k"),
    ("ollama", {}, "http://127.0.0.1:11434", None),
    ("tgi", {"HF_API_BASE": "http://h", "HF_TOKEN": "k"}, "http://h", "k"),
    ("llamacpp", {"LLAMA_API_KEY": "k"}, "http://127.0.0.1:8080", "k"),
    ("vllm", {"HOSTED_VLLM_API_BASE": "http://h/v1", "VLLM_API_KEY": "k"}, "http://h", "k"),
    ("lmstudio", {"LM_STUDIO_API_BASE": "http://h:1/v1", "LM_API_TOKEN": "k"}, "http://h:1", "k"),
    ("anyscale", {"ANYSCALE_BASE_URL": "http://h/v1", "ANYSCALE_API_KEY": "k"}, "http://h/v1", "k"),
    ("anyscale", {}, "https://api.endpoints.anyscale.com/v1", None),
    ("koboldcpp", {}, "http://127.0.0.1:5001", None),
    ("sglang", {}, "http://127.0.0.1:30000", None),
]


def backend_of(name: str) -> Backend:
    backend = BACKENDS.get(name)
    assert isinstance(backend, Backend)
    return backend


@pytest.mark.parametrize(("given", "base"), OLLAMA)
def test_ollama_host_is_understood_in_every_spelling(given: str, base: str) -> None:
    assert backend_of("ollama").base_url(given, {}) == base
    assert backend_of("ollama").base_url(None, {"OLLAMA_HOST": given}) == base


@pytest.mark.parametrize(("name", "given", "base"), SPELLINGS)
def test_base_url_is_understood_with_and_without_its_route(name: str, given: str, base: str) -> None:
    assert backend_of(name).base_url(given, {}) == base


@pytest.mark.parametrize(("name", "environment", "base", "key"), ENVIRONMENT)
def test_environment_gives_what_the_caller_does_not(name: str, environment: Any, base: str, key: str | None) -> None:
    target = backend_of(name).target(Opening(model="m", environment=environment))
    assert (target.base_url, target.api_key) == (base, key)
    given = backend_of(name).target(
        Opening(model="m", api_base="http://mine:1", api_key="own", environment=environment)
    )
    assert given.base_url.startswith("http://mine:1")
    assert given.api_key == "own"


def test_address_that_is_none_is_refused_without_its_password() -> None:
    with pytest.raises(InvalidRequestError, match="ollama is no URL: 'host:port'") as caught:
        open_source("ollama", model="m", api_base="http://me:pw@host:port")
    assert "pw" not in str(caught.value)


def test_headers_of_the_caller_come_on_top_of_the_key() -> None:
    backend = backend_of("vllm")
    opening = Opening(model="m", api_key="k", headers={"X-Team": "a"})
    assert backend.headers(backend.target(opening)) == {"Authorization": "Bearer k", "X-Team": "a"}
    assert backend.headers(backend.target(Opening(model="m"))) == {}


def test_nothing_secret_is_shown() -> None:
    opening = Opening(model="m", api_key="k1", headers={"X": "k2"}, environment={"VLLM_API_KEY": "k3"})
    shown = repr(opening) + repr(backend_of("vllm").target(opening))
    assert not any(secret in shown for secret in ("k1", "k2", "k3"))


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("llama.cpp", "llamacpp"),
        ("llama-cpp", "llamacpp"),
        ("huggingface", "tgi"),
        ("text-generation-webui", "webui"),
        ("oobabooga", "webui"),
        ("lm_studio", "lmstudio"),
        ("hosted_vllm", "vllm"),
        ("llama-factory", "llama_factory"),
        ("LLaMAFactory", "llama_factory"),
        ("OLLAMA", "ollama"),
        ("sglang-openai", "sglang_openai"),
    ],
)
def test_backend_is_known_by_the_names_people_type(alias: str, name: str) -> None:
    assert BACKENDS.get(alias).name == name


def test_unknown_backend_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        open_source("olama", model="m")
    assert caught.value.suggestions[0] == "ollama"


@pytest.mark.parametrize("name", BACKENDS.names())
def test_capabilities_hang_together(name: str) -> None:
    facts = BACKENDS.get(name).capabilities
    assert BACKENDS.get(name).name == name
    assert facts.max_tokens_default >= 512
    assert set(facts.roles) <= {"system", "user", "assistant"}
    assert facts.lazy <= ("gbnf" in facts.dialects)
    if facts.extra != "any":
        assert not facts.extra & {"max_tokens", "stop", "stream", "prompt", "messages", "model"}
