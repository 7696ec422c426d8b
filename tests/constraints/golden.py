"""Golden constraints: what servers are told of a few tools in every format, and of schemas with each keyword.

python tests/constraints/golden.py --write     writes them anew, after a change that is meant

Whether a grammar admits what it should is judged elsewhere; here a change of any of them shows, since servers keep what
they have compiled by the text of it, and a grammar that grew is slower.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from constraints.judging import PRIORITY_1
from constraints.keywords import CASES
from constraints.toolsets import TOOLSETS
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.constraints.gbnf import print_gbnf
from litellm_fnwrap.constraints.notation import SPACED
from litellm_fnwrap.constraints.rules import Rules
from litellm_fnwrap.constraints.values import Values
from litellm_fnwrap.errors import ConstraintError
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.generation import Constraint
from litellm_fnwrap.messages import ToolChoice

FOLDER = Path(__file__).parent / "golden"
BEGIN = "-------- "
_LONGEST = 3000
"""Of a constraint that is longer, its size is kept: an expression that says which marks a text lacks fills pages."""

WAYS: dict[str, dict[str, Any]] = {
    "required, gbnf": {"choice": ToolChoice("required"), "dialect": "gbnf"},
    "required, one call, regex": {"choice": ToolChoice("required"), "dialect": "regex", "parallel": False},
    "required, json_schema": {"choice": ToolChoice("required"), "dialect": "json_schema"},
    "auto, gbnf": {"choice": ToolChoice("auto"), "dialect": "gbnf"},
    "auto, structural_tag": {"choice": ToolChoice("auto"), "dialect": "structural_tag"},
}


def shown(constraint: Constraint | None) -> str:
    """A constraint with all that goes with it."""
    if constraint is None:
        return "nothing"
    value = constraint.value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
    if len(text) > _LONGEST:
        text = f"{len(text)} characters in {len(text.splitlines())} lines"
    beside = {"lazy": constraint.lazy, "preserved": constraint.preserved, "widened": constraint.widened}
    lines = [f"{name}: {found}" for name, found in beside.items() if found]
    return "\n".join([*lines, *(f"{one.kind} that begins a call: {one.value}" for one in constraint.triggers), text])


def of_tools(format: str, tools: str, way: str) -> str:
    """What a server is told of tools, or why it cannot be."""
    try:
        return shown(build_constraint(get_format(format), TOOLSETS[tools], **WAYS[way]))
    except ConstraintError as problem:
        return f"refused: {problem}"


def of_schema(schema: Any) -> str:
    """The grammar of a schema's values."""
    rules = Rules()
    root = Values(rules, SPACED, schema).node(schema, "q")
    return print_gbnf(rules.grammar(root)) + "".join(f"left to later checks: {what}\n" for what in rules.widened)


def texts() -> Iterator[tuple[str, str, Callable[[], str]]]:
    """Every golden text: its file, its name there, and what writes it."""
    for format in PRIORITY_1:
        yield from (("formats", f"{format}, {way}", partial(of_tools, format, "simple", way)) for way in WAYS)
    for tools in TOOLSETS:
        yield "tools", tools, partial(of_tools, "hermes", tools, "required, gbnf")
    for format in ("functiongemma", "gemma4", "claude-2", "qwen3-coder", "pythonic"):
        for tools in ("nested", "enums", "unions"):
            yield "tools", f"{tools}, {format}", partial(of_tools, format, tools, "required, gbnf")
    for case in CASES:
        yield "keywords", case.id, partial(of_schema, case.schema)


def path_of(file: str) -> Path:
    """Where a file of golden constraints lies."""
    return FOLDER / f"{file}.txt"


def kept(file: str) -> dict[str, str]:
    """The texts of a file by their names."""
    blocks = path_of(file).read_text(encoding="utf-8").split(BEGIN)[1:]
    return dict(block.split("\n", 1) for block in blocks)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python tests/constraints/golden.py --write")
    FOLDER.mkdir(exist_ok=True)
    written: dict[str, str] = {}
    for file, name, write in texts():
        written[file] = written.get(file, "") + f"{BEGIN}{name}\n{write()}\n"
    for file, text in written.items():
        path_of(file).write_text(text, encoding="utf-8")
    print(f"{len(written)} files written to {FOLDER}")
