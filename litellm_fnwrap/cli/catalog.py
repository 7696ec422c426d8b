"""The registries and options as tables, for fnwrap list and for the README."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Table:
    """Rows of text under a head."""

    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def records(self) -> list[dict[str, str]]:
        """The rows as objects."""
        return [dict(zip(self.head, row, strict=True)) for row in self.rows]

    def markdown(self) -> str:
        """The table as Markdown; what stands in the first column is to be typed as it is."""
        rule = tuple("---" for _ in self.head)
        cells = (tuple(cell.replace("|", "\\|") for cell in row) for row in self.rows)
        lines = (self.head, rule, *((f"`{first}`", *rest) for first, *rest in cells))
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def backends() -> Table:
    """Where text can be fetched from, and how it can be bound."""
    from ..backends import BACKENDS

    return Table(
        ("backend", "server", "environment", "constraints", "also with auto"),
        [_backend(name, BACKENDS.get(name)) for name in BACKENDS.names()],
    )


def _backend(name: str, backend: Any) -> tuple[str, ...]:
    can = backend.capabilities
    names = (*getattr(backend, "base_names", ()), *getattr(backend, "key_names", ()))
    return (
        name,
        getattr(backend, "default_base", "") or "in this process",
        ", ".join(names) or "none",
        ", ".join(can.dialects) or "none",
        "yes" if can.binds_auto else "in the generic format" if can.dialects else "no",
    )


def wrappers() -> Table:
    """How whole conversations can be written, and for which models by their names."""
    from ..wrappers import WRAPPERS, get_wrapper

    found = [get_wrapper(name) for name in WRAPPERS.names()]
    rows = [(one.name, one.format.name, ", ".join(p.lstrip("~") for p in one.models) or "any") for one in found]
    return Table(("wrapper", "format", "models named"), rows)


def formats() -> Table:
    """How calls can be written."""
    from ..formats import FORMATS

    found = [FORMATS.get(name) for name in FORMATS.names()]
    rows = [(one.name, ", ".join(FORMATS.aliases(one.name)) or "none", one.models or "any") for one in found]
    return Table(("format", "also called", "models"), rows)


def options() -> Table:
    """The options of a call, as options.py documents them."""
    from .. import options as module

    fields = {field.name: field.default for field in dataclasses.fields(module.Options)}
    body = next(
        node.body
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.ClassDef) and node.name == module.Options.__name__
    )
    rows = [
        (one.target.id, repr(fields[one.target.id]), " ".join(about.value.value.split()))
        for one, about in itertools.pairwise(body)
        if isinstance(one, ast.AnnAssign)
        and isinstance(one.target, ast.Name)
        and isinstance(about, ast.Expr)
        and isinstance(about.value, ast.Constant)
        and isinstance(about.value.value, str)
    ]
    return Table(("option", "default", "what it does"), rows)


CATALOGS: dict[str, Callable[[], Table]] = {
    "backends": backends,
    "wrappers": wrappers,
    "formats": formats,
    "options": options,
}
