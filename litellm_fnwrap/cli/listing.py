"""fnwrap list: wrappers, formats and backends as tables."""

from __future__ import annotations

from typing import Annotated

import typer

from . import arguments, screen
from .catalog import CATALOGS, Table


def list_names(
    what: Annotated[str, typer.Argument(help="wrappers, formats, backends, or all.")] = "all",
    json: arguments.Json = False,
) -> None:
    """List wrappers, formats and backends."""
    if what != "all" and what not in CATALOGS:
        raise typer.BadParameter(f"{what!r} cannot be listed. Accepted: all, {', '.join(CATALOGS)}.")
    tables: dict[str, Table] = {name: build() for name, build in CATALOGS.items() if what in ("all", name)}
    if json:
        screen.as_json({name: found.records() for name, found in tables.items()})
        return
    for name, found in tables.items():
        if what == "all":
            screen.heading(name)
        screen.table(found.head, found.rows)
