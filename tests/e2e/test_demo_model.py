"""The bundled model gets the prompt it was trained on, from the template in its own file."""

from __future__ import annotations

import importlib.resources
import json
from pathlib import Path

import gguf
import pytest

from litellm_fnwrap.chat_template import ChatTemplate, load_chat_template
from litellm_fnwrap.cli.python_tools import describe
from litellm_fnwrap.demo import weather

FILE = Path(str(importlib.resources.files("litellm_fnwrap.demo").joinpath("demo.gguf")))
SOURCE = Path(__file__).resolve().parents[2] / "examples" / "demo_model" / "chat_template.jinja"

PROMPT = """\
<|im_start|>system
<tools>
{"name": "get_current_weather", "description": "Get the current weather", "parameters": {"type": "object", \
"properties": {"location": {"type": "string"}, "format": {"type": "string", "enum": ["celsius", "fahrenheit"]}}, \
"required": ["location", "format"]}}
{"name": "add", "description": "Add two numbers", "parameters": {"type": "object", \
"properties": {"a": {"type": "number"}, "b": {"type": "number"}}, "required": ["a", "b"]}}
</tools><|im_end|>
<|im_start|>user
weather in Paris and Oslo<|im_end|>
<|im_start|>assistant
<tool_call>{"name": "get_current_weather", "arguments": {"location": "Paris", "format": "celsius"}}</tool_call>
<tool_call>{"name": "get_current_weather", "arguments": {"location": "Oslo", "format": "celsius"}}</tool_call><|im_end|>
<|im_start|>tool
9 degrees<|im_end|>
<|im_start|>assistant
"""


@pytest.fixture(scope="module")
def template() -> ChatTemplate:
    return load_chat_template(str(FILE))


@pytest.mark.parametrize("as_text", [True, False], ids=["arguments-as-text", "arguments-as-object"])
def test_template_writes_what_the_model_was_trained_on(template: ChatTemplate, as_text: bool) -> None:
    calls = []
    for number, city in enumerate(("Paris", "Oslo")):
        arguments = {"location": city, "format": "celsius"}
        function = {"name": "get_current_weather", "arguments": json.dumps(arguments) if as_text else arguments}
        calls.append({"id": f"call_{number}", "type": "function", "function": function})
    messages = [
        {"role": "user", "content": "weather in Paris and Oslo"},
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "tool_call_id": "call_0", "content": "9 degrees"},
    ]
    assert template.render(messages, [describe(weather.get_current_weather), describe(weather.add)]) == PROMPT


def test_template_without_tools_has_no_list_of_them(template: ChatTemplate) -> None:
    shown = template.render([{"role": "user", "content": "hello"}])
    assert shown == "<|im_start|>user\nhello<|im_end|>\n<|im_start|>assistant\n"


def test_template_in_the_file_is_the_one_beside_the_script_that_put_it_there() -> None:
    field = gguf.GGUFReader(FILE).fields["tokenizer.chat_template"]
    assert field.contents() == SOURCE.read_text(encoding="utf-8").rstrip("\n")


def test_file_is_small_enough_for_a_wheel() -> None:
    assert FILE.stat().st_size < 4_000_000
