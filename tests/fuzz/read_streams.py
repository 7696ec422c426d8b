"""Feeds noise to the stream readers of all backends, with atheris where it is installed, else at random.

    python tests/fuzz/read_streams.py [atheris|random] [seconds]

Streams are good ones with pieces put in, left out and repeated, values replaced by others, and plain noise. Bytes must
end in an answer or in an error of the package, whose text can be written as UTF-8, and must be read alike however they
are cut. Prints what was found; tests/fuzz/test_findings.py is the part of it in the ordinary tests.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzz import guided

with guided.instrumented("litellm_fnwrap.backends"):
    from litellm_fnwrap.backends import BACKENDS
    from litellm_fnwrap.backends.backend import Backend
    from litellm_fnwrap.backends.base import Opening
    from litellm_fnwrap.backends.failures import Failure
    from litellm_fnwrap.backends.reply import ReplyReader
    from litellm_fnwrap.errors import FnWrapError
    from litellm_fnwrap.generation import Chunk, Generation, ModelInfo, Prompt

    BACKENDS.names()  # imports them all

from backends.wire import WIRES

NAMES = sorted(WIRES)
PIECES = ["Hé", "l<|im", "_end|>", "lo \U0001f600", " wor", "ld", "<think>"]
ODD: list[Any] = [
    None, True, False, 0, -1, 1.5, 10**30, "", "x", "\ud83d", "null", "stop", "abort", [], {}, [[]], [None], {"a": 1},
    {"type": "abort"}, {"message": 5}, [1, 2, 3], [[1]], [{"token": 1}], float("nan"), float("inf"),
]  # fmt: skip
LINES = [
    b"\n", b"\r\n", b": ping\n\n", b"data: [DONE]\n\n", b"data:\n\n", b"event: message\n", b'data: {"error": "no"}\n\n',
    b"error: {}\n", b"data: {\n\n", b"\xff\xfe", b"\xf0\x9f", b"{}\n", b'{"done": true}\n', b"data: null\n\n", b"[]\n",
    b'data: {"detail": [{"loc": null}]}\n\n', b'data: {"object": "error", "code": "\xc2\xb2"}\n\n',
]  # fmt: skip


def backend_of(name: str) -> Backend:
    backend = BACKENDS.get(name)
    assert isinstance(backend, Backend)
    return backend


def reader_of(name: str, *, stream: bool, stops: tuple[str, ...] = ()) -> ReplyReader:
    backend = backend_of(name)
    generation = Generation(
        model="m", prompt=Prompt(text="Hi"), stop=stops, stream=stream, parameters={"logprobs": True} if stops else {}
    )
    target = backend.target(Opening(model="m", drop_params=True))
    plan = backend.request(generation, target, ModelInfo())
    return ReplyReader(backend, target, plan, generation, ModelInfo())


def outcome(name: str, parts: list[bytes], stops: tuple[str, ...]) -> tuple[object, ...]:
    """The answer in the parts of a stream, or the error; anything else than an error of the package is raised."""
    reader, chunks = reader_of(name, stream=True, stops=stops), list[Chunk]()
    try:
        for part in parts:
            if not reader.done:
                chunks += reader.feed(part)
        chunks += reader.close()
    except FnWrapError as error:
        written(f"{error} {error.raw!r}")
        return type(error), str(error)
    text = "".join(chunk.text for chunk in chunks)
    written(text)
    assert [chunk.finish_reason for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert chunks[-1].finish_reason in ("stop", "length")
    return text, chunks[-1].finish_reason, repr(chunks[-1].usage), chunks[-1].stop_text


def written(text: str) -> None:
    text.encode("utf-8")


def check_stream(name: str, data: bytes, cuts: list[int], stops: tuple[str, ...] = ()) -> None:
    whole = outcome(name, [data], stops)
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    pieces = outcome(name, [data[a:b] for a, b in itertools.pairwise(places)], stops)
    assert pieces == whole, (name, data, cuts, whole, pieces)


def check_reply(name: str, body: bytes, status: int) -> None:
    """A whole reply, as the answer and as a refusal."""
    with contextlib.suppress(FnWrapError):
        chunk = reader_of(name, stream=False, stops=("<|im_end|>",)).read(body)
        written(chunk.text)
    backend = backend_of(name)
    failure = Failure.of_reply(status, body.decode("utf-8", "replace"), {"retry-after": body[:9].decode("latin-1")})
    error = backend.error(failure, backend.target(Opening(model="m")))
    assert isinstance(error, FnWrapError)
    assert len(str(error)) < 5000


class Draw:
    """Choices out of a stream of numbers, whoever draws them."""

    def __init__(self, below: Any) -> None:
        self.below = below

    def one_of(self, values: Any) -> Any:
        return values[self.below(len(values))]

    def stream(self, name: str) -> bytes:
        """A good stream of a server with a few things done to it."""
        events = [event.encode() for event in WIRES[name].stream(PIECES, self.one_of(["stop", "length"]))]
        for _ in range(self.below(4)):
            self._disturb(events)
        return b"".join(events)

    def _disturb(self, events: list[bytes]) -> None:
        at = self.below(len(events) + 1)
        how = self.below(6)
        if how == 0:
            events.insert(at, self.one_of(LINES))
        elif how == 1 and events:
            del events[at % len(events)]
        elif how == 2 and events:
            events.insert(at, events[self.below(len(events))])
        elif how == 3:
            events.insert(at, bytes(self.below(256) for _ in range(self.below(9))))
        elif how == 4 and events:
            at %= len(events)
            cut = self.below(len(events[at]) + 1)
            events[at] = events[at][:cut]
        elif events:
            at %= len(events)
            events[at] = self.odd_values(events[at])

    def odd_values(self, event: bytes) -> bytes:
        """The JSON of an event with one value in it replaced."""
        begin = event.find(b"{")
        try:
            value = json.loads(event[begin:])
        except ValueError:
            return event
        return event[:begin] + json.dumps(self._replaced(value)).encode() + b"\n\n"

    def _replaced(self, value: Any) -> Any:
        if isinstance(value, dict) and value and self.below(5):
            name = self.one_of(sorted(value))
            return {**value, name: self._replaced(value[name])}
        if isinstance(value, list) and value and self.below(5):
            at = self.below(len(value))
            return [*value[:at], self._replaced(value[at]), *value[at + 1 :]]
        return self.one_of(ODD)


def once(below: Any) -> None:
    """One stream and one reply of some server, drawn and checked; below(n) gives a number from 0 to n-1."""
    draw = Draw(below)
    name = draw.one_of(NAMES)
    stops = draw.one_of([(), ("<|im_end|>", "wor"), ("zz", "yy", "xx", "ww", "ld")])
    if name != "webui_2023":
        check_stream(name, draw.stream(name), [below(10_000) for _ in range(below(6))], stops)
    reply = draw.odd_values(json.dumps(WIRES[name].reply("".join(PIECES), draw.one_of(["stop", "length"]))).encode())
    check_reply(name, reply, 200)
    refusal = draw.odd_values(
        b'{"error": {"message": "no", "type": "x", "code": "7"}, "detail": [{"loc": ["a"], "ctx": {}}]}'
    )
    check_reply(name, refusal, draw.one_of([400, 404, 422, 429, 500, 503]))


def with_atheris(seconds: float) -> None:
    import atheris

    def target(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        once(lambda n: provider.ConsumeIntInRange(0, n - 1))

    guided.fuzz(target, seconds, size=512, read_from_end=True)


def without_atheris(seconds: float) -> int:
    """Plain random draws, each from its own seed, so that a finding is found again; how many were found."""
    end, seed, found = time.monotonic() + seconds, int(time.time()), 0
    first = seed
    while time.monotonic() < end:
        seed += 1
        try:
            once(random.Random(seed).randrange)
        except Exception as error:
            found += 1
            print(f"seed {seed}: {type(error).__name__}: {str(error)[:600]}", flush=True)
    print(f"{seed - first} draws over {len(NAMES)} backends, {found} found")
    return found


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if not word.isdecimal()]
    duration = next((float(word) for word in sys.argv[1:] if word.isdecimal()), 600.0)
    if guided.AVAILABLE and words != ["random"]:
        with_atheris(duration)
    else:
        sys.exit(bool(without_atheris(duration)))
