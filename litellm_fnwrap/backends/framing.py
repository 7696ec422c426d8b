"""Bytes of a streamed reply to JSON values: server-sent events and one JSON value a line, in any chunking.

One rule covers all servers: "data:" with or without the blank, comment lines (pings) and "event:" lines skipped,
"[DONE]" ends the stream, an "error:" line (llama.cpp of early 2025) is a failure, a last line without its line break
counts, and a character cut in two between reads is put together again, since whole lines are decoded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from .json_text import read_json

MAX_LINE: Final = 16 * 1024 * 1024

NOTHING: Final = object()
"""In the place of a JSON value, where a line holds none."""


class FramingError(ValueError):
    """A line of the stream is no JSON, or longer than any reply could be; raw is its beginning."""

    def __init__(self, message: str, raw: str) -> None:
        super().__init__(message)
        self.raw = raw[:2000]


class Lines:
    """Lines out of bytes; work is linear in the bytes, however small the pieces are."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._held = 0

    def feed(self, data: bytes, *, final: bool = False) -> list[bytes]:
        """The lines that these bytes complete, without their line feeds; with final, the last one too."""
        *lines, rest = data.split(b"\n")
        if lines and self._parts:
            self._hold(lines[0])
            lines[0] = self._take()
        if rest:
            self._hold(rest)
        if final and self._parts:
            lines.append(self._take())
        return lines

    def _hold(self, data: bytes) -> None:
        self._parts.append(data)
        self._held += len(data)
        if self._held > MAX_LINE:
            raise FramingError(f"a line of more than {MAX_LINE} bytes", _text(self._parts[0]))

    def _take(self) -> bytes:
        line = b"".join(self._parts)
        self._parts.clear()
        self._held = 0
        return line


class Events:
    """JSON values out of the bytes of a stream.

    value  what a line holds: a JSON value, or NOTHING. Raises FramingError at what is no JSON.
    ended  whether the server said that the stream is over ("[DONE]"); what follows is to be ignored.
    """

    def __init__(self, framing: Literal["sse", "ndjson"]) -> None:
        self.value: Callable[[bytes], Any] = self._sse if framing == "sse" else _json
        self.lines = Lines().feed
        self.ended = False

    def _sse(self, line: bytes) -> Any:
        field, _, value = line.partition(b":")
        if field == b"data":
            if value.strip() == b"[DONE]":
                self.ended = True
                return NOTHING
            return _json(value)
        if field == b"error":
            failure = _json(value)
            return failure if failure is NOTHING else {"error": failure}
        return NOTHING


def _json(line: bytes) -> Any:
    text = _text(line)
    if not text or text.isspace():
        return NOTHING
    try:
        return read_json(text)
    except ValueError:
        raise FramingError("a line of the stream is no JSON", text) from None


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace")
