"""Imports go downward only; one part knows LiteLLM, one does network I/O, and importing the package costs nothing."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import litellm_fnwrap

PACKAGE = Path(litellm_fnwrap.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

BASE = {"errors"}
VALUES = BASE | {
    "logs",
    "remembered",
    "events",
    "generation",
    "registry",
    "tools",
    "response_format",
    "messages",
    "options",
    "schema",
    "coercion",
}
TEMPLATES = VALUES | {"chat_template"}
FORMATS = TEMPLATES | {"formats"}
ENGINE = FORMATS | {"wrappers", "constraints", "backends", "demo", "engine"}

MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "logs": set(),
    "events": set(),
    "generation": set(),
    "registry": BASE,
    "remembered": set(),
    "tools": BASE | {"remembered", "schema"},
    "response_format": BASE | {"tools"},
    "messages": BASE | {"events", "remembered", "response_format", "tools"},
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
    "__main__": {"cli"},
}
"""What each part of the package may know of the others; itself it may always know."""

NETWORK = {"aiohttp", "http", "httpx", "openai", "requests", "socket", "urllib3", "websockets", "xllamacpp"}
PROCESS = {"multiprocessing", "subprocess"}


def part_of(module: Path) -> str:
    return module.relative_to(PACKAGE).with_suffix("").parts[0]


@functools.cache
def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def imports(module: Path) -> Iterator[str]:
    """Dotted names that a module imports, wherever in it; relative ones made absolute."""
    parts = ("litellm_fnwrap", *module.relative_to(PACKAGE).with_suffix("").parts)
    for node in ast.walk(tree_of(module)):
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


def test_modules_import_lower_parts_only() -> None:
    upward = {}
    for module in MODULES:
        part = part_of(module)
        known = {name.split(".")[1] for name in imports(module) if name.startswith("litellm_fnwrap.")}
        if part != "__init__" and known - MAY_IMPORT[part] - {part}:
            upward[name_of(module)] = known - MAY_IMPORT[part] - {part}
    assert upward == {}


def test_modules_import_litellm_in_the_provider_only() -> None:
    knowing = {name_of(module) for module in MODULES if part_of(module) != "provider" and "litellm" in roots(module)}
    assert knowing <= {"backends/litellm.py"}


def test_modules_do_network_io_in_backends_only() -> None:
    network = {name_of(m) for m in MODULES if roots(m) & NETWORK and part_of(m) not in ("backends", "provider")}
    processes = {name_of(m) for m in MODULES if roots(m) & PROCESS and part_of(m) not in ("backends", "cli")}
    # fnwrap serve looks whether its port is free, and when the proxy listens there; it speaks to nobody.
    assert (network, processes) == ({"cli/proxy.py"}, set())


def test_modules_are_short_and_say_what_they_are_for() -> None:
    texts = {name_of(module): module.read_text(encoding="utf-8") for module in MODULES}
    assert {name: len(text.splitlines()) for name, text in texts.items() if len(text.splitlines()) > 300} == {}
    assert {name for name, text in texts.items() if text and not ast.get_docstring(ast.parse(text))} == set()


def test_functions_are_short() -> None:
    long = {
        f"{name_of(module)}: {node.name}": node.end_lineno - node.lineno + 1
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= 40
    }
    assert long == {}


def test_every_part_has_its_place_in_the_layers() -> None:
    assert {part_of(module) for module in MODULES} - {"__init__"} <= set(MAY_IMPORT)


def test_importing_the_package_loads_no_heavy_library() -> None:
    check = (
        "import sys, litellm_fnwrap; "
        "print(sorted({'litellm', 'httpx', 'jinja2', 'pydantic', 'jsonschema', 'typer'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout.strip() == "[]"
