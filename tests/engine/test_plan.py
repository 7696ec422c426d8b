from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from litellm_fnwrap.backends import open_source
from litellm_fnwrap.engine import Plan, Request, make_plan
from litellm_fnwrap.errors import ConstraintError, UnknownNameError
from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.options import Options
from provider.asking import MESSAGES, TOOLS


def planned(backend: str, *, options: dict[str, Any] | None = None, stop: tuple[str, ...] = (), **asked: Any) -> Plan:
    request = Request(
        conversation=read_conversation(MESSAGES, **asked),
        source=open_source(backend, model="qwen2.5"),
        options=Options(**{"wrapper": "hermes", **(options or {})}),
        stop=stop,
    )
    return make_plan(request, None)


@pytest.mark.parametrize(
    ("asked", "lazy"),
    [
        pytest.param({"tools": TOOLS, "tool_choice": "required"}, False, id="required"),
        pytest.param({"tools": TOOLS}, True, id="auto"),
    ],
)
def test_llamacpp_is_sent_a_grammar_that_waits_only_where_a_call_is_free(asked: dict[str, Any], lazy: bool) -> None:
    constraint = planned("llamacpp", **asked).generation.constraint
    assert constraint is not None
    assert (constraint.dialect, constraint.lazy) == ("gbnf", lazy)


@pytest.mark.parametrize(
    ("name", "dialect"),
    [
        pytest.param("koboldcpp", "gbnf", id="koboldcpp"),
        pytest.param("webui", "gbnf", id="webui"),
        pytest.param("tgi", "regex", id="tgi"),
        pytest.param("vllm", "structural_tag", id="vllm"),
        pytest.param("sglang", "structural_tag", id="sglang"),
    ],
)
def test_free_choice_is_constrained_without_a_grammar_that_waits(name: str, dialect: str) -> None:
    constraint = planned(name, tools=TOOLS).generation.constraint
    assert constraint is not None
    assert (constraint.dialect, constraint.lazy) == (dialect, False)


@pytest.mark.parametrize(
    ("asked", "options"),
    [
        pytest.param({}, {}, id="no-tools"),
        pytest.param({"tools": TOOLS, "tool_choice": "none"}, {}, id="choice-none"),
        pytest.param({"tools": TOOLS, "tool_choice": "required"}, {"constrain": "never"}, id="option-never"),
    ],
)
def test_no_constraint_is_sent_where_none_is_wanted(asked: dict[str, Any], options: dict[str, Any]) -> None:
    plan = planned("llamacpp", options=options, **asked)
    assert plan.generation.constraint is None
    assert plan.notes == ()


def test_grammar_that_must_wait_is_not_sent_to_a_server_that_cannot(ollama_source: Any) -> None:
    request = Request(
        conversation=read_conversation(MESSAGES, tools=TOOLS), source=ollama_source, options=Options(wrapper="hermes")
    )
    plan = make_plan(request, None)
    assert plan.generation.constraint is None
    assert plan.notes
    assert all(note.startswith("unconstrained: ") for note in plan.notes)


def test_constrain_always_refuses_what_cannot_be_constrained(ollama_source: Any) -> None:
    request = Request(
        conversation=read_conversation(MESSAGES, tools=TOOLS),
        source=ollama_source,
        options=Options(wrapper="hermes", constrain="always"),
    )
    with pytest.raises(ConstraintError, match=r"constrain='auto'"):
        make_plan(request, None)


ODD = {"name": "odd", "parameters": {"type": "object", "properties": {"q": {"type": "objct"}}}}


@pytest.mark.parametrize("backend", ["llamacpp", "tgi", "vllm"])
@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "odd"}}])
def test_one_schema_that_cannot_be_expressed_leaves_only_its_own_arguments_open(backend: str, choice: Any) -> None:
    plan = planned(backend, tools=[*TOOLS, {"type": "function", "function": ODD}], tool_choice=choice)
    assert plan.generation.constraint is not None
    assert "odd" in str(plan.generation.constraint.value)
    assert [note for note in plan.notes if note.startswith("odd takes any arguments: ") and "'objct'" in note]


def test_schema_that_cannot_be_expressed_is_refused_where_a_whole_constraint_is_demanded() -> None:
    tools = [{"type": "function", "function": ODD}]
    with pytest.raises(ConstraintError, match="'objct'"):
        planned("llamacpp", options={"constrain": "always"}, tools=tools, tool_choice="required")


def test_stops_of_wrapper_and_caller_are_joined_without_repetition() -> None:
    plan = planned("llamacpp", stop=("END", "<|im_end|>", ""))
    assert plan.generation.stop[0] == "<|im_end|>"
    assert plan.generation.stop.count("<|im_end|>") == 1
    assert plan.generation.stop[-1] == "END"


def test_special_tokens_of_the_format_are_kept_visible() -> None:
    assert "<tool_call>" in planned("llamacpp", tools=TOOLS).generation.preserved


def test_format_of_the_options_takes_the_place_of_the_wrappers() -> None:
    plan = planned("llamacpp", options={"format": "generic"}, tools=TOOLS)
    assert (plan.wrapper.name, plan.format.name, plan.prompt.format) == ("hermes", "generic", "generic")


def test_unknown_wrapper_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownNameError, match="'hermes'"):
        planned("llamacpp", options={"wrapper": "hermse"})


def test_chat_only_server_gets_no_opened_turn() -> None:
    request = Request(
        conversation=read_conversation(MESSAGES, tools=TOOLS),
        source=_chat_only(open_source("llamacpp", model="m")),
        options=Options(wrapper="airoboros"),
    )
    plan = make_plan(request, None)
    assert plan.prompt.prefill == ""
    assert plan.prompt.messages


def _chat_only(source: Any) -> Any:
    source.capabilities = replace(source.capabilities, raw=False, dialects=())
    return source


@pytest.fixture
def ollama_source() -> Any:
    return open_source("ollama", model="m")
