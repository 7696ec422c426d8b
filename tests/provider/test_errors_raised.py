from __future__ import annotations

import socket
from typing import Any

import litellm
import pytest

from provider.asking import TOOLS, request
from provider.scripted_ollama import Reply, ScriptedOllama, says

pytestmark = pytest.mark.litellm
WAYS = ["completion", "acompletion", "stream", "astream"]
every_way = pytest.mark.parametrize("way", WAYS)


async def ask(way: str, asked: dict[str, Any]) -> None:
    """Make the call; a stream is only opened, not read."""
    if way == "completion":
        litellm.completion(**asked)
    elif way == "acompletion":
        await litellm.acompletion(**asked)
    elif way == "stream":
        litellm.completion(**asked, stream=True)
    else:
        await litellm.acompletion(**asked, stream=True)


@every_way
@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        pytest.param(401, "unauthorized", litellm.AuthenticationError, id="401"),
        pytest.param(404, 'model "m" not found, try pulling it first', litellm.NotFoundError, id="404"),
        pytest.param(429, "too many requests", litellm.RateLimitError, id="429"),
        pytest.param(500, "llama runner process has terminated", litellm.InternalServerError, id="500"),
        pytest.param(503, "server busy", litellm.ServiceUnavailableError, id="503"),
    ],
)
async def test_status_of_the_server_is_raised_before_the_first_chunk(
    ollama: ScriptedOllama, way: str, status: int, text: str, kind: type[Exception]
) -> None:
    ollama.will_say(Reply(status=status, error=text))
    with pytest.raises(kind):
        await ask(way, request(ollama))


@every_way
async def test_unreachable_server_is_unavailable(way: str, ollama: ScriptedOllama) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(litellm.ServiceUnavailableError, match=r"127\.0\.0\.1"):
        await ask(way, request(ollama, api_base=base))


@every_way
async def test_timeout_is_enforced(way: str, ollama: ScriptedOllama) -> None:
    ollama.will_say(says("late", wait=3.0, pause=3.0))
    with pytest.raises(litellm.Timeout):
        await ask(way, request(ollama, timeout=0.3))


@every_way
@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"model": "fnwrap/olama/m"}, "Did you mean 'ollama'", id="backend"),
        pytest.param({"model": "fnwrap/ollama+hermse/m"}, "Did you mean 'hermes'", id="wrapper"),
        pytest.param({"wraper": "hermes"}, "Did you mean 'wrapper'", id="option"),
        pytest.param({"tools": [{"type": "function"}]}, r"tools\[0\]", id="malformed-tools"),
        pytest.param(
            {
                "messages": [
                    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,"}}]}
                ]
            },
            "image_url",
            id="image",
        ),
        pytest.param(
            {"tools": TOOLS, "tool_choice": {"type": "function", "function": {"name": "x"}}}, "'x'", id="name"
        ),
        pytest.param({"corrections": -1}, "0 or more", id="value"),
    ],
)
async def test_bad_request_says_what_would_be_accepted(
    ollama: ScriptedOllama, way: str, change: dict[str, Any], words: str
) -> None:
    ollama.will_say("never asked")
    with pytest.raises(litellm.BadRequestError, match=words):
        await ask(way, request(ollama, **change))
    assert not ollama.bodies


def test_missing_model_of_ollama_says_pull(ollama: ScriptedOllama) -> None:
    ollama.will_say(Reply(status=404, error="model 'm' not found"))
    with pytest.raises(litellm.NotFoundError, match="ollama pull"):
        litellm.completion(**request(ollama))


def test_stream_that_breaks_off_is_an_error_and_keeps_what_came(ollama: ScriptedOllama) -> None:
    ollama.will_say(says("It is ", "su", broken=True))
    got = []
    with pytest.raises(Exception, match=r"fnwrap|ollama") as raised:  # noqa: PT012
        for chunk in litellm.completion(**request(ollama, stream=True)):
            got.append(chunk.choices[0].delta.content or "")
    assert "".join(got) == "It is su"
    original = getattr(raised.value, "original_exception", raised.value)
    assert isinstance(original, litellm.InternalServerError | litellm.ServiceUnavailableError)


def test_undeclared_tool_is_an_error_where_asked_for(ollama: ScriptedOllama) -> None:
    ollama.will_say('<tool_call>\n{"name": "get_wether", "arguments": {}}\n</tool_call>')
    with pytest.raises(litellm.InternalServerError, match="'get_weather'"):
        litellm.completion(**request(ollama, tools=TOOLS, unknown_tool="error", repair=False))


def test_parameter_the_server_lacks_is_refused_or_dropped(ollama: ScriptedOllama) -> None:
    ollama.will_say("ok")
    with pytest.raises(litellm.UnsupportedParamsError, match="no_such_parameter"):
        litellm.completion(**request(ollama, no_such_parameter=1))
    litellm.completion(**request(ollama, no_such_parameter=1, drop_params=True))
    assert "no_such_parameter" not in str(ollama.bodies)


def test_key_is_not_in_the_error(ollama: ScriptedOllama) -> None:
    ollama.will_say(Reply(status=401, error="bad key very-secret-key-1 given"))
    with pytest.raises(litellm.AuthenticationError) as raised:
        litellm.completion(**request(ollama, api_key="very-secret-key-1"))
    assert "very-secret-key-1" not in str(raised.value)


def test_headers_that_are_no_secrets_do_not_blot_out_words(ollama: ScriptedOllama) -> None:
    ollama.will_say(Reply(status=500, error="the runner died of token-1 and of yes"))
    headers = {"X-Answer": "yes", "Authorization": "Bearer token-1"}
    with pytest.raises(litellm.InternalServerError, match=r"died of \*\*\*\* and of yes"):
        litellm.completion(**request(ollama, headers=headers))


@pytest.mark.skipif(
    "embedding" not in vars(litellm.CustomLLM), reason="this LiteLLM asks no custom provider for embeddings"
)
async def test_embeddings_are_refused_with_the_way_to_get_them() -> None:
    words = r"fnwrap/ollama/m cannot embed.*ollama/nomic-embed-text"
    with pytest.raises(litellm.BadRequestError, match=words):
        litellm.embedding(model="fnwrap/ollama/m", input=["hi"])
    with pytest.raises(litellm.BadRequestError, match=words):
        await litellm.aembedding(model="fnwrap/ollama/m", input=["hi"])
