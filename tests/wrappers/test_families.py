"""Prompts of model families are, byte for byte, what the models' own chat templates render."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from litellm_fnwrap.chat_template import ChatTemplate
from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.options import Options
from litellm_fnwrap.wrappers import WRAPPERS
from wrappers.scenarios import EVERY_TYPE, PING, SCENARIOS, SYSTEM, USER, conversation

EVERY = frozenset(SCENARIOS)
WITH_TOOLS = frozenset(name for name, (_, tools) in SCENARIOS.items() if tools)
CALLS = frozenset({"one_call", "parallel_calls", "results", "reasoning", "multi_turn"})


class Family(NamedTuple):
    """A wrapper beside the template of its model.

    tokens     BOS and EOS.
    unless     scenarios that the template refuses, or in which it is known to drop or repeat something.
    variables  what the template is given besides messages and tools.
    edited     a text of the template that the model's maker has changed since, and what it is now.
    """

    wrapper: str
    template: str
    tokens: tuple[str, str] = ("<s>", "</s>")
    unless: frozenset[str] = frozenset()
    variables: Mapping[str, Any] = MappingProxyType({})
    json_arguments: bool = False
    edited: tuple[str, str] = ("", "")

    def __str__(self) -> str:
        return self.template.removesuffix(".jinja")


LLAMA = ("<|begin_of_text|>", "<|eot_id|>")
COMPACT = ("tools | tojson", "tools | tojson(separators=(',', ':'))")
DEEPSEEK = ("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>")
FAMILIES = [
    # Without tools the template for tool use loops over None.
    Family("hermes", "NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use.jinja", tokens=("", ""), unless=EVERY - WITH_TOOLS),
    Family("hermes", "NousResearch-Hermes-3-Llama-3.1-8B-tool_use.jinja", tokens=("", ""), unless=EVERY - WITH_TOOLS),
    Family("mimo-vl", "MiMo-VL.jinja"),
    Family("qwen3.5", "Qwen3.5-4B.jinja"),
    # The template refuses two calls in a turn; ours shows them as two turns.
    Family("llama3.1", "meta-llama-Llama-3.1-8B-Instruct.jinja", tokens=LLAMA, unless=frozenset({"parallel_calls"})),
    Family(
        "llama3.1",
        "meta-llama-Llama-3.2-3B-Instruct.jinja",
        tokens=LLAMA,
        unless=frozenset({"parallel_calls"}),
        variables={"date_string": "26 Jul 2024"},
    ),
    Family("llama3.1", "meta-llama-Llama-3.3-70B-Instruct.jinja", tokens=LLAMA, unless=frozenset({"parallel_calls"})),
    # The template leaves the system text out unless the user speaks last.
    Family(
        "mistral-nemo",
        "mistralai-Mistral-Nemo-Instruct-2407.jinja",
        unless=frozenset({"one_call", "parallel_calls", "reasoning"}),
    ),
    # Without system text the template writes a page of its own about dates and browsing.
    Family("mistral-v11", "Mistral-Small-3.2-24B-Instruct-2506.jinja", unless=frozenset({"plain", "no_system"})),
    Family("mistral-v13", "unsloth-mistral-Devstral-Small-2507.jinja", unless=frozenset({"plain", "no_system"})),
    Family(
        "mistral-v13",
        "mistralai-Ministral-3-14B-Reasoning-2512.jinja",
        unless=frozenset({"plain", "no_system", "empty_content"}),
    ),
    Family("phi3", "microsoft-Phi-3.5-mini-instruct.jinja", tokens=("", ""), unless=WITH_TOOLS),
    Family(
        "command-r",
        "CohereForAI-c4ai-command-r-plus-tool_use.jinja",
        tokens=("<BOS_TOKEN>", ""),
        unless=EVERY - WITH_TOOLS,
    ),
    Family("command-r7b", "CohereForAI-c4ai-command-r7b-12-2024-tool_use.jinja", tokens=("<BOS_TOKEN>", "")),
    # Shows no tools, and opens the section of calls only once in a conversation.
    Family("deepseek-r1", "deepseek-ai-DeepSeek-R1-Distill-Llama-8B.jinja", tokens=DEEPSEEK, unless=WITH_TOOLS),
    Family("deepseek-v3.1", "deepseek-ai-DeepSeek-V3.1.jinja", tokens=DEEPSEEK, unless=WITH_TOOLS),
    # Shows no calls, and tells the day.
    Family("granite3", "ibm-granite-granite-3.3-2B-Instruct.jinja", unless=CALLS | {"plain", "no_system"}),
    Family("granite4.1", "ibm-granite-granite-4.1.jinja"),
    # The template shows the first of two calls only; ours shows them as two turns.
    Family("gpt-oss", "openai-gpt-oss-120b.jinja", unless=frozenset({"parallel_calls"})),
    Family("functionary-v3.1", "meetkai-functionary-medium-v3.1.jinja", tokens=LLAMA, unless=EVERY - WITH_TOOLS),
    Family(
        "functionary-v3.2",
        "meetkai-functionary-medium-v3.2.jinja",
        tokens=LLAMA,
        unless=EVERY - WITH_TOOLS,
        json_arguments=True,
    ),
    Family("firefunction-v2", "fireworks-ai-llama-3-firefunction-v2.jinja", tokens=LLAMA, unless=EVERY - WITH_TOOLS),
    Family("lfm2.5", "LFM2.5-8B-A1B.jinja", tokens=("<|startoftext|>", "")),
    Family("kimi-k2", "Kimi-K2-Instruct.jinja", tokens=("", ""), edited=COMPACT),
    Family("kimi-k2-thinking", "Kimi-K2-Thinking.jinja", tokens=("", ""), edited=COMPACT),
    Family("minimax-m2", "MiniMax-M2.jinja", tokens=("", "")),
    # The template leaves out the end of an answer without text and calls.
    Family("seed-oss", "ByteDance-Seed-OSS.jinja", tokens=("", ""), unless=frozenset({"empty_content"})),
    Family("step3.5", "stepfun-ai-Step-3.5-Flash.jinja", tokens=DEEPSEEK),
    Family("apriel", "unsloth-Apriel-1.5.jinja"),
    Family("nemotron-3", "NVIDIA-Nemotron-3-Nano-30B-A3B-BF16.jinja", tokens=("", "")),
    Family("nemotron-nano-v2", "NVIDIA-Nemotron-Nano-v2.jinja", tokens=("", "")),
    # The template shows the first of two calls only; ours shows them as two turns.
    Family("gigachat3", "GigaChat3-10B-A1.8B.jinja", unless=frozenset({"parallel_calls"})),
    Family("gigachat3.1", "GigaChat3.1-10B-A1.8B.jinja", unless=frozenset({"parallel_calls"})),
    Family("reka-edge", "Reka-Edge.jinja", tokens=("", "")),
    # Without system text the template tells the day.
    Family(
        "apertus",
        "Apertus-8B-Instruct.jinja",
        tokens=("<s>", "<|assistant_end|>"),
        unless=frozenset({"plain", "no_system"}),
    ),
]


@pytest.mark.parametrize(
    ("family", "scenario"),
    [
        pytest.param(family, scenario, id=f"{family}-{scenario}")
        for family in FAMILIES
        for scenario in SCENARIOS
        if scenario not in family.unless
    ],
)
def test_prompt_equals_the_template(family: Family, scenario: str, corpus: Path) -> None:
    messages, tools = SCENARIOS[scenario]
    given = messages if family.json_arguments else [_with_objects(message) for message in messages]
    prompt = WRAPPERS.get(family.wrapper).render(conversation(scenario), options=Options(escape=False))
    assert prompt.text == rendered(family, corpus, given, tools)


# Hermes' template takes the member items for a dict's method of that name; Command R+'s wants additionalProperties.
OF_SIMPLE_TOOLS = {"hermes", "command-r"}


@pytest.mark.parametrize(
    "family",
    [one for one in FAMILIES if "tools" not in one.unless and one.wrapper not in OF_SIMPLE_TOOLS],
    ids=str,
)
def test_tool_with_every_type_is_described_as_the_template_does(family: Family, corpus: Path) -> None:
    messages, tools = [SYSTEM, USER], [EVERY_TYPE, PING]
    asked = read_conversation(messages, tools=tools)
    prompt = WRAPPERS.get(family.wrapper).render(asked, options=Options(escape=False))
    assert prompt.text == rendered(family, corpus, messages, tools)


def rendered(family: Family, corpus: Path, messages: list[dict[str, Any]], tools: list[dict[str, Any]] | None) -> str:
    """What the model's template makes of a conversation."""
    source = (corpus / "templates" / family.template).read_text(encoding="utf-8")
    before, after = family.edited
    assert before in source
    template = ChatTemplate(
        source.replace(before, after) if before else source, bos_token=family.tokens[0], eos_token=family.tokens[1]
    )
    text = template.render(messages, tools, now=datetime(2025, 3, 4), **family.variables)
    if family.wrapper == "functionary-v3.1":
        # The template marks a part of its text as safe, so Jinja escapes the rest as HTML: nobody meant that.
        text = html.unescape(text)
    return _without_the_day(text.removeprefix(family.tokens[0]))


def _with_objects(message: dict[str, Any]) -> dict[str, Any]:
    if "tool_calls" not in message:
        return message
    calls = [
        {**one, "function": {**one["function"], "arguments": json.loads(one["function"]["arguments"])}}
        for one in message["tool_calls"]
    ]
    return {**message, "tool_calls": calls}


def _without_the_day(text: str) -> str:
    """Built-in wrappers read no clock: two templates' lines about the day are left out."""
    return text.replace("Current date: 2025-03-04\n", "").replace("\nToday is 2025-03-04 00:00:00.", "")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_qwen3_that_always_thinks_gets_qwen3s_prompt_with_the_reasoning_opened(scenario: str) -> None:
    # https://huggingface.co/Qwen/Qwen3-4B-Thinking-2507
    hybrid, thinking = (WRAPPERS.get(name).render(conversation(scenario)) for name in ("qwen3", "qwen3-thinking"))
    assert thinking.text == hybrid.text + "<think>\n"
    assert thinking.prefill == "<think>\n"


@pytest.mark.parametrize(
    ("wrapper", "scenario", "begins"),
    [
        # https://huggingface.co/Qwen/QwQ-32B: an empty system text and the blank lines behind it.
        ("qwq", "no_system", "<|im_start|>system\n\n\n# Tools\n\nYou may call"),
        # https://huggingface.co/ibm-granite/granite-4.0-micro: a default that only tools replace.
        (
            "granite4",
            "plain",
            "<|start_of_role|>system<|end_of_role|>You are a helpful assistant. Please ensure responses are "
            "professional, accurate, and safe.<|end_of_text|>\n",
        ),
        ("granite4", "no_system", "<|start_of_role|>system<|end_of_role|>You are a helpful assistant with access to"),
        ("granite4.1", "plain", "<|start_of_role|>user<|end_of_role|>"),
    ],
)
def test_prompt_without_system_text_begins_as_the_template(wrapper: str, scenario: str, begins: str) -> None:
    assert WRAPPERS.get(wrapper).render(conversation(scenario)).text.startswith(begins)
