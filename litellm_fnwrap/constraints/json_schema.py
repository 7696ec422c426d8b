"""JSON Schema, for servers that constrain a whole answer to JSON: Ollama's format, LM Studio, TGI.

It fits where an answer is JSON from its first to its last character: an envelope, JSON calls without marks, and calls
whose opening mark the prompt has written already. A closing mark is then left out, and readers do without.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..errors import ConstraintError
from ..formats.spec import Format, Literally, segments
from ..messages import Tool
from .calls import Schema
from .opening import around

_SENTINEL = "\x00"


class JsonSchemas:
    """The schemas of one request: of calls, of envelopes, and of an answer that is either."""

    def __init__(self, format: Format, tools: tuple[Tool, ...], *, parallel: bool) -> None:
        self.format = format
        self.tools = tools
        self.parallel = parallel and format.parallel
        self.definitions: dict[str, Any] = {}

    def required(self, prefill: str) -> dict[str, Any]:
        """A turn of calls, less the mark that the prompt has written; raises ConstraintError if that is not JSON."""
        if self.format.envelope:
            return self._complete(self.template(self.format.envelope[0], {}))
        mark, schema = self._after_mark()
        if not _squash(prefill).endswith(_squash(mark)) or (not mark.strip() and self._is_begun(prefill)):
            raise ConstraintError(
                f"The format {self.format.name!r} opens a call with {mark!r}, and a JSON schema cannot demand that. "
                f"End the prompt with it, use a format that is JSON throughout, or a server that takes grammars."
            )
        return self._complete(schema)

    def mark(self) -> str:
        """The text a prompt has to end with, so that JSON follows; raises ConstraintError where none would do."""
        return "" if self.format.envelope else self._after_mark()[0]

    def auto(self, response_schema: Schema) -> dict[str, Any] | None:
        """Calls or an answer in the format's envelope; None for a format without one."""
        if not self.format.envelope:
            return None
        content: Any = {"type": "string"}
        if response_schema is not None:
            content = self.embedded("response", response_schema)
        calls = self.template(self.format.envelope[0], {})
        answers = [self.template(text, {"content": content}) for text in self.format.envelope if "{calls}" not in text]
        return self._complete(_either([calls, *answers]))

    def response(self, response_schema: Mapping[str, Any] | bool) -> dict[str, Any]:
        """An answer that is a value of the response schema."""
        return dict(response_schema) if isinstance(response_schema, Mapping) else {"type": "object"}

    def _is_begun(self, prefill: str) -> bool:
        begun = _squash(self.format.prefill)
        return bool(begun) and _squash(prefill).endswith(begun)

    def _after_mark(self) -> tuple[str, dict[str, Any]]:
        """The text before the JSON of a turn, and the schema of that JSON."""
        section = self.format.sections[0] if self.format.sections else "{calls}"
        lead, _ = around(section, "calls")
        call = self.format.calls[0]
        if self.format.array and lead.rstrip().endswith("[") and call == "{object}":
            return lead.rstrip()[:-1], self._list()
        if "{object}" in call:
            return lead + around(call, "object")[0], _either([self.object(tool) for tool in self.tools])
        if self.format.arguments == "json" and len(self.tools) == 1:
            before = call.partition("{arguments}")[0].replace("{name}", self.tools[0].name).replace("{index}", "0")
            if all(isinstance(part, Literally) for part in segments(before)):
                return lead + before, self.embedded(self.tools[0].name, self.tools[0].parameters)
        raise ConstraintError(
            f"A call in the format {self.format.name!r} is no JSON, so no JSON schema describes it. "
            "Use a server that takes grammars or regular expressions, or another format."
        )

    def _list(self) -> dict[str, Any]:
        items = _either([self.object(tool) for tool in self.tools])
        return {"type": "array", "items": items, "minItems": 1, **({} if self.parallel else {"maxItems": 1})}

    def object(self, tool: Tool) -> dict[str, Any]:
        """The JSON object of a call."""
        arguments = self.embedded(tool.name, tool.parameters)
        return self.template(self.format.objects[0], {"name": {"const": tool.name}, "arguments": arguments})

    def template(self, template: str, holes: Mapping[str, Any]) -> dict[str, Any]:
        """The schema of a JSON template: its keys in order, all required, and what its holes stand for."""
        text = ""
        for part in segments(template):
            if isinstance(part, Literally):
                text += part.text
            else:
                sentinel = json.dumps(_SENTINEL + part.name)
                text += sentinel[1:-1] if text.endswith('"') else sentinel
        return self._schema_of(json.loads(text), holes)

    def _schema_of(self, value: Any, holes: Mapping[str, Any]) -> dict[str, Any]:
        if isinstance(value, dict):
            properties = {
                str(holes["name"]["const"]) if key == f"{_SENTINEL}name" else key: self._schema_of(inner, holes)
                for key, inner in value.items()
            }
            return _closed(properties)
        if isinstance(value, list):
            return self._list()
        if isinstance(value, str) and value.startswith(_SENTINEL):
            return self._hole(value[1:], holes)
        return {"const": value}

    def _hole(self, name: str, holes: Mapping[str, Any]) -> dict[str, Any]:
        if name in holes:
            found: dict[str, Any] = holes[name]
            return found
        if name == "calls":
            return _either([self.object(tool) for tool in self.tools])
        if name == "index":
            return {"type": "string", "pattern": "^[0-9]{1,3}$"}
        if name == "id" and self.format.id_pattern:
            return {"type": "string", "pattern": f"^(?:{self.format.id_pattern})$"}
        return {"type": "string"}

    def embedded(self, name: str, schema: Any) -> Any:
        """A schema as part of a larger one: its references lead to a copy among the definitions."""
        if not isinstance(schema, Mapping) or "$ref" not in json.dumps(schema, default=repr):
            return schema
        pointer = f"#/$defs/{name.replace('~', '~0').replace('/', '~1')}"
        moved = _moved(schema, pointer)
        self.definitions[name] = moved
        return {key: value for key, value in moved.items() if key not in ("$defs", "definitions")}

    def _complete(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {**schema, "$defs": dict(self.definitions)} if self.definitions else schema


def _moved(schema: Any, pointer: str) -> Any:
    if isinstance(schema, Mapping):
        out = {key: _moved(value, pointer) for key, value in schema.items()}
        if isinstance(out.get("$ref"), str) and out["$ref"].startswith("#"):
            out["$ref"] = pointer + out["$ref"][1:]
        return out
    return [_moved(item, pointer) for item in schema] if isinstance(schema, list) else schema


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _either(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    """Any of several schemas; objects that differ in one key only stay one object, as some servers need at the top."""
    if len(schemas) == 1:
        return schemas[0]
    keys = [list(schema.get("properties", ())) for schema in schemas]
    if keys[0] and all(found == keys[0] for found in keys):
        differing = [
            key for key in keys[0] if any(s["properties"][key] != schemas[0]["properties"][key] for s in schemas[1:])
        ]
        if len(differing) == 1:
            options = [schema["properties"][differing[0]] for schema in schemas]
            return _closed({**schemas[0]["properties"], differing[0]: {"anyOf": options}})
    return {"anyOf": schemas}


def _squash(text: str) -> str:
    return "".join(text.split())
