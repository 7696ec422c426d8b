"""The pages of docs/ say what is so: programs run and print what is said, commands work, links lead."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted((ROOT / "docs").glob("*.md"))
FENCED = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<code>.*?)^(?P=indent)```$", re.M | re.S)


class Block(NamedTuple):
    """A code block of a page, and the output it is said to have."""

    language: str
    code: str
    output: str | None = None


def blocks(page: Path) -> list[Block]:
    found: list[Block] = []
    for match in FENCED.finditer(page.read_text(encoding="utf-8")):
        code = textwrap.dedent(match["code"])
        if match["language"] == "text":
            found[-1] = found[-1]._replace(output=code)
        else:
            found.append(Block(match["language"], code))
    return found


def named(page: Path) -> str:
    return page.stem


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_programs_run_in_order_and_print_what_is_said(page: Path) -> None:
    namespace: dict[str, Any] = {"__name__": "docs"}
    for block in blocks(page):
        assert block.language in ("python", "sh"), block
        if block.language == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(block.code, page.name, "exec"), namespace)
            assert block.output is None or printed.getvalue() == block.output


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_run(page: Path) -> None:
    for block in blocks(page):
        for line in block.code.splitlines() if block.language == "sh" else ():
            command = [sys.executable, "-c", "from litellm_fnwrap.cli import main; main()", *shlex.split(line)[1:]]
            assert line.startswith("fnwrap ")
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=ROOT)
            assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", [ROOT / "README.md", *PAGES], ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


def test_every_page_is_named_by_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if f"(docs/{page.name})" not in readme] == []
