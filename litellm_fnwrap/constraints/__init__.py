"""Constraints: what a server is told so that only a valid call can be generated.

One grammar is built from the format's declaration, the tools and the choice, and printed in the dialect of the server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import ConstraintError
from ..formats.spec import Format
from ..generation import Constraint, Dialect
from ..messages import Tool, ToolChoice
from ..schema import schema_faults
from .build import Demand, build
from .cache import ConstraintCache, text_of
from .json_schema import JsonSchemas

__all__ = ["build_constraint", "prefill_for"]

_CACHE = ConstraintCache()
_DIALECTS = ("gbnf", "regex", "json_schema", "structural_tag")


def build_constraint(
    format: Format,
    tools: Sequence[Tool],
    choice: ToolChoice,
    *,
    dialect: Dialect,
    parallel: bool = True,
    response_schema: Mapping[str, Any] | bool | None = None,
    prefill: str = "",
    lazy: bool = True,
) -> Constraint | None:
    """What a server is told so that only a valid answer can be generated.

    None where there is nothing to constrain: choice none without a response schema, or auto in a dialect that cannot
    leave text free until a call begins. Raises ConstraintError where a schema, or a call of this format, cannot be
    expressed; a schema part that is only checked afterwards is named in widened.

    prefill  what the prompt has written of the answer already; it is not generated again.
    lazy     False for a server that cannot wait with a grammar: GBNF for auto then describes the text before a call.
    """
    if dialect not in _DIALECTS:
        raise ConstraintError(f"There is no constraint dialect {dialect!r}. Known: {', '.join(_DIALECTS)}.")
    offered = _offered(tuple(tools), choice)
    schema = None if response_schema is None else text_of(response_schema)
    return _CACHE.get(
        offered,
        (format, choice.mode, dialect, parallel, schema, prefill, lazy),
        lambda: _built(
            Demand(
                format=format,
                tools=offered,
                forced=choice.mode in ("required", "named"),
                parallel=parallel,
                response_schema=response_schema,
                prefill=prefill,
            ),
            dialect,
            lazy,
        ),
    )


def _built(demand: Demand, dialect: Dialect, lazy: bool) -> Constraint | None:
    """What build gives; what is no JSON Schema at all is said to be none, wherever it broke the building."""
    try:
        return build(demand, dialect, lazy=lazy)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError) as error:
        schemas: dict[str, Any] = {f"The parameters of {tool.name!r}": tool.parameters for tool in demand.tools}
        if demand.response_schema is not None:
            schemas["The response_format"] = demand.response_schema
        faults = (
            f"{what} cannot be read as JSON Schema: {fault}"
            for what, schema in schemas.items()
            for fault in schema_faults(schema)
        )
        raise ConstraintError(next(faults, f"The schemas cannot be read ({type(error).__name__}: {error}).")) from error


def _offered(tools: tuple[Tool, ...], choice: ToolChoice) -> tuple[Tool, ...]:
    """The tools that may be called; raises ConstraintError if a call is demanded and none of them is declared."""
    if choice.mode == "none":
        return ()
    offered = tuple(tool for tool in tools if tool.name == choice.name) if choice.mode == "named" else tools
    if choice.mode in ("required", "named") and not offered:
        wanted = f"of {choice.name!r} " if choice.name else ""
        raise ConstraintError(f"A call {wanted}is demanded, and no such tool is declared. Declare it in tools.")
    return offered


def prefill_for(format: Format, tools: Sequence[Tool], choice: ToolChoice) -> str:
    """The text to end the prompt with, so that a forced call can be constrained by a JSON schema.

    "" if the call is JSON from its first character on. Raises ConstraintError where the format's calls are no JSON, or
    the text in front of the JSON is not the same for all tools.
    """
    return JsonSchemas(format, _offered(tuple(tools), choice), parallel=False).mark()
