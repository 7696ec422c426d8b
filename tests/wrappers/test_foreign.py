"""Classes written for MemGPT, unchanged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from litellm_fnwrap.errors import InvalidRequestError
from litellm_fnwrap.events import CallStart, Finish
from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.wrappers import LLMChatCompletionWrapper
from litellm_fnwrap.wrappers.foreign import ForeignWrapper
from wrappers.scenarios import SYSTEM, TOOLS, USER, conversation


class Documented(LLMChatCompletionWrapper):
    """As MemGPT's page shows it: arguments come back as an object."""

    stop = ("</s>",)

    def chat_completion_to_prompt(self, messages: Any, functions: Any) -> str:
        self.seen = messages
        listed = ", ".join(function["name"] for function in functions)
        return f"[{listed}] " + " | ".join(f"{message['role']}: {message['content']}" for message in messages)

    def output_to_chat_completion_response(self, raw_llm_output: str) -> dict[str, Any]:
        name, _, arguments = raw_llm_output.partition(" ")
        call = {"name": name, "arguments": json.loads(arguments)}
        return {"role": "assistant", "content": None, "function_call": call}


class FirstMessage(Documented):
    """A class of a later version, which asks whether the assistant has not spoken yet."""

    supports_first_message = True

    def chat_completion_to_prompt(
        self, messages: Any, functions: Any, first_message: bool = False, function_documentation: str | None = None
    ) -> str:
        return "first" if first_message else "later"

    def output_to_chat_completion_response(self, raw_llm_output: str, first_message: bool = False) -> dict[str, Any]:
        return {"role": "assistant", "content": "first" if first_message else "later"}


def test_prompt_is_the_foreign_class_own() -> None:
    prompt = ForeignWrapper(Documented()).render(conversation("tools"))
    assert prompt.text == "[get_weather, ping] system: You are brief. | user: What is the weather in Lyon?"
    assert prompt.stop == ["</s>"]
    assert prompt.messages == [{"role": "user", "content": prompt.text}]


def test_history_has_both_function_call_and_tool_calls() -> None:
    foreign = Documented()
    ForeignWrapper(foreign).render(conversation("one_call"))
    calling = foreign.seen[2]
    assert calling["content"] is None
    assert calling["function_call"]["name"] == calling["tool_calls"][0]["function"]["name"] == "get_weather"
    assert json.loads(calling["function_call"]["arguments"]) == {"city": "Lyon", "days": 2}


@pytest.mark.parametrize("size", [1, 100])
def test_answer_is_read_by_the_foreign_class(size: int) -> None:
    wrapper = ForeignWrapper(Documented())
    assert wrapper.reads_itself
    parser = wrapper.parser(conversation("tools").tools)
    raw = 'get_weather {"city": "Lyon"}'
    for at in range(0, len(raw), size):
        assert parser.feed(raw[at : at + size]) == []
    events = parser.close()
    assert events[0] == CallStart(0, "call_0", "get_weather")
    assert events[-1] == Finish("tool_calls")
    assert json.loads(parser.result.tool_calls[0].arguments) == {"city": "Lyon"}


def test_text_the_foreign_class_fails_on_is_content() -> None:
    parser = ForeignWrapper(Documented()).parser(None)
    parser.feed("Hello there!")
    parser.close()
    assert (parser.result.content, parser.result.tool_calls) == ("Hello there!", [])


def test_first_message_is_told() -> None:
    wrapper = ForeignWrapper(FirstMessage())
    fresh = read_conversation([SYSTEM, USER], tools=TOOLS)
    assert wrapper.render(fresh).text == "first"
    assert wrapper.render(conversation("results")).text == "later"
    for talk, told in ((fresh, "first"), (conversation("results"), "later")):
        parser = wrapper.answering(talk).parser(None)
        parser.close()
        assert parser.result.content == told


def test_class_whose_prompt_is_no_text_is_refused() -> None:
    class Broken(Documented):
        def chat_completion_to_prompt(self, messages: Any, functions: Any) -> str:
            return None  # type: ignore[return-value]

    with pytest.raises(InvalidRequestError, match="NoneType"):
        ForeignWrapper(Broken()).render(conversation("plain"))


PACKAGE = """
class Shouting:
    def chat_completion_to_prompt(self, messages, functions):
        return " ".join(message["content"].upper() for message in messages)

    def output_to_chat_completion_response(self, raw_llm_output):
        return {"role": "assistant", "content": raw_llm_output.lower()}
"""
ASK = """
import litellm_fnwrap
print(litellm_fnwrap.render([{"role": "user", "content": "hello"}], wrapper="shouting").text)
print(litellm_fnwrap.parse("BYE", wrapper="shouting").content, "shouting" in litellm_fnwrap.wrappers())
"""


def test_class_of_another_package_is_found_by_its_entry_point(tmp_path: Path) -> None:
    (tmp_path / "shouting_package.py").write_text(PACKAGE, encoding="utf-8")
    info = tmp_path / "shouting_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting-package\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[litellm_fnwrap.wrappers]\nshouting = shouting_package:Shouting\n", "utf-8")
    found = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, timeout=120, env=found)
    assert (done.stdout.splitlines(), done.stderr) == (["HELLO", "bye True"], "")
