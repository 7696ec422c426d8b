"""What is special about single families: prompts written out, whose templates the corpus lacks."""

from __future__ import annotations

import json

import pytest

from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.options import Options
from litellm_fnwrap.wrappers import WRAPPERS

from .scenarios import ANSWER, HERE, ONE, PONG, SUNNY, TOOLS, TWO, USER

THOUGHT = "I must look it up."
OFFERED = "<|system|>\n# Tools\n\nYou may call"
CALLED = "<tool_call>get_weather<arg_key>city</arg_key><arg_value>Lyon</arg_value><arg_key>days</arg_key>"


def prompt(name: str, *messages: dict[str, object], tools: list[dict[str, object]] | None = None) -> str:
    """A conversation as a wrapper writes it."""
    return WRAPPERS.get(name).render(read_conversation(messages, tools=tools), options=Options(escape=False)).text


@pytest.mark.parametrize(
    ("name", "start", "earlier", "silent", "thinking"),
    [
        ("glm4.7", "", "</think>", "</think>", f"<think>{THOUGHT}</think>"),
        ("glm5.1", "", "</think>", "<think></think>", f"<think>{THOUGHT}</think>"),
        (
            "glm5.2",
            "<|system|>Reasoning Effort: Max",
            "<think></think>",
            "<think></think>",
            f"<think>{THOUGHT}</think>",
        ),
        (
            "glm5.3",
            "<|system|>Reasoning Effort: Max",
            f"<think>{THOUGHT}</think>",
            "<think></think>",
            f"<think>{THOUGHT}</think>",
        ),
    ],
)
def test_past_turns_of_glm_begin_with_what_is_left_of_their_thoughts(
    name: str, start: str, earlier: str, silent: str, thinking: str
) -> None:
    thought = {"reasoning_content": THOUGHT}
    text = prompt(name, USER, {**ANSWER, **thought}, HERE, {**ONE, **thought}, SUNNY, ONE, SUNNY, tools=TOOLS)
    call = f"{CALLED}<arg_value>2</arg_value></tool_call>"
    result = '<|observation|><tool_response>{"sky": "sunny", "high": 24}</tool_response>'
    assert text.startswith(f"[gMASK]<sop>{start}{OFFERED}")
    assert text.endswith(
        f"</tool_call><|user|>What is the weather in Lyon?<|assistant|>{earlier}Sunny, 24 degrees.<|user|>And here?"
        f"<|assistant|>{thinking}{call}{result}<|assistant|>{silent}{call}{result}<|assistant|><think>"
    )


def test_glm_trims_the_models_own_text_alone() -> None:
    text = prompt("glm4.7", {"role": "user", "content": " Hi "}, {"role": "assistant", "content": " Ho "}, HERE)
    assert text == "[gMASK]<sop><|user|> Hi <|assistant|></think>Ho<|user|>And here?<|assistant|><think>"


DENSE_TOOLS = (
    "# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with function "
    "signatures within <tools></tools> XML tags:\n<tools>\n"
)
DENSE_CALL = (
    "</tools>\n\nFor function call returns, you should first print <tool_calls>For each function call, you should "
    "return object like:\n<tool_call>function_name\n```json\nfunction_arguments_in_json_format\n```</tool_call>At the "
    "end of function call returns, you should print </tool_calls>"
)
DENSE_CALLED = (
    '<tool_calls><tool_call>get_weather\n```json\n{"city": "Lyon"}\n```</tool_call>\n'
    "<tool_call>ping\n```json\n{}\n```</tool_call></tool_calls>"
)
DENSE_RESULTS = (
    '<tool_responses><tool_response>{"sky": "sunny", "high": 24}</tool_response>\n'
    '<tool_response>"pong"</tool_response></tool_responses>'
)


def bare_tools(*names: str) -> tuple[list[dict[str, object]], list[str]]:
    """Tools without arguments, and the lines that show them."""
    tools = [{"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in names]
    lines = [json.dumps(tool) for tool in tools]
    return [dict(tool) for tool in tools], lines


def test_what_is_said_to_small_hunyuans_ends_with_the_mark_of_the_answer() -> None:
    tools, (first, second, third) = bare_tools("get_weather", "ping", "stop")
    text = prompt("hunyuan-dense", USER, ANSWER, HERE, TWO, SUNNY, PONG, tools=tools)
    assert text == (
        f"{DENSE_TOOLS}{first}{second}\n{third}\n{DENSE_CALL}<｜hy_place▁holder▁no▁3｜>"
        "<｜hy_User｜>What is the weather in Lyon?<｜hy_Assistant｜>Sunny, 24 degrees.<｜hy_place▁holder▁no▁2｜>"
        f"<｜hy_User｜>And here?<｜hy_Assistant｜>{DENSE_CALLED}<｜hy_place▁holder▁no▁2｜>"
        f"<｜hy_User｜>{DENSE_RESULTS}<｜hy_Assistant｜>"
    )


def test_every_question_but_the_first_begins_a_text_of_hunyuan_7b_anew() -> None:
    tools, (first, second) = bare_tools("get_weather", "ping")
    text = prompt("hunyuan-7b", USER, ANSWER, HERE, TWO, SUNNY, PONG, ANSWER, HERE, tools=tools)
    assert text == (
        f"{DENSE_TOOLS}{first}\n{second}\n{DENSE_CALL}<|extra_4|>"
        "What is the weather in Lyon?<|extra_0|>Sunny, 24 degrees.<|eos|>"
        f"<|startoftext|>And here?<|extra_0|>{DENSE_CALLED}<|eos|>"
        f"<|startoftext|>{DENSE_RESULTS}<|extra_0|>Sunny, 24 degrees.<|eos|><|startoftext|>And here?<|extra_0|>"
    )


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("hunyuan-dense", "<｜hy_place▁holder▁no▁2｜><｜hy_Assistant｜>"),
        ("hunyuan-7b", "<|eos|><|extra_0|>"),
    ],
)
def test_behind_an_answer_the_next_one_of_hunyuan_is_opened(name: str, end: str) -> None:
    assert prompt(name, USER, ANSWER).endswith(f"Sunny, 24 degrees.{end}")


def test_system_text_of_hy3_ends_with_how_much_it_thinks() -> None:
    effort = "<｜reasoning_mode｜>reasoning_effort:no_think"
    end = "<｜hy_Assistant｜><think></think>"
    question = "<｜hy_User｜>What is the weather in Lyon?"
    system = {"role": "system", "content": "You are brief."}
    assert prompt("hy3", USER) == f"{effort}{question}{end}"
    assert prompt("hy3", system, USER) == f"You are brief.{effort}{question}{end}"
    told = prompt("hy3", system, USER, ONE, SUNNY, tools=TOOLS)
    assert told.startswith("You are brief.\n\n# Tools\n\n")
    assert told.endswith(
        f"you should print </tool_calls>{effort}{question}{end}<tool_calls>\n<tool_call>get_weather<tool_sep>\n"
        "<arg_key>city</arg_key>\n<arg_value>Lyon</arg_value>\n<arg_key>days</arg_key>\n<arg_value>2</arg_value>\n"
        "</tool_call>\n</tool_calls><｜hy_eos｜><tool_responses>\n<tool_response>\n"
        f'{{"sky": "sunny", "high": 24}}\n</tool_response>\n</tool_responses>{end}'
    )


def test_turns_of_ring_end_where_the_next_begins() -> None:
    text = prompt("ring2", {"role": "system", "content": "You are brief."}, USER, ANSWER, HERE)
    assert text == (
        "<role>SYSTEM</role>You are brief.<role>HUMAN</role>What is the weather in Lyon?"
        "<role>ASSISTANT</role>Sunny, 24 degrees.<role>HUMAN</role>And here?<role>ASSISTANT</role>"
    )


@pytest.mark.parametrize("size", [1, 100])
@pytest.mark.parametrize(
    ("answer", "content"),
    [
        ("助手：你好，助手：你好。", "你好，助手：你好。"),
        ("<think>\nHm.\n</think>\n<answer>\n助手：你好。</answer>", "你好。"),
        ("助手：助手：你好。", "助手：你好。"),
        ("小助手：你好。", "小助手：你好。"),
        ("助手", "助手"),
        ('助手：<tool_calls>[{"name": "ping", "arguments": {}}]</tool_calls>', None),
    ],
)
def test_hunyuans_name_before_its_answer_is_no_content(answer: str, content: str | None, size: int) -> None:
    parser = WRAPPERS.get("hunyuan-a13b").parser(None)
    for at in range(0, len(answer), size):
        parser.feed(answer[at : at + size])
    parser.close()
    assert parser.result.content == content
