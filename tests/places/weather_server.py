"""A small server with an OpenAPI document: references, and all places that arguments can have."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JSON_BODY = {"application/json": {"schema": {"$ref": "#/components/schemas/Note"}}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Weather", "version": "1"},
    "servers": [{"url": "/api"}],
    "paths": {
        "/cities/{city}/weather": {
            "parameters": [{"$ref": "#/components/parameters/City"}],
            "get": {
                "operationId": "get_weather",
                "summary": "Get the weather",
                "parameters": [
                    {"name": "unit", "in": "query", "required": True, "schema": {"$ref": "#/components/schemas/Unit"}},
                    {"name": "X-Language", "in": "header", "schema": {"type": "string"}},
                    {"name": "session", "in": "cookie", "schema": {"type": "string"}},
                ],
            },
        },
        "/notes": {"post": {"summary": "Keep a note", "requestBody": {"$ref": "#/components/requestBodies/Note"}}},
    },
    "components": {
        "parameters": {
            "City": {
                "name": "city",
                "in": "path",
                "required": True,
                "schema": {"type": "string"},
                "description": "Town",
            }
        },
        "requestBodies": {"Note": {"required": True, "content": JSON_BODY}},
        "schemas": {
            "Unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
            "Note": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "answers": {"type": "array", "items": {"$ref": "#/components/schemas/Note"}},
                },
                "required": ["text"],
            },
        },
    },
}


@contextmanager
def weather_server() -> Iterator[tuple[str, list[tuple[str, str, Any]]]]:
    """The address of the document, and what has been asked: method, path with its query, body."""
    asked: list[tuple[str, str, Any]] = []

    class Weather(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/openapi.json":
                self._say(200, json.dumps(DOCUMENT))
                return
            asked.append(("GET", self.path, self.headers.get("X-Language")))
            self._say(*((404, "no such city") if "Atlantis" in self.path else (200, "21 degrees")))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(("POST", self.path, body))
            self._say(200, "kept")

        def _say(self, status: int, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Weather)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/openapi.json", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
