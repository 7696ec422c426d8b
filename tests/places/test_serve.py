"""fnwrap serve as a service: how it begins and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import openai
import pytest

from places.proxy_process import KEY, ROOT, needs_proxy, run_proxy, run_serve
from provider.asking import MESSAGES, TOOLS
from provider.scripted_ollama import Reply, scripted_ollama

pytestmark = [needs_proxy, pytest.mark.timeout(900)]


def test_service_that_is_told_to_end_takes_the_proxy_with_it(tmp_path: Path) -> None:
    with run_serve(tmp_path, ["toy=fnwrap/local/demo"], "--json") as proxy:
        told = {"api_base": proxy.base_url, "models": ["toy"], "key_variable": "LITELLM_MASTER_KEY"}
        assert json.dumps(told) in proxy.printed().splitlines()
        assert list(tmp_path.glob("fnwrap-*/config.yaml"))
        proxy.process.terminate()
        assert proxy.process.wait(timeout=120) == 0
        with pytest.raises(httpx.ConnectError):
            httpx.get(proxy.address, timeout=5, trust_env=False)
        assert not list(tmp_path.glob("fnwrap-*"))


def test_configuration_that_fnwrap_writes_is_one_of_the_proxys(tmp_path: Path) -> None:
    """Printed by fnwrap config and given to LiteLLM's own command."""
    with scripted_ollama() as ollama:
        ollama.will_say(Reply(pieces=('<tool_call>{"name": "ping", "arguments": {}}</tool_call>',)))
        start = [sys.executable, "-c", "from litellm_fnwrap.cli import main; main()", "config", "m=fnwrap/ollama/x"]
        done = subprocess.run(
            [*start, "--api-base", ollama.base_url, "--wrapper", "hermes"],
            capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True,
        )  # fmt: skip
        with (
            run_proxy(tmp_path, [], text=done.stdout) as proxy,
            openai.OpenAI(base_url=proxy.base_url, api_key=KEY, max_retries=0) as client,
        ):
            answer = client.chat.completions.create(model="m", messages=MESSAGES, tools=TOOLS)
    (call,) = answer.choices[0].message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("ping", {})
