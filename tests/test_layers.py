"""Imports go downward only; one part knows LiteLLM, one does network I/O, and importing the package costs nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import litellm_fnwrap

PACKAGE = Path(litellm_fnwrap.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

BASE = {"errors"}
VALUES = BASE | {"logs", "events", "generation", "registry", "messages", "options", "schema", "coercion"}
TEMPLATES = VALUES | {"chat_template"}
FORMATS = TEMPLATES | {"formats"}
ENGINE = FORMATS | {"wrappers", "constraints", "backends", "demo", "engine"}

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "logs": set(),
    "events": set(),
    "generation": set(),
    "registry": BASE,
    "messages": BASE | {"events"},
    "options": BASE,
    "schema": BASE,
    "coercion": BASE | {"schema"},
    "chat_template": VALUES,
    "formats": TEMPLATES,
    "wrappers": FORMATS,
    "constraints": FORMATS,
    "backends": VALUES | {"demo"},
    "demo": set(),
    "engine": ENGINE,
    "api": ENGINE,
    "provider": ENGINE | {"api"},
    "cli": ENGINE | {"api", "provider"},
}
"""What each part of the package may know of the others; itself it may always know."""

NETWORK = {"aiohttp", "http", "httpx", "openai", "requests", "socket", "urllib3", "websockets", "xllamacpp"}
PROCESS = {"multiprocessing", "subprocess"}


def part_of(module: Path) -> str:
    return module.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(module: Path) -> Iterator[str]:
    """Dotted names that a module imports, wherever in it; relative ones made absolute."""
    parts = ("litellm_fnwrap", *module.relative_to(PACKAGE).with_suffix("").parts)
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join((*parts[: len(parts) - node.level], node.module or "") if node.level else (node.module,))
            yield base.rstrip(".")
            yield from (f"{base.rstrip('.')}.{alias.name}" for alias in node.names)


def roots(module: Path) -> set[str]:
    """Top-level packages that a module imports."""
    return {name.split(".")[0] for name in imports(module)}


def name_of(module: Path) -> str:
    return str(module.relative_to(PACKAGE))


@pytest.mark.parametrize("module", [m for m in MODULES if m.parent != PACKAGE or m.stem != "__init__"], ids=name_of)
def test_module_imports_lower_parts_only(module: Path) -> None:
    part = part_of(module)
    known = {name.split(".")[1] for name in imports(module) if name.startswith("litellm_fnwrap.")}
    assert known - MAY_IMPORT[part] - {part} == set()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_module_imports_litellm_in_the_provider_only(module: Path) -> None:
    if part_of(module) != "provider" and name_of(module) != "backends/litellm.py":
        assert "litellm" not in roots(module)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_module_does_network_io_in_backends_only(module: Path) -> None:
    if part_of(module) not in ("backends", "provider"):
        assert roots(module) & NETWORK == set()
    if part_of(module) not in ("backends", "cli"):
        assert roots(module) & PROCESS == set()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_module_is_short_and_says_what_it_is_for(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert not text or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_module_functions_are_short(module: Path) -> None:
    functions = [
        node
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 40]
    assert long == []


def test_every_part_has_its_place_in_the_layers() -> None:
    assert {part_of(module) for module in MODULES} - {"__init__"} <= set(MAY_IMPORT)


def test_importing_the_package_loads_no_heavy_library() -> None:
    check = (
        "import sys, litellm_fnwrap; "
        "print(sorted({'litellm', 'httpx', 'jinja2', 'pydantic', 'jsonschema', 'typer'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout.strip() == "[]"
