"""Tools from an OpenAPI document: every operation of a server becomes a function that a model can call.

python examples/clients/typed_agent.py MODEL "question" http://127.0.0.1:8000/openapi.json

Arguments of path, query and header stand side by side, and the JSON body is the argument "body".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

import httpx
import yaml

METHODS = ("get", "post", "put", "patch", "delete")
SCHEMAS = "#/components/schemas/"
Document = dict[str, Any]


@dataclass(frozen=True)
class Tool:
    """What a model is told, and what its call does; run takes the arguments as JSON text."""

    name: str
    description: str
    parameters: dict[str, Any]
    run: Callable[[str], Any]

    def declaration(self) -> dict[str, Any]:
        function = {"name": self.name, "description": self.description, "parameters": self.parameters}
        return {"type": "function", "function": function}


def load_tools(where: str, **options: Any) -> list[Tool]:
    """The operations of an OpenAPI 3 document, at an address or in a file; options are those of httpx.Client.

    headers={"Authorization": ...} is where a key goes. A file must name the server with its whole address.
    """
    remote = where.startswith(("http://", "https://"))
    text = httpx.get(where, **options).raise_for_status().text if remote else Path(where).read_text(encoding="utf-8")
    document = yaml.safe_load(text)  # JSON is YAML
    server = document.get("servers", [{"url": "/"}])[0]["url"]
    client = httpx.Client(base_url=urljoin(where, server) if remote else server, **options)
    return [
        operation_tool(
            document, client, method, path, {**operation, "parameters": _parameters(document, item, operation)}
        )
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def operation_tool(document: Document, client: httpx.Client, method: str, path: str, operation: Document) -> Tool:
    given = [one for one in operation["parameters"] if one["in"] in ("path", "query", "header")]
    properties = {one["name"]: _described(one) for one in given}
    required = [one["name"] for one in given if one.get("required")]
    body = _resolved(document, operation.get("requestBody", {}))
    if "application/json" in body.get("content", {}):
        properties["body"] = body["content"]["application/json"].get("schema", {})
        required += ["body"] * bool(body.get("required"))
    schema = _self_contained(document, {"type": "object", "properties": properties, "required": required})
    places = {one["name"]: one["in"] for one in given}

    def run(arguments: str) -> str:
        values = json.loads(arguments)
        of = {
            place: {k: v for k, v in values.items() if places.get(k) == place} for place in ("path", "query", "header")
        }
        url = re.sub(r"\{(\w+)\}", lambda name: quote(str(of["path"][name[1]]), safe=""), path)
        headers = {name: str(value) for name, value in of["header"].items()}
        reply = client.request(method, url, params=of["query"], headers=headers, json=values.get("body"))
        # A refusal is told, not raised: the model can do something about it.
        return reply.text if reply.is_success else f"HTTP {reply.status_code}: {reply.text}"

    name = operation.get("operationId") or f"{method} {path}"
    about = operation.get("summary") or operation.get("description") or f"{method.upper()} {path}"
    return Tool(re.sub(r"\W+", "_", name).strip("_")[:64], about, schema, run)


def _parameters(document: Document, item: Document, operation: Document) -> list[Document]:
    """A path's parameters with the operation's own, which replace those of the same name and place."""
    both = (_resolved(document, one) for one in (*item.get("parameters", ()), *operation.get("parameters", ())))
    return list({(one["name"], one["in"]): one for one in both}.values())


def _described(parameter: Document) -> Document:
    about = {"description": parameter["description"]} if "description" in parameter else {}
    return {**parameter.get("schema", {"type": "string"}), **about}


def _resolved(document: Document, value: Document) -> Document:
    """What a reference leads to: "#/components/parameters/Page"."""
    while "$ref" in value:
        found: Any = document
        for step in value["$ref"].removeprefix("#/").split("/"):
            found = found[step.replace("~1", "/").replace("~0", "~")]
        value = found
    return value


def _self_contained(document: Document, schema: Document) -> Document:
    """A schema with those that it refers to, also in a circle, in $defs."""
    definitions: Document = {}

    def rewritten(value: Any) -> Any:
        if isinstance(value, list):
            return [rewritten(item) for item in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref", "")
        if not isinstance(reference, str) or not reference.startswith(SCHEMAS):
            return {key: rewritten(of) for key, of in value.items()}
        name = reference.removeprefix(SCHEMAS)
        if name not in definitions:
            definitions[name] = {}  # known before it is read, since it may refer to itself
            definitions[name] = rewritten(document["components"]["schemas"][name])
        return {"$ref": f"#/$defs/{name}"}

    found = rewritten(schema)
    return {**found, "$defs": definitions} if definitions else found
