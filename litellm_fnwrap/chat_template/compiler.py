"""Jinja's code generator with payment: loops, macro bodies, sums, slices and comparisons are counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

COUNTED = "counted iteration"
_REPEATED = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block)
_Repeated = nodes.For | nodes.Macro | nodes.CallBlock | nodes.Block
_CONSTANTS = (nodes.Const, nodes.TemplateData)
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


def _constant(node: nodes.Node) -> bool:
    if isinstance(node, (nodes.List, nodes.Tuple)):
        return all(isinstance(item, _CONSTANTS) for item in node.items)
    return isinstance(node, _CONSTANTS)


class MeteredCodeGenerator(CodeGenerator):
    """Code in which everything that repeats or grows asks the environment first."""

    _costs: dict[int, int]

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """The module: each body that can run more than once gets its price, each loop's condition too."""
        self._costs = {}
        found: list[_Repeated] = list(node.find_all(_REPEATED))
        for repeated in found:
            self._costs[id(repeated.body)] = _cost(repeated.body)
            if isinstance(repeated, nodes.For) and repeated.test is not None:
                repeated.iter = nodes.Filter(repeated.iter, COUNTED, [], [], None, None, lineno=repeated.lineno)
                repeated.iter.set_environment(self.environment)
        super().visit_Template(node, frame)

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """A body; one that can run more than once pays first."""
        if id(nodes) in self._costs:
            self.writeline(f"environment.spend({self._costs[id(nodes)]})")
        super().blockvisit(nodes, frame)

    def visit_Add(self, node: nodes.BinExpr, frame: Frame) -> None:
        """A chain of sums as one call."""
        parts: list[nodes.Expr] = [node.right]
        left = node.left
        while isinstance(left, nodes.Add):
            parts.append(left.right)
            left = left.left
        self._write_call("environment.added(", [left, *reversed(parts)], ")", frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        """The operator ~ as one call."""
        self._write_call("environment.joined((", node.nodes, ",))", frame)

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
            guard = "" if isinstance(item.key, nodes.Const) else "environment.key("
            self._write_call((", " if index else "") + guard, [item.key], ")" if guard else "", frame)
            self._write_call(": ", [item.value], "", frame)
        self.write("}")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        """A subscript; a slice is paid for by its length."""
        if not isinstance(node.arg, nodes.Slice):
            super().visit_Getitem(node, frame)
            return
        self.write("environment.counted(")
        super().visit_Getitem(node, frame)
        self.write(")")

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:
        """A comparison whose operands are paid for where both could be large."""
        operands = [node.expr, *(operand.expr for operand in node.ops)]
        guards = [""] * len(operands)
        for index, operand in enumerate(node.ops):
            left, right = _constant(operands[index]), _constant(operands[index + 1])
            if not (left or right):
                guards[index] = guards[index + 1] = "environment.weighed("
            elif operand.op in ("in", "notin") and not right:
                guards[index + 1] = guards[index + 1] or "environment.searched("
        self.write("(")
        for index, expression in enumerate(operands):
            if index:
                self.write(f" {_OPERATORS[node.ops[index - 1].op]} ")
            self._write_call(guards[index], [expression], ")" if guards[index] else "", frame)
        self.write(")")
