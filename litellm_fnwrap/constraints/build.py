"""From a format, tools and a choice to the constraint in one dialect."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import ConstraintError
from ..formats.spec import Format, spellings
from ..generation import Constraint, Dialect
from ..messages import Tool
from .automaton import can_exclude, free_text
from .calls import Calls, Schema
from .gbnf import print_gbnf
from .grammar import NOTHING, Grammar, Literal, Node, choice, optional, sequence
from .json_schema import JsonSchemas
from .opening import around, beginning, continuation, open_reasoning
from .regex import MOST_DEPTH, RegexPrinter
from .rules import Rules
from .structural_tag import call_tags, grammar_tag
from .triggers import excluded_marks, triggers


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What is to be constrained: which calls, whether they must come, and how the prompt has begun the answer."""

    format: Format
    tools: tuple[Tool, ...]
    forced: bool
    parallel: bool
    response_schema: Schema
    prefill: str


def build(demand: Demand, dialect: Dialect, *, lazy: bool) -> Constraint | None:
    """The constraint in a dialect; None where the answer is free or the dialect cannot leave it free as it must."""
    if dialect == "json_schema":
        return _json_schema(demand)
    if dialect == "gbnf" and lazy and _is_lazy(demand):
        return _lazy(demand)
    if dialect == "structural_tag" and _is_lazy(demand) and (tags := _call_tags(demand)) is not None:
        return tags
    rules = Rules(brief=dialect == "regex")
    grammar = answer(demand, rules)
    return None if grammar is None else _printed(demand, dialect, grammar, rules)


def answer(demand: Demand, rules: Rules) -> Grammar | None:
    """The whole answer as a grammar; None if it is free. Raises ConstraintError if nothing fulfils the demand."""
    root = _root(demand, rules)
    if root == NOTHING:
        raise ConstraintError(
            "No answer fulfils the request's schemas. Look for contradictions between type, enum, required and bounds."
        )
    return None if root is None else rules.grammar(root)


def _printed(demand: Demand, dialect: Dialect, grammar: Grammar, rules: Rules) -> Constraint:
    if dialect == "regex":
        printer = RegexPrinter(grammar)
        text = printer.print()
        shallow = tuple(f"{name}: nested at most {MOST_DEPTH} deep in a regular expression" for name in printer.shallow)
        return Constraint(dialect="regex", value=text, widened=(*rules.widened, *shallow))
    text = print_gbnf(grammar)
    if dialect == "structural_tag":
        value = grammar_tag(text)
        return Constraint(
            dialect="structural_tag", value=value, preserved=preserved(demand), widened=tuple(rules.widened)
        )
    return Constraint(dialect="gbnf", value=text, preserved=preserved(demand), widened=tuple(rules.widened))


def preserved(demand: Demand) -> tuple[str, ...]:
    """The marks a server must show although they may be control tokens."""
    words = [trigger.value for trigger in triggers(demand.format, demand.tools) if trigger.kind == "word"]
    return tuple(dict.fromkeys((*demand.format.special, *(words if demand.tools else ()))))


def _is_lazy(demand: Demand) -> bool:
    """Whether free text may come first, and nothing of the answer is determined yet."""
    if demand.forced or not demand.tools or demand.format.envelope or demand.response_schema is not None:
        return False
    rules = Rules()
    turn = Calls(demand.format, demand.tools, rules).turn()
    return not beginning(turn, rules.nodes, demand.prefill).strip()


def _lazy(demand: Demand) -> Constraint | None:
    """A grammar that sleeps until a call begins; blanks may then be as the model has written them."""
    if demand.format.calls_in_reasoning == "ignore" and _open_reasoning(demand):
        return None
    rules = Rules()
    calls = Calls(demand.format, demand.tools, rules, parallel=demand.parallel, loose=True)
    options = [calls.turn()]
    if demand.format.sections and demand.format.section_optional:
        options.append(calls.turn(marked=False))
    text = print_gbnf(rules.grammar(choice(*options)))
    return Constraint(
        dialect="gbnf",
        value=text,
        lazy=True,
        triggers=triggers(demand.format, demand.tools),
        preserved=preserved(demand),
        widened=tuple(rules.widened),
    )


def _root(demand: Demand, rules: Rules) -> Node | None:
    """The whole answer as a grammar; None if it is free."""
    calls = Calls(demand.format, demand.tools, rules, parallel=demand.parallel)
    if not demand.tools:
        if demand.response_schema is None:
            return None
        return _opened(demand, calls.response(demand.response_schema), rules)
    turn = calls.turn()
    if demand.forced:
        return _opened(demand, turn, rules)
    if demand.format.envelope:
        return _opened(demand, choice(turn, calls.answers(demand.response_schema)), rules)
    if demand.response_schema is not None:
        return _opened(demand, choice(turn, calls.response(demand.response_schema)), rules)
    begun = beginning(turn, rules.nodes, demand.prefill)
    if begun.strip():
        return choice(continuation(turn, rules.nodes, begun), _opened_content(demand, turn, rules, begun))
    return _text_then(demand, turn, rules)


def _text_then(demand: Demand, turn: Node, rules: Rules) -> Node | None:
    """Text that holds no mark of a call, then perhaps calls; None if the marks cannot be excluded."""
    marks = excluded_marks(demand.format, demand.tools)
    if not can_exclude(marks) or (demand.format.calls_in_reasoning == "ignore" and _open_reasoning(demand)):
        return None
    return sequence(free_text(rules, "content", marks), optional(turn))


def _opened_content(demand: Demand, turn: Node, rules: Rules, begun: str) -> Node:
    """Content that begins like the calls, as where the recipient "all" stands in place of a tool's name."""
    text = _text_then(demand, turn, rules)
    options = []
    for template in spellings(demand.format.content):
        before, behind = around(template, "content")
        if text is not None and before.startswith(begun):
            options.append(sequence(Literal(before[len(begun) :]), text, optional(Literal(behind))))
    return choice(*options)


def _open_reasoning(demand: Demand) -> tuple[str, str] | None:
    return open_reasoning(spellings(demand.format.reasoning), demand.prefill)


def _opened(demand: Demand, root: Node, rules: Rules) -> Node:
    """An answer less what the prompt has written of it, and with the end of reasoning that the prompt has opened."""
    closing = _open_reasoning(demand)
    if closing is None:
        return continuation(root, rules.nodes, demand.prefill)
    mark, blanks = closing
    return sequence(free_text(rules, "reasoning", (mark,), before=mark), Literal(mark + blanks), root)


def _json_schema(demand: Demand) -> Constraint | None:
    schemas = JsonSchemas(demand.format, demand.tools, parallel=demand.parallel)
    if demand.tools:
        _root(demand, Rules())
    found = None
    if not demand.tools:
        found = None if demand.response_schema is None else schemas.response(demand.response_schema)
    elif demand.forced:
        found = schemas.required(demand.prefill)
    else:
        found = schemas.auto(demand.response_schema)
    if found is not None and _open_reasoning(demand):
        raise ConstraintError(
            "The prompt has opened the model's reasoning, and a JSON schema leaves no room for it. "
            "Turn reasoning off in the chat template, or use a server that takes grammars."
        )
    return None if found is None else Constraint(dialect="json_schema", value=found)


def _call_tags(demand: Demand) -> Constraint | None:
    """Structural tags for calls in the middle of free text."""
    if demand.format.calls_in_reasoning == "ignore" and _open_reasoning(demand):
        return None
    rules = Rules()
    value = call_tags(demand.format, demand.tools, rules, parallel=demand.parallel)
    if value is None:
        return None
    return Constraint(dialect="structural_tag", value=value, preserved=preserved(demand), widened=tuple(rules.widened))
