"""Real chat templates: what is derived from each writes as the template does, and reads real generations."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import litellm_fnwrap
from litellm_fnwrap.chat_template import ChatTemplate
from litellm_fnwrap.errors import TemplateError
from litellm_fnwrap.events import Parsed, ToolCall
from litellm_fnwrap.formats.derive import derive
from litellm_fnwrap.formats.parser import StreamParser, parse_text
from litellm_fnwrap.formats.writer import write_calls
from litellm_fnwrap.messages import read_tools

CORPUS = Path(os.environ.get("FNWRAP_CORPUS") or ".") if os.environ.get("FNWRAP_CORPUS") else None
TEMPLATES = sorted((CORPUS / "templates").glob("*.jinja")) if CORPUS else []
CASES = (
    [json.loads(line) for line in (CORPUS / "template_cases.jsonl").read_text("utf-8").splitlines()] if CORPUS else []
)
WITHOUT_CALLS = {"ibm-granite-granite-3.3-2B-Instruct.jinja", "microsoft-Phi-3.5-mini-instruct.jinja"}
PROPERTIES = {
    "city": {"type": "string", "description": "c"},
    "days": {"type": "integer", "description": "d"},
    "note": {"type": "string", "description": "n"},
}
TOOLS = [
    {"type": "function", "function": {"name": name, "description": "d", "parameters": parameters}}
    for name, parameters in (
        ("get_weather", {"type": "object", "properties": PROPERTIES}),
        ("look_up", {"type": "object", "properties": PROPERTIES}),
        ("ping", {"type": "object", "properties": {}}),
    )
]
CALLS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "one": [("get_weather", {"city": "Lyon"})],
    "two": [("get_weather", {"city": "Lyon"}), ("look_up", {"note": "a b", "city": "x"})],
    "no_arguments": [("ping", {})],
    "with_none_given": [("get_weather", {"city": "Lyon"}), ("ping", {})],
    "number": [("get_weather", {"city": "Lyon", "days": 3})],
}
# A template that writes the mark at the end of the calls only after a second call, which its model always writes.
LAST_MARK_ONLY_AFTER_TWO = {"deepseek-ai-DeepSeek-R1-Distill-Llama-8B"}
needs_corpus = pytest.mark.skipif(CORPUS is None, reason="FNWRAP_CORPUS names no folder")


def rendered(template: ChatTemplate, calls: list[tuple[str, dict[str, Any]]]) -> str:
    able = template.capabilities
    tool_calls = []
    for n, (name, arguments) in enumerate(calls):
        given = arguments if able.object_arguments else json.dumps(arguments)
        tool_calls.append({"id": f"abcdefgh{n}", "type": "function", "function": {"name": name, "arguments": given}})
    content = "" if able.empty_content else None
    messages = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": content, "tool_calls": tool_calls},
    ]
    return template.render(messages, TOOLS, add_generation_prompt=False)


def called(parsed: Parsed) -> list[tuple[str, dict[str, Any]]]:
    return [(call.name, json.loads(call.arguments)) for call in parsed.tool_calls]


@needs_corpus
@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_template_yields_a_format_exactly_if_it_renders_calls(path: Path) -> None:
    template = ChatTemplate(path.read_text("utf-8"))
    if path.name in WITHOUT_CALLS:
        with pytest.raises(TemplateError, match="renders no tool calls"):
            derive(template)
    else:
        assert derive(template).source == "derived from a chat template"


@needs_corpus
@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path.name not in WITHOUT_CALLS], ids=lambda path: path.stem
)
@pytest.mark.parametrize("scenario", CALLS)
def test_derived_format_writes_as_the_template_and_reads_it_back(path: Path, scenario: str) -> None:
    template, calls = ChatTemplate(path.read_text("utf-8")), CALLS[scenario]
    format = derive(template)
    if len(calls) > 1 and not format.parallel:
        pytest.skip("the template writes one call at most")
    given = [ToolCall(f"abcdefgh{n}", name, json.dumps(arguments)) for n, (name, arguments) in enumerate(calls)]
    tools = read_tools(TOOLS)
    written = write_calls(format, given, tools)
    if len(calls) > 1 or path.stem not in LAST_MARK_ONLY_AFTER_TWO:
        assert written in rendered(template, calls)
    assert called(parse_text(written, format, tools)) == calls
    parser = StreamParser(format, tools)
    for character in written:
        parser.feed(character)
    parser.close()
    assert called(parser.result) == calls


@needs_corpus
@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path.name not in WITHOUT_CALLS], ids=lambda path: path.stem
)
def test_sample_is_what_the_template_writes(path: Path) -> None:
    format = derive(ChatTemplate(path.read_text("utf-8")))
    expected = [("get_weather", {"city": "Lyon"}), ("ping", {})][: 2 if format.parallel else 1]
    tools = implied_tools([{"name": name, "arguments": arguments} for name, arguments in expected])
    assert called(parse_text(format.sample, format, read_tools(tools))) == expected


def implied_tools(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tools for a case that lists none, from the calls it expects: a request has tools if calls are to come."""
    types = {str: "string", int: "integer", bool: "boolean", float: "number", list: "array", dict: "object"}
    out = []
    for call in calls:
        properties = {key: {"type": types[type(value)]} for key, value in call["arguments"].items()}
        parameters = {"type": "object", "properties": properties}
        out.append({"type": "function", "function": {"name": call["name"], "parameters": parameters}})
    return out


def compared(parsed: Parsed, how: str) -> tuple[str, str, list[tuple[str, dict[str, Any]]]]:
    content, reasoning = parsed.content or "", parsed.reasoning_content or ""
    if how == "strip":
        content, reasoning = content.strip(), reasoning.strip()
    return content, reasoning, called(parsed)


@needs_corpus
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
@pytest.mark.parametrize("size", [0, 1], ids=["whole", "characters"])
def test_generation_is_read_through_the_template_alone(case: dict[str, Any], size: int) -> None:
    template = (CORPUS / "templates" / case["template"]).read_text("utf-8")  # type: ignore[operator]
    tail = PROMPTS_NOT_STATED.get(case["id"], case["generation_prompt"] or "")
    parser = litellm_fnwrap.StreamParser(chat_template=template, tools=case["tools"] or None, prompt_tail=tail)
    for piece in case["raw"] if size else [case["raw"]]:
        parser.feed(piece)
    parser.close()
    content, reasoning, calls = compared(parser.result, case["compare"])
    assert calls == [(call["name"], call["arguments"]) for call in case["tool_calls"]]
    assert reasoning == case["reasoning"]
    if case["id"] in FENCED_WITHOUT_A_SCHEMA:
        content = content.removeprefix("```json").removesuffix("```").strip()
    assert content == case["content"]


# The text closes reasoning that it did not open, after a template whose prompts never open any: streamed, nothing tells
# that its beginning is reasoning until the mark comes.
PROMPTS_NOT_STATED = {"llamacpp-hermes-053": "<think>\n"}
# A response format was asked for, which the case does not state. Without one, a fence is part of what the model says;
# with one, the engine takes it off.
FENCED_WITHOUT_A_SCHEMA = {"llamacpp-mistral-v11-007"}
