"""Open Interpreter 0.4.3 itself: a question, the model's call, the code run, its output read, the last word.

It lives in an environment of its own with the LiteLLM it is content with, 1.83.0: nox -s interpreter.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.tiny_model import serve, write_scripted_model

pytestmark = [
    pytest.mark.skipif(
        importlib.util.find_spec("interpreter") is None,
        reason="open-interpreter is not installed; nox -s interpreter makes an environment for these tests",
    ),
    pytest.mark.timeout(600),
]

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = 32768  # the tiny model's tokens are hardly more than bytes, and there is a long system message
CODE = "import pathlib\nproduct = 6 * 7\npathlib.Path('made.txt').write_text(str(product))\nprint('product', product)"
CALL = json.dumps({"name": "execute", "arguments": {"language": "python", "code": CODE}})
FNWRAP = [sys.executable, "-c", "from litellm_fnwrap.cli import main; main()", "run"]
ONCE = ["--stdin", "-y", "--offline", "--disable_telemetry"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    first = f"I will multiply.\n<tool_call>\n{CALL}\n</tool_call>"
    file = tmp_path_factory.mktemp("model") / "scripted.gguf"
    return write_scripted_model(file, {"\n": first}, later={"\n": "It is forty-two."}, context=CONTEXT)


def interpret(folder: Path, start: list[str], *arguments: str, **environment: str) -> str:
    """What Open Interpreter prints when it is asked once."""
    told = {
        **os.environ, "HOME": str(folder), "PYTHONPATH": str(ROOT), "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "FNWRAP_CONTEXT_WINDOW": str(CONTEXT), **environment,
    }  # fmt: skip
    done = subprocess.run(
        [*start, *arguments, *ONCE], input="what is 6*7?\n", capture_output=True, text=True, timeout=400, cwd=folder,
        env=told,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check(folder: Path, printed: str) -> None:
    """The code was run in the folder, and everything was said once and in order."""
    assert (folder / "made.txt").read_text() == "42", printed
    parts = ["I will multiply.", "product = 6 * 7", "product 42", "It is forty-two."]
    places = [printed.find(part) for part in parts]
    assert -1 not in places, printed
    assert places == sorted(places), printed
    assert [printed.count(part) for part in parts] == [1] * 4, printed


def test_command_unchanged_with_the_embedded_engine(tmp_path: Path, model: Path) -> None:
    check(tmp_path, interpret(tmp_path, [*FNWRAP, "interpreter"], "--model", f"fnwrap/local+hermes/{model}"))


def test_api_base_leads_to_the_backend(tmp_path: Path, model: Path) -> None:
    with serve(model, context=CONTEXT) as base_url:
        given = ["--model", "fnwrap/llamacpp+hermes/any", "--api_base", base_url]
        check(tmp_path, interpret(tmp_path, [*FNWRAP, "interpreter"], *given))


def test_profile_needs_no_launcher(tmp_path: Path, model: Path) -> None:
    profile = ROOT / "examples" / "open_interpreter" / "profile.py"
    start = [sys.executable, "-c", "from interpreter.terminal_interface.start_terminal_interface import main; main()"]
    with serve(model, context=CONTEXT) as base_url:
        environment = {
            "INTERPRETER_MODEL": "fnwrap/llamacpp+hermes/any", "INTERPRETER_CONTEXT": str(CONTEXT),
            "INTERPRETER_API_BASE": base_url,
        }  # fmt: skip
        check(tmp_path, interpret(tmp_path, start, "--profile", str(profile), **environment))
