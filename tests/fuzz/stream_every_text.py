"""Reads every text of the corpora whole and in pieces of random lengths, with repair on, and prints the differences.

    FNWRAP_CORPUS=... python tests/fuzz/stream_every_text.py [chunkings of each text]

Published generations, recorded answers of formats, and broken texts; content, reasoning, calls and the kinds of what
was mended must be the same. The ordinary tests do this for samples.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.messages import Tool, read_tools

BROKEN_AS = ("hermes", "llama3-json", "pythonic", "generic")


def texts(corpus: Path) -> Iterator[tuple[str, str, str, list[Tool]]]:
    """(name, format, text, tools) of every text; broken ones are read by several formats."""
    for path in sorted((corpus / "bfcl").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for row in map(json.loads, file):
                yield f"{path.name} {row['id']}", row["format"], row["raw"], list(read_tools(row["tools"]) or ())
    for line in (corpus / "formats.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield row["id"], row["format"], row["raw"], list(read_tools(row["tools"]) or ())
    for line in (corpus / "repair.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        schema = row["schema"] if isinstance(row["schema"], dict) else {"type": "object"}
        for format in BROKEN_AS:
            yield f"{row['id']} as {format}", format, row["raw"], [Tool(name="send_message", parameters=schema)]


def read(format: str, pieces: list[str], tools: list[Tool]) -> tuple[Any, ...]:
    """What a text in pieces is read as."""
    parser = StreamParser(get_format(format), tools)
    for piece in pieces:
        parser.feed(piece)
    parser.close("stop")
    result = parser.result
    calls = [(call.name, call.arguments) for call in result.tool_calls]
    return result.content, result.reasoning_content, calls, [repair.kind for repair in result.repairs]


def pieces_of(text: str, chosen: random.Random) -> list[str]:
    """A text in pieces of random lengths, of about one, five or forty characters."""
    most, pieces, at = chosen.choice((2, 10, 80)), [], 0
    while at < len(text):
        size = chosen.randint(1, most)
        pieces.append(text[at : at + size])
        at += size
    return pieces


def main(chunkings: int) -> int:
    """Print each text that is read otherwise in pieces, and how many there are; 1 if there is one."""
    chosen = random.Random(23)
    count = wrong = 0
    for name, format, text, tools in texts(Path(os.environ["FNWRAP_CORPUS"])):
        whole = read(format, [text], tools)
        for _ in range(chunkings):
            pieces = pieces_of(text, chosen)
            streamed = read(format, pieces, tools)
            count += 1
            if streamed != whole:
                wrong += 1
                print(f"{name}: {pieces!r:.300}\n  whole  {whole!r:.600}\n  pieces {streamed!r:.600}", flush=True)
                break
    print(f"{count} readings in pieces, {wrong} texts read otherwise than whole")
    return 1 if wrong else 0


if __name__ == "__main__":
    if not os.environ.get("FNWRAP_CORPUS"):
        raise SystemExit(__doc__)
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
