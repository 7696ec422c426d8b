"""MetaGPT itself, in the environment that FNWRAP_METAGPT names the Python of: nox -s metagpt makes one."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from e2e.tiny_model import write_scripted_model
from places.proxy_process import KEY, ROOT, needs_proxy, run_serve

PYTHON = os.environ.get("FNWRAP_METAGPT", "")
CODE = {"language": "python", "code": "print(6 * 7)"}

pytestmark = [
    needs_proxy,
    pytest.mark.skipif(not PYTHON, reason="FNWRAP_METAGPT names no Python with MetaGPT; nox -s metagpt makes one"),
    pytest.mark.timeout(900),
]


def test_text_and_code_of_a_model_that_only_continues_text(tmp_path: Path) -> None:
    call = f"<tool_call>\n{json.dumps({'name': 'execute', 'arguments': CODE})}\n</tool_call>"
    model = write_scripted_model(tmp_path / "coder.gguf", {"\n": call}, context=16384)
    with run_serve(tmp_path, [f"gpt-4o=fnwrap/local+hermes/{model}"]) as proxy:
        done = subprocess.run(
            [PYTHON, str(ROOT / "examples" / "metagpt" / "ask_for_code.py"), proxy.base_url, KEY],
            capture_output=True, text=True, timeout=600, cwd=tmp_path,
            env={**os.environ, "HOME": str(tmp_path), "NO_PROXY": "127.0.0.1", "METAGPT_PROJECT_ROOT": str(tmp_path)},
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith(("text: ", "code: "))]
    assert len(told) == 2, done.stdout
    assert "6 * 7" in told[0]  # without tools a call is but text
    assert told[1] == f"code: {CODE}"
