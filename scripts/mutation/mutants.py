"""Where the core can be changed, and how."""

from __future__ import annotations

import ast
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

ROOT = Path(__file__).resolve().parents[2]
CORE = (
    "formats/parser.py",
    "formats/machine.py",
    "formats/callmachine.py",
    "formats/sink.py",
    "formats/compiled.py",
    "formats/writer.py",
    "formats/readers/*.py",
    "constraints/*.py",
)
"""The parser, the readers, the writer and the constraints."""

# Identity in place of equality changes nothing for the small numbers and interned strings that are compared.
_IDENTITY = ("_Is", "_IsNot")
Span = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one change.

    lines  of the statement that is changed, as far as it runs by itself: for a loop or a condition, its head.
    """

    module: str
    operator: str
    source: str
    line: int
    lines: tuple[int, int]
    before: str
    after: str


def drawn(count: int, seed: int) -> tuple[int, list[Mutant]]:
    """How many places there are, and mutants at some of them: at each one of the changes that can be made there.

    A change after which the module is no program (a minus in place of the stars of {**a}) is no mutant.
    """
    draw = random.Random(seed)
    places = [(module, changes) for module in modules() for changes in _places(module).values()]
    sample = draw.sample(places, min(count, len(places)))
    mutants = (_mutant(module, *draw.choice(changes)) for module, changes in sample)
    return len(places), [mutant for mutant in mutants if mutant is not None]


def survivors(log: str) -> list[Mutant]:
    """The mutants that a former run printed as survivors, as far as their lines are still what they were."""
    wanted = re.findall(r"^survived (\S+):(\d+) (\S+) .*\n    - (.*)\n    \+ (.*)$", log, re.MULTILINE)
    found: dict[tuple[str, ...], list[Mutant]] = defaultdict(list)
    for module in dict.fromkeys(module for module, *_ in wanted):
        changed = {(operator, before) for name, _, operator, before, _ in wanted if name == module}
        lines = (ROOT / module).read_text(encoding="utf-8").splitlines()
        for (line, _), changes in _places(module).items():
            for operator, occurrence in changes:
                if (operator, lines[line - 1].strip()) in changed and (mutant := _mutant(module, operator, occurrence)):
                    found[module, operator, mutant.before, mutant.after].append(mutant)
    # Of equal lines, the one nearest to where it was.
    return [
        min(same, key=lambda mutant: abs(mutant.line - int(line)))
        for module, line, *change in wanted
        if (same := found.get((module, *change)))
    ]


def modules() -> Iterator[str]:
    """The files of the core, as paths from the project's root."""
    for pattern in CORE:
        for path in sorted((ROOT / "litellm_fnwrap").glob(pattern)):
            yield str(path.relative_to(ROOT))


def _places(module: str) -> dict[tuple[int, int], list[tuple[str, int]]]:
    """Place in a module -> the changes (operator, occurrence) that can be made there."""
    found: dict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
    source = (ROOT / module).read_text(encoding="utf-8")
    nodes, skipped = list(ast_nodes(get_ast(source))), list(_idle(source))
    for name in plugins.operator_names():
        operator = plugins.get_operator(name)
        if operator.arguments() or name.endswith(_IDENTITY):
            continue
        at = (start for node in nodes for start, _ in operator().mutation_positions(node))
        for occurrence, start in enumerate(at):
            if not any(begin <= start < end for begin, end in skipped):
                found[start].append((name, occurrence))
    return found


def _idle(source: str) -> Iterator[Span]:
    """Where annotations, decorators and texts that stand by themselves are: nothing there shows in what is computed.

    Cosmic Ray places a decorator at its @, a character before the expression.
    """
    for node in ast.walk(ast.parse(source)):
        parts = [
            getattr(node, "annotation", None),
            getattr(node, "returns", None),
            *getattr(node, "decorator_list", ()),
        ]
        parts += [node] if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) else []
        parts += [node.test] if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" else []
        for part in parts:
            if part is not None:
                yield (part.lineno, part.col_offset - 1), (part.end_lineno or 0, part.end_col_offset or 0)


def _mutant(module: str, operator: str, occurrence: int) -> Mutant | None:
    """The module with that change; None where no program comes of it."""
    before = (ROOT / module).read_text(encoding="utf-8")
    after = mutate_code(before, plugins.get_operator(operator)(), occurrence)
    try:
        ast.parse(after)
    except SyntaxError:
        return None
    old, new = before.splitlines(), after.splitlines()
    line = next(number for number, pair in enumerate(zip(old, new, strict=True), 1) if pair[0] != pair[1])
    lines = _statement(ast.parse(before), line)
    return Mutant(module, operator, after, line, lines, old[line - 1].strip(), new[line - 1].strip())


def _statement(tree: ast.Module, line: int) -> tuple[int, int]:
    first, last = line, line
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0):
            body = getattr(node, "body", None)
            end = body[0].lineno - 1 if body else node.end_lineno or 0
            if line <= end or line == node.lineno:
                first, last = node.lineno, max(end, line)
    return first, last
