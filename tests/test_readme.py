"""The README says what is so: its programs run and print what it says, its tables are fresh, its commands work."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import re
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
import yaml

from litellm_fnwrap.wrappers import WRAPPERS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


class Block(NamedTuple):
    """A code block and, where one follows at once, the output it is said to have."""

    language: str
    code: str
    output: str | None
    heading: str


def blocks() -> list[Block]:
    """All code blocks that are no output of another."""
    found: list[Block] = []
    heading = ""
    for match in re.finditer(
        r"^#+ (?P<heading>[^\n]+)$|^```(?P<language>\w+)\n(?P<code>.*?)^```$", README, re.M | re.S
    ):
        if match["heading"] and not match["code"]:
            heading = match["heading"]
        elif match["language"] == "text":
            found[-1] = found[-1]._replace(output=match["code"])
        else:
            found.append(Block(match["language"], match["code"], None, heading))
    return found


def of(language: str) -> list[Block]:
    return [block for block in blocks() if block.language == language]


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("readme_tables", ROOT / "scripts" / "readme_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    assert {block.language for block in blocks()} == {"sh", "python", "yaml"}


@pytest.fixture
def own_wrappers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrappers registered in a test are gone after it."""
    WRAPPERS.names()
    for table in ("_objects", "_canonical"):
        monkeypatch.setattr(WRAPPERS, table, dict(getattr(WRAPPERS, table)))


@pytest.mark.usefixtures("own_wrappers")
def test_programs_run_in_order_and_print_what_is_said() -> None:
    namespace: dict[str, Any] = {"__name__": "readme"}
    for block in of("python"):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(block.code, f"README.md, {block.heading}", "exec"), namespace)
        assert block.output is None or printed.getvalue().rstrip() == block.output.rstrip(), block.heading


def test_first_screen_has_two_set_up_commands_of_one_line() -> None:
    first = README.split("\n## ")[0]
    commands = re.findall(r"```sh\n(.*?)```", first, re.S)
    assert [command.count("\n") for command in commands] == [1, 1]
    assert all(command.startswith("python3 -m venv ") for command in commands)
    assert commands[0].rstrip().endswith("fnwrap demo")
    assert "-m pytest" in commands[1]


@pytest.mark.parametrize(
    "block", [b for b in of("sh") if b.code.startswith("fnwrap")], ids=lambda b: b.code.split("\n")[0]
)
def test_commands_run(block: Block) -> None:
    for line in block.code.splitlines():
        command = [sys.executable, "-c", "from litellm_fnwrap.cli import main; main()", *shlex.split(line)[1:]]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        assert block.output is None or done.stdout == block.output


def test_proxy_configuration_names_a_handler_that_exists() -> None:
    for block in of("yaml"):
        for entry in yaml.safe_load(block.code)["litellm_settings"]["custom_provider_map"]:
            module, _, attribute = entry["custom_handler"].rpartition(".")
            assert hasattr(getattr(importlib.import_module(module), attribute), "completion")


def test_tables_are_as_the_registries_are() -> None:
    script = load_script()
    texts = {page.name: page.read_text(encoding="utf-8") for page in script.PAGES}
    assert len(texts) > 1
    assert {name for name, text in texts.items() if script.refreshed(text) != text} == set()


def test_made_up_format_and_wrappers_are_short() -> None:
    lengths = [(block.heading, len(block.code.splitlines())) for block in of("python")]
    assert all(length < 20 for heading, length in lengths if heading == "A format of your own")
    assert all(length < 30 for heading, length in lengths if heading == "A wrapper of your own")
