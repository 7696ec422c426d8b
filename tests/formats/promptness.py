"""How soon each part of a text is told: after which of its characters the parser has something to say.

python tests/formats/promptness.py --write     the table anew, after a change that is meant

A text is fed by single characters. "12-15 20" says that something was told behind the 12th to the 15th and behind the
20th of them; what is missing was held back because it could still have become a mark, a call, or an end.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from formats.transcript import PING, WEATHER
from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.parser import StreamParser
from repair.damage import CALLS, MISTAKEN
from repair.test_call_repair import TOOLS
from repair.test_readings import READINGS

TABLE = Path(__file__).parent / "promptness.txt"


@dataclass(frozen=True)
class Fed:
    """A text, and how it is read."""

    format: str
    text: str
    options: dict[str, Any] = field(default_factory=lambda: {"tools": TOOLS})


def texts() -> Iterator[tuple[str, Fed]]:
    """Every text by its name in the table."""
    for name in FORMATS.names():
        format, options = get_format(name), {"tools": [WEATHER, PING]}
        yield f"sample of {name}", Fed(name, format.sample, options)
        thought = format.reasoning if isinstance(format.reasoning, str) else format.reasoning[0]
        said = thought.replace("{reasoning}", "Hm, 2 < 3.") + "Let me [1] see.\n\n"
        yield f"sample of {name} behind words", Fed(name, f"{said}{format.sample}\nDone <b>.", options)
    for name, call in CALLS.items():
        yield f"call of {name}", Fed(name, call)
    for name, mistaken in MISTAKEN.items():
        yield from ((f"{name}, {mistake}", Fed(name, text)) for mistake, text in mistaken.items())
    for name, reading in READINGS.items():
        yield name, Fed(reading.format, reading.text, {"tools": reading.tools, **reading.options})


def told(fed: Fed) -> str:
    """Behind which characters something is told, as ranges."""
    parser = StreamParser(get_format(fed.format), **fed.options)
    ranges: list[tuple[int, int]] = []
    for at, char in enumerate(fed.text, 1):
        if parser.feed(char):
            first = ranges.pop()[0] if ranges and ranges[-1][1] == at - 1 else at
            ranges.append((first, at))
    return " ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python tests/formats/promptness.py --write")
    TABLE.write_text("".join(f"{name}: {told(fed)}\n" for name, fed in texts()), encoding="utf-8")
    print(f"written to {TABLE}")
