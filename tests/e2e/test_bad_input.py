"""What a caller gets wrong is answered by a litellm exception that says what to do."""

from __future__ import annotations

import socket
from typing import Any

import litellm
import pytest

import litellm_fnwrap
from e2e.tools import QUESTION, TOOLS

IMAGE = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.invalid/a.png"}}]}]


@pytest.fixture(autouse=True, scope="module")
def registered() -> None:
    litellm_fnwrap.register()


@pytest.fixture(scope="module")
def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "unknown-backend": ({"model": "fnwrap/olama/qwen2.5"}, "ollama"),
    "unknown-wrapper": ({"model": "fnwrap/llamacpp+chatlm/x"}, "chatml"),
    "misspelt-option": ({"wraper": "chatml"}, "wrapper"),
    "image": ({"messages": IMAGE}, "image"),
    "tool-without-a-name": ({"tools": [{"type": "function", "function": {"description": "x"}}]}, "function name"),
    "tools-of-the-same-name": ({"tools": TOOLS + TOOLS[:1]}, "get_forecast"),
    "choice-of-an-unknown-tool": (
        {"tool_choice": {"type": "function", "function": {"name": "get_wether"}}},
        "get_weather",
    ),
    "several-streamed-answers": ({"n": 2, "stream": True}, "n"),
}


@pytest.mark.parametrize(("change", "hint"), REFUSED.values(), ids=REFUSED)
def test_mistake_is_refused_with_a_hint(random_server: str, change: dict[str, Any], hint: str) -> None:
    request = {
        "model": "fnwrap/llamacpp+chatml/noise",
        "messages": QUESTION,
        "tools": TOOLS,
        "api_base": random_server,
        **change,
    }
    with pytest.raises(litellm.exceptions.BadRequestError, match=hint):
        litellm.completion(**request)


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "streamed"])
def test_unreachable_server_is_a_failure_that_can_be_retried_elsewhere(closed_port: int, streamed: bool) -> None:
    with pytest.raises((litellm.exceptions.ServiceUnavailableError, litellm.exceptions.APIConnectionError)) as told:
        litellm.completion(
            model="fnwrap/llamacpp+chatml/x",
            api_base=f"http://127.0.0.1:{closed_port}",
            messages=QUESTION,
            stream=streamed,
            max_retries=0,
        )
    assert str(closed_port) in str(told.value)


def test_missing_model_file_is_named() -> None:
    with pytest.raises(litellm.exceptions.BadRequestError, match=r"nowhere\.gguf"):
        litellm.completion(model="fnwrap/local/nowhere.gguf", messages=QUESTION)
