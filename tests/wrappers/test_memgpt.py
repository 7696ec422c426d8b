from __future__ import annotations

import json
from typing import Any

import pytest

from litellm_fnwrap.errors import InvalidRequestError, UnknownNameError
from litellm_fnwrap.events import CallStart, Finish, Text
from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.wrappers import WRAPPERS, get_wrapper
from litellm_fnwrap.wrappers.memgpt import MemGPT
from litellm_fnwrap.wrappers.memgpt_settings import configured, read_settings
from wrappers.scenarios import SCENARIOS, SYSTEM, TOOLS, USER, call, conversation

SEND = {
    "name": "send_message",
    "description": "Say something to the user",
    "parameters": {"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]},
}
DOCUMENTED = [
    *("chatml-grammar", "chatml-hints", "chatml-hints-grammar", "chatml-noforce", "chatml-noforce-grammar"),
    *("chatml-noforce-hints", "chatml-noforce-hints-grammar", "chatml-noforce-roles", "chatml-noforce-roles-grammar"),
    *("llama3-grammar", "llama3-hints-grammar", "airoboros-l2-70b-2.1", "airoboros-l2-70b-2.1-grammar"),
    *("dolphin-2.1-mistral-7b", "dolphin-2.1-mistral-7b-grammar", "zephyr-7B", "zephyr-7B-grammar"),
    "experimental-wrapper-neural-chat-grammar-noforce",
    *("memgpt-chatml", "memgpt-llama3", "memgpt-zephyr-7B", "memgpt-airoboros"),
]
READING = [
    pytest.param(' "ping", "params": {"inner_thoughts": "hm"}}', "hm", "ping", {}, id="goes on with the opened object"),
    pytest.param(
        '{"function": "ping", "params": {"inner_thoughts": "hm"}}', "hm", "ping", {}, id="repeats the opened object"
    ),
    pytest.param('{"function":"ping", "params":{}}', None, "ping", {}, id="repeats it with other blanks"),
    pytest.param(
        ' {"function": "ping", "params": {"n": 1}}}', None, "ping", {"n": 1}, id="nests the whole call in the name"
    ),
    pytest.param(' "ping", "params": {"n": 1', None, "ping", {"n": 1}, id="braces cut by a stop string"),
    pytest.param(' "ping", "params": {"text": "a\nb"}}', None, "ping", {"text": "a\nb"}, id="raw line feed"),
    pytest.param(' "ping", "params": {"a\\_b": 1}}', None, "ping", {"a_b": 1}, id="escaped underscore"),
    pytest.param(
        ' "send_message", "params": {"message": "Hi", "request_heartbeat": true}}',
        None,
        "send_message",
        {"message": "Hi"},
        id="heartbeat of send_message dropped",
    ),
]


@pytest.mark.parametrize("name", DOCUMENTED)
def test_memgpts_names_are_known(name: str) -> None:
    assert isinstance(get_wrapper(name), MemGPT)


@pytest.mark.parametrize("name", ["chatml", "llama3"])
def test_plain_names_are_the_models_own(name: str) -> None:
    assert not isinstance(get_wrapper(name), MemGPT)


@pytest.mark.parametrize(("raw", "content", "name", "arguments"), READING)
def test_answer_is_read(raw: str, content: str | None, name: str, arguments: dict[str, Any]) -> None:
    message = get_wrapper("memgpt-chatml").output_to_chat_completion_response(raw)
    assert message["role"] == "assistant"
    assert message["content"] == content
    assert message["function_call"]["name"] == name
    assert json.loads(message["function_call"]["arguments"]) == arguments


@pytest.mark.parametrize("named", ["null", '"none"', '"None"'])
def test_answer_without_a_call_has_its_thoughts_as_content(named: str) -> None:
    raw = f' "Just a greeting.", "function": {named}, "params": {{}}}}'
    message = get_wrapper("chatml-noforce").output_to_chat_completion_response(raw)
    assert message == {"role": "assistant", "content": "Just a greeting."}


@pytest.mark.parametrize(
    "raw", ["I will not write JSON.", "", '{"weather": "sunny"}'], ids=["prose", "nothing", "JSON"]
)
def test_unreadable_answer_is_content(raw: str) -> None:
    message = get_wrapper("dolphin-2.1-mistral-7b").output_to_chat_completion_response(raw)
    assert message == {"role": "assistant", "content": raw or None}


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_parser_gives_the_same_in_any_pieces(size: int) -> None:
    wrapper = get_wrapper("memgpt-chatml")
    raw = ' "ping",\n  "params": {\n    "inner_thoughts": "Let me see."\n  }\n}'
    tools = read_conversation([USER], tools=TOOLS).tools
    parser = wrapper.parser(tools, prompt_tail='{\n  "function":')
    events = [event for at in range(0, len(raw), size) for event in parser.feed(raw[at : at + size])]
    events += parser.close("stop")
    assert events[0] == Text("Let me see.")
    assert isinstance(events[1], CallStart)
    assert events[-1] == Finish("tool_calls")
    assert parser.result.tool_calls[0].arguments == "{}"


def test_undeclared_function_is_content() -> None:
    parser = get_wrapper("memgpt-chatml").parser(read_conversation([USER], tools=TOOLS).tools)
    parser.feed('{"function": "format_disk", "params": {}}')
    parser.close()
    assert parser.result.tool_calls == []
    assert parser.result.content == '{"function": "format_disk", "params": {}}'


def test_call_cut_off_by_the_token_limit_is_no_call() -> None:
    parser = get_wrapper("memgpt-chatml").parser(read_conversation([USER], tools=TOOLS).tools, prompt_tail="{")
    parser.feed('"function": "ping", "params": {"n": 1')
    parser.close("length")
    assert (parser.result.tool_calls, parser.result.finish_reason) == ([], "length")


@pytest.mark.parametrize(
    ("name", "prefill"),
    [
        ("memgpt-chatml", '{\n  "function":'),
        ("chatml-noforce", '{\n  "inner_thoughts":'),
        ("dolphin-2.1-mistral-7b", "{"),
        ("airoboros-l2-70b-2.1", '{\n  "function":'),
    ],
)
def test_prompt_opens_the_object(name: str, prefill: str) -> None:
    prompt = get_wrapper(name).render(conversation("results"))
    assert prompt.prefill == prefill
    assert prompt.text.endswith("\n" + prefill)


def test_prompt_without_functions_opens_nothing() -> None:
    assert get_wrapper("memgpt-chatml").render(conversation("no_tools")).prefill == ""


def test_very_first_answer_must_send_a_message() -> None:
    wrapper = get_wrapper("memgpt-chatml")
    first = wrapper.chat_completion_to_prompt([SYSTEM, USER], [SEND])
    assert first.endswith('{\n  "function": "send_message",')
    later = [
        SYSTEM,
        USER,
        {"role": "assistant", "content": None, "function_call": {"name": "x", "arguments": "{}"}},
        USER,
    ]
    assert wrapper.chat_completion_to_prompt(later, [SEND]).endswith('{\n  "function":')


def test_thoughts_are_listed_and_shown_in_the_parameters() -> None:
    calling = {"role": "assistant", "content": "I must look.", "tool_calls": [call("a", "ping", {})]}
    text = get_wrapper("memgpt-chatml").chat_completion_to_prompt([SYSTEM, USER, calling], [TOOLS[1]])
    assert "  params:\n    inner_thoughts:" in text
    assert '"function": "ping",\n  "params": {\n    "inner_thoughts": "I must look."' in text


def test_result_is_never_the_assistants_own_words() -> None:
    for name in WRAPPERS.names():
        wrapper = get_wrapper(name)
        if isinstance(wrapper, MemGPT):
            messages = wrapper.render(conversation("one_call")).messages
            assert "sunny" in messages[-1]["content"]
            assert messages[-1]["role"] == "user"


def test_functions_are_listed_once() -> None:
    messages = [SYSTEM, USER, {"role": "system", "content": "An event."}, USER]
    text = get_wrapper("memgpt-chatml").chat_completion_to_prompt(messages, [SEND])
    assert text.count("Available functions:") == 1


def test_user_json_is_simplified_or_indented() -> None:
    packed = {"role": "user", "content": '{"type": "user_message", "message": "Hi there"}'}
    assert "USER: Hi there\n" in get_wrapper("airoboros-l2-70b-2.1").chat_completion_to_prompt([packed], [SEND])
    assert '{\n  "type": "user_message"' in get_wrapper("memgpt-chatml").chat_completion_to_prompt([packed], [SEND])


def test_events_have_the_systems_role_where_asked() -> None:
    event = {"role": "user", "content": '{"type": "heartbeat"}'}
    text = get_wrapper("chatml-noforce-roles").chat_completion_to_prompt([SYSTEM, USER, event], [SEND])
    assert '<|im_start|>system\n{\n  "type": "heartbeat"' in text


def test_tools_shown_carry_the_parameter_for_thoughts() -> None:
    tools = conversation("tools").tools
    shown = get_wrapper("memgpt-chatml").shown(tools)[0]
    assert next(iter(shown.parameters["properties"])) == "inner_thoughts"
    assert "inner_thoughts" in shown.parameters["required"]
    assert "inner_thoughts" not in tools[0].parameters["properties"]


YAML = """
sys_prompt_start: "<<S>>"
sys_prompt_end: "<</S>>\\n"
user_prompt_start: "<<U>>"
user_prompt_end: "<</U>>\\n"
assistant_prompt_start: "<<A>>"
assistant_prompt_end: "<</A>>\\n"
tool_prompt_start: "<<T>>"
tool_prompt_end: "<</T>>\\n"
assistant_prefix_extra: '{"function":'
default_stop_sequences: ["<</A>>"]
"""


def test_configured_wrapper_writes_its_marks() -> None:
    prompt = configured(YAML).render(conversation("one_call"))
    assert prompt.text.startswith("<<S>>You are brief.")
    assert "<</S>>\n<<U>>What is the weather in Lyon?<</U>>\n<<A>>{" in prompt.text
    assert prompt.text.endswith('<</T>>\n<<A>>\n{"function":')
    assert prompt.stop == ["<</A>>"]
    assert prompt.prefill == '{"function":'


def test_settings_are_read_from_json_and_mappings_alike() -> None:
    settings = {"user_prompt_start": "U:", "json_indent": 4}
    assert read_settings(settings) == read_settings(json.dumps(settings))


def test_unknown_setting_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        read_settings({"user_prompt_strat": "x"})
    assert caught.value.suggestions[0] == "user_prompt_start"


@pytest.mark.parametrize("text", ["- a\n- b", "{unclosed: ["], ids=["a list", "broken"])
def test_settings_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="settings"):
        read_settings(text)


def test_summary_wrapper_asks_for_a_summary_only() -> None:
    messages, _ = SCENARIOS["no_tools"]
    text = get_wrapper("memgpt-summary").chat_completion_to_prompt(messages, [])
    assert text.endswith("### RESPONSE\nSUMMARY:\n")
