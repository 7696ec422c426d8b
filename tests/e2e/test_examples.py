"""The examples run offline, with the bundled model, and do what they say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SHOWN = {
    "agent.py": 'multiply({"a": 17, "b": 23}) -> 391\nThe result is 391.',
    "fallback.py": 'demo calls get_time({"city": "Oslo"})',
    "memgpt_wrapper.py": 'get_time({"city": "Kyoto"})',
}


@pytest.mark.parametrize("name", SHOWN)
def test_example_runs(name: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / name)],
        capture_output=True, text=True, timeout=120, cwd=tmp_path, env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert SHOWN[name] in done.stdout


def test_every_example_is_run() -> None:
    assert {file.name for file in (ROOT / "examples").glob("*.py")} == set(SHOWN)
