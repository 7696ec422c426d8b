"""The public functions, called as people call them."""

from __future__ import annotations

import json
from typing import Any

import pytest

import litellm_fnwrap
from litellm_fnwrap.errors import ConstraintError, UnknownNameError

WEATHER: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
CALL = '{"name": "get_weather", "arguments": {"city": "Lyon"}}'


def calls(parsed: litellm_fnwrap.Parsed) -> list[tuple[str, Any]]:
    return [(call.name, json.loads(call.arguments)) for call in parsed.tool_calls]


@pytest.mark.parametrize(
    "how",
    [
        {"format": "hermes"},
        {"format": "qwen"},
        {"wrapper": "chatml"},
        {"wrapper": "hermes-2-pro"},
        {},
    ],
    ids=["format", "parser-name", "wrapper", "family", "nothing"],
)
def test_marked_call_is_read_however_the_format_is_named(how: dict[str, Any]) -> None:
    parsed = litellm_fnwrap.parse(f"I look.\n<tool_call>\n{CALL}\n</tool_call>", tools=[WEATHER], **how)
    assert calls(parsed) == [("get_weather", {"city": "Lyon"})]
    assert parsed.finish_reason == "tool_calls"


def test_json_is_a_call_only_with_a_mark_or_a_declared_name() -> None:
    assert not litellm_fnwrap.parse(CALL, format="hermes").tool_calls
    assert litellm_fnwrap.parse(CALL, format="hermes", tools=[WEATHER]).tool_calls
    undeclared = CALL.replace("get_weather", "launch")
    assert litellm_fnwrap.parse(undeclared, format="hermes", tools=[WEATHER]).content == undeclared


def test_prompt_tail_tells_what_the_prompt_has_opened() -> None:
    parsed = litellm_fnwrap.parse(
        f"hm\n</think>\n\n<tool_call>\n{CALL}\n</tool_call>",
        format="hermes",
        tools=[WEATHER],
        prompt_tail="<|im_start|>assistant\n<think>\n",
    )
    assert parsed.reasoning_content == "hm"
    assert calls(parsed) == [("get_weather", {"city": "Lyon"})]


def test_brackets_of_the_prompt_open_no_call() -> None:
    text = '[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Lyon"}}]'
    parsed = litellm_fnwrap.parse(text, wrapper="mistral-v3", tools=[WEATHER], prompt_tail="[INST] Hi [/INST]")
    assert (parsed.content, calls(parsed)) == (None, [("get_weather", {"city": "Lyon"})])


def test_stream_parser_gives_the_same_as_parse() -> None:
    text = f"One.\n<tool_call>\n{CALL}\n</tool_call>\nTwo."
    parser = litellm_fnwrap.StreamParser(format="hermes", tools=[WEATHER])
    for char in text:
        parser.feed(char)
    parser.close()
    whole = litellm_fnwrap.parse(text, format="hermes", tools=[WEATHER])
    assert (parser.result.content, calls(parser.result)) == (whole.content, calls(whole))


@pytest.mark.parametrize("parallel", [True, False])
def test_one_call_at_most_where_parallel_calls_are_off(parallel: bool) -> None:
    text = f"<tool_call>{CALL}</tool_call><tool_call>{CALL}</tool_call>"
    parsed = litellm_fnwrap.parse(text, format="hermes", tools=[WEATHER], parallel_tool_calls=parallel)
    assert len(parsed.tool_calls) == (2 if parallel else 1)
    assert len({call.id for call in parsed.tool_calls}) == len(parsed.tool_calls)


@pytest.mark.parametrize("dialect", ["gbnf", "regex", "json_schema", "structural_tag"])
def test_constraint_is_had_in_every_dialect(dialect: Any) -> None:
    value = litellm_fnwrap.constraint([WEATHER], format="llama3-json", dialect=dialect)
    assert "get_weather" in json.dumps(value)


def test_constraint_never_fails_open() -> None:
    with pytest.raises(ConstraintError, match="tool_choice 'none'"):
        litellm_fnwrap.constraint([WEATHER], format="hermes", tool_choice="none")


def test_rendered_prompt_names_the_tool_and_its_format() -> None:
    prompt = litellm_fnwrap.render([{"role": "user", "content": "hi"}], [WEATHER], wrapper="chatml")
    assert "get_weather" in prompt.text
    assert prompt.text.endswith("<|im_start|>assistant\n")
    assert prompt.format == "hermes"


def test_chat_template_alone_is_enough() -> None:
    template = (
        "{% for m in messages %}[{{ m.role }}]{{ m.content or '' }}"
        "{% for c in m.tool_calls or [] %}<call>{{ c.function.name }} {{ c.function.arguments | tojson }}</call>"
        "{% endfor %}[end]{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}"
    )
    format = litellm_fnwrap.derive(template)
    text = f"<call>get_weather {json.dumps({'city': 'Lyon'})}</call>"
    assert calls(litellm_fnwrap.parse(text, format=format, tools=[WEATHER])) == [("get_weather", {"city": "Lyon"})]
    assert calls(litellm_fnwrap.parse(text, chat_template=template, tools=[WEATHER])) == [
        ("get_weather", {"city": "Lyon"})
    ]


@pytest.mark.parametrize(
    ("how", "offered"),
    [({"wrapper": "chatmll"}, "chatml"), ({"format": "hermse"}, "hermes"), ({"reper": True}, "repair")],
    ids=["wrapper", "format", "option"],
)
def test_wrong_names_offer_the_right_ones(how: dict[str, Any], offered: str) -> None:
    with pytest.raises(UnknownNameError, match=offered):
        litellm_fnwrap.parse("x", **how)


def test_registered_wrapper_is_found_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for table in ("_objects", "_canonical"):  # so that the name is gone after the test
        names = getattr(litellm_fnwrap.wrappers.WRAPPERS, table)
        monkeypatch.setattr(litellm_fnwrap.wrappers.WRAPPERS, table, dict(names))
    litellm_fnwrap.register_wrapper("shouted", litellm_fnwrap.wrappers.WRAPPERS.get("chatml"))
    assert litellm_fnwrap.render([{"role": "user", "content": "hi"}], wrapper="shouted").text.startswith("<|im_start|>")
