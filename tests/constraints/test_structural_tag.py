from __future__ import annotations

from typing import Any

import pytest

from constraints.acceptance import accepts
from constraints.toolsets import TOOLSETS
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.messages import Tool, ToolChoice

TOOLS = TOOLSETS["simple"]


def tag(name: str, mode: str, tools: tuple[Tool, ...] = TOOLS, **more: Any) -> dict[str, Any]:
    found = build_constraint(get_format(name), tools, ToolChoice(mode), dialect="structural_tag", **more)  # type: ignore[arg-type]
    assert found is not None
    assert isinstance(found.value, dict)
    assert found.value["type"] == "structural_tag"
    return found.value["format"]


def test_auto_waits_for_the_mark_and_then_demands_a_call() -> None:
    found = tag("hermes", "auto")
    assert (found["type"], found["triggers"], found["at_least_one"]) == ("triggered_tags", ["<tool_call>"], False)
    (only,) = found["tags"]
    assert (only["begin"], only["end"], only["content"]["type"]) == ("<tool_call>", "", "grammar")
    rest = only["content"]["grammar"]
    assert accepts("gbnf", rest, '\n{"name": "ping", "arguments": {}}\n</tool_call>')
    assert not accepts("gbnf", rest, '\n{"name": "rm", "arguments": {}}\n</tool_call>')
    assert not accepts("gbnf", rest, '\n{"name": "get_weather", "arguments": {}}\n</tool_call>')


@pytest.mark.parametrize("parallel", [True, False])
def test_single_call_ends_the_answer(parallel: bool) -> None:
    assert tag("hermes", "auto", parallel=parallel)["stop_after_first"] is not parallel


def test_section_is_one_tag_with_all_its_calls() -> None:
    section, lone = tag("kimi-k2", "auto")["tags"]
    assert (section["begin"], lone["begin"]) == ("<|tool_calls_section_begin|>", "<|tool_call_begin|>")
    call = "functions.ping:0<|tool_call_argument_begin|>{}<|tool_call_end|>"
    assert accepts("gbnf", section["content"]["grammar"], f"<|tool_call_begin|>{call}<|tool_calls_section_end|>")
    assert accepts("gbnf", lone["content"]["grammar"], call)


def test_name_in_the_mark_is_the_only_one_behind_it() -> None:
    weather, ping = tag("glm-4", "auto")["tags"]
    assert (weather["begin"], ping["begin"]) == ("get_weather\n", "ping\n")
    assert accepts("gbnf", weather["content"]["grammar"], '{"city": "Lyon"}')
    assert not accepts("gbnf", ping["content"]["grammar"], '{"city": "Lyon"}')


def test_very_many_names_are_told_by_one_grammar_without_tags() -> None:
    tools = tuple(Tool(name=f"tool_{number}") for number in range(30))
    found = tag("glm-4", "auto", tools)
    assert found["type"] == "grammar"
    assert accepts("gbnf", found["grammar"], "Hello")
    assert accepts("gbnf", found["grammar"], "tool_7\n{}")


@pytest.mark.parametrize("name", ["hermes", "kimi-k2", "pythonic", "qwen3-coder", "generic"])
def test_required_is_the_grammar_of_the_whole_answer(name: str) -> None:
    gbnf = build_constraint(get_format(name), TOOLS, ToolChoice("required"), dialect="gbnf")
    assert gbnf is not None
    assert tag(name, "required") == {"type": "grammar", "grammar": gbnf.value}


def test_response_schema_alone_is_a_grammar() -> None:
    found = build_constraint(
        get_format("hermes"), (), ToolChoice("none"), dialect="structural_tag", response_schema={"type": "integer"}
    )
    assert found is not None
    assert isinstance(found.value, dict)
    assert accepts("gbnf", found.value["format"]["grammar"], "-7")
