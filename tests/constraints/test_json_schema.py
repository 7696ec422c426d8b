from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from constraints.sampling import Sampler
from constraints.toolsets import TOOLSETS
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.constraints.build import Demand, answer
from litellm_fnwrap.constraints.rules import Rules
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.messages import ToolChoice

NAMES = ["llama3-json", "generic", "required", "llama-cpp-generic", "openai-echo", "xlam-json"]


def schema(name: str, tools: str, mode: str = "required", **more: Any) -> dict[str, Any]:
    found = build_constraint(
        get_format(name),
        TOOLSETS[tools],
        ToolChoice(mode),  # type: ignore[arg-type]
        dialect="json_schema",
        **more,
    )
    assert found is not None
    assert isinstance(found.value, dict)
    return found.value


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("tools", list(TOOLSETS))
def test_schema_admits_what_the_grammar_does(name: str, tools: str) -> None:
    format = get_format(name)
    judge = jsonschema.Draft202012Validator(schema(name, tools))
    judge.check_schema(judge.schema)
    parallel = format.array or bool(format.envelope)
    demand = Demand(
        format=format, tools=TOOLSETS[tools], forced=True, parallel=parallel, response_schema=None, prefill=""
    )
    grammar = answer(demand, Rules())
    assert grammar is not None
    sampler = Sampler(grammar, seed=5)
    for _ in range(10):
        text = sampler.draw()
        assert judge.is_valid(json.loads(text)), text


@pytest.mark.parametrize("name", NAMES)
def test_schema_refuses_wrong_calls(name: str) -> None:
    judge = jsonschema.Draft202012Validator(schema(name, "simple"))
    good = get_format(name).sample
    if name == "llama3-json":
        good = good.partition("; ")[0]
    assert judge.is_valid(json.loads(good))
    assert not judge.is_valid(json.loads(good.replace("get_weather", "rm")))
    assert not judge.is_valid(json.loads(good.replace('"city"', '"town"')))


def test_calls_or_result_are_one_object_at_the_top() -> None:
    found = schema("generic", "simple", "auto")
    assert found["type"] == "object"
    assert set(found["properties"]) == {"thought_about_next_step_only", "next_step"}
    judge = jsonschema.Draft202012Validator(found)
    assert judge.is_valid({"thought_about_next_step_only": "", "next_step": {"result": "Hi"}})
    assert not judge.is_valid({"thought_about_next_step_only": "", "next_step": {"result": 3}})


def test_auto_without_envelope_is_not_expressed() -> None:
    found = build_constraint(get_format("llama3-json"), TOOLSETS["simple"], ToolChoice("auto"), dialect="json_schema")
    assert found is None
