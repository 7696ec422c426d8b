"""Reading calls, whole and as they stream, beside json.loads of the arguments alone."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator

from samples import WRITE, call_of
from timing import Row, at_most, in_turns

from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.formats.spec import Format
from litellm_fnwrap.formats.writer import write_calls
from litellm_fnwrap.messages import Tool

STEP, LIMIT = 4, 0.1


def reader(
    format: Format, text: str, tools: list[Tool], *, step: int = 0, calls: int = 1, repair: bool = True
) -> Callable[[], None]:
    """What reads a text, whole or in pieces of so many characters."""
    pieces = [text[at : at + step] for at in range(0, len(text), step)] if step else [text]

    def read() -> None:
        parser = StreamParser(format, tools, repair=repair)
        for piece in pieces:
            parser.feed(piece)
        parser.close()
        if len(parser.result.tool_calls) != calls:
            raise SystemExit(f"{format.name}: {len(parser.result.tool_calls)} calls read, not {calls}.")

    return read


def reading(rounds: int, every: bool) -> Iterator[Row]:
    """By length for one format, by format for one length, among many tools, many calls, and what repair costs."""
    hermes = get_format("hermes")
    for size in (100, 1_000, 16_000, 64_000):
        yield from _compared(f"a call of {size:,} characters", hermes, size, rounds)
    yield from by_format(rounds, every)
    yield from crowds(hermes, rounds)
    for name in ("hermes", "pythonic", "llama3-json"):
        yield cost_of_repair(get_format(name), 4 * rounds)


def _compared(what: str, format: Format, size: int, rounds: int) -> Iterator[Row]:
    call = call_of(size)
    text = write_calls(format, [call], [WRITE])
    contenders = {
        "whole": reader(format, text, [WRITE]),
        "streamed": reader(format, text, [WRITE], step=STEP),
        "json.loads": lambda: json.loads(call.arguments),
    }
    times = in_turns(contenders, rounds)
    for way in ("whole", "streamed"):
        ours, theirs = times.median(way) * 1e3, times.median("json.loads") * 1e3
        title = f"reading {what}, {way}" + (f" by {STEP}" if way == "streamed" else "")
        row = Row(what=title, ours=ours, unit="ms", peer="json.loads of the arguments", theirs=theirs)
        yield at_most(row, LIMIT * 1e3, of="ours") if size == 64_000 else row


def by_format(rounds: int, every: bool) -> Iterator[Row]:
    """All formats with one length in pieces: each, or the median and the slowest."""
    rows = []
    for name in FORMATS.names():
        format, call = get_format(name), call_of(16_000)
        text = write_calls(format, [call], [WRITE])
        contenders = {
            "ours": reader(format, text, [WRITE], step=STEP),
            "json": lambda call=call: json.loads(call.arguments),  # type: ignore[misc]
        }
        times = in_turns(contenders, max(rounds // 8, 3), warm=1)
        figures = {"ours": times.median("ours") * 1e3, "theirs": times.median("json") * 1e3}
        what = f"reading 16,000 characters by {STEP}, {name}"
        row = Row(what=what, unit="ms", peer="json.loads of the arguments", **figures)
        rows.append(at_most(row, LIMIT * 250, of="ours"))
    rows.sort(key=lambda row: row.ours)
    if every:
        yield from rows
    else:
        ours, theirs = statistics.median(row.ours for row in rows), statistics.median(row.theirs for row in rows)
        what = f"reading 16,000 characters by {STEP}, median of {len(rows)} formats"
        yield Row(what=what, ours=ours, unit="ms", peer="json.loads of the arguments", theirs=theirs)
        yield rows[-1]


def crowds(format: Format, rounds: int) -> Iterator[Row]:
    """A call among a thousand tools, and a hundred calls in one answer."""
    many = [*(Tool(name=f"tool_{n}", parameters=WRITE.parameters) for n in range(999)), WRITE]
    text, hundred = write_calls(format, [call_of(1_000)], [WRITE]), [call_of(100, n) for n in range(100)]
    answer = write_calls(format, hundred, [WRITE])
    arguments = [call.arguments for call in hundred]
    contenders = {
        "among": reader(format, text, many, step=STEP),
        "alone": reader(format, text, [WRITE], step=STEP),
        "hundred": reader(format, answer, [WRITE], step=STEP, calls=100),
        "json": lambda: [json.loads(one) for one in arguments],
    }
    times = in_turns(contenders, rounds)
    scale = {name: times.median(name) * 1e3 for name in contenders}
    yield Row(
        what="reading a call among 1,000 tools",
        ours=scale["among"],
        unit="ms",
        peer="with one tool",
        theirs=scale["alone"],
    )
    peer = "json.loads of their arguments"
    yield Row(what="reading 100 calls of one answer", ours=scale["hundred"], unit="ms", peer=peer, theirs=scale["json"])


def cost_of_repair(format: Format, rounds: int) -> Row:
    """Well-formed text with and without repair."""
    plain = json.dumps({"path": "a.py", "text": "a line of plain text, and more. " * 40})
    text = write_calls(format, [call_of(0).__class__("call_1", WRITE.name, plain)], [WRITE])
    both = {"with": reader(format, text, [WRITE]), "without": reader(format, text, [WRITE], repair=False)}
    times = in_turns(both, rounds)
    ours, theirs = times.median("with") * 1e6, times.median("without") * 1e6
    row = Row(what=f"strict text with repair, {format.name}", ours=ours, unit="us", peer="without", theirs=theirs)
    return at_most(row, 1.1)
