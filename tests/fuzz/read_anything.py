"""Feeds noise to every format's parser, with atheris where it is installed, else with hypothesis.

    python tests/fuzz/read_anything.py [seconds]

A text must never raise, and must be read alike whole and in pieces. It is no part of the ordinary tests.
"""

from __future__ import annotations

import sys
import time

from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.messages import read_tools

TOOLS = read_tools(
    [
        {
            "type": "function",
            "function": {
                "name": "f",
                "parameters": {
                    "type": "object",
                    "properties": {"a": {"type": "string"}, "n": {"type": "integer"}, "l": {"type": "array"}},
                },
            },
        }
    ]
)
NAMES = sorted(FORMATS)
PIECES = ["{", "}", "[", "]", "(", ")", '"', "'", "`", "```", "\\", ",", ":", ";", "=", "\n", " ", "f", "a", "1", "é"]
PIECES += [
    "f(",
    "a=",
    '{"name": "f", "arguments": {"a": ',
    '"a": ',
    "<tool_call>",
    "</tool_call>",
    "<think>",
    "</think>",
]


def outcome(name: str, text: str, step: int) -> tuple[object, ...]:
    parser = StreamParser(get_format(name), TOOLS)
    for start in range(0, len(text), step):
        parser.feed(text[start : start + step])
    parser.close()
    read = parser.result
    return read.content, read.reasoning_content, [(call.name, call.arguments) for call in read.tool_calls]


def check(name: str, text: str) -> None:
    whole = outcome(name, text, max(1, len(text)))
    for step in (1, 3, 8):
        assert outcome(name, text, step) == whole, (name, text, step)


def with_atheris(seconds: float) -> None:
    import atheris

    def target(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        name = NAMES[provider.ConsumeIntInRange(0, len(NAMES) - 1)]
        marks = [*PIECES, *get_format(name).sample.split()]
        picked = [marks[provider.ConsumeIntInRange(0, len(marks) - 1)] for _ in range(24)]
        check(name, "".join(picked))

    atheris.Setup([sys.argv[0], f"-max_total_time={int(seconds)}"], target)
    atheris.Fuzz()


def with_hypothesis(seconds: float) -> None:
    from hypothesis import given, settings
    from hypothesis import strategies as st

    @settings(max_examples=200, deadline=None, database=None)
    @given(st.sampled_from(NAMES), st.data())
    def once(name: str, data: st.DataObject) -> None:
        marks = [*PIECES, *get_format(name).sample.split()]
        check(name, "".join(data.draw(st.lists(st.sampled_from(marks), max_size=24))))

    end = time.monotonic() + seconds
    rounds = 0
    while time.monotonic() < end:
        once()
        rounds += 1
    print(f"{rounds * 200} texts over {len(NAMES)} formats, nothing found")


if __name__ == "__main__":
    duration = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    try:
        import atheris  # noqa: F401
    except ImportError:
        with_hypothesis(duration)
    else:
        with_atheris(duration)
