"""Prompts of families whose wrappers do more than put marks around turns, written out."""

from __future__ import annotations

import pytest

from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import parse_text
from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.wrappers import get_wrapper
from wrappers.scenarios import PING, SUNNY, SYSTEM, TOOLS, TWO, USER, conversation

PONG = {"role": "tool", "tool_call_id": "jklmnopqr", "name": "ping", "content": "pong"}
SAYING = {**TWO, "content": "Let me look."}


def text_of(wrapper: str, *messages: dict[str, object]) -> str:
    """The prompt of messages and one tool."""
    return get_wrapper(wrapper).render(read_conversation(list(messages), tools=[PING])).text


# https://huggingface.co/meta-llama/Llama-4-Scout-17B-16E-Instruct: chat template
LLAMA4_TOOLS = """Given the following functions, please respond with a JSON for a function call with its proper \
arguments that best answers the given prompt.

Respond in the format {"name": function name, "parameters": dictionary of argument name and its value}.Do not use \
variables.

{
    "type": "function",
    "function": {
        "name": "ping",
        "description": "Check that the service answers",
        "parameters": {
            "type": "object",
            "properties": {}
        }
    }
}

"""


def test_llama4_is_told_of_the_environment_and_marks_the_text_before_calls() -> None:
    assert text_of("llama4", SYSTEM, USER, SAYING, SUNNY, PONG) == (
        "<|header_start|>system<|header_end|>\n\nEnvironment: ipython\nYou are brief.<|eot|>"
        f"<|header_start|>user<|header_end|>\n\n{LLAMA4_TOOLS}What is the weather in Lyon?<|eot|>"
        "<|header_start|>assistant<|header_end|>\n\n<|python_start|>Let me look.<|python_end|>"
        '{"name": "get_weather", "parameters": {"city": "Lyon"}}{"name": "ping", "parameters": {}}<|eot|>'
        '<|header_start|>ipython<|header_end|>\n\n"{\\"sky\\": \\"sunny\\", \\"high\\": 24}"<|eot|>'
        '<|header_start|>ipython<|header_end|>\n\n"pong"<|eot|>'
        "<|header_start|>assistant<|header_end|>\n\n"
    )


def test_llama4_has_no_system_turn_where_nothing_is_said_in_it() -> None:
    assert text_of("llama4", USER) == (
        f"<|header_start|>user<|header_end|>\n\n{LLAMA4_TOOLS}What is the weather in Lyon?<|eot|>"
        "<|header_start|>assistant<|header_end|>\n\n"
    )


def test_llama4s_first_question_is_trimmed_where_tools_stand_before_it_and_nowhere_else() -> None:
    asked = {"role": "user", "content": "What is the weather in Lyon?\n"}
    again = {"role": "user", "content": "And tomorrow?\n"}
    answer = {"role": "assistant", "content": "Sunny."}
    text = text_of("llama4", asked, answer, again)
    assert f"{LLAMA4_TOOLS}What is the weather in Lyon?<|eot|>" in text
    assert "And tomorrow?\n<|eot|>" in text
    plain = get_wrapper("llama4").render(read_conversation([asked])).text
    assert plain.startswith("<|header_start|>user<|header_end|>\n\nWhat is the weather in Lyon?\n<|eot|>")


@pytest.mark.parametrize(
    ("answer", "content", "calls"),
    [
        ('{"name": "ping", "parameters": {}}<|eot|>', None, ["ping"]),
        ('<|python_start|>{"name": "ping", "parameters": {}}<|python_end|><|eom|>', None, ["ping"]),
        ('<|python_start|><|python_end|>{"name": "ping", "parameters": {}}<|eot|>', None, ["ping"]),
        ('<|python_start|>Let me look.<|python_end|>{"name": "ping", "parameters": {}}', "Let me look.", ["ping"]),
        ('{"name": "ping", "parameters": {}}; {"name": "ping", "parameters": {}}', None, ["ping", "ping"]),
        ("Sunny.<|eot|>", "Sunny.", []),
    ],
)
def test_llama4s_answers_are_read_without_its_marks(answer: str, content: str | None, calls: list[str]) -> None:
    parsed = parse_text(answer, get_format("llama4-json"), read_conversation([USER], tools=[PING]).tools)
    assert parsed.content == content
    assert [call.name for call in parsed.tool_calls] == calls


def test_llama4_by_metas_page_gets_the_functions_in_its_system_turn_and_writes_python() -> None:
    # https://www.llama.com/docs/model-cards-and-prompt-formats/llama4, section Zero-shot function calling
    text = text_of("llama4-pythonic", SYSTEM, USER, TWO, SUNNY, PONG)
    assert text.startswith(
        "<|header_start|>system<|header_end|>\n\nYou are brief.\n\nYou are a helpful assistant and an expert in "
        "function composition."
    )
    assert (
        'you can invoke.\n\n[\n    {\n        "name": "ping",\n'
        '        "description": "Check that the service answers",\n        "parameters": {\n'
        '            "type": "object",\n            "properties": {}\n        }\n    }\n]\n\n'
        "You can answer general questions or invoke tools when necessary.\nIn addition to tool calls, you should also "
        "augment your responses by using the tool outputs.<|eot|><|header_start|>user<|header_end|>\n\n"
    ) in text
    assert text.endswith(
        "<|header_start|>assistant<|header_end|>\n\n[get_weather(city='Lyon'), ping()]<|eot|>"
        '<|header_start|>ipython<|header_end|>\n\n{"sky": "sunny", "high": 24}<|eot|>'
        "<|header_start|>ipython<|header_end|>\n\npong<|eot|><|header_start|>assistant<|header_end|>\n\n"
    )


def test_hammer_gets_its_tools_as_python_in_a_turn_before_the_users() -> None:
    text = text_of("hammer2.1", USER, TWO, SUNNY, PONG)
    assert text.startswith(
        "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n\n<|im_start|>user\n[BEGIN OF TASK INSTRUCTION]\n"
    )
    assert text.endswith(
        "[BEGIN OF AVAILABLE_TOOLS]\n[{'type': 'function', 'function': {'name': 'ping', 'description': 'Check that the "
        "service answers', 'parameters': {'type': 'object', 'properties': {}}}}]\n[END OF AVAILABLE_TOOLS]\n\n\n"
        "[BEGIN OF TASK INSTRUCTION]\nThe output MUST strictly adhere to the following JSON format, and NO other "
        "text MUST be included.\nThe example format is as follows. Please make sure the parameter type is correct. If "
        "no function call is needed, please directly output an empty list '[]'\n```\n[\n"
        '    {"name": "func_name1", "arguments": {"argument1": "value1", "argument2": "value2"}},\n'
        "    ... (more tool calls as required)\n]\n```\n\n[END OF TASK INSTRUCTION]\n\n<|im_end|>\n"
        "<|im_start|>user\nWhat is the weather in Lyon?<|im_end|>\n<|im_start|>assistant\n```\n"
        '[{"name": "get_weather", "arguments": {"city": "Lyon"}}, {"name": "ping", "arguments": {}}]\n```<|im_end|>\n'
        '<|im_start|>tool\n{"sky": "sunny", "high": 24}<|im_end|>\n<|im_start|>tool\npong<|im_end|>\n'
        "<|im_start|>assistant\n"
    )


def test_xlam_gets_its_tools_around_the_query_with_the_properties_of_their_parameters_alone() -> None:
    # https://huggingface.co/Salesforce/xLAM-1b-fc-r: model card
    text = text_of("xlam-1", USER)
    assert text.startswith(
        "You are an AI assistant for function calling.\n### Instruction:\n[BEGIN OF TASK INSTRUCTION]\nYou are an "
        "expert in composing functions. You are given a question and a set of possible functions. \nBased on"
    )
    assert text.endswith(
        "[BEGIN OF AVAILABLE TOOLS]\n"
        '[{"name": "ping", "description": "Check that the service answers", "parameters": {}}]\n'
        "[END OF AVAILABLE TOOLS]\n\n[BEGIN OF FORMAT INSTRUCTION]\nThe output MUST strictly adhere to the following "
        "JSON format, and NO other text MUST be included.\nThe example format is as follows. Please make sure the "
        "parameter type is correct. If no function call is needed, please make tool_calls an empty list '[]'.\n```\n{\n"
        '    "tool_calls": [\n'
        '    {"name": "func_name1", "arguments": {"argument1": "value1", "argument2": "value2"}},\n'
        "    ... (more tool calls as required)\n    ]\n}\n```\n[END OF FORMAT INSTRUCTION]\n\n"
        "[BEGIN OF QUERY]\nWhat is the weather in Lyon?\n[END OF QUERY]\n\n\n### Response:"
    )


def test_xlam_without_tools_is_asked_without_a_query() -> None:
    assert get_wrapper("xlam-1").render(conversation("no_tools")).text == (
        "You are brief.### Instruction:\nWhat is the weather in Lyon?\n### Response:\nSunny, 24 degrees.\n<|EOT|>\n"
        "### Instruction:\nAnd tomorrow?\n### Response:"
    )


def test_xlam_keeps_the_text_beside_calls_as_a_thought() -> None:
    assert (
        '### Response:\n{"thought": "Let me look.", "tool_calls": [{"name": "get_weather", "arguments": {"city": '
        '"Lyon"}}, {"name": "ping", "arguments": {}}]}\n<|EOT|>\n'
    ) in text_of("xlam-1", USER, SAYING, SUNNY, PONG)


def test_gorilla_gets_its_functions_with_the_last_question() -> None:
    # https://github.com/ShishirPatil/gorilla, openfunctions/inference_local.py: get_prompt
    assert text_of("gorilla-openfunctions-v2", USER) == (
        "You are an AI programming assistant, utilizing the Gorilla LLM model, developed by Gorilla LLM, and you only "
        "answer questions related to computer science. For politically sensitive questions, security and privacy "
        "issues, and other non-computer science questions, you will refuse to answer.\n### Instruction: <<function>>"
        '[{"name": "ping", "description": "Check that the service answers", "parameters": {"type": "object", '
        '"properties": {}}}]\n<<question>>What is the weather in Lyon?\n### Response: '
    )
    assert get_wrapper("gorilla-openfunctions-v2").render(conversation("no_tools")).text == (
        "You are brief.\n### Instruction: <<question>> What is the weather in Lyon?\n### Response: Sunny, 24 degrees.\n"
        "<|EOT|>\n### Instruction: <<question>> And tomorrow?\n### Response: "
    )


def test_toolace_gets_its_functions_before_the_system_text() -> None:
    # https://github.com/vllm-project/vllm, examples/tool_chat_template_toolace.jinja
    text = get_wrapper("toolace").render(read_conversation([SYSTEM, USER, TWO, SUNNY, PONG], tools=TOOLS)).text
    assert text.startswith("<|start_header_id|>system<|end_header_id|>\n\nYou are an expert in composing functions. ")
    assert "    }\n}\n\n\nYou are brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n" in text
    assert text.endswith(
        "<|start_header_id|>assistant<|end_header_id|>\n\n[get_weather(city='Lyon'), ping()]<|eot_id|>"
        "<|start_header_id|>ipython<|end_header_id|>\n\n"
        '{"output": "{\\"sky\\": \\"sunny\\", \\"high\\": 24}"}<|eot_id|>'
        '<|start_header_id|>ipython<|end_header_id|>\n\n{"output": "pong"}<|eot_id|>'
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )
