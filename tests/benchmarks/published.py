"""How many published generations are read as calls with the accepted arguments, beside the leaderboard's own figure.

The scoring program that knows the leaderboard's matching rules is not ours and is given by its path (bfcl_score.py).
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from timing import Row

from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import parse_text
from litellm_fnwrap.messages import read_tools

CATEGORIES = ("simple", "multiple_function", "parallel_function", "parallel_multiple_function")


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


def published(scorer: Path | None) -> Iterator[Row]:
    """The mean over four categories for each model of FNWRAP_CORPUS/bfcl, and over all models."""
    folder = Path(os.environ.get("FNWRAP_CORPUS", ".")) / "bfcl"
    if scorer is None or not folder.is_dir():
        print("published: left out, it needs --scorer and a folder FNWRAP_CORPUS with bfcl in it")
        return
    program = load(str(scorer))
    means = []
    for path in sorted(folder.glob("*.jsonl.gz")):
        parts, mean, board, relevance = score(program, path)
        means.append((mean, board))
        each = " ".join(f"{part:.1f}" for part in parts)
        name = path.name.split(".jsonl")[0]
        yield _row(f"{name} ({each}; no call {relevance})", mean, board)
    ours, board = (sum(figures) / len(figures) for figures in zip(*means, strict=True))
    yield _row(f"mean of {len(means)} models", ours, board)


def _row(what: str, ours: float, board: float) -> Row:
    figures: dict[str, Any] = {"unit": "%", "kind": "count", "peer": "the leaderboard's decoder", "theirs": board}
    return Row(what=what, ours=ours, target=">= 1 x", met=ours >= board, **figures)
