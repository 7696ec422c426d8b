"""Programs run with the provider known to LiteLLM."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "import sys, litellm; print([one['provider'] for one in litellm.custom_provider_map], sys.argv[1:], __name__)"


def typed(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"}
    start = [sys.executable, "-c", "from litellm_fnwrap.cli import main; main()", "run", *arguments]
    return subprocess.run(start, capture_output=True, text=True, timeout=120, cwd=folder, env=environment)


@pytest.mark.parametrize("arguments", [("folder/program.py",), ("-m", "program")], ids=["file", "module"])
def test_program_knows_the_provider_and_gets_its_own_arguments(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "folder" / "program.py").write_text(PROGRAM)
    done = typed(*arguments, "--model", "fnwrap/x", "-y", folder=tmp_path)
    assert done.stdout == "['fnwrap'] ['--model', 'fnwrap/x', '-y'] __main__\n", done.stderr


def test_installed_command_is_run(tmp_path: Path) -> None:
    done = typed("pytest", "--version", folder=tmp_path)
    assert "pytest" in done.stdout + done.stderr
    assert done.returncode == 0


def test_unknown_program_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    done = typed("pytset", folder=tmp_path)
    assert done.returncode == 2
    assert "'pytest'" in done.stderr
