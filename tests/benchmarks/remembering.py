"""Memory: of a thousand tools, and of a stream that is open."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import server
from samples import definitions
from timing import Row

from litellm_fnwrap.backends import open_source
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.generation import Generation, Prompt
from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.wrappers import get_wrapper

TOOLS, STREAMS = 1_000, 50


def remembering() -> Iterator[Row]:
    """What Python allocates and keeps, by tracemalloc."""
    text, hermes, wrapper = json.dumps(definitions(TOOLS)), get_format("hermes"), get_wrapper("hermes")

    def known() -> Any:
        conversation = read_conversation([{"role": "user", "content": "Hi"}], tools=json.loads(text))
        return conversation, wrapper.render(conversation), StreamParser(hermes, conversation.tools)

    known()
    ours, theirs = _kept(known) / 1e6, _kept(lambda: json.loads(text)) / 1e6
    what = "1,000 tools: read, written into a prompt, ready to parse"
    yield Row(what=what, ours=ours, unit="MB", peer="json.loads of them", theirs=theirs, kind="memory")
    with server.running(10_000) as base:
        yield from _streams(f"{base}/paced")


def _streams(base: str) -> Iterator[Row]:
    source, wanted = open_source("ollama", model="m", api_base=base), Generation(model="m", prompt=Prompt(text="Hi"))
    client = httpx.Client(limits=httpx.Limits(max_connections=None))

    def ours() -> Any:
        streams = [source.stream(wanted) for _ in range(STREAMS)]
        return streams, [next(stream) for stream in streams]

    def theirs() -> Any:
        request = client.build_request("POST", f"{base}/api/generate", json={"stream": True})
        replies = [client.send(request, stream=True) for _ in range(STREAMS)]
        lines = [reply.iter_lines() for reply in replies]
        return replies, lines, [next(line) for line in lines]

    for each in ours()[0]:
        each.close()
    mine = _kept(ours, lambda held: [stream.close() for stream in held[0]]) / STREAMS / 1e3
    bare = _kept(theirs, lambda held: [reply.close() for reply in held[0]]) / STREAMS / 1e3
    yield Row(what="a stream that is open", ours=mine, unit="kB", peer="httpx", theirs=bare, kind="memory")


def _kept(make: Callable[[], Any], end: Callable[[Any], object] = lambda held: None) -> float:
    """Bytes that are allocated while what was made is held."""
    gc.collect()
    tracemalloc.start()
    held = make()
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    end(held)
    return float(size)
