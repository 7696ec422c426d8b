from __future__ import annotations

import json
from typing import Any

import pytest

from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.instruct import answer_instruction, instruction
from litellm_fnwrap.formats.toolprompts import describe
from litellm_fnwrap.formats.typescript import typescript
from litellm_fnwrap.messages import Tool, ToolChoice, read_conversation, read_tools
from litellm_fnwrap.options import Options
from litellm_fnwrap.wrappers import get_wrapper
from litellm_fnwrap.wrappers.catalog.gemma import declarations, literal
from wrappers.scenarios import EVERY_TYPE, TOOLS, USER, conversation

OFFERED = read_tools(TOOLS)
NODE = {
    "$defs": {
        "Node": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
            },
            "required": ["name"],
        },
        "Colour": {"enum": ["red", "green"]},
    },
    "type": "object",
    "properties": {"tree": {"$ref": "#/$defs/Node"}, "colour": {"$ref": "#/$defs/Colour"}},
    "required": ["tree"],
}
TYPES: list[Any] = [
    pytest.param({"type": "string"}, "string", id="string"),
    pytest.param({"type": "integer"}, "number", id="integer"),
    pytest.param({"type": "float"}, "number", id="a type name that is not JSON Schema's"),
    pytest.param({"type": ["string", "null"]}, "string | null", id="list of types"),
    pytest.param({"type": "string", "nullable": True}, "string | null", id="nullable"),
    pytest.param({"enum": ["a", 1, None]}, '"a" | 1 | null', id="enum"),
    pytest.param({"const": "x"}, '"x"', id="const"),
    pytest.param({"type": "array", "items": {"type": "string"}}, "string[]", id="array"),
    pytest.param({"type": "array", "items": {"enum": ["a", "b"]}}, '("a" | "b")[]', id="array of choices"),
    pytest.param({"type": "array"}, "any[]", id="array of anything"),
    pytest.param(
        {"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}]}, "[string, number]", id="tuple"
    ),
    pytest.param({"anyOf": [{"type": "string"}, {"type": "number"}]}, "string | number", id="anyOf"),
    pytest.param({"type": "string", "format": "date-time"}, "Date", id="date"),
    pytest.param({"type": "object"}, "any", id="object of anything"),
    pytest.param(
        {"additionalProperties": {"type": "number"}, "type": "object"}, "{\n[key: string]: number,\n}", id="map"
    ),
    pytest.param(
        {"allOf": [{"properties": {"a": {"type": "string"}}, "required": ["a"]}, {"properties": {"b": {}}}]},
        "{\na: string,\nb?: any,\n}",
        id="allOf",
    ),
    pytest.param({"properties": {"odd key": {"type": "string"}}}, '{\n"odd key"?: string,\n}', id="odd key"),
    pytest.param({"$ref": "#"}, "any", id="reference to all of it"),
    pytest.param(True, "any", id="anything"),
]
EXAMPLES: list[Any] = [
    pytest.param({"type": "integer"}, "1", id="integer"),
    pytest.param({"type": "number"}, "1.5", id="number"),
    pytest.param({"type": "boolean"}, "true", id="boolean"),
    pytest.param({"type": ["null", "string"]}, "null", id="null"),
    pytest.param({"type": "string"}, '"..."', id="string"),
    pytest.param({"type": "string", "default": "metric"}, '"metric"', id="default"),
    pytest.param({"const": 7}, "7", id="const"),
    pytest.param({"enum": ["red", "green"]}, '"red"', id="enum"),
    pytest.param({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "1", id="anyOf"),
    pytest.param({"$ref": "#/$defs/Colour"}, '"red"', id="reference"),
    pytest.param({"type": "array", "items": {"type": "boolean"}}, "[true]", id="array"),
    pytest.param({"type": "array"}, '["..."]', id="array of anything"),
    pytest.param(
        {"type": "object", "properties": {"a": {"type": "integer"}, "b": {}}, "required": ["a"]},
        '{"a": 1}',
        id="object",
    ),
    pytest.param({"$ref": "#/$defs/Node"}, '{"name": "..."}', id="object that holds itself"),
]


@pytest.mark.parametrize(("schema", "wanted"), TYPES)
def test_schema_becomes_a_type(schema: Any, wanted: str) -> None:
    assert typescript(schema) == wanted


@pytest.mark.parametrize(("schema", "wanted"), EXAMPLES)
def test_example_of_a_call_has_values_of_the_right_types(schema: Any, wanted: str) -> None:
    parameters = {"type": "object", "properties": {"x": schema}, "required": ["x"], "$defs": NODE["$defs"]}
    text = instruction(get_format("hermes"), [Tool(name="f", parameters=parameters)])
    assert f'{{"name": "f", "arguments": {{"x": {wanted}}}}}' in text


def test_example_of_a_call_without_declared_parameters_is_empty() -> None:
    text = instruction(get_format("hermes"), [Tool(name="f", parameters={"type": "object"})])
    assert '{"name": "f", "arguments": {}}' in text


def test_defaults_are_told_beside_the_type() -> None:
    properties = {
        "n": {"type": "integer", "default": 5},
        "s": {"type": "string", "description": "Unit", "default": "K"},
    }
    text = describe([Tool(name="f", parameters={"type": "object", "properties": properties})], "typescript")
    assert "// default: 5\nn?: number" in text
    assert '// Unit (default: "K")\ns?: string' in text


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("hermes", "via: list[str], days: list[int]"),
        ("hermes", "hotel: dict, people: list[dict]"),
        ("command-r", "via: Optional[List[str]] = None"),
        ("command-r", "days: Optional[List[int]] = None"),
    ],
)
def test_types_are_pythons_where_the_family_was_trained_on_them(name: str, wanted: str) -> None:
    prompt = get_wrapper(name).render(read_conversation([USER], tools=[EVERY_TYPE]))
    assert wanted in prompt.text


def test_reference_back_to_itself_ends() -> None:
    assert typescript({"$ref": "#/$defs/Node"}, NODE) == "{\nname: string,\nchildren?: any[],\n}"


def test_definitions_are_named_and_come_first() -> None:
    text = describe([Tool(name="plant", description="Plant a tree", parameters=NODE)], "typescript")
    assert text == (
        "namespace functions {\n\n"
        "type plant_Node = {\nname: string,\nchildren?: plant_Node[],\n};\n\n"
        'type plant_Colour = "red" | "green";\n\n'
        "// Plant a tree\ntype plant = (_: {\ntree: plant_Node,\ncolour?: plant_Colour,\n}) => any;\n\n"
        "} // namespace functions"
    )


def test_yaml_list_names_what_a_model_must_know() -> None:
    assert describe(OFFERED, "yaml") == (
        "get_weather:\n  description: Get the weather of a city\n  params:\n    city: Name of the city\n"
        "    days: How many days ahead (integer; optional)\n"
        '    unit: Unit of temperature (one of "celsius", "fahrenheit"; optional)\n'
        "ping:\n  description: Check that the service answers\n  params:"
    )


def test_yaml_list_nests_and_needs_no_descriptions() -> None:
    inner = {"type": "object", "properties": {"keyword": {"type": "string"}}}
    parameters = {"type": "object", "properties": {"filters": {"type": "array", "items": inner}}}
    text = describe([Tool(name="search", parameters=parameters)], "yaml")
    assert text == "search:\n  params:\n    filters: (array; optional)\n      keyword: (string; optional)"


def test_json_is_one_tool_a_line() -> None:
    lines = describe(OFFERED, "json").splitlines()
    assert [json.loads(line)["function"]["name"] for line in lines] == ["get_weather", "ping"]


@pytest.mark.parametrize("name", FORMATS.names())
def test_every_format_can_be_taught(name: str) -> None:
    text = instruction(get_format(name), OFFERED)
    assert "get_weather" in text
    assert "Lyon" not in text
    assert "{name}" not in text.replace("{name}", "", 0) or "{name}" in describe(OFFERED)
    assert "{arguments}" not in text


def test_instruction_follows_the_choice() -> None:
    hermes = get_format("hermes")
    assert instruction(hermes, ()) == ""
    assert "plain text" in instruction(hermes, OFFERED)
    required = instruction(hermes, OFFERED, choice=ToolChoice("required"))
    assert "must be a function call" in required
    assert "plain text" not in required
    assert "Several calls" not in instruction(hermes, OFFERED, parallel=False)
    assert "call of ping" in instruction(hermes, OFFERED[1:], choice=ToolChoice("named", "ping"))


def test_generic_format_shows_the_other_form() -> None:
    text = instruction(get_format("generic"), OFFERED)
    assert '"next_step": {"tool_calls": [{"name": "get_weather"' in text
    assert '"next_step": {"result": "your answer"}' in text


def test_answer_schema_is_told() -> None:
    assert answer_instruction(None) == ""
    assert '{"type": "integer"}' in answer_instruction({"type": "integer"})
    inside = answer_instruction({"type": "integer"}, get_format("generic"), tools=True)
    assert inside.startswith("Your answer, where the form above has it")


@pytest.mark.parametrize("name", ["qwen3", "generic", "gpt-oss", "mistral-nemo", "memgpt-chatml"])
def test_schema_of_the_answer_is_in_the_prompt(name: str) -> None:
    wanted = {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "integer", "minimum": 7}}}
    prompt = get_wrapper(name).render(conversation("plain", response_format=wanted))
    assert '{"type": "integer", "minimum": 7}' in prompt.text


@pytest.mark.parametrize("style", ["json", "typescript", "yaml"])
@pytest.mark.parametrize("name", ["qwen3", "llama3.1", "mistral-nemo", "gpt-oss", "airoboros", "memgpt-chatml"])
def test_tool_prompt_option_replaces_the_familys_own(name: str, style: Any) -> None:
    prompt = get_wrapper(name).render(conversation("tools"), options=Options(tool_prompt=style))
    assert describe(OFFERED, style) in prompt.text


@pytest.mark.parametrize("name", ["qwen3", "llama3.1", "mistral-nemo", "gemma4", "gpt-oss", "command-r7b", "airoboros"])
def test_another_format_is_taught_and_written(name: str) -> None:
    prompt = get_wrapper(name).render(conversation("one_call"), options=Options(format="functionary-v3.1"))
    assert prompt.format == "functionary-v3.1"
    assert prompt.text.count('<function=get_weather>{"city": "Lyon", "days": 2}</function>') == 1


def test_gemma4_reads_nested_parameters_by_the_names_of_their_keys() -> None:
    person = {"type": "object", "description": "Who.", "required": ["name"]}
    person["properties"] = {"name": {"type": "string"}, "Age": {"type": ["integer", "null"], "nullable": True}}
    rows = {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "number"}}, "required": ["n"]}}
    tags = {"type": "array", "items": {"type": ["string", "null"], "enum": ["x", 1, True], "description": None}}
    properties = {"who": person, "rows": rows, "tags": tags, "kind": {"type": "string", "enum": ["a"]}, "any": {}}
    parameters = {"type": "object", "properties": properties, "required": ["who"]}
    written = (
        "<|tool>declaration:book{description:'Books.',parameters:{properties:{any:{type:'STRING'},"
        "kind:{enum:['a'],type:'STRING'},"
        "rows:{items:{properties:{n:{type:'NUMBER'}},required:['n'],type:'OBJECT'},type:'ARRAY'},"
        "tags:{items:{enum:['x',1,true],type:['STRING','NULL']},type:'ARRAY'},"
        "who:{description:'Who.',properties:{Age:{nullable:true,type:'INTEGER'},name:{type:'STRING'}},"
        "required:['name'],type:'OBJECT'}},required:['who'],type:'OBJECT'}}<tool|>"
    )
    tool = Tool(name="book", description="Books.", parameters=parameters)
    assert declarations([tool]) == written.replace("'", '<|"|>')
    assert literal({"b": {"c": None}, "A": "x"}) == "{'A':'x','b':{'c':null}}".replace("'", '<|"|>')
