"""What is special about single families: prompts written out, whose templates the corpus lacks."""

from __future__ import annotations

import pytest

from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.options import Options
from litellm_fnwrap.wrappers import WRAPPERS

from .scenarios import ANSWER, HERE, ONE, SUNNY, TOOLS, USER

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
