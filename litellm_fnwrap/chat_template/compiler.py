"""Jinja's code generator with payment: loops, macro bodies, sums, slices and comparisons are counted.

What chat templates do most, reading a key of a message, comparing it with a constant and writing a text, is done in
the generated code itself, so that counting costs no more than it saves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

from . import operations
from .bounds import MAX_SCOPES, refuse
from .operations import is_key

COUNTED = "counted iteration"
_REPEATED = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block)
_Repeated = nodes.For | nodes.Macro | nodes.CallBlock | nodes.Block
_CONSTANTS = (nodes.Const, nodes.TemplateData)
_IMPORTED = ("METER", "Meter", *sorted(set(operations.__all__) - {"is_key", "meter", "concat"}))
_OPERATORS = {
    "eq": "==",
    "ne": "!=",
    "gt": ">",
    "gteq": ">=",
    "lt": "<",
    "lteq": "<=",
    "in": "in",
    "notin": "not in",
}


def _cost(body: Sequence[nodes.Node]) -> int:
    """Steps of running a body once: an eighth of its nodes, and a step for 16 characters of fixed text."""
    size, waiting = 8, list(body)
    while waiting:
        node = waiting.pop()
        size += 1
        if isinstance(node, nodes.TemplateData):
            size += len(node.data) // 2
        elif isinstance(node, nodes.Const) and isinstance(node.value, str):
            size += len(node.value) // 2
        waiting.extend(node.iter_child_nodes(exclude=("body",) if isinstance(node, _REPEATED) else None))
    return size // 8


def _check_scopes(template: nodes.Template) -> None:
    """Refuse a template whose compilation would take long: Jinja copies all names for each branch and each scope."""
    scopes = names = 0
    seen: set[str] = set()
    for node in template.find_all((nodes.Name, nodes.If, *_REPEATED)):
        if isinstance(node, nodes.Name):
            seen.add(node.name)
        else:
            scopes += 1
    names = len(seen)
    if (scopes + 10) * names > MAX_SCOPES:
        refuse(f"has {names:,} variables in {scopes:,} branches, loops and macros")


def _constant(node: nodes.Node) -> bool:
    if isinstance(node, (nodes.List, nodes.Tuple)):
        return all(isinstance(item, _CONSTANTS) for item in node.items)
    return isinstance(node, _CONSTANTS)


class MeteredCodeGenerator(CodeGenerator):
    """Code in which everything that repeats or grows pays first.

    Each function of it has the meter of its rendering in a variable gauge; _v holds a value that is looked at twice.
    """

    _costs: dict[int, int]
    _conditions: set[int]

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """The module: each body that can run more than once gets its price, each loop's condition too."""
        _check_scopes(node)
        self._costs = {}
        found: list[_Repeated] = list(node.find_all(_REPEATED))
        for repeated in found:
            self._costs[id(repeated.body)] = _cost(repeated.body)
            if isinstance(repeated, nodes.For) and repeated.test is not None:
                repeated.iter = nodes.Filter(repeated.iter, COUNTED, [], [], None, None, lineno=repeated.lineno)
                repeated.iter.set_environment(self.environment)
        self._conditions = set(_conditions(node))
        self.writeline(f"from {operations.__name__} import {', '.join(_IMPORTED)}")
        super().visit_Template(node, frame)

    def write_commons(self) -> None:
        """What every function of the module begins with, and its meter."""
        super().write_commons()
        self.writeline("gauge = METER.get() or Meter()")

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """A body; one that can run more than once pays first."""
        if id(nodes) in self._costs:
            self.writeline(f"gauge.steps -= {self._costs[id(nodes)]}")
            self.writeline("if gauge.steps < 0: gauge.spend(0)")
        super().blockvisit(nodes, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        """An expression in the text: a string as it is, anything else as text that is paid for."""
        if frame.eval_ctx.volatile:
            self.write("(escape if context.eval_ctx.autoescape else str)(")
        elif frame.eval_ctx.autoescape:
            self.write("escape(")
        self.write("(_v if type(_v := ")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        """The end of the expression."""
        kept = "Markup" if frame.eval_ctx.volatile or frame.eval_ctx.autoescape else "str"
        self.write(f") is {kept} else shown(gauge, _v))")
        if frame.eval_ctx.volatile or frame.eval_ctx.autoescape:
            self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """An attribute; a key of a dict is read right here."""
        self._read(node, node.attr, "attribute(environment, ", frame)

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        """A subscript; a slice is paid for by its length, and a key of a dict is read right here."""
        if isinstance(node.arg, nodes.Slice):
            self.write("counted(gauge, ")
            super().visit_Getitem(node, frame)
            self.write(")")
        elif isinstance(node.arg, nodes.Const) and type(node.arg.value) is str:
            self._read(node, node.arg.value, "environment.getitem(", frame)
        else:
            super().visit_Getitem(node, frame)

    def _read(self, node: nodes.Getattr | nodes.Getitem, name: str, general: str, frame: Frame) -> None:
        """A look-up by a constant name, in a dict by the short way."""
        if not is_key(name):
            general = "environment.getattr(" if isinstance(node, nodes.Getattr) else general
            self._write_call(general, [node.node], f", {name!r})", frame)
        elif id(node) in self._conditions:  # only whether it is true matters: no undefined value has to be made
            self._write_call(f"(_v.get({name!r}) if type(_v := ", [node.node], ") is dict ", frame)
            self.write(f"else {general}_v, {name!r}))")
        else:
            self._write_call(f"(_v[{name!r}] if type(_v := ", [node.node], f") is dict and {name!r} in _v ", frame)
            self.write(f"else {general}_v, {name!r}))")

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:
        """A test; whether a key is there is asked without reading it."""
        target = node.node
        if node.name == "defined" and isinstance(target, nodes.Getattr) and is_key(target.attr):
            self._write_call("has(environment, ", [target.node], f", {target.attr!r})", frame)
        else:
            super().visit_Test(node, frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """A call; with positional arguments alone by the short way."""
        target = node.node
        if forward_caller or node.kwargs or node.dyn_args is not None or node.dyn_kwargs is not None:
            self._write_call("environment.call(context, ", [target], "", frame)
            self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
            self.write(")")
        elif isinstance(target, nodes.Getattr):
            self._write_call("method(gauge, context, ", [target.node], f", {target.attr!r}", frame)
            self._write_call(", " if node.args else "", node.args, ")", frame)
        else:
            self._write_call("invoke(gauge, context, ", [target, *node.args], ")", frame)

    def visit_Add(self, node: nodes.BinExpr, frame: Frame) -> None:
        """A chain of sums as one call."""
        parts: list[nodes.Expr] = [node.right]
        left = node.left
        while isinstance(left, nodes.Add):
            parts.append(left.right)
            left = left.left
        self._write_call("added(gauge, ", [left, *reversed(parts)], ")", frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        """The operator ~ as one call."""
        self._write_call("joined(gauge, ", node.nodes, ")", frame)

    def _write_call(self, start: str, arguments: Sequence[nodes.Expr], end: str, frame: Frame) -> None:
        self.write(start)
        for index, argument in enumerate(arguments):
            if index:
                self.write(", ")
            self.visit(argument, frame)
        self.write(end)

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:
        """A dict; a key that is no constant is checked, since hashing a tuple visits all of it."""
        self.write("{")
        for index, item in enumerate(node.items):
            guard = "" if isinstance(item.key, nodes.Const) else "key("
            self._write_call((", " if index else "") + guard, [item.key], ")" if guard else "", frame)
            self._write_call(": ", [item.value], "", frame)
        self.write("}")

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:
        """A comparison whose operands are paid for where both could be large."""
        operands = [node.expr, *(operand.expr for operand in node.ops)]
        first = node.ops[0].op
        if len(operands) == 2 and first in ("eq", "ne") and not any(map(_constant, operands)):
            self._write_call("same(gauge, " if first == "eq" else "(not same(gauge, ", operands, ")", frame)
            self.write(")" if first == "ne" else "")
            return
        guards: list[tuple[str, str]] = [("", "")] * len(operands)
        for index, operand in enumerate(node.ops):
            left, right = _constant(operands[index]), _constant(operands[index + 1])
            if not (left or right):
                guards[index] = guards[index + 1] = ("weighed(gauge, ", ")")
            elif operand.op in ("in", "notin") and not right and not guards[index + 1][0]:
                guards[index + 1] = ("(_v if type(_v := ", ") is dict else searched(gauge, _v))")
        self.write("(")
        for index, expression in enumerate(operands):
            if index:
                self.write(f" {_OPERATORS[node.ops[index - 1].op]} ")
            self._write_call(guards[index][0], [expression], guards[index][1], frame)
        self.write(")")


def _conditions(template: nodes.Template) -> Iterator[int]:
    """The look-ups of which only the truth matters: in conditions, behind not, and on the left of or."""
    waiting: list[nodes.Node] = []
    for found in template.find_all((nodes.If, nodes.CondExpr, nodes.Not, nodes.Or)):
        if isinstance(found, (nodes.If, nodes.CondExpr)):
            waiting.append(found.test)
        elif isinstance(found, nodes.Not):
            waiting.append(found.node)
        elif isinstance(found, nodes.Or):
            waiting.append(found.left)
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.BinExpr):
            waiting += (node.left, node.right) if isinstance(node, (nodes.And, nodes.Or)) else ()
        elif isinstance(node, nodes.Not):
            waiting.append(node.node)
        elif isinstance(node, (nodes.Getattr, nodes.Getitem)):
            yield id(node)
