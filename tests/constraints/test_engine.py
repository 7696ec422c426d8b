"""The real engine under our grammars: its model is noise, so every valid call is the grammar's doing.

FNWRAP_GENERATIONS sets how many texts each combination of format and tools generates; the ordinary number is small.
"""

from __future__ import annotations

import itertools
import os

import pytest

from constraints.generating import generate
from constraints.judging import PRIORITY_1, invalid, problem
from constraints.toolsets import TOOLSETS
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import parse_text
from litellm_fnwrap.generation import Constraint
from litellm_fnwrap.messages import ToolChoice

GENERATIONS = int(os.environ.get("FNWRAP_GENERATIONS", "2"))
priority_1 = pytest.mark.parametrize("name", PRIORITY_1)


def forced(name: str, tools: str, choice: ToolChoice, *, parallel: bool, prefill: str = "") -> Constraint:
    found = build_constraint(
        get_format(name), TOOLSETS[tools], choice, dialect="gbnf", parallel=parallel, prefill=prefill
    )
    assert found is not None
    return found


@priority_1
@pytest.mark.parametrize("tools", list(TOOLSETS))
def test_forced_calls_of_noise_are_valid(noise: str, name: str, tools: str) -> None:
    for parallel in (False, True):
        constraint = forced(name, tools, ToolChoice("required"), parallel=parallel)
        # Noise may go on with further calls for longer than the context lasts; such a text says nothing about an end.
        drawn = (generate(noise, constraint, seed=seed) for seed in range(5 * GENERATIONS))
        whole = list(itertools.islice((one for one in drawn if one["stop_type"] != "limit"), GENERATIONS))
        assert len(whole) == GENERATIONS
        for answer in whole:
            assert problem(name, TOOLSETS[tools], answer["content"]) is None, answer["content"]


@priority_1
def test_named_call_of_noise_is_valid(noise: str, name: str) -> None:
    constraint = forced(name, "simple", ToolChoice("named", "get_weather"), parallel=False)
    format = get_format(name)
    for seed in range(GENERATIONS):
        text = generate(noise, constraint, seed=seed)["content"]
        calls = parse_text(text, format, list(TOOLSETS["simple"])).tool_calls
        assert [call.name for call in calls] == ["get_weather"]
        assert problem(name, TOOLSETS["simple"], text) is None


@priority_1
def test_cut_off_text_is_no_wrong_call(noise: str, name: str) -> None:
    """A token limit cuts anywhere: calls that were complete stay valid, and half a call is none."""
    constraint = forced(name, "simple", ToolChoice("required"), parallel=True)
    format = get_format(name)
    for seed, limit in enumerate((5, 12, 20, 33, 47, 60)):
        answer = generate(noise, constraint, seed=seed, n_predict=limit)
        ended = "length" if answer["stop_type"] == "limit" else "stop"
        parsed = parse_text(answer["content"], format, list(TOOLSETS["simple"]), finish_reason=ended)
        assert [found for call in parsed.tool_calls if (found := invalid(TOOLSETS["simple"], call))] == []


@pytest.mark.parametrize(
    ("name", "prefill"),
    [
        pytest.param("airoboros", '{\n  "function":', id="inside-an-object"),
        pytest.param("functionary-v3.2", ">>>", id="before-the-name"),
        pytest.param("hermes", '<think>\n\n</think>\n\n<tool_call>\n{"name": "get_w', id="inside-the-name"),
        pytest.param("hermes", "<tool_call>", id="without-the-blank"),
        pytest.param("deepseek-v3", "<｜tool▁calls▁begin｜>", id="section-open"),
    ],
)
def test_opened_answer_is_continued(noise: str, name: str, prefill: str) -> None:
    constraint = forced(name, "simple", ToolChoice("required"), parallel=False, prefill=prefill)
    for seed in range(GENERATIONS):
        text = generate(noise, constraint, seed=seed)["content"]
        assert problem(name, TOOLSETS["simple"], prefill + text) is None
        assert problem(name, TOOLSETS["simple"], text, prompt_tail=prefill) is None


def test_very_many_tools_are_taken(noise: str) -> None:
    tools = [tool for number in range(20) for tool in TOOLSETS["forty-parameters"]]
    renamed = [tool.__class__(name=f"{tool.name}_{n}", parameters=tool.parameters) for n, tool in enumerate(tools)]
    constraint = build_constraint(get_format("hermes"), renamed, ToolChoice("required"), dialect="gbnf", parallel=False)
    assert constraint is not None
    assert problem("hermes", renamed, generate(noise, constraint, seed=1)["content"]) is None
