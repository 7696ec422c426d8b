from __future__ import annotations

import pytest

from constraints.acceptance import accepts
from constraints.judging import PRIORITY_1, problem
from constraints.sampling import Sampler
from constraints.toolsets import TOOLSETS
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.constraints.build import Demand, answer
from litellm_fnwrap.constraints.rules import Rules
from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.parser import parse_text
from litellm_fnwrap.formats.writer import write_calls
from litellm_fnwrap.messages import ToolChoice

formats = pytest.mark.parametrize("name", list(FORMATS))


def sampler(name: str, tools: str, *, parallel: bool = True, brief: bool = False) -> Sampler:
    rules = Rules(brief=brief)
    demand = Demand(
        format=get_format(name),
        tools=TOOLSETS[tools],
        forced=True,
        parallel=parallel,
        response_schema=None,
        prefill="",
    )
    grammar = answer(demand, rules)
    assert grammar is not None
    return Sampler(grammar, seed=11)


@formats
@pytest.mark.parametrize("tools", list(TOOLSETS))
def test_sampled_text_reads_as_valid_calls(name: str, tools: str) -> None:
    source = sampler(name, tools)
    for _ in range(6):
        text = source.draw()
        assert problem(name, TOOLSETS[tools], text) is None, text


@formats
@pytest.mark.parametrize("tools", list(TOOLSETS))
def test_written_calls_are_admitted(name: str, tools: str) -> None:
    format = get_format(name)
    if format.envelope:
        pytest.skip("the writer writes calls, not the envelope around a turn")
    constraint = build_constraint(format, TOOLSETS[tools], ToolChoice("required"), dialect="gbnf")
    assert constraint is not None
    source = sampler(name, tools)
    for _ in range(4):
        calls = parse_text(source.draw(), format, list(TOOLSETS[tools])).tool_calls
        text = write_calls(format, calls, TOOLSETS[tools])
        assert accepts("gbnf", str(constraint.value), text), text


@formats
def test_declared_sample_is_admitted(name: str) -> None:
    format = get_format(name)
    tools = TOOLSETS["simple"]
    constraint = build_constraint(format, tools, ToolChoice("required"), dialect="gbnf")
    assert constraint is not None
    assert accepts("gbnf", str(constraint.value), format.sample)


@formats
def test_single_call_admits_no_second(name: str) -> None:
    format = get_format(name)
    if not format.parallel:
        pytest.skip("the format has one call at most")
    constraint = build_constraint(format, TOOLSETS["simple"], ToolChoice("required"), dialect="gbnf", parallel=False)
    assert constraint is not None
    assert not accepts("gbnf", str(constraint.value), format.sample)
    text = sampler(name, "simple", parallel=False).draw()
    assert accepts("gbnf", str(constraint.value), text)


@pytest.mark.parametrize("name", PRIORITY_1)
def test_named_choice_admits_no_other_tool(name: str) -> None:
    format = get_format(name)
    tools = TOOLSETS["simple"]
    demanded = build_constraint(format, tools, ToolChoice("named", "ping"), dialect="gbnf")
    assert demanded is not None
    assert "get_weather" not in str(demanded.value)
    assert "ping" in str(demanded.value)


@pytest.mark.parametrize("name", PRIORITY_1)
@pytest.mark.parametrize("tools", list(TOOLSETS))
def test_regular_expression_admits_what_the_grammar_does(name: str, tools: str) -> None:
    format = get_format(name)
    constraint = build_constraint(format, TOOLSETS[tools], ToolChoice("required"), dialect="regex")
    assert constraint is not None
    source = sampler(name, tools, brief=True)
    if any("deep" in note for note in constraint.widened):
        pytest.skip("the schema nests without end, and the regular expression to a depth")
    for _ in range(3):
        text = source.draw()
        assert accepts("regex", str(constraint.value), text), text
