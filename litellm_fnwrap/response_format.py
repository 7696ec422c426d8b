"""What an OpenAI request wants of the answer's text: its response_format, as a JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import InvalidRequestError
from .tools import MAX_DEPTH, is_deep


def read_response_format(response_format: Any) -> Mapping[str, Any] | bool | None:
    """The JSON Schema an answer must fulfil: None for text, {"type": "object"} for json_object."""
    if response_format is None:
        return None
    if isinstance(response_format, type) and hasattr(response_format, "model_json_schema"):
        schema: Mapping[str, Any] = response_format.model_json_schema()
        return schema
    kind = response_format.get("type") if isinstance(response_format, Mapping) else None
    if kind == "text":
        return None
    if kind == "json_object":
        given = response_format.get("schema")
        return _shallow(given) if isinstance(given, (Mapping, bool)) else {"type": "object"}
    if kind == "json_schema":
        inner = response_format.get("json_schema")
        found = inner.get("schema") if isinstance(inner, Mapping) else None
        if isinstance(found, (Mapping, bool)):
            return _shallow(found)
        raise InvalidRequestError('response_format json_schema needs {"json_schema": {"name": ..., "schema": {...}}}.')
    raise InvalidRequestError(f"response_format type {kind!r} is unknown. Accepted: text, json_object, json_schema.")


def _shallow(schema: Mapping[str, Any] | bool) -> Mapping[str, Any] | bool:
    if isinstance(schema, Mapping) and is_deep(schema):
        raise InvalidRequestError(f"The schema of response_format nests more than {MAX_DEPTH} objects and lists.")
    return schema
