from __future__ import annotations

import pytest

from litellm_fnwrap.errors import InvalidRequestError
from litellm_fnwrap.provider.model_name import ModelName, read_model_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ollama/llama3.1", ModelName("ollama", None, "llama3.1"), id="plain"),
        pytest.param("fnwrap/ollama/llama3.1", ModelName("ollama", None, "llama3.1"), id="with-the-provider"),
        pytest.param("ollama+hermes/qwen2.5:7b", ModelName("ollama", "hermes", "qwen2.5:7b"), id="wrapper"),
        pytest.param(
            "litellm/together_ai/mistralai/Mixtral-8x7B",
            ModelName("litellm", None, "together_ai/mistralai/Mixtral-8x7B"),
            id="model-with-slashes",
        ),
        pytest.param(
            "local//models/tiny.gguf", ModelName("local", None, "/models/tiny.gguf"), id="absolute-path-of-a-file"
        ),
        pytest.param("llamacpp", ModelName("llamacpp", None, ""), id="the-server's-only-model"),
    ],
)
def test_model_string_is_split(text: str, expected: ModelName) -> None:
    assert read_model_name(text) == expected


@pytest.mark.parametrize("text", ["", "fnwrap/", "/llama3.1", "+hermes/x", "ollama+/x"])
def test_model_string_without_backend_or_wrapper_name_is_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="fnwrap/<backend>/<model>"):
        read_model_name(text)
