"""What the regular expressions of schemas mean: those of ECMA 262, which are not quite Python's."""

from __future__ import annotations

import json
import re
import string

import pytest

from constraints.acceptance import accepts
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.constraints.grammar import Grammar
from litellm_fnwrap.constraints.pattern import pattern_language
from litellm_fnwrap.constraints.regex import RegexPrinter
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.generation import Constraint
from litellm_fnwrap.messages import ToolChoice

UNDERSTOOD: dict[str, tuple[str, list[str], list[str]]] = {
    "any-character": ("^a.$", ["ab", "a.", "aé"], ["a", "a\n", "abc"]),
    "not-anchored": ("b+", ["b", "abba"], ["", "aca"]),
    "anchored-alternatives": ("^a|c$", ["ab", "a", "bc"], ["ba", "cb"]),
    "nothing-between": ("^$", [""], ["a"]),
    "control": (r"^\t\n\r\f\v$", ["\t\n\r\f\v"], ["tnrfv", "\t\n"]),
    "nul": (r"^a\0$", ["a\0"], ["a0", "a"]),
    "control-letter": (r"^\cJ$", ["\n"], ["J", "cJ"]),
    "hexadecimal": (r"^\x41\u0042\u{1F600}$", ["AB😀"], ["AB", "x41"]),
    "slash": (r"^\/\-\.$", ["/-."], ["/-a"]),
    "named-group": (r"^(?<year>[0-9]{4})-(?:0[1-9])$", ["2026-09"], ["2026-10", "26-09"]),
    "lazy": ("^a+?b*?c??$", ["a", "aabbc"], ["", "b", "acc"]),
    "counted": ("^a{2}b{1,2}c{2,}$", ["aabcc", "aabbccc"], ["abcc", "aabbbcc", "aabc"]),
    "counted-runs": ("^(?:a+){3,}$", ["aaa", "aaaa"], ["a", "aa"]),
    "class": ("^[a-c_.-]+$", ["a", "-_.", "cab"], ["d", ""]),
    "class-of-classes": (r"^[\dx]+$", ["1x0"], ["y", ""]),
    "class-left-out": (r"^[^a-c\d]$", ["d", "é"], ["a", "1", "٣", ""]),
    "letters-as-python-writes-them": (r"^[^\W\d_]+$", ["abc"], ["a1", "_", "\x01", "é"]),
    "all-but-no-digit": (r"^[^\D]$", ["7"], ["a", "é", "\n"]),
    "neither-word-nor-space": (r"^[^\w\s]$", ["-"], ["a", "é", " ", "\u2003"]),
    "space-but-no-line-end": (r"^[^\S\n]$", [" ", "\t"], ["\n", "a", "\x01"]),
    "wide-range-left-out": ("^[^\u0000-\u1fff]$", ["\u2013"], ["a", "é"]),
    "backspace": (r"^[\b]$", ["\b"], ["b"]),
    "no-digit": (r"^\D\W\S$", ["a-b"], ["1-b", "aab", "a- ", "\x7f-b", "a\x7fb", "\x1f-b"]),
    "group-that-may-be-empty": ("^(a?b?)+$", ["", "ab", "ba", "aabb"], ["c"]),
    "choice-that-may-be-empty": ("^(a|b?)*c$", ["c", "abac"], ["", "ac_"]),
    "at-most-one-of-what-may-be-empty": ("^(a*)?b$", ["b", "aab"], ["a"]),
}
NOT_UNDERSTOOD = {
    "lookahead": "^(?=a)a$",
    "lookbehind": "^(?<=a)b$",
    "no-lookbehind": "^(?<!a)b$",
    "back-reference": r"^(a)\1$",
    "boundary": r"\ba",
    "anchor-inside": "a^b",
    "end-inside": "a$b",
    "property": r"^\p{L}$",
    "octal": r"^\01$",
    "half-a-character": r"^\ud800$",
    "beyond-unicode": r"^\u{110000}$",
    "no-number": r"^\x4g$",
    "short-number": r"^\x 4$",
    "number-cut-off": r"^\u12",
    "no-control-letter": r"^\c1$",
    "nothing-left-out": "^[^]$",
    "open-group": "(a",
    "closed-group": "a)",
    "open-class": "[a",
    "empty-class": "[]",
    "class-backwards": "[b-a]",
    "range-of-classes": r"[a-\d]",
    "all-left-out": r"^[^\d\D]$",
    "count-backwards": "a{2,1}",
    "no-count": "a{x}",
    "open-count": "a{1",
    "twice-repeated": "a+*",
    "nothing-repeated": "+a",
    "open-escape": "a\\",
    "open-name": "(?<year",
}


def constraint(pattern: str) -> Constraint:
    schema = {"type": "string", "pattern": pattern}
    found = build_constraint(get_format("hermes"), (), ToolChoice("none"), dialect="gbnf", response_schema=schema)
    assert found is not None
    return found


@pytest.mark.parametrize(("pattern", "good", "bad"), UNDERSTOOD.values(), ids=UNDERSTOOD)
def test_pattern_admits_what_it_matches_and_nothing_else(pattern: str, good: list[str], bad: list[str]) -> None:
    found = constraint(pattern)
    assert not found.widened
    for texts, wanted in ((good, True), (bad, False)):
        for text in texts:
            written = json.dumps(text, ensure_ascii=False)
            assert accepts("gbnf", str(found.value), written) is wanted, text


@pytest.mark.parametrize("pattern", NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
def test_pattern_that_no_grammar_expresses_admits_any_text_and_says_so(pattern: str) -> None:
    assert pattern_language(pattern) is None
    found = constraint(pattern)
    assert any(repr(pattern) in note for note in found.widened)
    assert accepts("gbnf", str(found.value), '"any text"')


PRINTED = set(map(chr, range(0x20, 0x7F)))
WORD = set(string.ascii_letters + string.digits + "_")
SPACES = set(" \t\n\r\f\v")
SEEN = [chr(code) for code in range(0x3100) if not 0xD800 <= code < 0xE000] + ["\ufeff", "\ufffd", "😀"]
WIDE_SPACES = {c for c in SEEN if c.isspace()} | {"\ufeff"}
CLASSES = {
    r"\d": set(string.digits),
    r"\w": WORD,
    r"\s": SPACES,
    r"\D": PRINTED - set(string.digits),
    r"\W": PRINTED - WORD,
    r"\S": set(SEEN) - WIDE_SPACES,
    ".": set(SEEN) - set("\n\r\u2028\u2029"),
    "[^a-y]": set(SEEN) - set("abcdefghijklmnopqrstuvwxy"),
    "[a-]": set("a-"),
    "[-a]": set("-a"),
    r"[\]^]": set("]^"),
    r"[a^\n]": set("a^\n"),
    r"[\w.]": WORD | {"."},
    r"[\x41-\x43]": set("ABC"),
    r"\x7e": {"~"},
    r"\u00e9": {"é"},
    r"\u{e9}": {"é"},
    r"\cA": {"\x01"},
    r"\cz": {"\x1a"},
}


@pytest.mark.parametrize(("pattern", "members"), CLASSES.items(), ids=CLASSES)
def test_class_has_its_members_and_no_others(pattern: str, members: set[str]) -> None:
    language = pattern_language(f"^{pattern}$")
    assert language is not None
    printed = re.compile(RegexPrinter(Grammar(language)).print())
    assert {c for c in SEEN if printed.fullmatch(c)} == members
