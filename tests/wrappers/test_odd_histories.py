"""Histories as clients and agents really send them: every wrapper renders them, and nothing that was said is lost."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from litellm_fnwrap.chat_template import ChatTemplate
from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.wrappers import get_wrapper
from litellm_fnwrap.wrappers.base import Wrapper
from litellm_fnwrap.wrappers.template import TemplateWrapper
from wrappers.scenarios import TOOLS, call

NAMES = (
    *("chatml", "qwen2.5", "qwen3-coder", "llama2", "llama3.1", "mistral-nemo", "mistral-v1", "gemma3", "phi3"),
    *("deepseek-r1", "command-r7b", "hermes", "airoboros", "generic", "glm4.5", "functionary-v3.1", "vicuna", "alpaca"),
)
# Every word that begins with a Z must be found in the prompt.
ASKED, AGAIN = {"role": "user", "content": "Zasked"}, {"role": "user", "content": "Zagain"}
TOLD, ALSO, LATE = ({"role": "system", "content": text} for text in ("Ztold", "Zalso", "Zlate"))
SAID, MORE = ({"role": "assistant", "content": text} for text in ("Zsaid", "Zmore"))
ONE, OTHER = (call(f"call_{n}", "get_weather", {"city": f"Zcity{n}"}) for n in (1, 2))


def calling(*calls: dict[str, Any], content: Any = None) -> dict[str, Any]:
    return {"role": "assistant", "content": content, "tool_calls": list(calls)}


def result(text: Any, id: Any = "call_1", **more: Any) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": id, "content": text, **more}


def with_arguments(text: Any) -> dict[str, Any]:
    return calling({"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": text}})


HISTORIES: dict[str, list[dict[str, Any]]] = {
    "answer without content": [ASKED, {"role": "assistant", "content": None}, AGAIN],
    "refusal": [ASKED, {"role": "assistant", "content": None, "refusal": "Zrefused"}, AGAIN],
    "parts": [{"role": "user", "content": [{"type": "text", "text": "Zone "}, {"type": "text", "text": "Ztwo"}]}],
    "arguments null": [ASKED, with_arguments("null"), result("Zfound")],
    "arguments that are an object": [ASKED, with_arguments({"city": "Zcity"}), result("Zfound")],
    "arguments encoded twice": [ASKED, with_arguments(json.dumps('{"city": "Zcity"}')), result("Zfound")],
    "arguments in words": [ASKED, with_arguments("Zplain words"), result("Zfound"), AGAIN],
    "result of data": [ASKED, calling(ONE), result([{"sky": "Zgrey"}, 21])],
    "result that is a number": [ASKED, calling(ONE), result(21)],
    "empty result": [ASKED, calling(ONE), result(None), AGAIN],
    "result without an id": [ASKED, calling(ONE), {"role": "tool", "content": "Zfound"}],
    "result of nobody": [ASKED, result("Zfound", "call_9"), AGAIN],
    "result first": [result("Zfound", "call_9"), AGAIN],
    "results in another order": [ASKED, calling(ONE, OTHER), result("Zsecond", "call_2"), result("Zfirst")],
    "one result of two": [ASKED, calling(ONE, OTHER), result("Zsecond", "call_2"), AGAIN],
    "two results of one": [ASKED, calling(ONE), result("Zfirst"), result("Zsecond"), AGAIN],
    "ids used again": [ASKED, calling(ONE), result("Zfirst"), calling({**OTHER, "id": "call_1"}), result("Zsecond")],
    "call without a result": [ASKED, calling(ONE), AGAIN],
    "answer in place of a result": [ASKED, calling(ONE), SAID, AGAIN],
    "call at the end": [ASKED, calling(ONE, content="Zsaid")],
    "answer at the end": [ASKED, SAID],
    "answer first": [SAID, ASKED],
    "answer alone": [SAID],
    "answers in a row": [ASKED, SAID, MORE, AGAIN],
    "words, call, words": [ASKED, SAID, calling(ONE), result("Zfound"), MORE, AGAIN],
    "questions in a row": [ASKED, AGAIN],
    "blank question": [ASKED, SAID, {"role": "user", "content": ""}],
    "system texts": [TOLD, ALSO, {**LATE, "role": "developer"}, ASKED, calling(ONE), result("Zfound")],
    "system text in the middle": [TOLD, ASKED, SAID, LATE, AGAIN],
    "system text at the end": [ASKED, SAID, AGAIN, LATE],
    "system text alone": [TOLD],
    "functions": [
        ASKED,
        {
            "role": "assistant",
            "content": None,
            "function_call": {"name": "get_weather", "arguments": '{"city": "Zcity"}'},
        },
        {"role": "function", "name": "get_weather", "content": "Zfound"},
        AGAIN,
    ],
    "call of a tool that is gone": [ASKED, calling(call("a", "search", {"q": "Zquery"})), result("Zfound", "a"), AGAIN],
    "LangChain's own call": [
        ASKED,
        calling({"name": "get_weather", "args": {"city": "Zcity"}, "id": "a"}),
        result("Zfound", "a"),
    ],
    "fields of no meaning here": [
        ASKED,
        {**SAID, "audio": None, "annotations": [], "function_call": None, "tool_calls": None},
    ],
    "id that is a number": [ASKED, calling({**ONE, "id": 7}), result("Zfound", 7)],
}


def lost(messages: list[dict[str, Any]], text: str) -> set[str]:
    """The words of the messages that a text lacks."""
    return {word for word in re.findall(r"Z\w+", json.dumps(messages)) if not re.search(rf"{word}\b", text)}


def check(wrapper: Wrapper, messages: list[dict[str, Any]], name: str) -> None:
    for tools in (TOOLS, None):
        prompt = wrapper.render(read_conversation(messages, tools=tools))
        assert lost(messages, prompt.text) == set(), name
        assert lost(messages, json.dumps(prompt.messages)) == set(), name


@pytest.mark.parametrize("messages", HISTORIES.values(), ids=list(HISTORIES))
def test_nothing_is_lost(messages: list[dict[str, Any]]) -> None:
    for name in NAMES:
        check(get_wrapper(name), messages, name)


# One takes words beside a past call for thoughts, and leaves thoughts of past turns out; the other takes an answer at
# the end for one to be continued, and leaves its calls out.
FORGETS = {"openai-gpt-oss-120b": {"words, call, words"}, "NVIDIA-Nemotron-Nano-v2": {"call at the end"}}


@lru_cache(maxsize=64)
def real(path: Path) -> Wrapper:
    """The wrapper of a template's file."""
    return TemplateWrapper(ChatTemplate(path.read_text(encoding="utf-8"), bos_token="<s>", eos_token="</s>"))


@pytest.mark.parametrize("messages", HISTORIES.values(), ids=list(HISTORIES))
def test_nothing_is_lost_in_real_templates(messages: list[dict[str, Any]], corpus: Path, request: Any) -> None:
    for path in sorted((corpus / "templates").glob("*.jinja")):
        if request.node.callspec.id in FORGETS.get(path.stem, ()):
            continue
        check(real(path), messages, path.name)
