"""The agent example with the operations of a server as its tools, over real sockets."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from places.proxy_process import ROOT
from places.test_clients import REPORT, run, speaker, written
from places.weather_server import DOCUMENT, weather_server

LYON = {"city": "Lyon/7 e", "unit": "celsius"}
NOTE = {"body": {"text": "hot", "answers": [{"text": "indeed"}]}}


@pytest.fixture(scope="module")
def example() -> ModuleType:
    """The example as a module."""
    spec = importlib.util.spec_from_file_location("openapi_tools", ROOT / "examples" / "clients" / "openapi_tools.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["openapi_tools"] = module  # where its dataclass looks for the meaning of annotations
    spec.loader.exec_module(module)
    return module


def test_operations_become_tools_with_the_schemas_they_refer_to(example: ModuleType) -> None:
    with weather_server() as (address, _):
        weather, note = (tool.declaration()["function"] for tool in example.load_tools(address))
    assert (weather["name"], weather["description"]) == ("get_weather", "Get the weather")
    assert weather["parameters"] == {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "Town"},
            "unit": {"$ref": "#/$defs/Unit"},
            "X-Language": {"type": "string"},
        },
        "required": ["city", "unit"],
        "$defs": {"Unit": {"type": "string", "enum": ["celsius", "fahrenheit"]}},
    }
    assert note["name"] == "post_notes"
    assert note["parameters"]["required"] == ["body"]
    assert note["parameters"]["$defs"]["Note"]["properties"]["answers"]["items"] == {"$ref": "#/$defs/Note"}


def test_arguments_go_where_they_belong(example: ModuleType) -> None:
    with weather_server() as (address, asked):
        weather, note = example.load_tools(address)
        assert weather.run(json.dumps({**LYON, "X-Language": "fr"})) == "21 degrees"
        assert note.run(json.dumps(NOTE)) == "kept"
    assert asked == [
        ("GET", "/api/cities/Lyon%2F7%20e/weather?unit=celsius", "fr"),
        ("POST", "/api/notes", NOTE["body"]),
    ]


def test_refusal_is_a_result(example: ModuleType) -> None:
    with weather_server() as (address, _):
        weather, _ = example.load_tools(address)
        assert weather.run('{"city": "Atlantis", "unit": "celsius"}') == "HTTP 404: no such city"


def test_document_in_a_file_names_its_server(example: ModuleType, tmp_path: Path) -> None:
    with weather_server() as (address, asked):
        file = tmp_path / "weather.yaml"
        document: Any = {**DOCUMENT, "servers": [{"url": address.replace("openapi.json", "api")}]}
        file.write_text(yaml.safe_dump(document))
        weather, _ = example.load_tools(str(file))
        assert weather.run(json.dumps(LYON)) == "21 degrees"
    assert asked[0][1].startswith("/api/cities/Lyon")


def test_agent_asks_the_server_and_ends_with_an_object(tmp_path: Path) -> None:
    model = speaker(
        tmp_path / "agent.gguf",
        written("Report", {"location": "Paris", "degrees": 21}),
        first=("get_weather", {"city": "Paris", "unit": "celsius"}),
    )
    with weather_server() as (address, asked):
        printed = run("typed_agent.py", model, "what is the weather in Paris in celsius?", address)
    assert printed.splitlines() == ['get_weather({"city": "Paris", "unit": "celsius"}) -> 21 degrees', REPORT]
    assert asked == [("GET", "/api/cities/Paris/weather?unit=celsius", None)]
