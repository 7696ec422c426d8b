"""Registering imports little; the first call imports the rest, also when a hundred threads make it at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from provider.asking import LYON, MESSAGES, TOOLS
from provider.scripted_ollama import ScriptedOllama

pytestmark = pytest.mark.litellm

THREADS = 100
PROGRAM = """
import json, sys, threading

import litellm

before = set(sys.modules)
import litellm_fnwrap

litellm_fnwrap.register()
registered = sorted(set(sys.modules) - before)

asked = json.load(sys.stdin)
# What LiteLLM itself imports on its first call is not what this is about.
litellm.completion(model=asked["model"], messages=asked["messages"], mock_response="Nothing.")
begin, said = threading.Barrier(asked.pop("threads")), []

def call():
    begin.wait()
    try:
        message = litellm.completion(**asked).choices[0].message
        said.append(message.tool_calls[0].function.arguments)
    except Exception as error:
        said.append(repr(error))

threads = [threading.Thread(target=call) for _ in range(begin.parties)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps({"registered": registered, "said": said, "loaded": sorted(set(sys.modules) - before)}))
"""
NOT_FOR_REGISTERING = {
    "backends",
    "chat_template",
    "constraints",
    "engine",
    "formats",
    "generation",
    "messages",
    "wrappers",
}


def parts(modules: list[str]) -> set[str]:
    return {module.split(".")[1] for module in modules if module.startswith("litellm_fnwrap.")}


def test_first_call_of_a_hundred_threads_imports_what_registering_has_not(ollama: ScriptedOllama) -> None:
    ollama.will_say(LYON)
    model = {"model": "fnwrap/ollama+hermes/m", "api_base": ollama.base_url}
    asked = {"threads": THREADS, **model, "messages": MESSAGES, "tools": TOOLS}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(asked),
        env={**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    told = json.loads(ran.stdout.splitlines()[-1])
    assert parts(told["registered"]) & NOT_FOR_REGISTERING == set()
    assert [json.loads(arguments) for arguments in told["said"]] == [{"city": "Lyon"}] * THREADS
    assert parts(told["loaded"]) >= NOT_FOR_REGISTERING
