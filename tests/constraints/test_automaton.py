from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_fnwrap.constraints.automaton import text_without
from litellm_fnwrap.constraints.grammar import Grammar
from litellm_fnwrap.constraints.regex import RegexPrinter

MARKS = [("</p>",), ("aab",), ("abab",), ("]<]m[>[",), ("ab", "ba", "aa"), ("<a", "<b", "c<"), ('<|"|>',)]


@pytest.mark.parametrize("marks", MARKS, ids=["-".join(marks) for marks in MARKS])
def test_text_is_admitted_if_and_only_if_it_holds_no_mark(marks: tuple[str, ...]) -> None:
    pattern = re.compile(RegexPrinter(Grammar(text_without(marks))).print())

    @given(st.text("".join(sorted({c for mark in marks for c in mark})) + "x", max_size=12))
    def check(text: str) -> None:
        assert bool(pattern.fullmatch(text)) == (not any(mark in text for mark in marks))

    check()


def test_end_of_a_text_completes_no_mark_with_what_follows() -> None:
    pattern = re.compile(RegexPrinter(Grammar(text_without(("abab",), before="abab"))).print())
    assert pattern.fullmatch("xa")
    assert not pattern.fullmatch("xab")
