"""What is special in the prompts of FunctionGemma, MiniCPM3, Bielik 3, Jamba, Falcon 3, EXAONE 3.5, SOLAR, Nanbeige."""

from __future__ import annotations

import json
from typing import Any

import pytest

from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.options import Options
from litellm_fnwrap.wrappers import WRAPPERS
from wrappers.scenarios import EVERY_TYPE, PING, SYSTEM, USER, WEATHER, conversation


def prompt(wrapper: str, messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None = None) -> str:
    """The text of a prompt."""
    asked = read_conversation(messages, tools=tools)
    return WRAPPERS.get(wrapper).render(asked, options=Options(escape=False)).text


def scenario(wrapper: str, name: str) -> str:
    """The text of a scenario's prompt."""
    return WRAPPERS.get(wrapper).render(conversation(name), options=Options(escape=False)).text


def function(name: str, description: str, properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """A tool as OpenAI's clients send it."""
    parameters: dict[str, Any] = {"type": "object", "properties": properties}
    if required:
        parameters["required"] = list(required)
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


def called(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """An assistant's message with one call."""
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
    return {"role": "assistant", "content": "", "tool_calls": [call]}


SWITCH = "You are a model that can do function calling with the following functions"
# https://ai.google.dev/gemma/docs/functiongemma/full-function-calling-sequence-with-functiongemma, the printed history
DOCUMENTED = (
    f"<start_of_turn>developer\n{SWITCH}<start_function_declaration>declaration:get_current_weather{{description:"
    "<escape>Gets the current weather in a given location.<escape>,parameters:{properties:{location:{description:"
    '<escape>The city and state, e.g. "San Francisco, CA" or "Tokyo, JP"<escape>,type:<escape>STRING<escape>},unit:{'
    "description:<escape>The unit to return the temperature in.<escape>,enum:[<escape>celsius<escape>,<escape>"
    "fahrenheit<escape>],type:<escape>STRING<escape>}},required:[<escape>location<escape>],type:<escape>OBJECT<escape>"
    "}}<end_function_declaration><end_of_turn>\n<start_of_turn>user\nHey, what's the weather in Tokyo right now?"
    "<end_of_turn>\n<start_of_turn>model\n<start_function_call>call:get_current_weather{location:<escape>Tokyo, Japan"
    "<escape>}<end_function_call><start_function_response>response:get_current_weather{temperature:15,weather:<escape>"
    "sunny<escape>}<end_function_response>"
)
SAID = "The current weather in Tokyo is sunny with a temperature of 15 degrees Celsius."


@pytest.mark.parametrize("told", [[], [{"role": "developer", "content": SWITCH}]], ids=["untold", "told"])
def test_functiongemma_writes_the_documented_conversation(told: list[dict[str, Any]]) -> None:
    tool = function(
        "get_current_weather",
        "Gets the current weather in a given location.",
        {
            "location": {
                "type": "string",
                "description": 'The city and state, e.g. "San Francisco, CA" or "Tokyo, JP"',
            },
            "unit": {
                "type": "string",
                "enum": ["celsius", "fahrenheit"],
                "description": "The unit to return the temperature in.",
            },
        },
        "location",
    )
    messages = [
        *told,
        {"role": "user", "content": "Hey, what's the weather in Tokyo right now?"},
        called("get_current_weather", {"location": "Tokyo, Japan"}),
        {"role": "tool", "tool_call_id": "call_1", "content": '{"temperature": 15, "weather": "sunny"}'},
    ]
    assert prompt("functiongemma", messages, [tool]) == DOCUMENTED
    answered = [*messages, {"role": "assistant", "content": SAID}, {"role": "user", "content": "Thanks"}]
    assert prompt("functiongemma", answered, [tool]) == (
        f"{DOCUMENTED}{SAID}<end_of_turn>\n<start_of_turn>user\nThanks<end_of_turn>\n<start_of_turn>model\n"
    )


@pytest.mark.parametrize(
    ("properties", "declared"),
    [
        pytest.param(
            {"zebra": {"type": "string", "description": "z"}, "Apple": {"type": "number"}},
            "{Apple:{description:<escape><escape>,type:<escape>NUMBER<escape>},"
            "zebra:{description:<escape>z<escape>,type:<escape>STRING<escape>}}",
            id="in_the_order_of_their_names",
        ),
        pytest.param(
            {"exts": {"type": "array", "description": "e", "items": {"type": "string", "enum": ["a", "b"]}}},
            "{exts:{description:<escape>e<escape>,items:{enum:[<escape>a<escape>,<escape>b<escape>],type:<escape>STRING"
            "<escape>},type:<escape>ARRAY<escape>}}",
            id="list",
        ),
        pytest.param(
            {
                "o": {
                    "type": "object",
                    "description": "obj",
                    "properties": {"a": {"type": "string", "description": "A"}},
                    "required": ["a"],
                }
            },
            "{o:{description:<escape>obj<escape>,properties:{a:{description:<escape>A<escape>,type:<escape>STRING<escape>}}"
            ",required:[<escape>a<escape>],type:<escape>OBJECT<escape>}}",
            id="object",
        ),
        pytest.param(
            {"n": {"type": "number", "description": "n", "enum": [1, 2]}},
            "{n:{description:<escape>n<escape>,type:<escape>NUMBER<escape>}}",
            id="choices_of_text_alone",
        ),
    ],
)
def test_functiongemma_declares_parameters_as_its_template(properties: dict[str, Any], declared: str) -> None:
    text = prompt("functiongemma", [USER], [function("t", "d", properties)])
    assert f"declaration:t{{description:<escape>d<escape>,parameters:{{properties:{declared}," in text


def test_functiongemma_takes_a_result_that_is_no_object_for_one_value() -> None:
    # https://github.com/leehack/llamadart, test/fixtures/multi_tool_result_render_upstream.json: by llama-server
    text = scenario("functiongemma", "parallel_calls")
    assert text.endswith(
        "<start_of_turn>model\n<start_function_call>call:get_weather{city:<escape>Lyon<escape>}<end_function_call>"
        "<start_function_call>call:ping{}<end_function_call><start_function_response>response:get_weather{high:24,sky:"
        '<escape>sunny<escape>}<end_function_response><start_function_response>response:ping{value:<escape>"pong"'
        "<escape>}<end_function_response>"
    )


def test_functiongemma_puts_system_text_before_the_sentence_that_lets_it_call() -> None:
    assert scenario("functiongemma", "tools").startswith(
        f"<start_of_turn>developer\nYou are brief.\n{SWITCH}<start_function_declaration>declaration:get_weather{{"
    )
    assert scenario("functiongemma", "system").startswith("<start_of_turn>developer\nYou are brief.<end_of_turn>\n")


MINICPM3 = '''

class Unit(Enum):
    enum_0 = "celsius"
    enum_1 = "fahrenheit"


def get_weather(city, days=None, unit=None):
    """Get the weather of a city

    Args:
        city: str = Field(..., description="Name of the city")
        days: Optional[int] = Field(None, description="How many days ahead")
        unit: Optional[Unit] = Field(None, description="Unit of temperature")
    """


def ping():
    """Check that the service answers

    Args:
    """
'''


def test_minicpm3_reads_tools_as_functions_without_a_body() -> None:
    tools = scenario("minicpm3", "tools")
    assert tools.startswith(
        "<|im_start|>system\nYou are brief.\n# Functions\nHere is a list of functions that you can invoke:\n```python\n"
        "from enum import Enum\nfrom typing import List, Dict, Optional\nfrom pydantic import BaseModel, Field\n\n"
        f"{MINICPM3}\n```\n\n# Function Call Rule and Output Format\n"
    )
    assert scenario("minicpm3", "no_system").startswith("<|im_start|>system\n\n# Functions\n")


def test_minicpm3_reads_every_type_as_python_has_it() -> None:
    text = prompt("minicpm3", [SYSTEM, USER], [EVERY_TYPE, PING])
    assert (
        "\n\nclass Hotel(BaseModel):\n    stars: Optional[int] = None\n"
        '    city: str = Field(..., description="City of the hotel")\n    rooms: Optional[List[Rooms]] = None\n'
        "\n\nclass People(BaseModel):\n    name: str\n    age: Optional[int] = None\n\n\ndef plan_trip(from, when, "
        'class="second", seats=1, budget=None,'
    ) in text
    assert "        stops: Optional[List[List[float]]] = None\n        extra: Optional[Dict[str, Any]] = None\n" in text


def test_minicpm3_shows_thoughts_then_calls_then_text() -> None:
    asked = {**called("get_weather", {"city": "Lyon", "days": 2}), "content": "One moment.", "reasoning_content": "Hm."}
    result = {"role": "tool", "tool_call_id": "call_1", "content": "sunny"}
    assert prompt("minicpm3", [USER, asked, result], [WEATHER]).endswith(
        "<|im_start|>assistant\n<|thought_start|>\nHm.\n<|thought_end|>\n<|tool_call_start|>\n```python\n"
        'get_weather(city="Lyon",days=2)\n```\n<|tool_call_end|>\nOne moment.<|im_end|>\n'
        "<|im_start|>tool\nsunny<|im_end|>\n<|im_start|>assistant\n"
    )


def test_bielik3_closes_the_turn_of_results_with_system_text_as_without() -> None:
    assert scenario("bielik3", "parallel_calls").endswith(
        '<|im_start|>assistant\n\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</tool_call>\n'
        '<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call><|im_end|>\n<|im_start|>user\n<|function_output|>'
        '{"sky": "sunny", "high": 24}<|function_output|>"pong"<|im_end|>\n<|im_start|>assistant\n'
    )
    assert scenario("bielik3", "no_system").startswith("<|im_start|>system\n\n\nMasz dostęp do")


def test_jamba_begins_with_a_system_turn_and_names_results() -> None:
    assert scenario("jamba", "plain") == (
        "<|bom|><|system|> <|eom|><|bom|><|user|> What is the weather in Lyon?<|eom|><|bom|><|assistant|>"
    )
    assert scenario("jamba", "one_call").endswith(
        '<|bom|><|assistant|> <tool_calls>[\n    {"name": "get_weather", "arguments": {"city": "Lyon", "days": 2}}\n]'
        '</tool_calls><|eom|><|bom|><|tool|> (get_weather){"sky": "sunny", "high": 24}<|eom|><|bom|><|assistant|>'
    )


def test_falcon3_shows_past_calls_as_it_tells_the_model_to_write_them() -> None:
    assert scenario("falcon3", "parallel_calls").endswith(
        '<|assistant|>\n<tool_call>\n[\n  {"name": "get_weather", "arguments": {"city": "Lyon"}},\n'
        '  {"name": "ping", "arguments": {}}\n]\n</tool_call><|endoftext|>\n<|assistant|>\n<tool_response>\n'
        '{"sky": "sunny", "high": 24}\n</tool_response>\n<|assistant|>\n<tool_response>\n"pong"\n</tool_response>\n'
        "<|assistant|>\n"
    )
    assert scenario("falcon3", "tools").startswith("<|system|>\nYou are brief.You are a Falcon assistant skilled in")


def test_falcon3_and_hermes_read_a_list_of_calls_in_one_block() -> None:
    text = '<tool_call>\n[\n  {"name": "get_weather", "arguments": {"city": "Lyon"}},\n  {"name": "ping", "arguments": '
    message = WRAPPERS.get("falcon3").output_to_chat_completion_response(text + "{}}\n]\n</tool_call>")
    assert [call["function"]["name"] for call in message["tool_calls"]] == ["get_weather", "ping"]


@pytest.mark.parametrize(
    ("wrapper", "text"),
    [
        (
            "exaone3.5",
            "[|system|]You are brief.[|endofturn|]\n[|user|]What is the weather in Lyon?\n[|assistant|]Sunny, 24 "
            "degrees.[|endofturn|]\n[|user|]And tomorrow?\n[|assistant|]",
        ),
        (
            "solar",
            "### System:\nYou are brief.\n\n### User:\nWhat is the weather in Lyon?\n\n### Assistant:\nSunny, 24 "
            "degrees.### User:\nAnd tomorrow?\n\n### Assistant:\n",
        ),
        (
            "falcon3",
            "<|system|>\nYou are brief.\n<|user|>\nWhat is the weather in Lyon?\n<|assistant|>\nSunny, 24 degrees."
            "<|endoftext|>\n<|user|>\nAnd tomorrow?\n<|assistant|>\n",
        ),
    ],
)
def test_conversation_without_tools_is_what_the_template_renders(wrapper: str, text: str) -> None:
    assert scenario(wrapper, "no_tools") == text


def test_exaone35_begins_with_an_empty_system_turn() -> None:
    assert scenario("exaone3.5", "plain") == (
        "[|system|][|endofturn|]\n[|user|]What is the weather in Lyon?\n[|assistant|]"
    )


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        (
            "plain",
            "<|im_start|>system\n你是南北阁，一款由BOSS直聘自主研发并训练的专业大语言模型。<|im_end|>\n<|im_start|>user\n",
        ),
        ("tools", "<|im_start|>system\nYou are brief.\n\n# Tools\n\nYou may call one or more functions"),
        ("no_system", "<|im_start|>system\n你是一位工具函数调用专家，你会得到一个问题和一组可能的工具函数。根据问题，"),
    ],
)
def test_nanbeige_has_texts_of_its_own_where_no_system_text_is(name: str, begins: str) -> None:
    assert scenario("nanbeige4.1", name).startswith(begins)


def test_nanbeige_leaves_no_blank_line_between_its_own_text_and_the_tools() -> None:
    assert "请对历史结果进行总结，使用自然语言回复用户。# Tools\n\nYou may call" in scenario("nanbeige4.1", "no_system")
