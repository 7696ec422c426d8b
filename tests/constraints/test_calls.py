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
from litellm_fnwrap.messages import Tool, ToolChoice

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


def admits(name: str, text: str, *, mode: str = "required", parallel: bool = True, **more: object) -> bool:
    """Whether a grammar of the tools ping and pong, for a whole answer or from a call on (auto), admits a text."""
    tools = (
        Tool(name="ping"),
        Tool(name="pong", parameters={"type": "object", "properties": {"a": {"type": "string"}}}),
    )
    format = get_format(name).with_(**more)
    constraint = build_constraint(format, tools, ToolChoice(mode), dialect="gbnf", parallel=parallel)  # type: ignore[arg-type]
    assert constraint is not None
    assert constraint.lazy is (mode == "auto")
    return accepts("gbnf", str(constraint.value), text)


PING = '{"name": "ping", "arguments": {}}'
HERMES = f"<tool_call>\n{PING}\n</tool_call>"
ADMITTED: list[tuple[str, str, bool]] = [
    ("hermes", HERMES, True),
    ("hermes", f"{HERMES}\n{HERMES}", True),
    ("hermes", f"{HERMES}{HERMES}", False),
    ("hermes", f"{HERMES}\n", False),
    ("hermes", f"<tool_call>{PING}</tool_call>", False),
    ("hermes", "", False),
    ("llama3-json", '{"name": "ping", "parameters": {}}; {"name": "pong", "parameters": {"a": ""}}', True),
    ("llama3-json", '{"name": "ping", "parameters": {}}; ', False),
    ("required", '[{"name": "ping", "parameters": {}}, {"name": "ping", "parameters": {}}]', True),
    ("required", "[]", False),
    ("pythonic", "[ping(), pong(a='x')]", True),
    ("pythonic", "[ping(),pong(a='x')]", False),
    ("gpt-oss", "<|channel|>commentary to=functions.ping <|constrain|>json<|message|>{}<|call|>", True),
    ("gpt-oss", "<|channel|>commentary to=functions.ping <|constrain|>json<|message|>{}", True),
    ("gpt-oss", "<|channel|>commentary to=functions.ping json<|message|>{}<|call|>", False),
    ("internlm", '<|action_start|><|plugin|>\n{"name": "ping", "parameters": {}}<|action_end|>', True),
    ("internlm", '<|action_start|><|plugin|>\n{"name": "ping", "parameters": {}}', True),
    ("claude", '<function_calls>\n<invoke name="ping">\n</invoke>\n</function_calls>', True),
    ("claude", '<function_calls>\n<invoke name="ping">\n</invoke>\n', True),
    ("claude", '<function_calls>\n<invoke name="ping">\n</invoke>\n</function', False),
    ("claude", '<function_calls>\n<invoke name="ping">\n', False),
    ("nexus-raven", "Call: ping(); pong(a='x')<bot_end>", True),
    ("nexus-raven", "Call: ping()", True),
    ("functionary-v1", "<|START_OF_FUNCTION_CALL|>ping:\n{}<|END_OF_FUNCTION_CALL|>", True),
    ("functionary-v1", "<|START_OF_FUNCTION_CALL|>ping:\n{}", True),
]


@pytest.mark.parametrize(("name", "text", "expected"), ADMITTED)
def test_turn_of_calls_is_written_as_declared(name: str, text: str, expected: bool) -> None:
    assert admits(name, text) is expected


STOPPED = "<|start|>ping<|sep|>{}<|end|>"


@pytest.mark.parametrize(
    ("text", "parallel", "expected"),
    [
        (STOPPED, True, True),
        (STOPPED * 2, True, True),
        (STOPPED.removesuffix("<|end|>"), True, True),
        (STOPPED + STOPPED.removesuffix("<|end|>"), True, True),
        (STOPPED.removesuffix("<|end|>") + STOPPED, True, False),
        (STOPPED.removesuffix("d|>"), True, False),
        (STOPPED, False, True),
        (STOPPED.removesuffix("<|end|>"), False, True),
        (STOPPED * 2, False, False),
    ],
)
def test_mark_at_which_a_server_stops_may_be_missing_from_the_last_call(
    text: str, parallel: bool, expected: bool
) -> None:
    declared = {"call": "<|start|>{name}<|sep|>{arguments}<|end|>", "stop": ("", "<|end|>"), "separator": ""}
    assert admits("functionary-v3.1", text, parallel=parallel, **declared) is expected


LOOSE: list[tuple[str, str, bool]] = [
    ("hermes", HERMES, True),
    ("hermes", f"<tool_call>{PING}</tool_call>", True),
    ("hermes", '<tool_call> {"name":"ping","arguments":{}} </tool_call>', True),
    ("hermes", '<tool_call>{ "name" : "ping" ,\n"arguments" : { } }</tool_call>', False),
    ("hermes", '<tool_call>{ "name" : "ping" ,\n"arguments" : {} }</tool_call>', True),
    ("hermes", '<tool_call>{"name":"ping","parameters":{}}</tool_call>', True),
    ("hermes", '<tool_call>{"name":"ping","args":{}}</tool_call>', False),
    ("hermes", f"{HERMES}{HERMES}", True),
    ("hermes", f"{HERMES} \n {HERMES}", True),
    ("hermes", "<tool_call>" + " " * 20 + PING + "</tool_call>", True),
    ("hermes", "<tool_call>" + " " * 21 + PING + "</tool_call>", False),
    ("hermes", f"{HERMES}\n", False),
    ("llama3-json", '{"name":"ping","parameters":{}}', True),
    ("llama3-json", '{"name": "ping", "arguments": {}}', True),
    ("llama3-json", '{"type": "function", "name": "ping", "parameters": {}}', False),
    ("pythonic", "[ ping( ) ]", False),
    ("pythonic", "[ ping() , pong(a='x') ]", True),
    ("pythonic", "[ping(),pong(a='x')]", True),
    ("required", '[{"name":"ping","parameters":{}},{"name":"ping","arguments":{}}]', True),
    ("required", '[ {"name": "ping", "parameters": {} } ]', True),
    ("gpt-oss", "<|channel|>commentary to=functions.ping json<|message|>{}<|call|>", True),
    ("gpt-oss", "<|channel|>commentary to=functions.ping<|message|>{}", True),
    ("gpt-oss", "<|channel|>analysis to=functions.ping<|message|>{}", False),
    ("gpt-oss", "<|channel|>commentary\nto=functions.ping <|constrain|>json<|message|>{}", True),
    ("functionary-v3.1", "<function=ping>{}</function>", True),
    ("functionary-v3.1", '<function name="ping">{}</function>', False),
    ("kimi-k2", "<|tool_calls_section_begin|><|tool_call_begin|>functions.ping:0<|tool_call_argument_begin|>{}"
                "<|tool_call_end|><|tool_calls_section_end|>", True),
    ("kimi-k2", "<|tool_call_begin|>functions.ping:0<|tool_call_argument_begin|>{}<|tool_call_end|>", True),
    ("kimi-k2", "<|tool_call_begin|>ping:0<|tool_call_argument_begin|>{}<|tool_call_end|>", False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "expected"), LOOSE)
def test_turn_that_the_model_has_begun_freely_may_have_other_blanks_and_spellings(
    name: str, text: str, expected: bool
) -> None:
    assert admits(name, text, mode="auto") is expected


EMPTY_CALL = [
    ({"type": "object", "properties": {}}, True),
    ({"type": "object", "properties": {"a": {}}, "description": "d", "title": "t", "$defs": {}, "$schema": "s"}, True),
    ({"type": "object", "properties": {"a": {}}, "required": [], "additionalProperties": False}, True),
    ({"type": "object", "properties": {"a": {}}, "required": ["a"]}, False),
    ({"type": "object", "properties": {"a": {}}, "minProperties": 1}, False),
    ({"type": "object", "anyOf": [{"required": ["a"]}], "properties": {"a": {}}}, False),
]


@pytest.mark.parametrize(("parameters", "expected"), EMPTY_CALL, ids=[str(schema) for schema, _ in EMPTY_CALL])
def test_call_without_arguments_is_written_short_where_the_schema_asks_for_none(
    parameters: dict[str, object], expected: bool
) -> None:
    format = get_format("functionary-v3.1").with_(empty_call="<function={name}/>")
    tools = (Tool(name="ping", parameters=parameters),)
    constraint = build_constraint(format, tools, ToolChoice("required"), dialect="gbnf")
    assert constraint is not None
    assert accepts("gbnf", str(constraint.value), "<function=ping/>") is expected
    if expected:
        assert accepts("gbnf", str(constraint.value), "<function=ping>{}</function>")


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("[a-zA-Z0-9]{9}", "aB3456789", "aB345678"),
        ("call_[0-9]+|x", "call_12", "y"),
        ("(?=l)look-ahead", "aB3456789", "look-ahead"),
        ("", "aB3456789", "call_12"),
    ],
)
def test_id_is_of_the_declared_pattern_or_of_nine_letters_and_digits(pattern: str, good: str, bad: str) -> None:
    def written(id: str) -> bool:
        text = f"<call {id}>ping{{}}</call>"
        return admits("functionary-v3.1", text, call="<call {id}>{name}{arguments}</call>", id_pattern=pattern, stop=())

    assert written(good)
    assert not written(bad)
