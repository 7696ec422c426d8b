"""fnwrap list: backends, wrappers, formats and options as tables."""

from __future__ import annotations

from typing import Annotated

import typer

from . import arguments, screen
from .catalog import CATALOGS, Table


def list_names(
    what: Annotated[
        str,
        typer.Argument(
            help=f"{', '.join(CATALOGS)}, or all.",
            autocompletion=lambda incomplete: [name for name in (*CATALOGS, "all") if name.startswith(incomplete)],
        ),
    ] = "all",
    json: arguments.Json = False,
) -> None:
    """List backends, wrappers, formats and options."""
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
