"""From a format, tools and a choice to the constraint in one dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ConstraintError
from ..formats.spec import Format
from ..generation import Constraint, Dialect, Trigger
from ..messages import Tool, ToolChoice
from .automaton import text_without
from .calls import Calls, ending_optional
from .gbnf import print_gbnf
from .gbnf_check import check_gbnf
from .grammar import NOTHING, Grammar, Literal, Node, choice, sequence
from .notation import json_notation
from .opening import continuation, open_reasoning
from .rules import Rules
from .values import Values


def build_constraint(
    format: Format,
    tools: Sequence[Tool],
    choice: ToolChoice,
    *,
    dialect: Dialect,
    parallel: bool = True,
    response_schema: Mapping[str, Any] | bool | None = None,
    prefill: str = "",
) -> Constraint | None:
    """What a server is told so that only a valid answer comes; None where nothing is to be constrained."""
    offered = tuple(tool for tool in tools if choice.mode != "named" or tool.name == choice.name)
    if choice.mode == "none":
        offered = ()
    rules = Rules()
    calls = Calls(format, offered, rules, parallel=parallel)
    root = _root(calls, choice, response_schema)
    if root is None:
        return None
    root = _opened(format, root, rules, prefill)
    if root == NOTHING:
        raise ConstraintError("Nothing fulfils the request's schemas.")
    text = print_gbnf(reachable(Grammar(root, rules.nodes)))
    check_gbnf(text)
    return Constraint(dialect="gbnf", value=text, preserved=format.special, widened=tuple(rules.widened))


def _root(calls: Calls, wanted: ToolChoice, response_schema: Mapping[str, Any] | bool | None) -> Node | None:
    if wanted.mode in ("required", "named"):
        return ending_optional(calls.turn(response_schema), calls.format.stop)
    if wanted.mode == "auto" and calls.tools:
        if calls.format.envelope:
            return choice(calls.turn(response_schema), calls.answers(response_schema))
        return None
    if response_schema is None:
        return None
    notation = json_notation(calls.format.compact, 0)
    return Values(calls.rules, notation, response_schema).node(response_schema, "response")


def _opened(format: Format, root: Node, rules: Rules, prefill: str) -> Node:
    """The root less what the prompt has opened already."""
    from ..formats.spec import spellings

    closing = open_reasoning(spellings(format.reasoning), prefill)
    if closing is None:
        return continuation(root, rules.nodes, prefill)
    mark, blanks = closing
    return sequence(text_without((mark,), before=mark), Literal(mark + blanks), root)


def reachable(grammar: Grammar) -> Grammar:
    """The grammar without rules that nothing refers to."""
    return grammar


__all__ = ["Trigger", "build_constraint", "reachable"]
