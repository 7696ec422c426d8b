"""Texts of real models and real tools' tests, where they are at hand (FNWRAP_CORPUS)."""

from __future__ import annotations

import gzip
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from litellm_fnwrap.coercion import fold_key
from litellm_fnwrap.errors import OutputError
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import StreamParser, parse_text
from litellm_fnwrap.formats.repair import read_json
from litellm_fnwrap.messages import read_tools

CORPUS = Path(os.environ.get("FNWRAP_CORPUS", ""))
pytestmark = pytest.mark.skipif(not (CORPUS / "repair.jsonl").is_file(), reason="FNWRAP_CORPUS is not set")
PER_MODEL = 40


def generations() -> list[Path]:
    return sorted((CORPUS / "bfcl").glob("*.jsonl.gz")) if os.environ.get("FNWRAP_CORPUS") else []


def rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


OTHERWISE = {
    "memgpt/prefix_ok_rest_garbage": "lines behind a quote mark and a comma that are no key may be the string's",
    "json_repair/list_no_commas": 'a number behind a quote mark: ["c" 1 may as well be a string with a mark inside',
    "json_repair/list_missing_open_quote": "words behind a quote mark: the rest of a string with a mark inside",
    "json_repair/schema_missing_values": "a value that the model did not write is null; none is invented from its type",
    "json_repair/schema_default_filled": "defaults are for the tool to fill in; none is invented",
}
"""Why what other tools expect of a text is not what we read."""


def test_broken_json_is_read_as_expected() -> None:
    cases = [json.loads(line) for line in (CORPUS / "repair.jsonl").read_text(encoding="utf-8").splitlines()]
    cases = [case for case in cases if case["kind"] != "call"]
    wrong = set()
    for case in cases:
        try:
            value = read_json(case["raw"], case["schema"])[0]
        except OutputError:
            wrong.add(case["id"])
            continue
        if value != case["expected"] and value not in (case.get("accept") or []):
            wrong.add(case["id"])
    assert len(wrong) <= 0.05 * len(cases)
    assert wrong == OTHERWISE.keys() & {case["id"] for case in cases}


@pytest.mark.parametrize("path", generations(), ids=lambda path: path.name.split(".jsonl")[0])
def test_streamed_generations_equal_whole(path: Path) -> None:
    chosen = random.Random(7).sample(rows(path), PER_MODEL)
    for row in chosen:
        format, tools, text = get_format(row["format"]), read_tools(row["tools"]), row["raw"]
        whole = parse_text(text, format, tools)
        parser = StreamParser(format, tools)
        for start in range(0, len(text), 5):
            parser.feed(text[start : start + 5])
        parser.close()
        read = parser.result
        assert (read.content, read.reasoning_content) == (whole.content, whole.reasoning_content), row["id"]
        assert [(c.name, c.arguments) for c in read.tool_calls] == [(c.name, c.arguments) for c in whole.tool_calls]


@pytest.mark.parametrize("path", generations(), ids=lambda path: path.name.split(".jsonl")[0])
def test_refusals_without_a_tools_name_call_nothing(path: Path) -> None:
    for row in rows(path):
        names = [tool["function"]["name"] for tool in row["tools"]]
        plain = fold_key(row["raw"])
        if row["category"] == "relevance" and not any(fold_key(name.rsplit(".", 1)[-1]) in plain for name in names):
            assert not parse_text(row["raw"], get_format(row["format"]), read_tools(row["tools"])).tool_calls, row["id"]
