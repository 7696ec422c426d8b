"""Structural tags of xgrammar, for vLLM and SGLang: free text until a mark, and from there only a valid call.

    {"type": "structural_tag", "format": {"type": "triggered_tags", "triggers": ["<tool_call>"], "tags": [
        {"type": "tag", "begin": "<tool_call>\\n{\\"name\\": \\"ping\\", \\"arguments\\": ",
         "content": {"type": "json_schema", "json_schema": {...}}, "end": "}\\n</tool_call>"}]}}

Source: https://xgrammar.mlc.ai/docs/tutorials/structural_tag.html, read November 2026.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..formats.spec import Format, Hole, Literally, segments
from ..messages import Tool
from .arguments import arguments_of
from .gbnf import print_gbnf
from .grammar import Grammar, reachable
from .notation import json_notation
from .rules import Rules
from .triggers import excluded_marks


class StructuralTags:
    """The structural tags of one request."""

    def __init__(self, format: Format, tools: tuple[Tool, ...], *, parallel: bool) -> None:
        self.format = format
        self.tools = tools
        self.parallel = parallel and format.parallel
        self.widened: dict[str, None] = {}

    def required(self) -> dict[str, Any]:
        """Calls and nothing else."""
        return _wrapped(self._section(self._calls(self.format.separator)))

    def auto(self) -> dict[str, Any]:
        """Free text, and from a call's mark on only a valid one."""
        triggers = list(excluded_marks(self.format, self.tools))
        tags = self._tags()
        if self.format.sections and self.format.sections[0] != "{calls}":
            before, behind = self.format.sections[0].split("{calls}", 1)
            tags = [_tag(before, self._calls(self.format.separator), behind)]
            triggers = [mark for mark in triggers if before.startswith(mark)] or [before]
        return _wrapped(
            {
                "type": "triggered_tags",
                "triggers": [mark for mark in triggers if any(tag["begin"].startswith(mark) for tag in tags)],
                "tags": tags,
                "at_least_one": False,
                "stop_after_first": not self.parallel,
            }
        )

    def _section(self, calls: dict[str, Any]) -> dict[str, Any]:
        if not self.format.sections or self.format.sections[0] == "{calls}":
            return calls
        before, behind = self.format.sections[0].split("{calls}", 1)
        return _tag(before, calls, behind)

    def _calls(self, separator: str) -> dict[str, Any]:
        return {
            "type": "tags_with_separator",
            "tags": self._tags(),
            "separator": separator,
            "at_least_one": True,
            "stop_after_first": not self.parallel,
        }

    def _tags(self) -> list[dict[str, Any]]:
        return [self._call(tool) for tool in self.tools]

    def _call(self, tool: Tool) -> dict[str, Any]:
        """One call: the text up to its arguments, the arguments, and the text behind them."""
        template = self.format.calls[0].replace("{object}", self.format.objects[0])
        named = Hole("name")
        before = behind = ""
        in_object = "{object}" in self.format.calls[0]
        reached = False
        for part in segments(template):
            if part == Hole("arguments"):
                reached = True
                continue
            text = part.text if isinstance(part, Literally) else self._filled(part == named, tool, in_object)
            before, behind = (before, behind + text) if reached else (before + text, behind)
        return _tag(before, self._arguments(tool), behind)

    def _filled(self, is_name: bool, tool: Tool, in_object: bool) -> str:
        text = tool.name if is_name else "0"
        return json.dumps(text, ensure_ascii=False) if in_object and is_name else text

    def _arguments(self, tool: Tool) -> dict[str, Any]:
        if self.format.arguments == "json":
            return {"type": "json_schema", "json_schema": dict(tool.parameters)}
        rules = Rules()
        node = arguments_of(self.format, tool, rules, json_notation(self.format.compact, self.format.indent))
        self.widened.update(rules.widened)
        return {"type": "grammar", "grammar": print_gbnf(reachable(Grammar(node, rules.nodes)))}


def schema_tag(schema: Mapping[str, Any] | bool) -> dict[str, Any]:
    """An answer that is JSON of a schema from its first character on."""
    return _wrapped({"type": "json_schema", "json_schema": dict(schema) if isinstance(schema, Mapping) else schema})


def grammar_tag(text: str) -> dict[str, Any]:
    """An answer as a grammar says."""
    return _wrapped({"type": "grammar", "grammar": text})


def _tag(begin: str, content: dict[str, Any], end: str) -> dict[str, Any]:
    return {"type": "tag", "begin": begin, "content": content, "end": end}


def _wrapped(format: dict[str, Any]) -> dict[str, Any]:
    return {"type": "structural_tag", "format": format}
