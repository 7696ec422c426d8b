"""How the cost of reading a stream grows: `python tests/benchmarks/stream_growth.py [format ...]`.

One call whose string argument has 1k, 4k, 16k and 64k characters, in deltas of 4 characters, for every format; then
one call among 1,000 tools, and 100 calls in one answer. Prints processor seconds in all and microseconds a delta.
"""

from __future__ import annotations

import json
import sys
import time

from litellm_fnwrap.events import ToolCall
from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.formats.spec import Format
from litellm_fnwrap.formats.writer import write_calls
from litellm_fnwrap.messages import Tool

SIZES = (1_000, 4_000, 16_000, 64_000)
LIMIT = 0.1  # seconds for 64,000 characters
LINE = 'def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)  # "quoted" \\ done\n'
WRITE = Tool(
    name="write_file",
    parameters={"type": "object", "properties": {"path": {"type": "string"}, "text": {"type": "string"}}},
)


def call_of(size: int, n: int = 0) -> ToolCall:
    """A call with a string argument of so many characters."""
    text = (LINE * (size // len(LINE) + 1))[:size]
    return ToolCall(f"call_{n}", WRITE.name, json.dumps({"path": "a.py", "text": text}))


def seconds(format: Format, text: str, tools: list[Tool], calls: int) -> tuple[float, int]:
    """Processor seconds to read the text in deltas of 4 characters, the best of three, and the number of deltas."""
    deltas = [text[at : at + 4] for at in range(0, len(text), 4)]
    best = float("inf")
    for _ in range(3):
        parser = StreamParser(format, tools)
        began = time.process_time()
        for delta in deltas:
            parser.feed(delta)
        parser.close()
        best = min(best, time.process_time() - began)
        if len(parser.result.tool_calls) != calls:
            raise SystemExit(f"{format.name}: {len(parser.result.tool_calls)} calls read, not {calls}.")
    return best, len(deltas)


def main(names: list[str]) -> int:
    """Print the table; 1 if a format is slower than the limit or its cost a delta grows."""
    failed: list[str] = []
    print(f"{'format':24}" + "".join(f"{size // 1000:>9}k" for size in SIZES) + "   us/delta  1k tools  100 calls")
    for name in names or FORMATS.names():
        format = get_format(name)
        row = []
        for size in SIZES:
            spent, deltas = seconds(format, write_calls(format, [call_of(size)], [WRITE]), [WRITE], 1)
            row.append((spent, spent / deltas * 1e6))
        many = [Tool(name=f"tool_{n}", parameters=WRITE.parameters) for n in range(999)]
        among, _ = seconds(format, write_calls(format, [call_of(1_000)], [WRITE]), [*many, WRITE], 1)
        hundred = [call_of(100, n) for n in range(100 if format.parallel else 1)]
        batch, _ = seconds(format, write_calls(format, hundred, [WRITE]), [WRITE], len(hundred))
        slow = row[-1][0] > LIMIT or row[-1][1] > 2 * row[0][1]
        if slow:
            failed.append(name)
        print(
            f"{name:24}"
            + "".join(f"{spent:10.4f}" for spent, _ in row)
            + f"{row[0][1]:6.1f}-{row[-1][1]:<5.1f}{among:9.4f}{batch:10.4f}{'  slow' if slow else ''}"
        )
    print(f"{len(failed)} slow: {', '.join(failed)}" if failed else "none slow")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
