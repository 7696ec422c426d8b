"""Hugging Face's `transformers serve` with a random two-layer model, asked through openai_text and openai_chat.

Needs torch and transformers[serving]; nox -s real_servers makes an environment for it. Random weights write noise, so
what is shown is the wire: answers, streams, counts, refusals.
"""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import litellm
import pytest

from litellm_fnwrap import register
from provider.asking import TOOLS

needed = ("torch", "transformers", "tokenizers", "fastapi", "uvicorn", "openai")
missing = [name for name in needed if importlib.util.find_spec(name) is None]
pytestmark = [
    pytest.mark.skipif(bool(missing), reason=f"{', '.join(missing)} not installed; nox -s real_servers has them"),
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore"),
]
TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
SERVE = "import sys; sys.argv = ['transformers', *sys.argv[1:]]; from transformers.cli.transformers import main; main()"
MESSAGES = [{"role": "user", "content": "What is the weather in Lyon?"}]
ROUTES = ("openai_text+hermes", "openai_chat+hermes")


def write_model(folder: Path) -> Path:
    """A Llama of two layers with random weights, and a tokenizer whose tokens are bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    torch.manual_seed(0)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    specials = ["<|im_start|>", "<|im_end|>"]
    tokenizer = Tokenizer(models.BPE(vocab={text: n for n, text in enumerate([*alphabet, *specials])}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|im_end|>", additional_special_tokens=specials
    )
    fast.chat_template = TEMPLATE
    config = LlamaConfig(
        vocab_size=len(alphabet) + len(specials), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=4096,
        bos_token_id=None, eos_token_id=len(alphabet) + 1, pad_token_id=len(alphabet) + 1,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a running server, and the name of its model."""
    model = write_model(tmp_path_factory.mktemp("model"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = model / "server.log"
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, "serve", "--host", "127.0.0.1", "--port", str(port)],
            stdout=output, stderr=subprocess.STDOUT, env=environment,
        )  # fmt: skip
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 400
    try:
        while time.monotonic() < deadline:
            assert process.poll() is None, log.read_text()
            try:
                if httpx.get(f"{url}/health", timeout=5, trust_env=False).status_code < 500:
                    break
            except httpx.TransportError:
                time.sleep(0.5)
        yield url, str(model)
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def asked(served: tuple[str, str]) -> Any:
    """Arguments of a call on one of the routes."""
    register()
    url, model = served

    def ask(route: str, **more: Any) -> Any:
        given = {"model": f"fnwrap/{route}/{model}", "api_base": url, "messages": MESSAGES, "max_tokens": 12, **more}
        return litellm.completion(timeout=300, **given)

    return ask


@pytest.mark.parametrize("route", ROUTES)
def test_answer_has_text_and_counts(asked: Any, route: str) -> None:
    response = asked(route)
    assert response.choices[0].finish_reason in ("length", "stop")
    assert response.usage.prompt_tokens > 5
    assert 0 < response.usage.completion_tokens <= 12


@pytest.mark.parametrize("route", ROUTES)
def test_stream_without_a_terminator_is_complete(asked: Any, route: str) -> None:
    chunks = list(asked(route, stream=True, stream_options={"include_usage": True}))
    assert chunks[-1].choices == [] or any(chunk.choices[0].finish_reason for chunk in chunks if chunk.choices)
    assert len(chunks) > 2
    assert any(getattr(chunk, "usage", None) and chunk.usage.completion_tokens > 0 for chunk in chunks)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("route", ROUTES)
def test_tools_and_a_history_of_calls_are_taken(asked: Any, route: str, stream: bool) -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "ping", "arguments": "{}"}}
    history = [
        {"role": "system", "content": "Be brief."},
        *MESSAGES,
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": json.dumps({"ok": True})},
    ]
    response = asked(route, messages=history, tools=TOOLS, stream=stream, temperature=0.7, stop=["zzz"])
    assert list(response) if stream else response.choices[0].finish_reason


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("route", ROUTES)
def test_unknown_member_is_refused_in_the_servers_words(asked: Any, route: str, stream: bool) -> None:
    with pytest.raises(litellm.BadRequestError, match="no_such_member"):
        list(asked(route, stream=stream, extra_body={"no_such_member": 1}))


@pytest.mark.parametrize("route", ROUTES)
def test_model_that_is_not_there_is_an_error_that_names_it(asked: Any, route: str) -> None:
    with pytest.raises((litellm.NotFoundError, litellm.BadRequestError, litellm.InternalServerError)):
        asked(route, model=f"fnwrap/{route}/no-such-model-anywhere")
