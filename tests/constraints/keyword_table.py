"""Print the README's table of JSON Schema keywords, as the tests' own cases show them.

Run: python tests/constraints/keyword_table.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from constraints.acceptance import accepts
from constraints.keywords import CASES, Case
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.messages import ToolChoice

EXACT, CHECKED, PARTLY = "exact", "checked afterwards", "exact; in other uses checked afterwards"


def outcome(case: Case, dialect: str) -> str:
    """Whether a dialect refuses the case's bad values, or admits more and says so."""
    found = build_constraint(
        get_format("hermes"),
        (),
        ToolChoice("none"),
        dialect=dialect,  # type: ignore[arg-type]
        response_schema=case.schema,
    )
    if found is None:
        raise AssertionError(f"{case.id} gives no constraint.")
    if case.widened:
        return CHECKED
    wrong = [v for v in case.bad if accepts(dialect, str(found.value), json.dumps(v, ensure_ascii=False))]
    if wrong:
        raise AssertionError(f"{case.id} admits {wrong} in {dialect} and does not say so.")
    return "to 3 levels" if any("deep" in note for note in found.widened) else EXACT


def summary(outcomes: set[str]) -> str:
    """What several cases of a keyword come to."""
    if outcomes == {EXACT, CHECKED}:
        return PARTLY
    return ", ".join(sorted(outcomes))


def rows() -> list[tuple[str, str, str]]:
    """Keyword, GBNF and regular expression, sorted as the cases are."""
    keywords = dict.fromkeys(case.keyword for case in CASES)
    return [
        (
            keyword,
            *(summary({outcome(case, d) for case in CASES if case.keyword == keyword}) for d in ("gbnf", "regex")),
        )
        for keyword in keywords
    ]


def table() -> str:
    """The table as Markdown."""
    lines = ["| JSON Schema | GBNF | regular expression |", "|---|---|---|"]
    lines.extend(f"| {keyword} | {gbnf} | {regex} |" for keyword, gbnf, regex in rows())
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
