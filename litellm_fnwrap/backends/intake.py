"""The chunks of one streamed reply between the wire and whoever reads the stream; free of waiting."""

from __future__ import annotations

import time
from collections import deque

from ..generation import Chunk
from .exchange import Exchange


class Intake:
    """The chunks of one streamed reply on their way from the wire to the reader of the stream.

    over  no further chunk will come.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self._reader = exchange, exchange.reader
        self._chunks: deque[Chunk] = deque()
        self._received = 0
        self._quiet_since: float | None = None
        self.over = False

    def pop(self) -> Chunk | None:
        """The next chunk that is already here."""
        return self._chunks.popleft() if self._chunks else None

    @property
    def settled(self) -> bool:
        """Whether the server has said anything beyond its headers."""
        return self.over or self._reader.events > 0

    @property
    def complete(self) -> bool:
        """Whether the answer is known to be complete, so that waiting for more may be cut short."""
        return self._reader.finished

    def whole(self, body: bytes) -> None:
        """Take a reply that turned out to be one JSON value."""
        chunk = self._reader.read(body)
        self._end([Chunk(chunk.text, logprobs=chunk.logprobs)] if chunk.text else [])
        self._chunks.append(Chunk("", chunk.finish_reason or "stop", chunk.usage, chunk.stop_text))

    def take(self, data: bytes) -> None:
        """Take bytes as they come; raises what they say went wrong."""
        self._received += len(data)
        self._exchange.check_length(self._received)
        chunks = self._reader.feed(data)
        if chunks:
            self._chunks += _joined(chunks) if len(chunks) > 1 else chunks
            self._quiet_since = None
        else:
            self._check_silence()
        if self._reader.done:
            self._end(self._reader.close())

    def _check_silence(self) -> None:
        """Raise where a server sends nothing but signs of life for longer than a token may take."""
        now = time.monotonic()
        if self._quiet_since is None:
            self._quiet_since = now
        elif now - self._quiet_since > self._exchange.limits.read:
            raise self._exchange.late()

    def end(self) -> None:
        """Take the end of the reply; raises ServerError if the answer is not complete."""
        if not self.over:
            self._end(self._reader.close())

    def _end(self, chunks: list[Chunk]) -> None:
        self._chunks += chunks
        self.over = True


def _joined(chunks: list[Chunk]) -> list[Chunk]:
    """Pieces that came together as one: whoever reads more slowly than the server writes has less to do then."""
    if any(chunk.logprobs is not None for chunk in chunks):
        return chunks
    return [Chunk("".join(chunk.text for chunk in chunks))]
