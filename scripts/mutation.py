"""A sample of mutants of the core, and how many of them its fast tests kill.

    pip install cosmic-ray
    python scripts/mutation.py [--sample 100] [--seed 1] [--seconds 1500]

Places are drawn at random from the parser, the readers, the writer and the constraints, with one of Cosmic Ray's
changes at each; annotations and docstrings are left out. All mutants would take days. Works on a copy.
Prints each survivor as a difference, then the score; what runs ten times as long as the tests do counts as killed.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import use_mutation

ROOT = Path(__file__).resolve().parents[1]
READING = ("tests/core/test_readers.py", "tests/repair", "tests/formats", "tests/fuzz/test_machines.py")
CONSTRAINTS = tuple(
    f"tests/constraints/test_{name}.py"
    for name in (
        "automaton",
        "numbers",
        "json_schema",
        "build",
        "calls",
        "lazy",
        "gbnf_check",
        "structural_tag",
        "keywords",
    )
)
TESTS = {
    "formats/parser.py": READING,
    "formats/machine.py": READING,
    "formats/callmachine.py": READING,
    "formats/sink.py": READING,
    "formats/compiled.py": READING,
    "formats/writer.py": ("tests/formats/test_contract.py", "tests/wrappers/test_golden.py"),
    "formats/readers/": READING,
    "constraints/": CONSTRAINTS,
}
"""What is mutated (a module, or all of a folder) -> the tests that must notice."""


def modules() -> Iterator[tuple[str, tuple[str, ...]]]:
    for where, tests in TESTS.items():
        path = ROOT / "litellm_fnwrap" / where
        for module in sorted(path.glob("*.py")) if where.endswith("/") else [path]:
            if module.name != "__init__.py":
                yield str(module.relative_to(ROOT)), tests


def ignored(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where annotations, decorators and texts that stand by themselves are: nothing there runs."""
    spans = []
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
                spans.append(((part.lineno, part.col_offset), (part.end_lineno or 0, part.end_col_offset or 0)))
    return spans


def places(module: str) -> dict[tuple[int, int], list[tuple[str, int]]]:
    """Place in a module -> the changes (operator, occurrence) that can be made there."""
    found: dict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
    path = ROOT / module
    tree, skipped = get_ast_from_path(path), ignored(path.read_text(encoding="utf-8"))
    for name in plugins.operator_names():
        operator = plugins.get_operator(name)
        if operator.arguments():
            continue
        at = (start for node in ast_nodes(tree) for start, _ in operator().mutation_positions(node))
        for occurrence, start in enumerate(at):
            if not any(begin <= start < end for begin, end in skipped):
                found[start].append((name, occurrence))
    return found


def run(folder: Path, tests: tuple[str, ...], seconds: float) -> bool:
    """Whether the tests notice."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", *tests]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--sample", type=int, default=100)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--seconds", type=float, default=1500.0)
    asked = reader.parse_args()
    draw = random.Random(asked.seed)
    every = [(module, tests, changes) for module, tests in modules() for changes in places(module).values()]
    sample = draw.sample(every, min(asked.sample, len(every)))
    print(
        f"{len(every)} places in {len(list(modules()))} modules, {len(sample)} drawn with seed {asked.seed}", flush=True
    )
    killed, survived, end = 0, 0, time.monotonic() + asked.seconds
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(holder) / "copy"
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "dist"))
        patience: dict[tuple[str, ...], float] = {}
        for tests in dict.fromkeys(tests for _, tests, _ in sample):
            began = time.monotonic()
            assert not run(folder, tests, 3600), f"the tests fail without a mutant: {' '.join(tests)}"
            patience[tests] = 10 * (time.monotonic() - began)
        for module, tests, changes in sample:
            if time.monotonic() > end:
                break
            name, occurrence = draw.choice(changes)
            path = folder / module
            with use_mutation(path, plugins.get_operator(name)(), occurrence) as (before, after):
                noticed = run(folder, tests, patience[tests])
            killed, survived = killed + noticed, survived + (not noticed)
            line = next(
                (n for n, (a, b) in enumerate(zip(before.split("\n"), after.split("\n"), strict=False), 1) if a != b), 0
            )
            print(f"{'killed  ' if noticed else 'SURVIVED'} {module}:{line} {name}", flush=True)
            if not noticed:
                print(f"    - {before.splitlines()[line - 1].strip()}\n    + {after.splitlines()[line - 1].strip()}")
    print(f"{killed} of {killed + survived} killed, {100 * killed / max(1, killed + survived):.0f} %")


if __name__ == "__main__":
    main()
