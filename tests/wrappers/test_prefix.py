"""A last assistant message with prefix: true begins the answer, as Mistral's and DeepSeek's APIs have it."""

from __future__ import annotations

from typing import Any

import pytest

import litellm_fnwrap
from litellm_fnwrap.backends.chat_messages import arrange
from litellm_fnwrap.errors import InvalidMessagesError
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser

ASKED = {"role": "user", "content": "Capital of France?"}
BEGUN = {"role": "assistant", "content": "The capital <|im_end|>is ", "prefix": True}
SAFE = "The capital <\u200d|im_end|>is "

ENDS = {
    "chatml": "<|im_start|>assistant\n",
    "llama3.1": "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "vicuna": " ASSISTANT: ",
    "gpt-oss": "<|start|>assistant<|channel|>final<|message|>",
    "functionary-v3.2": ">>>all\n",
    "qwq": "<|im_start|>assistant\n",
    "mistral-v11": "[/INST]",
}


@pytest.mark.parametrize(("wrapper", "before"), ENDS.items(), ids=ENDS)
def test_prompt_ends_with_the_beginning_of_the_answer(wrapper: str, before: str) -> None:
    prompt = litellm_fnwrap.render([ASKED, BEGUN], wrapper=wrapper)
    assert prompt.text.endswith(before + SAFE)
    assert prompt.prefill == SAFE


@pytest.mark.parametrize("wrapper", litellm_fnwrap.wrappers())
def test_beginning_of_the_answer_ends_every_prompt(wrapper: str) -> None:
    prompt = litellm_fnwrap.render([ASKED, BEGUN], wrapper=wrapper)
    assert prompt.text.endswith(SAFE)
    assert prompt.text.count(SAFE) == 1


def test_template_that_trims_texts_and_opens_a_turn_behind_them_is_continued_too() -> None:
    template = (
        "{% for m in messages %}<|{{ m.role }}|>{{ m.content | trim }}<|end|>{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|><think>{% endif %}"
    )
    prompt = litellm_fnwrap.render([ASKED, BEGUN], chat_template=template)
    assert prompt.text == f"<|user|>Capital of France?<|end|><|assistant|>{SAFE}"


def test_chat_server_gets_the_beginning_last_and_marked() -> None:
    prompt = litellm_fnwrap.render([ASKED, BEGUN], wrapper="chatml")
    assert arrange(prompt, ["system", "user", "assistant"]) == [
        {"role": "user", "content": "Capital of France?"},
        {"role": "assistant", "content": SAFE, "prefix": True},
    ]


@pytest.mark.parametrize(
    "messages",
    [
        [{**ASKED, "prefix": True}],
        [BEGUN],
        [ASKED, {**BEGUN, "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{}"}}]}],
    ],
    ids=["the user's", "alone", "with a call"],
)
def test_what_cannot_begin_an_answer_is_refused(messages: list[dict[str, Any]]) -> None:
    with pytest.raises(InvalidMessagesError, match="prefix: true and cannot begin the answer"):
        litellm_fnwrap.render(messages, wrapper="chatml")


def test_prefix_that_is_false_is_a_turn() -> None:
    prompt = litellm_fnwrap.render([ASKED, {**BEGUN, "prefix": False}], wrapper="chatml")
    assert prompt.text.endswith("<|im_end|>\n<|im_start|>assistant\n")


@pytest.mark.parametrize(
    ("begun", "said", "content"),
    [("The capital is", " Paris.", " Paris."), ("<think>\nHm", ", yes.</think>\n\nParis.", "Paris.")],
    ids=["in a text", "in reasoning"],
)
def test_answer_goes_on_where_the_prefix_ends(begun: str, said: str, content: str) -> None:
    parser = StreamParser(get_format("hermes"), (), prompt_tail=begun)
    parser.continue_text()
    parser.feed(said)
    parser.close("stop")
    assert parser.result.content == content
