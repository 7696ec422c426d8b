"""Bytes of a reply to chunks of text, for any backend; pure, so that sync and async reading share every rule.

A reply is sound only if it says that it is complete: a finish reason, or the terminator after some text. One that
stops without either is an error and never an empty answer.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, TypeVar

from ..errors import BackendError, FnWrapError
from ..generation import Chunk, Generation, ModelInfo, Usage
from .backend import Backend, HttpRequest, Reading, Target
from .failures import Failure, scrubbed, unreadable
from .framing import NOTHING, Events, FramingError
from .json_text import encodable, read_json, show_json
from .stopping import StopCutter

C = TypeVar("C", Chunk, Chunk | None)


def sound(chunk: C) -> C:
    """A chunk that can be passed on whatever a server has put into it; raises TypeError for a text that is none.

    JSON can spell halves of characters, which no encoding can write; and a count that is no number is no count.
    """
    if chunk is None:
        return None
    text, usage, stop = chunk.text, chunk.usage, chunk.stop_text
    if not isinstance(text, str):
        raise TypeError("its text is no string")
    if not text.isascii() and (whole := encodable(text)) is not text:
        chunk = dataclasses.replace(chunk, text=whole)
    if usage is not None and not (_is_count(usage.prompt_tokens) and _is_count(usage.completion_tokens)):
        counts = (count if _is_count(count) else None for count in (usage.prompt_tokens, usage.completion_tokens))
        chunk = dataclasses.replace(chunk, usage=Usage(*counts))
    return chunk if stop is None or isinstance(stop, str) else dataclasses.replace(chunk, stop_text=None)


def _is_count(value: object) -> bool:
    return value is None or (type(value) is int and value >= 0)


class ReplyReader:
    """Reads one reply: whole (read), or as it comes (feed, then close).

    events    how many JSON values the stream has brought.
    finished  the answer is complete; usage may still follow.
    done      nothing more is needed from the server: it said that it is over, or a stop string was found here.
    """

    def __init__(
        self,
        backend: Backend,
        target: Target,
        request: HttpRequest,
        generation: Generation,
        info: ModelInfo | None = None,
    ) -> None:
        self._backend, self._target = backend, target
        self._reading = Reading(generation, info)
        self._frames = Events(request.framing) if request.framing != "json" else None
        self._cutter = StopCutter(request.cut) if request.cut else None
        self._end = Chunk()
        self._wrote = False
        self.events = 0
        self.finished = self.done = False

    def read(self, body: bytes) -> Chunk:
        """The answer in a reply that is one JSON value; raises what the reply says went wrong."""
        text = body.decode("utf-8", "replace")
        try:
            reply = read_json(text)
        except ValueError:
            raise self._no_json(text) from None
        chunk = self._read(self._backend.read_reply, reply)
        return chunk if self._cutter is None else self._cutter.cut(chunk)

    def feed(self, data: bytes, *, final: bool = False) -> list[Chunk]:
        """The chunks that these bytes complete; the one with finish_reason comes when nothing can follow it."""
        frames = self._frames
        if frames is None:
            raise TypeError("this reply is no stream")
        chunks: list[Chunk] = []
        try:
            for line in frames.lines(data, final=final):
                event = frames.value(line)
                if event is not NOTHING:
                    self.events += 1
                    chunk = self._read(self._backend.read_event, event)
                    if chunk is not None:
                        self._pass_on(chunk, chunks)
                # What follows the end is of no interest, and need not even be JSON.
                if self.done or frames.ended:
                    self.done = self.finished = True
                    break
        except FramingError as error:
            raise unreadable(self._backend.name, str(error), error.raw) from None
        return chunks

    def close(self) -> list[Chunk]:
        """The last chunks, at the end of the stream; raises ServerError if the answer is not complete."""
        # Once the answer is complete, a line of which only half has come is of no interest.
        chunks = [] if self.done else self.feed(b"", final=True)
        if self._cutter is not None and self._cutter.found is None and (held := self._cutter.close()):
            self._wrote = True
            chunks.append(Chunk(held))
        ended = self._frames is not None and self._frames.ended
        if self._end.finish_reason is None and not (ended and self._wrote):
            raise self._broken_off()
        return [*chunks, dataclasses.replace(self._end, finish_reason=self._end.finish_reason or "stop")]

    def _pass_on(self, chunk: Chunk, chunks: list[Chunk]) -> None:
        """Add the text at once; what ends the answer is kept for close(), since usage may still follow it."""
        if self._cutter is not None:
            chunk = self._up_to_stop(self._cutter, chunk)
        if chunk.finish_reason or chunk.usage or chunk.stop_text:
            self._end = Chunk(
                finish_reason=chunk.finish_reason or self._end.finish_reason,
                usage=chunk.usage or self._end.usage,
                stop_text=chunk.stop_text or self._end.stop_text,
            )
            self.finished = self.finished or self._end.finish_reason is not None
            chunk = Chunk(chunk.text, logprobs=chunk.logprobs)
        if chunk.text or chunk.logprobs is not None:
            self._wrote = True
            chunks.append(chunk)

    def _up_to_stop(self, cutter: StopCutter, chunk: Chunk) -> Chunk:
        text = cutter.feed(chunk.text)
        if cutter.found is not None:
            self.done = chunk.finish_reason is None
            return dataclasses.replace(chunk, text=text, finish_reason="stop", stop_text=cutter.found)
        return chunk if text is chunk.text else dataclasses.replace(chunk, text=text)

    def _read(self, read: Callable[[Any, Reading], C], reply: Any) -> C:
        """What a backend reads; raises the failure that a reply holds, and ServerError where it has another shape."""
        try:
            failure = self._backend.failure_of(reply)
            if failure is None:
                return sound(read(reply, self._reading))
        except FnWrapError:
            raise
        except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
            what = f"it is not what {self._backend.name} sends ({type(error).__name__}: {error})"
            raise unreadable(self._backend.name, what, show_json(reply)) from error
        raise scrubbed(self._backend.error(failure, self._target), self._target.api_key)

    def _no_json(self, text: str) -> BackendError:
        words = Failure.of_reply(200, text).message or "an empty body"
        return unreadable(self._backend.name, f"it is no JSON but {words!r}", text)

    def _broken_off(self) -> BackendError:
        state = "after part of the answer" if self._wrote else "before any text"
        why = "as it does when a server fails or a prompt is too long"
        return unreadable(self._backend.name, f"the stream ended {state}, without a finish reason, {why}")
