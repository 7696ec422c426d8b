"""Bytes of a streamed reply to JSON values: server-sent events and one JSON value a line, in any chunking.

One rule covers all servers: "data:" with or without the blank, comment lines (pings) and "event:" lines skipped,
"[DONE]" ends the stream, an "error:" line (llama.cpp of early 2025) is a failure, a last line without its line break
counts, and a character cut in two between reads is put together again.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any, Final, Literal

from .json_text import read_json

MAX_LINE: Final = 16 * 1024 * 1024


class FramingError(ValueError):
    """A line of the stream is no JSON, or longer than any reply could be; raw is its beginning."""

    def __init__(self, message: str, raw: str) -> None:
        super().__init__(message)
        self.raw = raw[:2000]


class Lines:
    """Text lines out of bytes; work is linear in the bytes, however small the pieces are."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._parts: list[str] = []
        self._held = 0

    def feed(self, data: bytes, *, final: bool = False) -> list[str]:
        """The lines that these bytes complete, without their line breaks; with final, the last one too."""
        text = self._decoder.decode(data, final)
        if text.endswith("\n") and not self._parts and len(text) <= MAX_LINE:
            # Nearly all pieces of nearly all servers.
            return [line.rstrip("\r") for line in text[:-1].split("\n")]
        if "\n" not in text:
            self._hold(text)
            return [self._take()] if final and self._parts else []
        head, *rest = text.split("\n")
        self._hold(head)
        lines = [self._take(), *rest[:-1]]
        self._hold(rest[-1])
        if final and self._parts:
            lines.append(self._take())
        return [line.rstrip("\r") for line in lines]

    def _hold(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self._held += len(text)
            if self._held > MAX_LINE:
                raise FramingError(f"a line of more than {MAX_LINE} characters", self._parts[0])

    def _take(self) -> str:
        line = "".join(self._parts)
        self._parts.clear()
        self._held = 0
        return line


class Events:
    """JSON values out of the bytes of a stream.

    ended  whether the server said that the stream is over ("[DONE]"); what follows is ignored.
    """

    def __init__(self, framing: Literal["sse", "ndjson"]) -> None:
        self._read = self._sse if framing == "sse" else self._json
        self._lines = Lines()
        self.ended = False

    def feed(self, data: bytes, *, final: bool = False) -> Iterator[Any]:
        """The values that these bytes complete, one after the other; raises FramingError at what is no JSON.

        To be exhausted, or left for good: what an earlier value says may make a later line a matter of no interest.
        """
        values: list[Any] = []
        for line in self._lines.feed(data, final=final):
            if self.ended:
                break
            self._read(line, values)
            yield from values
            values.clear()

    def _sse(self, line: str, values: list[Any]) -> None:
        if not line:
            return
        field, _, value = line.partition(":")
        if field == "data" and value.strip() == "[DONE]":
            self.ended = True
        elif field == "data":
            self._json(value, values)
        elif field == "error":
            found: list[Any] = []
            self._json(value, found)
            values += [{"error": parsed} for parsed in found]

    def _json(self, line: str, values: list[Any]) -> None:
        if not line or line.isspace():
            return
        try:
            values.append(read_json(line))
        except ValueError:
            raise FramingError("a line of the stream is no JSON", line) from None
