"""How many published generations are read as calls with the accepted arguments, model by model.

    FNWRAP_CORPUS=... python tests/benchmarks/bfcl_table.py SCORER

SCORER is the path of the scoring program that knows the leaderboard's matching rules (bfcl_score.py). Beside each
figure stands the leaderboard's own for the same texts. The last lines tell what repair costs where nothing is broken.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

from litellm_fnwrap.events import ToolCall
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import parse_text
from litellm_fnwrap.formats.writer import write_calls
from litellm_fnwrap.messages import read_tools

CATEGORIES = ("simple", "multiple_function", "parallel_function", "parallel_multiple_function")
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "save_note",
            "parameters": {
                "type": "object",
                "properties": {"text": {"type": "string"}, "tags": {"type": "array"}, "day": {"type": "integer"}},
            },
        },
    }
]


def load(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location("scorer", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no program.")
    module = importlib.util.module_from_spec(spec)
    sys.modules["scorer"] = module
    spec.loader.exec_module(module)
    return module


def decode(raw: str, tools: Any, format: str) -> list[dict[str, Any]]:
    calls = parse_text(raw, get_format(format), read_tools(tools)).tool_calls
    return [{"name": call.name, "arguments": call.arguments} for call in calls]


def score(scorer: ModuleType, path: Path) -> tuple[list[float], float, float, str]:
    """Per cent right by category, their mean, the leaderboard's mean, and the rows rightly left without a call."""
    rows: dict[str, int] = defaultdict(int)
    ours: dict[str, int] = defaultdict(int)
    theirs: dict[str, int] = defaultdict(int)
    for row in scorer.read_rows(str(path)):
        category = row["category"]
        if category in (*CATEGORIES, "relevance"):
            rows[category] += 1
            ours[category] += bool(scorer.score_row(decode, row)[0])
            theirs[category] += bool(row["published"]["ok"])
    known = [category for category in CATEGORIES if rows[category]]
    parts = [100 * ours[category] / rows[category] for category in known]
    mean = sum(parts) / len(parts)
    published = sum(100 * theirs[category] / rows[category] for category in known) / len(known)
    return parts, mean, published, f"{ours['relevance']}/{rows['relevance']}"


def cost_of_repair() -> str:
    """The least processor time for well-formed text with and without repair, taken in turns."""
    tools = read_tools(TOOLS)
    arguments = json.dumps({"text": "a line of plain text, and more. " * 40, "tags": ["x", "y"], "day": 3})
    lines = []
    for name in ("hermes", "pythonic", "llama3-json"):
        format = get_format(name)
        text = write_calls(format, [ToolCall("call_1", "save_note", arguments)], tools)
        spent = {True: 1.0, False: 1.0}
        for _ in range(400):
            for repair in (True, False):
                start = time.process_time()
                parse_text(text, format, tools, repair=repair)
                spent[repair] = min(spent[repair], time.process_time() - start)
        lines.append(f"{name:12s} strict text: repair costs {100 * (spent[True] / spent[False] - 1):+.1f} %")
    return "\n".join(lines)


def main() -> None:
    if len(sys.argv) != 2 or not os.environ.get("FNWRAP_CORPUS"):
        raise SystemExit(__doc__)
    scorer = load(sys.argv[1])
    print(
        f"{'model':42s} {'simple':>7s} {'multi':>7s} {'par.':>7s} {'p.multi':>7s} {'mean':>7s} {'board':>7s}  no call"
    )
    means = []
    for path in sorted((Path(os.environ["FNWRAP_CORPUS"]) / "bfcl").glob("*.jsonl.gz")):
        parts, mean, published, relevance = score(scorer, path)
        cells = " ".join(f"{part:7.1f}" for part in parts) + " " * 8 * (len(CATEGORIES) - len(parts))
        print(f"{path.name.split('.jsonl')[0]:42s} {cells} {mean:7.1f} {published:7.1f}  {relevance}", flush=True)
        means.append((mean, published))
    ours, board = (sum(figures) / len(figures) for figures in zip(*means, strict=True))
    print(f"{'mean of the models':42s} {'':31s} {ours:7.2f} {board:7.2f}")
    print(cost_of_repair())


if __name__ == "__main__":
    main()
