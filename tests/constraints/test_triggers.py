"""Where a turn of calls begins: the marks a lazy grammar waits for, and the texts that prose is kept free of."""

from __future__ import annotations

import re

import pytest

from litellm_fnwrap.constraints.triggers import excluded_marks, triggers
from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.messages import Tool

TOOLS = (Tool(name="get_weather"), Tool(name="ping.it"))


def begins(name: str, text: str) -> int | None:
    """Where the first of a format's triggers finds a call in a text."""
    found = []
    for trigger in triggers(get_format(name), TOOLS):
        if trigger.kind == "word":
            found.append(text.find(trigger.value))
        elif match := re.search(trigger.value, text):
            found.append(match.start(1))
    return min((at for at in found if at >= 0), default=None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hermes", 'So: ~<tool_call>\n{"name"'),
        ("kimi-k2", "So: ~<|tool_call_begin|>functions.ping.it:0"),
        ("kimi-k2", "So: ~<|tool_calls_section_begin|><|tool_call_begin|>"),
        ("mistral", 'So: ~[TOOL_CALLS] [{"name"'),
        ("phi4-mini", "So: ~functools[{"),
        ("functionary-v3.2", 'So: ~>>>get_weather\n{"city"'),
        ("functionary-v3.2", 'So: ~>>>ping.it\t{"city"'),
        ("functionary-v3.1", "So: ~<function=ping.it>{}"),
        ("llama3-json", 'So: ~{"name": "get_weather", "parameters": {}}'),
        ("llama3-json", 'So: ~{ "name": "ping.it" ,\n"parameters"'),
        ("openai-echo", '~{"type":"function",\n "function": {"name":"ping.it", "arguments"'),
        ("required", 'So: ~[ {"name": "get_weather", "arguments"'),
        ("pythonic", "So: ~[get_weather(city='Lyon')]"),
        ("pythonic", "So: ~[\n get_weather(city='Lyon')]"),
        ("tool-code", "So: ~```tool_code\nget_weather("),
        ("glm-4", '~get_weather\n{"city"'),
        ("glm-4", 'Well.\n~get_weather\n{"city"'),
        ("nexus-raven", "So: ~Call: get_weather(city='Lyon')"),
        ("nexus-raven", "Well.\n~ping.it()"),
        ("react", "Thought: hm\n~Action: get_weather\nAction Input: {}"),
        ("react", "~Action:get_weather \nAction Input: {}"),
        ("qwen1", "~✿FUNCTION✿: ping.it\n✿ARGS✿: {}"),
        ("inkling", "~<|message_model|>get_weather<|content_invoke_tool_json|>"),
        ("iquest", "~<iquest_tool_call>get_weather{}"),
    ],
)
def test_call_is_found_where_it_begins(name: str, text: str) -> None:
    before, _, behind = text.partition("~")
    assert begins(name, before + behind) == len(before)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hermes", "a <tool and no call"),
        ("functionary-v3.2", ">>>all\nHello"),
        ("functionary-v3.2", ">>>get_weather2\n{}"),
        ("functionary-v3.2", ">>>get_weather>>>"),
        ("functionary-v3.1", "<function=rm>{}"),
        ("functionary-v3.1", "<function=pingXit>{}"),
        ("llama3-json", '{"name": "rm", "parameters": {}}'),
        ("llama3-json", '{"name": "get_weather"}'),
        ("llama3-json", '{"city": "get_weather", "parameters": {}}'),
        ("required", '{"name": "get_weather", "arguments": {}}'),
        ("pythonic", "get_weather(city='Lyon')"),
        ("pythonic", "[get_weather]"),
        ("glm-4", "I call get_weather\n{}"),
        ("glm-4", "This is a tool:\nget_weathers\n{}"),
        ("nexus-raven", "I would use get_weather(city='Lyon')"),
        ("nexus-raven", "get_weather"),
        ("react", "Action: none\nget_weather\n"),
        ("react", "Action: get_weather, perhaps"),
        ("tool-code", "```tool_code\nprint("),
        ("inkling", "<|message_model|>get_weather is"),
        ("gpt-oss", "<|channel|>commentary to=functions.rm <|constrain|>json"),
        ("gpt-oss", "<|channel|>commentary<|message|>I think"),
    ],
)
def test_nothing_else_is_taken_for_a_call(name: str, text: str) -> None:
    assert begins(name, text) is None


@pytest.mark.parametrize("name", list(FORMATS))
def test_declared_sample_is_found_at_its_beginning(name: str) -> None:
    format = get_format(name)
    sample = format.sample.lstrip()
    tools = (Tool(name="get_weather"), Tool(name="ping"))
    patterns = [t.value if t.kind == "pattern" else f"({re.escape(t.value)})" for t in triggers(format, tools)]
    found = [match.start(1) for pattern in patterns if (match := re.search(pattern, sample))]
    if format.envelope:
        assert found
        return
    assert min(found) == 0


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("hermes", ("<tool_call>",)),
        ("kimi-k2", ("<|tool_calls_section_begin|>", "<|tool_call_begin|>")),
        ("llama3-json", ('{"name": "',)),
        ("openai-echo", ('{"type": "function", "function": {"name": "',)),
        ("required", ('[{"name": "',)),
        ("pythonic", ("[get_weather(", "[ping.it(")),
        ("glm-4", ("get_weather\n", "ping.it\n")),
        ("functionary-v3.2", (">>>get_weather\n", ">>>ping.it\n")),
        ("functionary-v3.1", ("<function=",)),
        ("nexus-raven", ("Call: get_weather(", "Call: ping.it(", "get_weather(", "ping.it(")),
        ("iquest", ("<iquest_tool_call>",)),
        ("react", ("Action: get_weather\n", "Action: ping.it\n")),
    ],
)
def test_prose_is_kept_free_of_what_a_call_begins_with(name: str, marks: tuple[str, ...]) -> None:
    assert excluded_marks(get_format(name), TOOLS) == marks
