"""Calls by free choice in the real engine: the model says what it is told, and from a call's mark on a valid call.

A grammar waits for the mark where the server can (lazy); else it describes the text before it, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from constraints.generating import generate
from constraints.toolsets import TOOLSETS
from e2e.tiny_model import serve, write_scripted_model
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import parse_text
from litellm_fnwrap.generation import Constraint
from litellm_fnwrap.messages import ToolChoice

TOOLS = TOOLSETS["simple"]


@contextmanager
def speaking(path: Path, text: str) -> Iterator[str]:
    with serve(write_scripted_model(path / "said.gguf", {"\n": text})) as base_url:
        yield base_url


def auto(name: str, *, parallel: bool = True, lazy: bool = True) -> Constraint:
    found = build_constraint(get_format(name), TOOLS, ToolChoice("auto"), dialect="gbnf", parallel=parallel, lazy=lazy)
    assert found is not None
    assert found.lazy is lazy
    return found


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("hermes", 'Wait. <tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>', id="as-declared"),
        pytest.param("hermes", 'Wait. <tool_call>{"name":"ping","arguments":{}}</tool_call>', id="other-blanks"),
        pytest.param("llama3-json", 'Wait. {"name":"ping","parameters":{}}', id="no-mark"),
        pytest.param("pythonic", "Wait. [ping()]", id="pythonic"),
        pytest.param("glm-4", 'get_weather\n{"city": "Lyon"}', id="name-on-a-line"),
        pytest.param("gpt-oss", "<|channel|>commentary to=functions.ping json<|message|>{}", id="other-spelling"),
        pytest.param(
            "gpt-oss", "<|channel|>commentary to=functions.ping <|constrain|>json<|message|>{}", id="stop-cuts-the-end"
        ),
        pytest.param("hermes", "No tool is needed.", id="prose"),
        pytest.param("llama3-json", '{"city": "Lyon", "name": "nobody"}', id="json-that-is-no-call"),
        pytest.param("functionary-v3.1", "see <function=unknown>{}</function>", id="undeclared-name"),
    ],
)
def test_good_text_passes_unchanged(tmp_path: Path, name: str, said: str) -> None:
    with speaking(tmp_path, said) as base_url:
        assert generate(base_url, auto(name), temperature=0, n_predict=200)["content"].rstrip() == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("hermes", 'Hm. <tool_call>\n{"name": "get_weather", "arguments": {"town": 1}}', id="wrong-key"),
        pytest.param("longcat", 'Hm. <longcat_tool_call>{"name":"nope","arguments":{}}', id="undeclared-name"),
        pytest.param("qwen3-coder", "Hm. <tool_call>\n<function=get_weather>\n</function>", id="argument-missing"),
    ],
)
@pytest.mark.parametrize("lazy", [True, False])
def test_bad_call_is_bent_into_a_valid_one(tmp_path: Path, name: str, said: str, lazy: bool) -> None:
    with speaking(tmp_path, said) as base_url:
        text = generate(base_url, auto(name, parallel=False, lazy=lazy), temperature=0, n_predict=900)["content"]
    parsed = parse_text(text, get_format(name), list(TOOLS))
    assert parsed.tool_calls
    assert (parsed.content or "").strip() == "Hm."
    assert {call.name for call in parsed.tool_calls} <= {tool.name for tool in TOOLS}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("hermes", 'Wait. <tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>', id="call"),
        pytest.param("hermes", "No tool is needed, 1 < 2 and <b>that</b> is all.", id="prose"),
        pytest.param("pythonic", "Wait. [ping()]", id="pythonic"),
        pytest.param("glm-4.5", "See <tool_call>ping\n</tool_call>", id="tagged"),
    ],
)
def test_good_text_passes_a_grammar_that_cannot_wait(tmp_path: Path, name: str, said: str) -> None:
    with speaking(tmp_path, said) as base_url:
        answer = generate(base_url, auto(name, lazy=False), temperature=0, n_predict=200)
    assert answer["content"].rstrip() == said
