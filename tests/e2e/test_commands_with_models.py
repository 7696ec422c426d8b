"""Commands that ask a model: the bundled one, and scripted ones behind a real server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from litellm_fnwrap.demo.weather import get_n_day_weather_forecast

LYON = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</tool_call>'
FUNCTIONS = 'def get_weather(city: str) -> str:\n    """Get the weather"""\n    return f"21 degrees in {city}"\n'

Start = Callable[..., str]


@pytest.fixture
def functions(tmp_path: Path) -> str:
    file = tmp_path / "weather_functions.py"
    file.write_text(FUNCTIONS)
    return str(file)


def run(*arguments: str, given: str = "", status: int = 0) -> str:
    from litellm_fnwrap.cli.app import app

    result = CliRunner().invoke(app, list(arguments), input=given, catch_exceptions=False)
    assert result.exit_code == status, result.output
    return str(result.output)


def test_demo_calls_for_both_cities_and_tells_their_forecasts() -> None:
    shown = run("demo")
    assert "<|im_start|>system\n<tools>" in shown
    answer = shown.rpartition("answer, as it streams")[2]
    for city in ("San Francisco", "Glasgow"):
        call = f'get_n_day_weather_forecast(location="{city}", format="celsius", num_days=4)'
        assert call in shown
        assert city in answer
        for temperature in get_n_day_weather_forecast(city, "celsius", 4)["temperatures"]:
            assert re.search(rf"\b{temperature}\b", answer)
    assert shown.count("get_n_day_weather_forecast(location=") == 2
    assert "toy" in shown


def test_demo_is_one_object_for_programs() -> None:
    told = json.loads(run("demo", "what is 17 times 23?", "--json"))
    assert told["question"] == "what is 17 times 23?"
    first, last = told["turns"]
    (call,) = first["message"]["tool_calls"]
    assert json.loads(call["function"]["arguments"]) == {"a": 17, "b": 23}
    assert "17 times 23" in first["prompt"]
    assert "multiply" in first["raw"]
    assert first["finish_reason"] == "tool_calls"
    (result,) = first["results"]
    assert (result["tool_call_id"], float(result["content"])) == (call["id"], 391)
    assert "391" in last["message"]["content"]
    assert last["results"] == []


def test_demo_takes_a_question() -> None:
    shown = run("demo", "what is 17 times 23?")
    assert "multiply(a=17, b=23)" in shown
    assert "391" in shown.rpartition("answer, as it streams")[2]


def test_demo_answers_a_greeting_without_a_call() -> None:
    shown = run("demo", "hello")
    assert "How can I help?" in shown
    assert "calls carried out" not in shown


def test_demo_sends_results_to_a_model_that_reads_them(scripted_server: Start) -> None:
    arguments = '{"location": "Lyon", "format": "celsius"}'
    call = f'<tool_call>\n{{"name": "get_current_weather", "arguments": {arguments}}}\n</tool_call>'
    base_url = scripted_server(call, then="It is fine weather in Lyon.")
    shown = run("demo", "--model", "fnwrap/llamacpp+chatml/scripted", "--api-base", base_url)
    assert 'get_current_weather(location="Lyon", format="celsius")' in shown
    assert "It is fine weather in Lyon." in shown
    assert "toy" not in shown


def test_call_prints_the_message_for_programs(scripted_server: Start, functions: str) -> None:
    base_url = scripted_server(LYON)
    shown = run(
        "call", "fnwrap/llamacpp+chatml/x", "How is it?", "--tools", functions, "--api-base", base_url, "--json"
    )
    message: dict[str, Any] = json.loads(shown)
    assert json.loads(message["tool_calls"][0]["function"]["arguments"]) == {"city": "Lyon"}
    assert message["finish_reason"] == "tool_calls"


def test_chat_carries_out_calls_and_sends_results_back(scripted_server: Start, functions: str) -> None:
    base_url = scripted_server(LYON, then="It is 21 degrees in Lyon.")
    options = ("--tools", functions, "--api-base", base_url)
    shown = run("chat", "fnwrap/llamacpp+chatml/x", *options, given="How is it in Lyon?\n")
    assert 'get_weather({"city": "Lyon"})\n  get_weather -> 21 degrees in Lyon\n' in shown
    assert "It is 21 degrees in Lyon." in shown


def test_doctor_finds_a_good_model_good(scripted_server: Start) -> None:
    base_url = scripted_server('<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>')
    shown = run("doctor", "fnwrap/llamacpp+chatml/x", "--api-base", base_url)
    for about in ("server", "template", "wrapper", "format", "context", "constraint"):
        assert f"ok    {about}" in shown
    assert "ping()" in shown


def test_doctor_says_what_to_do_about_a_server_that_is_not_there() -> None:
    findings = json.loads(run("doctor", "fnwrap/llamacpp/x", "--api-base", "http://127.0.0.1:9", "--json", status=1))
    assert findings[-1]["verdict"] == "fault"
    assert "127.0.0.1:9" in findings[-1]["detail"]
