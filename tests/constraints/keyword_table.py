"""Write the README's table of JSON Schema keywords anew, as the tests' own cases show them.

    python tests/constraints/keyword_table.py

It stands in README.md between the marks <!-- keywords --> and <!-- end -->.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from constraints.acceptance import accepts
from constraints.keywords import CASES, Case
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.generation import Dialect
from litellm_fnwrap.messages import ToolChoice

README = Path(__file__).parents[2] / "README.md"
EXACT, CHECKED = "exact", "checked afterwards"
SENTENCES = {
    frozenset({EXACT}): "only what fulfils it can be written",
    frozenset(
        {EXACT, CHECKED}
    ): "the same in common uses; in others more can be written, which is reported and checked",
    frozenset({CHECKED}): "more can be written, which is reported and checked",
}
_TABLE = re.compile(r"(<!-- keywords -->\n).*?(<!-- end -->)", re.DOTALL)


def outcome(case: Case, dialect: Dialect) -> str:
    """Whether a dialect refuses the case's bad values, or admits more and says so."""
    found = build_constraint(get_format("hermes"), (), ToolChoice("none"), dialect=dialect, response_schema=case.schema)
    if found is None:
        raise AssertionError(f"{case.id} gives no constraint.")
    if case.widened:
        return CHECKED
    wrong = [v for v in case.bad if accepts(dialect, str(found.value), json.dumps(v, ensure_ascii=False))]
    if wrong:
        raise AssertionError(f"{case.id} admits {wrong} in {dialect} and does not say so.")
    return EXACT


def table() -> str:
    """The table as Markdown: a row for each way in which keywords are held."""
    held: dict[frozenset[str], list[str]] = {ways: [] for ways in SENTENCES}
    for keyword in dict.fromkeys(case.keyword for case in CASES):
        cases = [case for case in CASES if case.keyword == keyword]
        ways = [frozenset(outcome(case, dialect) for case in cases) for dialect in ("gbnf", "regex")]
        if ways[0] != ways[1]:
            raise AssertionError(f"{keyword} is held differently by GBNF and regular expressions.")
        held[ways[0]].append(keyword)
    lines = ["| JSON Schema | GBNF, structural tag, regular expression |", "| --- | --- |"]
    lines.extend(f"| {_shown(keywords)} | {SENTENCES[ways]} |" for ways, keywords in held.items())
    return "\n".join(lines)


def refreshed(text: str) -> str:
    """A page's text with its table as the cases have it."""
    return _TABLE.sub(lambda found: f"{found[1]}{table()}\n{found[2]}", text)


def _shown(keywords: list[str]) -> str:
    """Keywords in a row; all values of format together."""
    formats = [keyword.partition(": ")[2] for keyword in keywords if keyword.startswith("format: ")]
    names = [keyword for keyword in keywords if not keyword.startswith("format: ")]
    return ", ".join([*names, *([f"format ({', '.join(formats)})"] if formats else [])])


if __name__ == "__main__":
    README.write_text(refreshed(README.read_text(encoding="utf-8")), encoding="utf-8")
