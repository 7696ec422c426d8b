"""The examples with libraries that people call models through: offline, by fnwrap serve and the embedded engine."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
import yaml

from e2e.tiny_model import write_scripted_model
from places.proxy_process import KEY, ROOT, Proxy, needs_proxy, run_serve

pytestmark = pytest.mark.timeout(900)

QUESTION = "what is the weather in Paris in celsius?"
WEATHER = {"location": "Paris", "format": "celsius"}
REPORT = "Report(location='Paris', degrees=21)"


def needs(module: str) -> pytest.MarkDecorator:
    missing = importlib.util.find_spec(module) is None
    return pytest.mark.skipif(missing, reason=f"{module} is not installed; nox -s proxy makes an environment with it")


def written(name: str, arguments: dict[str, Any]) -> str:
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"


def speaker(file: Path, last: str, first: tuple[str, dict[str, Any]] = ("get_current_weather", WEATHER)) -> str:
    """The model string of a model that asks for the weather, and says what is given when it has been told."""
    write_scripted_model(file, {"\n": written(*first)}, later={"\n": last})
    return f"fnwrap/local+hermes/{file}"


def run(example: str, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "clients" / example), *arguments],
        capture_output=True, text=True, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", **environment},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_agent_calls_functions_of_a_module_and_ends_with_an_object(tmp_path: Path) -> None:
    model = speaker(tmp_path / "agent.gguf", written("Report", {"location": "Paris", "degrees": 21}))
    printed = run("typed_agent.py", model, QUESTION)
    assert printed.splitlines() == [f"get_current_weather({json.dumps(WEATHER)}) -> 21 degrees in Paris", REPORT]


@needs("langchain_litellm")
def test_langchain_binds_tools() -> None:
    called, streamed = run("langchain_tools.py").splitlines()
    assert called == f"get_current_weather {WEATHER} -> 21 degrees celsius in Paris"
    assert streamed == f"streamed: [('get_current_weather', {WEATHER})]"


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("serve")
    agent = speaker(folder / "agent.gguf", written("final_result", {"location": "Paris", "degrees": 21}))
    with run_serve(folder, ["gpt-4o=fnwrap/local/demo", f"agent={agent}", "fnwrap/local/demo"]) as running:
        yield running


@pytest.fixture
def environment(proxy: Proxy) -> dict[str, str]:
    return {"OPENAI_BASE_URL": proxy.base_url, "OPENAI_API_KEY": KEY}


@needs_proxy
def test_openai_client(environment: dict[str, str]) -> None:
    lines = run("openai_client.py", "agent", **environment).splitlines()
    told = [line for line in lines if "|" not in line]
    assert told == [
        f"{way}: Weather(location='Paris', format='celsius')" for way in ("whole", "streamed", "several", "several")
    ]
    (pieces,) = (line for line in lines if "|" in line)
    assert len(pieces.split("|")) > 3
    assert json.loads(pieces.replace("|", "")) == WEATHER


@needs_proxy
@needs("pydantic_ai")
def test_pydantic_ai_agent_comes_to_a_typed_answer(environment: dict[str, str]) -> None:
    assert run("pydantic_ai_agent.py", "agent", **environment).strip() == REPORT


@needs_proxy
@needs("llama_index.llms.openai_like" if importlib.util.find_spec("llama_index") else "llama_index")
def test_llama_index_calls_a_function(environment: dict[str, str]) -> None:
    assert run("llama_index_tools.py", "agent", **environment).strip() == "21 degrees celsius in Paris"


EXECUTE = {
    "name": "execute",
    "description": "Executes code on the user's machine, in the users local environment, and returns the output",
    "parameters": {
        "type": "object",
        "properties": {
            "language": {"type": "string", "enum": ["python", "javascript"]},
            "code": {"type": "string", "maxLength": 40},
        },
        "required": ["language", "code"],
    },
}


@needs_proxy
def test_metagpt_gets_code_from_a_model_of_its_configuration(proxy: Proxy) -> None:
    """What its OpenAILLM does with api_type open_llm: answers are streamed, code is a call of execute, named."""
    llm = yaml.safe_load((ROOT / "examples" / "metagpt" / "config2.yaml").read_text())["llm"]
    assert llm["base_url"].endswith("/v1")

    async def ask() -> tuple[str, Any]:
        async with openai.AsyncOpenAI(api_key=KEY, base_url=proxy.base_url) as client:
            messages: Any = [{"role": "user", "content": "hello"}]
            common: Any = {"model": llm["model"], "messages": messages, "temperature": 0.0, "max_tokens": 200}
            stream = await client.chat.completions.create(**common, stream=True)
            text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])
            tools = [{"type": "function", "function": EXECUTE}]
            choice = {"type": "function", "function": {"name": "execute"}}
            return text, await client.chat.completions.create(**common, tools=tools, tool_choice=choice)

    text, coded = asyncio.run(ask())
    assert text.strip()
    (call,) = coded.choices[0].message.tool_calls
    assert call.function.name == "execute"
    arguments = json.loads(call.function.arguments)
    assert arguments["language"] in EXECUTE["parameters"]["properties"]["language"]["enum"]  # type: ignore[index]
    assert isinstance(arguments["code"], str)


SEND = {
    "name": "send_message",
    "description": "Sends a message to the human user.",
    "parameters": {
        "type": "object",
        "properties": {
            "inner_thoughts": {"type": "string", "maxLength": 30, "description": "Deep inner monologue."},
            "message": {"type": "string", "maxLength": 30, "description": "Message contents."},
        },
        "required": ["inner_thoughts", "message"],
    },
}
RECALL = {
    "name": "conversation_search",
    "description": "Search prior conversation history.",
    "parameters": {
        "type": "object",
        "properties": {
            "inner_thoughts": {"type": "string", "maxLength": 30},
            "query": {"type": "string", "maxLength": 30},
            "request_heartbeat": {"type": "boolean"},
        },
        "required": ["inner_thoughts", "query", "request_heartbeat"],
    },
}
PERSONA = [
    {"role": "system", "content": "You are Sam. Core memory follows. <persona>Curious.</persona>"},
    {"role": "assistant", "content": "More human than human is our motto."},
    {"role": "user", "content": '{"type": "user_message", "message": "hello", "time": "2026-01-01 12:00:00 PM"}'},
]


@needs_proxy
@pytest.mark.parametrize("legacy", [False, True], ids=["letta", "memgpt"])
def test_letta_agents_step_is_always_a_call(proxy: Proxy, legacy: bool) -> None:
    """Every step of theirs is a call; Letta demands one, MemGPT in its early versions hopes for one of functions."""
    model = json.loads((ROOT / "examples" / "letta" / "llm_config.json").read_text())["model"]
    with openai.OpenAI(api_key=KEY, base_url=proxy.base_url) as client:
        given: Any = {"model": model, "messages": PERSONA, "max_tokens": 300, "temperature": 0, "user": "u-1"}
        if legacy:
            answer = client.chat.completions.create(
                **given, functions=[SEND, RECALL], function_call={"name": "send_message"}
            )
            called = answer.choices[0].message.function_call
        else:
            tools = [{"type": "function", "function": one} for one in (SEND, RECALL)]
            answer = client.chat.completions.create(
                **given, tools=tools, tool_choice="required", parallel_tool_calls=False
            )
            (called,) = (call.function for call in answer.choices[0].message.tool_calls)
    assert called.name in ("send_message", *([] if legacy else ["conversation_search"]))
    assert "inner_thoughts" in json.loads(called.arguments)


@needs_proxy
def test_serve_lists_its_models(proxy: Proxy) -> None:
    with openai.OpenAI(api_key=KEY, base_url=proxy.base_url) as client:
        assert {"gpt-4o", "agent", "fnwrap/local/demo"} <= {model.id for model in client.models.list()}
    assert f"OPENAI_API_BASE={proxy.base_url}" in proxy.printed()
