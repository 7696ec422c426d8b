"""The chunks of one streamed reply between the wire and whoever reads the stream; free of waiting."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Final

from ..generation import Chunk
from .exchange import TRANSPORT_ERRORS, Exchange

ENDS: Final = (StopIteration, StopAsyncIteration, asyncio.TimeoutError)
"""What says that no more bytes come: the body is over, or its end was not waited for any longer."""


class Intake:
    """The chunks of one streamed reply on their way from the wire to the reader of the stream.

    chunks    what is here and not read yet.
    complete  the answer is known to be complete, so that waiting for more may be cut short.
    over      no further chunk will come.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange, self._reader = exchange, exchange.reader
        self._received = 0
        self._quiet_since: float | None = None
        self.chunks: deque[Chunk] = deque()
        self.complete = self.over = False

    @property
    def settled(self) -> bool:
        """Whether the server has said anything beyond its headers."""
        return self.over or self._reader.events > 0

    def whole(self, body: bytes) -> None:
        """Take a reply that turned out to be one JSON value."""
        chunk = self._reader.read(body)
        if chunk.text:
            self.chunks.append(Chunk(chunk.text, logprobs=chunk.logprobs))
        self.chunks.append(Chunk("", chunk.finish_reason or "stop", chunk.usage, chunk.stop_text))
        self.over = True

    def take(self, data: bytes) -> None:
        """Take bytes as they come; raises what they say went wrong."""
        self._received += len(data)
        self._exchange.check_length(self._received)
        chunks = self._reader.feed(data)
        if chunks:
            self.chunks += _joined(chunks) if len(chunks) > 1 else chunks
            self._quiet_since = None
        else:
            self._check_silence()
        self.complete = self._reader.finished
        if self._reader.done:
            self._end()

    def _check_silence(self) -> None:
        """Raise where a server sends nothing but signs of life for longer than a token may take."""
        now = time.monotonic()
        if self._quiet_since is None:
            self._quiet_since = now
        elif now - self._quiet_since > self._exchange.limits.read:
            raise self._exchange.late()

    def stop(self, reason: BaseException) -> bool:
        """Take no more, because no more bytes come: they are over, or to read or take them has failed.

        False for a reason that is to be raised as it is. For the others, raises the failure that they mean unless the
        answer is complete.
        """
        was_over, self.over = self.over, True
        if isinstance(reason, TRANSPORT_ERRORS) and not self.complete:
            raise self._exchange.broken(reason) from reason
        if not isinstance(reason, (*TRANSPORT_ERRORS, *ENDS)):
            return False
        if not was_over:
            self._end()
        return True

    def _end(self) -> None:
        self.over = True
        self.chunks += self._reader.close()


def _joined(chunks: list[Chunk]) -> list[Chunk]:
    """Pieces that came together as one: whoever reads more slowly than the server writes has less to do then."""
    if any(chunk.logprobs is not None for chunk in chunks):
        return chunks
    return [Chunk("".join(chunk.text for chunk in chunks))]
