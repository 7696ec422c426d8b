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


def test_models_among_the_arguments_are_known_to_call_functions(tmp_path: Path) -> None:
    asked = "litellm.supports_function_calling('fnwrap/tgi/x'), litellm.supports_function_calling('fnwrap/tgi/y')"
    (tmp_path / "program.py").write_text(f"import litellm; print({asked})")
    done = typed("program.py", "--model", "fnwrap/tgi/x", "--other=fnwrap/tgi/y", folder=tmp_path)
    assert done.stdout == "True True\n", done.stderr


def test_failure_of_the_program_is_told_as_python_tells_it(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text("import litellm; litellm.completion(model='fnwrap/nowhere/x', messages=[])")
    done = typed("program.py", folder=tmp_path)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "nowhere" in done.stderr
