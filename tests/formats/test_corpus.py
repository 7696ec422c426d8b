"""Recorded answers of every format, read whole and in pieces; skipped where the corpus is not at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from formats.transcript import Transcript, read
from litellm_fnwrap.messages import read_tools

CORPUS = Path(os.environ.get("FNWRAP_CORPUS", "")) / "formats.jsonl"
pytestmark = pytest.mark.skipif(
    not os.environ.get("FNWRAP_CORPUS") or not CORPUS.is_file(), reason="FNWRAP_CORPUS names no corpus"
)
ROWS: list[dict[str, Any]] = (
    [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    if os.environ.get("FNWRAP_CORPUS") and CORPUS.is_file()
    else []
)


def differences(row: dict[str, Any], transcript: Transcript) -> list[str]:
    """What was read otherwise than the row says."""
    wrong = []
    expected = [(call["name"], call["arguments"]) for call in row["tool_calls"]]
    if transcript.calls != expected:
        wrong.append(f"calls {transcript.calls!r}, not {expected!r}")
    content = (transcript.parsed.content or "").strip()
    contents = [(text or "").strip() for text in (row["content"], *row.get("content_alt", ()))]
    if not row.get("content_any") and content not in contents:
        wrong.append(f"content {content!r}, not {contents!r}")
    reasoning = (transcript.parsed.reasoning_content or "").strip()
    if reasoning != (row.get("reasoning") or "").strip():
        wrong.append(f"reasoning {reasoning!r}")
    return wrong


@pytest.mark.parametrize("sizes", [(1 << 30,), (4,), (1,)], ids=["whole", "fours", "ones"])
@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_recorded_answer_is_read_right(row: dict[str, Any], sizes: tuple[int, ...]) -> None:
    tools = read_tools(row["tools"]) if row.get("tools") else None
    transcript = read(row["format"], row["raw"], tools, sizes=sizes)
    assert differences(row, transcript) == []
