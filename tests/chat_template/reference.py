"""transformers' own rendering of chat templates, to compare with."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import pytest


def reference() -> Any:
    """The module of transformers that renders chat templates; skips the test where it is not installed."""
    logging.getLogger("transformers").setLevel(logging.ERROR)
    return pytest.importorskip("transformers.utils.chat_template_utils", reason="transformers is not installed")


def render_reference(
    source: str, messages: Sequence[Mapping[str, Any]], tools: Any, *, lenient: bool = False, **variables: Any
) -> str:
    """What transformers renders; raises what it raises.

    lenient lifts two of its refusals that real templates run into: appending to a list, and JSON of a generator.
    """
    module = reference()
    if lenient:
        _lift(module._compile_jinja_template(source).environment)
    texts, _ = module.render_jinja_template([list(messages)], tools=tools, chat_template=source, **variables)
    return str(texts[0])


def _lift(environment: Any) -> None:
    from jinja2.sandbox import SandboxedEnvironment

    environment.is_safe_attribute = SandboxedEnvironment.is_safe_attribute.__get__(environment)
    strict = environment.filters["tojson"]
    if not hasattr(strict, "lifted"):

        def tojson(value: Any, *args: Any, **kwargs: Any) -> str:
            return str(strict(list(value) if hasattr(value, "__next__") else value, *args, **kwargs))

        tojson.lifted = True  # type: ignore[attr-defined]
        environment.filters["tojson"] = tojson
