"""Feeds noise to every format's parser and to the reader of JSON answers, with atheris or hypothesis.

    python tests/fuzz/read_anything.py [atheris|hypothesis] [seconds]

A text must never raise, arguments must be JSON text, and a text must be read alike whole and in pieces: content,
reasoning, calls, and what was mended. Texts are made of the marks of the format, of what models write around calls, and
of pieces of calls. Prints the texts that were read otherwise; it is no part of the ordinary tests. Without atheris
installed, hypothesis runs; a run with hypothesis goes on to look for texts after one is found.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzz import guided

with guided.instrumented("litellm_fnwrap"):
    from litellm_fnwrap.errors import OutputError
    from litellm_fnwrap.formats import FORMATS, get_format
    from litellm_fnwrap.formats.parser import StreamParser
    from litellm_fnwrap.formats.repair import read_json
    from litellm_fnwrap.messages import read_tools

PROPERTIES = {
    "a": {"type": "string"},
    "n": {"type": "integer"},
    "l": {"type": "array", "items": {"type": "string"}},
    "o": {"type": "object", "properties": {"b": {"type": "boolean"}}},
    "e": {"type": "string", "enum": ["one", "two"]},
}
TOOLS = read_tools(
    [
        {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": PROPERTIES}}}
        for name in ("f", "get_weather", "ping")
    ]
)
NAMES = sorted(FORMATS)
Reason = Literal["stop", "length"] | None
REASONS: list[Reason] = ["stop", "length", None]
PIECES = ["{", "}", "[", "]", "(", ")", '"', "'", "`", "```", "```json\n", "\\", '\\"', "\\n", "\\u00", ",", ":", ";"]
PIECES += [
    "=",
    "\n",
    " ",
    "f",
    "get_weather",
    "a",
    "1",
    "-2.5",
    "é",
    "“",
    "”",
    "true",
    "None",
    "null",
    "//",
    "#",
    "...",
]
PIECES += ["f(", "a=", "n=", "print(", "return ", "f\n", '{"name": "f", "arguments": {"a": ', '{"name": "f"', '"a": ']
PIECES += ['"arguments": ', '"parameters": {', '"n": "1,000"', "{'f': {", "**{", '"{\\"a\\": 1}"', "<tool_call>"]
PIECES += ["</tool_call>", "<think>", "</think>", "<|im_end|>", "</", "<|", "|>", "All of it is so.\n"]


def outcome(name: str, text: str, step: int, known: bool, repair: bool, reason: Reason) -> tuple[object, ...]:
    """What a text is read as, fed in pieces of a length."""
    parser = StreamParser(get_format(name), TOOLS if known else None, repair=repair)
    for start in range(0, len(text), step):
        parser.feed(text[start : start + step])
    parser.close(reason)
    read = parser.result
    for call in read.tool_calls:
        assert isinstance(json.loads(call.arguments), dict), call
    calls = [(call.name, call.arguments) for call in read.tool_calls]
    return read.content, read.reasoning_content, calls, [repair.kind for repair in read.repairs]


def check(name: str, text: str, known: bool = True, repair: bool = True, reason: Reason = None) -> None:
    """Raise AssertionError for a text that is read otherwise in pieces."""
    whole = outcome(name, text, max(1, len(text)), known, repair, reason)
    for step in (1, 3, 8):
        assert outcome(name, text, step, known, repair, reason) == whole, (name, text, step, known, repair, reason)


def check_json(text: str) -> None:
    """Raise where a text is neither read as JSON nor refused."""
    with contextlib.suppress(OutputError):
        json.dumps(read_json(text, {"type": "object", "properties": PROPERTIES})[0])


def with_atheris(seconds: float) -> None:
    import atheris

    def target(data: bytes) -> None:
        provider = atheris.FuzzedDataProvider(data)
        name = NAMES[provider.ConsumeIntInRange(0, len(NAMES) - 1)]
        known, repair = provider.ConsumeIntInRange(0, 3) > 0, provider.ConsumeIntInRange(0, 5) > 0
        reason = REASONS[provider.ConsumeIntInRange(0, 2)]
        marks = [*PIECES, *get_format(name).sample.split()]
        picked = [
            marks[provider.ConsumeIntInRange(0, len(marks) - 1)] for _ in range(provider.ConsumeIntInRange(1, 40))
        ]
        text = "".join(picked) + provider.ConsumeUnicodeNoSurrogates(provider.ConsumeIntInRange(0, 20))
        check(name, text, known, repair, reason)
        check_json(text)

    guided.fuzz(target, seconds, size=256, read_from_end=True)


def with_hypothesis(seconds: float) -> None:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    @settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(NAMES), st.integers(0, 3), st.integers(0, 5), st.data())
    def once(name: str, known: int, repair: int, data: st.DataObject) -> None:
        marks = [*PIECES, *get_format(name).sample.split()]
        text = "".join(data.draw(st.lists(st.sampled_from(marks) | st.text(max_size=3), max_size=24)))
        check(name, text, known > 0, repair > 0, data.draw(st.sampled_from(REASONS)))
        check_json(text)

    end = time.monotonic() + seconds
    rounds, found = 0, 0
    while time.monotonic() < end:
        try:
            once()
        except AssertionError as problem:
            found += 1
            print(str(problem).split("\n")[0][:600], flush=True)
        rounds += 1
    print(f"{rounds} rounds of 200 texts over {len(NAMES)} formats, {found} of them found a text read otherwise")


if __name__ == "__main__":
    duration = float(sys.argv[-1]) if sys.argv[-1].replace(".", "").isdigit() else 600.0
    if guided.AVAILABLE and "hypothesis" not in sys.argv:
        with_atheris(duration)
    else:
        with_hypothesis(duration)
