"""What MemGPT's own wrappers got wrong, and none of ours does: seen by running them on small conversations."""

from __future__ import annotations

import re
from typing import Any

import pytest

from litellm_fnwrap.wrappers import WRAPPERS, get_wrapper
from litellm_fnwrap.wrappers.memgpt import MemGPT
from litellm_fnwrap.wrappers.memgpt_settings import configured
from wrappers.scenarios import SYSTEM, TOOLS, USER, call, conversation

MEMGPTS = [name for name in WRAPPERS.names() if isinstance(get_wrapper(name), MemGPT)]
FUNCTIONS = [tool["function"] for tool in TOOLS]
EVERY = pytest.mark.parametrize("name", MEMGPTS)


def prompt(name: str, *messages: dict[str, Any]) -> str:
    return get_wrapper(name).chat_completion_to_prompt([SYSTEM, *messages], FUNCTIONS)


@EVERY
def test_users_words_are_there_whether_they_are_json_or_not(name: str) -> None:
    packed = {"role": "user", "content": '{"type": "user_message", "message": "Hi from JSON"}'}
    text = prompt(name, USER, packed)
    assert USER["content"] in text
    assert "Hi from JSON" in text


@pytest.mark.parametrize("simplify", [True, False])
def test_configured_wrapper_shows_users_words_simplified_or_not(simplify: bool) -> None:
    wrapper = configured({"user_prompt_start": "U:", "simplify_json_content": simplify})
    text = wrapper.chat_completion_to_prompt([SYSTEM, {"role": "user", "content": '{"message": "Hi"}'}], FUNCTIONS)
    assert "Hi" in text
    assert ('"message"' in text) is not simplify


@EVERY
@pytest.mark.parametrize(
    ("opening", "closing"), [("<|im_start|>", "<|im_end|>"), ("<|start_header_id|>", "<|eot_id|>")]
)
def test_every_block_but_the_answers_is_closed(name: str, opening: str, closing: str) -> None:
    text = get_wrapper(name).render(conversation("one_call")).text
    assert text.count(closing) == max(text.count(opening) - 1, 0)


@EVERY
def test_every_header_of_llama_is_whole_and_bos_is_left_to_the_server(name: str) -> None:
    text = get_wrapper(name).render(conversation("one_call")).text
    assert re.findall(r"<\|start_header_id\|>(?!\w+<\|end_header_id\|>\n\n)", text) == []
    assert not text.startswith(("<|begin_of_text|>", "<s>"))


@EVERY
def test_assistant_without_content_and_without_call_is_no_error(name: str) -> None:
    assert USER["content"] in prompt(name, USER, {"role": "assistant", "content": None}, USER)


@EVERY
def test_calls_of_one_turn_are_shown_in_turns_of_their_own(name: str) -> None:
    both = [call("a", "get_weather", {"city": "Lyon"}), call("b", "ping", {})]
    results = [{"role": "tool", "tool_call_id": id, "content": f"result {id}"} for id in "ab"]
    text = prompt(name, USER, {"role": "assistant", "content": "Both.", "tool_calls": both}, *results)
    if name == "memgpt-summary":
        pytest.skip("it shows no calls")
    first, second = text.index('"Lyon"'), text.rindex('"function": "ping"')
    assert first < text.index("result a") < second < text.index("result b")


@EVERY
def test_calls_in_tool_calls_and_in_function_call_are_shown_alike(name: str) -> None:
    calling = call("call_0", "get_weather", {"city": "Lyon"})
    legacy = {"role": "assistant", "content": None, "function_call": calling["function"]}
    assert prompt(name, USER, legacy) == prompt(
        name, USER, {"role": "assistant", "content": None, "tool_calls": [calling]}
    )


@EVERY
def test_parameter_without_description_and_types_beyond_text_are_no_error(name: str) -> None:
    bare = {"name": "count", "parameters": {"type": "object", "properties": {"n": {"type": "integer"}}}}
    assert USER["content"] in get_wrapper(name).chat_completion_to_prompt([SYSTEM, USER], [bare])


@EVERY
def test_conversation_may_begin_without_a_system_message(name: str) -> None:
    assert USER["content"] in get_wrapper(name).chat_completion_to_prompt([USER], FUNCTIONS)


def test_shared_instances_never_change() -> None:
    wrapper = get_wrapper("memgpt-chatml")
    before = wrapper.render(conversation("one_call")).text
    get_wrapper("chatml-grammar").render(conversation("tools"))
    with pytest.raises(AttributeError):
        wrapper.prefill = "x"  # type: ignore[misc]
    assert wrapper.render(conversation("one_call")).text == before
