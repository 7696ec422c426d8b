"""What binds a derived format admits what its template writes, and whatever it admits is read as valid calls."""

from __future__ import annotations

import pytest

from constraints.acceptance import accepts
from constraints.judging import invalid
from constraints.sampling import Sampler
from derive.made_up import MadeUp
from derive.made_up_marks import WITH_ODD_MARKS
from derive.plausible import PLAUSIBLE
from derive.test_derive_made_up import CALLS, TOOLS, given
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.constraints.build import Demand, answer
from litellm_fnwrap.constraints.rules import Rules
from litellm_fnwrap.formats.derive import derive
from litellm_fnwrap.formats.parser import parse_text
from litellm_fnwrap.formats.writer import write_calls
from litellm_fnwrap.messages import ToolChoice

# Counters and ids stand in marks of these.
COUNTED = {name: MadeUp(text, {}) for name, (text, _) in PLAUSIBLE.items() if name.startswith(("counter", "id "))}
TEMPLATES = {name: made.template for name, made in (WITH_ODD_MARKS | COUNTED).items()}
made_up = pytest.mark.parametrize("name", TEMPLATES)


@made_up
def test_written_calls_are_admitted(name: str) -> None:
    format = derive(TEMPLATES[name])
    constraint = build_constraint(format, TOOLS, ToolChoice("required"), dialect="gbnf")
    assert constraint is not None
    for scenario, calls in CALLS.items():
        if scenario != "lines" or "on_lines" not in name:  # a bound text on a line ends with the line
            text = write_calls(format, given(calls), TOOLS)
            assert accepts("gbnf", str(constraint.value), text), text


@made_up
def test_sampled_text_reads_as_valid_calls(name: str) -> None:
    format = derive(TEMPLATES[name])
    if format.as_text:
        pytest.skip("text of JSON in JSON is not bound, which is reported")
    rules = Rules(brief=False)
    demand = Demand(format=format, tools=TOOLS, forced=True, parallel=True, response_schema=None, prefill="")
    grammar = answer(demand, rules)
    assert grammar is not None
    source = Sampler(grammar, seed=11)
    for _ in range(12):
        text = source.draw()
        parsed = parse_text(text, format, TOOLS)
        assert parsed.tool_calls, text
        assert not parsed.content, text
        assert [problem for call in parsed.tool_calls if (problem := invalid(TOOLS, call))] == [], text


def test_text_of_json_in_json_is_told_to_be_left_open() -> None:
    format = derive(WITH_ODD_MARKS["text_of_json_in_json"].template)
    constraint = build_constraint(format, TOOLS, ToolChoice("required"), dialect="gbnf")
    assert constraint is not None
    assert constraint.widened[0] == "get_weather: arguments that are JSON text in a string"
