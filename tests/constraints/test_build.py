from __future__ import annotations

import pytest

from constraints.acceptance import accepts
from constraints.toolsets import TOOLSETS
from litellm_fnwrap.constraints import build_constraint, prefill_for
from litellm_fnwrap.errors import ConstraintError
from litellm_fnwrap.events import ToolCall
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import parse_text
from litellm_fnwrap.formats.writer import write_calls
from litellm_fnwrap.generation import Constraint, Dialect
from litellm_fnwrap.messages import Tool, ToolChoice

TOOLS = TOOLSETS["simple"]
CALL = '<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>'
ANSWER = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}


def built(name: str, mode: str, dialect: Dialect = "gbnf", **more: object) -> Constraint | None:
    tools = more.pop("tools", TOOLS)
    return build_constraint(get_format(name), tools, ToolChoice(mode), dialect=dialect, **more)  # type: ignore[arg-type]


def text(constraint: Constraint | None) -> str:
    assert constraint is not None
    return str(constraint.value)


@pytest.mark.parametrize("dialect", ["gbnf", "regex", "json_schema", "structural_tag"])
def test_choice_none_constrains_nothing(dialect: Dialect) -> None:
    assert built("hermes", "none", dialect) is None


def test_auto_as_regular_expression_is_text_without_mark_then_calls() -> None:
    found = text(built("hermes", "auto", "regex"))
    assert accepts("regex", found, "Just <b>text</b>, a <tool and no call.")
    assert accepts("regex", found, "Let me see. " + CALL)
    assert not accepts("regex", found, "Let me see. <tool_call>\n{}\n</tool_call>")
    assert not accepts("regex", found, 'It is <tool_call> {"name": "rm"}')


def test_auto_for_a_server_without_lazy_grammars_describes_the_text_too() -> None:
    found = built("hermes", "auto", lazy=False)
    assert found is not None
    assert not found.lazy
    assert accepts("gbnf", text(found), "Just text.")
    assert accepts("gbnf", text(found), "Let me see. " + CALL)
    assert not accepts("gbnf", text(found), "Let me see. <tool_call>")


def test_recipient_of_an_opened_turn_is_all_or_a_tool() -> None:
    found = built("functionary-v3.2", "auto", prefill=">>>")
    assert found is not None
    assert not found.lazy
    assert accepts("gbnf", text(found), "all\nHello!")
    assert accepts("gbnf", text(found), "all\nLet me look.>>>ping\n{}")
    assert accepts("gbnf", text(found), 'get_weather\n{"city": "Lyon"}>>>ping\n{}')
    assert not accepts("gbnf", text(found), "rm\n{}")


def test_open_reasoning_is_ended_before_a_forced_call() -> None:
    found = text(built("hermes", "required", prefill="<|im_start|>assistant\n<think>\n"))
    assert accepts("gbnf", found, "I should ping.\n</think>\n\n" + CALL)
    assert not accepts("gbnf", found, CALL)
    assert not accepts("gbnf", found, "I should ping.")


def test_ended_reasoning_leaves_the_call_alone() -> None:
    assert accepts("gbnf", text(built("hermes", "required", prefill="<think>\n\n</think>\n\n")), CALL)


@pytest.mark.parametrize(
    ("name", "prefill", "rest"),
    [
        pytest.param("airoboros", '{\n  "function":', ' "ping",\n  "params": {}\n}', id="declared-prefill"),
        pytest.param("llama3-json", '{ "name" : ', '"ping", "parameters": {}}', id="other-blanks"),
        pytest.param("hermes", '<tool_call>\n{"name": "pi', 'ng", "arguments": {}}\n</tool_call>', id="in-the-name"),
        pytest.param("glm-4.5", "<tool_call>", "ping\n</tool_call>", id="mark"),
    ],
)
def test_opened_call_is_not_written_again(name: str, prefill: str, rest: str) -> None:
    assert accepts("gbnf", text(built(name, "required", prefill=prefill, parallel=False)), rest)


def test_envelope_holds_calls_or_a_result_of_the_response_schema() -> None:
    found = text(built("generic", "auto", response_schema=ANSWER))
    head = '{"thought_about_next_step_only": "", "next_step": '
    assert accepts("gbnf", found, head + '{"tool_calls": [{"name": "ping", "arguments": {}}]}}')
    assert accepts("gbnf", found, head + '{"result": {"ok": true}}}')
    assert not accepts("gbnf", found, head + '{"result": "fine"}}')


def test_response_schema_beside_tools_is_an_alternative_to_calls() -> None:
    found = text(built("hermes", "auto", response_schema=ANSWER))
    assert accepts("gbnf", found, CALL)
    assert accepts("gbnf", found, '{"ok": false}')
    assert not accepts("gbnf", found, "fine")


def test_lazy_grammar_names_its_marks() -> None:
    found = built("hermes", "auto")
    assert found is not None
    assert [(trigger.kind, trigger.value) for trigger in found.triggers] == [("word", "<tool_call>")]
    assert "<tool_call>" in found.preserved


@pytest.mark.parametrize(
    ("parameters", "part"),
    [
        pytest.param({"type": "object", "properties": {"a": {"type": "strng"}}}, "strng", id="unknown-type"),
        pytest.param({"type": "object", "properties": {"a": {"$ref": "#/$defs/x"}}}, "#/$defs/x", id="lost-reference"),
        pytest.param({"type": "object", "properties": {"a": {"$ref": "https://x.org/y"}}}, "x.org", id="remote"),
        pytest.param({"type": "object", "properties": {"a": 3}}, "3", id="no-schema"),
        pytest.param({"type": "object", "required": ["a"], "properties": {"a": False}}, "ping", id="contradiction"),
        pytest.param(
            {"type": "object", "properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"$ref": "#/$defs/x"}}},
            "itself",
            id="reference-to-itself",
        ),
    ],
)
def test_schema_that_cannot_be_expressed_raises(parameters: dict[str, object], part: str) -> None:
    with pytest.raises(ConstraintError, match=part.replace("$", r"\$")):
        built("hermes", "required", tools=[Tool(name="ping", parameters=parameters)])


def held(inner: dict[str, object], **more: object) -> dict[str, object]:
    """Parameters with an optional one that holds a value of the kind x, of which inner says what it holds."""
    kind = {"type": "object", "properties": {"next": inner}, "required": ["next"]}
    return {"type": "object", "properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": kind, **more}}


ENDLESS = {
    "itself-required": {"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]},
    "at-least-one-property": {"type": "object", "properties": {"next": {"$ref": "#"}}, "minProperties": 1},
    "behind-what-is-optional": held({"$ref": "#/$defs/x"}),
    "by-way-of-another": held(
        {"$ref": "#/$defs/y"}, y={"type": "array", "items": {"$ref": "#/$defs/x"}, "minItems": 1}
    ),
    "beside-what-nothing-fulfils": held({"anyOf": [{"$ref": "#/$defs/x"}, {"type": "string", "enum": [3]}]}),
}


@pytest.mark.parametrize(
    ("name", "dialect"),
    [
        ("hermes", "gbnf"),
        ("hermes", "regex"),
        ("hermes", "structural_tag"),
        ("minimax-m3", "gbnf"),
        ("glm-4.5", "gbnf"),
    ],
    ids="-".join,
)
@pytest.mark.parametrize("parameters", list(ENDLESS.values()), ids=list(ENDLESS))
def test_value_that_must_hold_another_without_end_is_refused(
    parameters: dict[str, object], name: str, dialect: Dialect
) -> None:
    """The grammar was made, and a model that was held to it would have written until its tokens ran out."""
    with pytest.raises(ConstraintError, match="without end"):
        built(name, "required", dialect, tools=[Tool(name="ping", parameters=parameters)])


def test_list_of_elements_is_reported_and_bounded_as_a_list_in_json_is() -> None:
    """A list that is written as elements did not say that uniqueItems and contains are checked afterwards only."""
    items = {"type": "array", "items": {"type": "integer"}, "uniqueItems": True, "contains": {"const": 3}}
    tools = [Tool(name="ping", parameters={"type": "object", "properties": {"a": items}, "required": ["a"]})]
    written, json = (built(name, "required", tools=tools) for name in ("minimax-m3", "hermes"))
    assert written is not None
    assert json is not None
    assert written.widened == json.widened == ("ping.a: uniqueItems", "ping.a: contains")


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("glm-4.5", "<tool_call>ping\n<arg_key>{}</arg_key>\n<arg_value>x</arg_value>\n</tool_call>"),
        ("qwen3-coder", "<tool_call>\n<function=ping>\n<parameter={}>\nx\n</parameter>\n</function>\n</tool_call>"),
    ],
    ids=["glm-4.5", "qwen3-coder"],
)
def test_key_of_a_pattern_is_written_as_the_format_writes_keys(name: str, call: str) -> None:
    """It stood between quote marks, which the reader takes for part of the key."""
    parameters = {"type": "object", "patternProperties": {"^[a-c]+$": {"type": "string"}}}
    found = built(name, "required", tools=[Tool(name="ping", parameters=parameters)])
    assert found is not None
    assert found.widened == ("ping: patternProperties '^[a-c]+$', where keys have no quote marks",)
    assert accepts("gbnf", text(found), call.format("abc"))
    assert not accepts("gbnf", text(found), call.format('"abc"'))


ODD_NAMES = ("max results", "@type", "1st", "a/b", "a,b", "a=b", "content-type", "$filter", "größe")


@pytest.mark.parametrize("odd", ODD_NAMES)
@pytest.mark.parametrize("name", ["pythonic", "llama4-pythonic", "nexus-raven", "gemma4", "functiongemma", "glm-4.5"])
def test_parameter_whose_name_is_no_identifier_is_admitted_as_it_is_read(name: str, odd: str) -> None:
    """f(max results=5) was admitted and written, and read as two arguments; f(**{'max results': 5}) is Python."""
    properties = {odd: {"type": "integer"}, "note": {"type": "string"}}
    tool = Tool(name="ping", parameters={"type": "object", "properties": properties, "required": [odd]})
    written = write_calls(get_format(name), [ToolCall(id="1", name="ping", arguments=f'{{"{odd}": 5}}')], [tool])
    admitted = text(built(name, "required", tools=[tool]))
    assert accepts("gbnf", admitted, written)
    (read,) = parse_text(written, get_format(name), [tool]).tool_calls
    assert read.arguments == f'{{"{odd}": 5}}'


@pytest.mark.parametrize("arguments", ['{"max results": {"max results": 5}}', '{"further key": 5}'])
def test_arguments_behind_two_stars_are_those_of_the_call(arguments: str) -> None:
    """With a key that its first parameter's value may have too, or an undeclared one, it was taken for that value."""
    inner = {"type": "object", "properties": {"max results": {"type": "integer"}}}
    tool = Tool(name="ping", parameters={"type": "object", "properties": {"max results": inner}})
    written = write_calls(get_format("pythonic"), [ToolCall(id="1", name="ping", arguments=arguments)], [tool])
    assert written.startswith("[ping(**{")
    assert parse_text(written, get_format("pythonic"), [tool]).tool_calls[0].arguments == arguments


@pytest.mark.parametrize(
    ("name", "odd"), [("minimax-m3", "max results"), ("claude-2", "a[0]"), ("glm-4.5", "<b>"), ("qwen3-coder", "x'y")]
)
def test_key_that_no_tag_can_hold_is_refused_where_it_is_required_else_left_out(name: str, odd: str) -> None:
    """It was admitted, and what a model wrote under that grammar could not be read."""
    parameters = {"type": "object", "properties": {odd: {"type": "integer"}, "n": {"type": "integer"}}}
    with pytest.raises(ConstraintError, match="cannot be written in the format"):
        built(name, "required", tools=[Tool(name="ping", parameters={**parameters, "required": [odd]})])
    admitted = text(built(name, "required", tools=[Tool(name="ping", parameters=parameters)]))
    assert odd not in admitted


@pytest.mark.parametrize("name", ["pythonic", "gemma4"])
def test_parameters_that_may_be_left_out_leave_nothing_behind(name: str) -> None:
    tool = Tool(name="ping", parameters={"type": "object", "properties": {"max results": {"type": "integer"}}})
    written = write_calls(get_format(name), [ToolCall(id="1", name="ping", arguments="{}")], [tool])
    assert accepts("gbnf", text(built(name, "required", tools=[tool])), written)
    assert parse_text(written, get_format(name), [tool]).tool_calls[0].arguments == "{}"


@pytest.mark.parametrize("name", ["minimax-m3", "hermes"])
def test_list_that_nothing_fulfils_is_refused(name: str) -> None:
    items = {"type": "array", "items": {"type": "integer"}, "minItems": 3, "maxItems": 2}
    tools = [Tool(name="ping", parameters={"type": "object", "properties": {"a": items}, "required": ["a"]})]
    with pytest.raises(ConstraintError, match="ping"):
        built(name, "required", tools=tools)


@pytest.mark.parametrize(
    "inner",
    [
        {"anyOf": [{"$ref": "#/$defs/x"}, {"type": "null"}]},
        {"type": "array", "items": {"$ref": "#/$defs/x"}},
        {"anyOf": [{"type": "object", "properties": {"x": {"$ref": "#/$defs/x"}}}, {"$ref": "#/$defs/x"}]},
    ],
    ids=["or-null", "in-a-list", "in-an-option"],
)
def test_value_that_may_hold_another_is_expressed(inner: dict[str, object]) -> None:
    assert built("hermes", "required", tools=[Tool(name="ping", parameters=held(inner))]) is not None


def test_demanded_tool_must_be_declared() -> None:
    with pytest.raises(ConstraintError, match="rm"):
        build_constraint(get_format("hermes"), TOOLS, ToolChoice("named", "rm"), dialect="gbnf")


def test_json_schema_demands_a_prompt_that_ends_with_the_mark() -> None:
    with pytest.raises(ConstraintError, match="<tool_call>"):
        built("hermes", "required", "json_schema")
    mark = prefill_for(get_format("hermes"), TOOLS, ToolChoice("required"))
    assert mark == "<tool_call>\n"
    assert built("hermes", "required", "json_schema", prefill=mark) is not None


@pytest.mark.parametrize(
    ("name", "mark"),
    [("llama3-json", ""), ("generic", ""), ("mistral", "[TOOL_CALLS]"), ("required", "")],
)
def test_prefill_for_a_json_schema(name: str, mark: str) -> None:
    assert prefill_for(get_format(name), TOOLS, ToolChoice("required")) == mark


def test_prefill_for_calls_that_are_no_json_raises() -> None:
    with pytest.raises(ConstraintError, match="pythonic"):
        prefill_for(get_format("pythonic"), TOOLS, ToolChoice("required"))


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ({"properties": {"q": {"type": "objct"}}}, "q has the type 'objct'"),
        ({"properties": {"q": {"type": "string", "pattern": 5}}}, r"'f' cannot be read.*\.pattern: 5 is not of type"),
        ({"properties": {"q": {"$ref": "#/nowhere"}}}, "'#/nowhere'"),
    ],
    ids=["type", "pattern", "reference"],
)
@pytest.mark.parametrize("dialect", ["gbnf", "regex", "structural_tag"])
def test_schema_that_is_none_is_a_constraint_error_that_names_the_part(
    schema: dict[str, object], problem: str, dialect: Dialect
) -> None:
    tool = Tool(name="f", parameters={"type": "object", **schema})
    with pytest.raises(ConstraintError, match=problem):
        built("hermes", "required", dialect, tools=[tool])


def test_types_of_programming_languages_are_taken_for_what_readers_take_them_for() -> None:
    tool = Tool(name="f", parameters={"type": "dict", "properties": {"q": {"type": "varchar"}, "r": {"type": "any"}}})
    found = text(built("hermes", "required", "regex", tools=[tool]))
    assert accepts("regex", found, '<tool_call>\n{"name": "f", "arguments": {"q": "x", "r": [1]}}\n</tool_call>')
    assert not accepts("regex", found, '<tool_call>\n{"name": "f", "arguments": {"q": 1}}\n</tool_call>')


@pytest.mark.parametrize("dialect", ["gbnf", "structural_tag"])
@pytest.mark.parametrize(
    ("in_reasoning", "prefill", "constrained"),
    [
        ("ignore", "<think>\n", False),
        ("ignore", "<think>\n</think>", True),
        ("end", "<think>\n", True),
        ("end", "", True),
    ],
)
def test_free_choice_is_not_constrained_where_calls_in_open_reasoning_are_only_talk(
    dialect: Dialect, in_reasoning: str, prefill: str, constrained: bool
) -> None:
    format = get_format("hermes").with_(calls_in_reasoning=in_reasoning)
    for lazy in (True, False):
        found = build_constraint(format, TOOLS, ToolChoice("auto"), dialect=dialect, prefill=prefill, lazy=lazy)
        assert (found is not None) is constrained
