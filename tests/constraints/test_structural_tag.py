from __future__ import annotations

import json
from typing import Any

import pytest

from constraints.toolsets import TOOLSETS
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.messages import ToolChoice

CALL = '<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>'


def tag(name: str, mode: str, **more: Any) -> dict[str, Any]:
    found = build_constraint(
        get_format(name),
        TOOLSETS["simple"],
        ToolChoice(mode),  # type: ignore[arg-type]
        dialect="structural_tag",
        **more,
    )
    assert found is not None
    assert isinstance(found.value, dict)
    assert found.value["type"] == "structural_tag"
    return found.value["format"]


def test_auto_waits_for_the_mark_and_then_demands_a_call() -> None:
    found = tag("hermes", "auto")
    assert found["type"] == "triggered_tags"
    assert found["triggers"] == ["<tool_call>"]
    ping = found["tags"][1]
    assert ping["begin"] == '<tool_call>\n{"name": "ping", "arguments": '
    assert ping["content"]["json_schema"] == TOOLSETS["simple"][1].parameters
    assert ping["end"] == "}\n</tool_call>"


def test_required_is_calls_with_the_declared_separator() -> None:
    found = tag("hermes", "required", parallel=False)
    assert (found["type"], found["separator"], found["at_least_one"]) == ("tags_with_separator", "\n", True)
    assert found["stop_after_first"]


def test_section_stands_around_the_calls() -> None:
    found = tag("kimi-k2", "required")
    assert (found["begin"], found["end"]) == ("<|tool_calls_section_begin|>", "<|tool_calls_section_end|>")
    assert found["content"]["type"] == "tags_with_separator"


def test_arguments_that_are_no_json_are_a_grammar() -> None:
    assert tag("pythonic", "required")["content"]["tags"][0]["content"]["type"] == "grammar"


@pytest.mark.parametrize("name", ["hermes", "kimi-k2", "pythonic", "qwen3-coder", "gemma4", "generic"])
@pytest.mark.parametrize("mode", ["auto", "required"])
def test_xgrammar_reads_every_tag(name: str, mode: str) -> None:
    xgrammar = pytest.importorskip("xgrammar", reason="xgrammar needs PyTorch; install both to judge structural tags")
    xgrammar.Grammar.from_structural_tag(json.dumps({"type": "structural_tag", "format": tag(name, mode)}))
