"""Structural tags of xgrammar, for vLLM and SGLang: free text until a mark, and from there only a valid call.

    {"type": "structural_tag", "format": {"type": "triggered_tags", "triggers": ["<tool_call>"], "tags": [
        {"type": "tag", "begin": "<tool_call>", "content": {"type": "grammar", "grammar": "root ::= ..."}, "end": ""}]}}

What follows a mark is a grammar of ours and no JSON schema: of a schema, xgrammar 0.2.8 leaves out allOf, what stands
beside $ref or anyOf, multiples of fractions and more without a word, and it refuses long exponents.

Source: https://xgrammar.mlc.ai/docs/tutorials/structural_tag.html, read November 2026.
"""

from __future__ import annotations

from typing import Any

from ..formats.spec import Format
from ..messages import Tool
from .calls import Calls
from .gbnf import print_gbnf
from .grammar import NOTHING
from .opening import after
from .rules import Rules
from .triggers import excluded_marks

MOST_MARKS = 16
"""Where each tool has a mark of its own, the grammar behind each tells of all tools."""


def call_tags(format: Format, tools: tuple[Tool, ...], rules: Rules, *, parallel: bool) -> dict[str, Any] | None:
    """Free text, and from a call's mark on only a valid one; None if there are too many marks."""
    marks = excluded_marks(format, tools)
    if len(marks) > MOST_MARKS:
        return None
    calls = Calls(format, tools, rules, parallel=parallel)
    tags = [_tag(mark, _rest(calls, mark)) for mark in marks]
    return _wrapped(
        {
            "type": "triggered_tags",
            "triggers": list(marks),
            "tags": tags,
            "at_least_one": False,
            "stop_after_first": not calls.parallel,
        }
    )


def _rest(calls: Calls, mark: str) -> str:
    """What follows a mark: the rest of a turn with a section, else of one call, since each further one has its mark."""
    nodes = [calls.turn(), calls.one()] if calls.format.sections else [calls.one()]
    rest = next(found for node in nodes if (found := after(node, calls.rules.nodes, mark)) != NOTHING)
    return print_gbnf(calls.rules.grammar(rest))


def _tag(mark: str, grammar: str) -> dict[str, Any]:
    return {"type": "tag", "begin": mark, "content": {"type": "grammar", "grammar": grammar}, "end": ""}


def grammar_tag(text: str) -> dict[str, Any]:
    """An answer as a grammar says."""
    return _wrapped({"type": "grammar", "grammar": text})


def _wrapped(format: dict[str, Any]) -> dict[str, Any]:
    return {"type": "structural_tag", "format": format}
