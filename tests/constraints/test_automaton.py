from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constraints.recognizer import Recognizer
from litellm_fnwrap.constraints.automaton import (
    can_exclude,
    counted_text,
    ends_without,
    free_text,
    text_without,
    units_without,
)
from litellm_fnwrap.constraints.gbnf import print_gbnf
from litellm_fnwrap.constraints.grammar import NOTHING, Grammar, Node, chars, sequence
from litellm_fnwrap.constraints.regex import RegexPrinter
from litellm_fnwrap.constraints.rules import Rules

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


LETTERS = ["".join(letters) for size in range(6) for letters in itertools.product("ab<", repeat=size)]
BEFORE = [("aab", "aab"), ("<a", "<a"), ("abab", "abab"), ("bb", "")]


def admitted(rules: Rules, node: Node) -> list[str]:
    """Those of the texts of up to five letters that a node describes."""
    reader = Recognizer(print_gbnf(rules.grammar(node)))
    return [text for text in LETTERS if reader.accepts(text)]


@pytest.mark.parametrize("brief", [False, True])
@pytest.mark.parametrize("marks", [("aab",), ("<a", "bb"), ("abab", "ba"), ("a",), ("<", "ab")], ids=str)
def test_free_text_holds_none_of_the_marks(marks: tuple[str, ...], brief: bool) -> None:
    rules = Rules(brief=brief)
    found = admitted(rules, free_text(rules, "text", marks))
    assert found == [text for text in LETTERS if not any(mark in text for mark in marks)]


@pytest.mark.parametrize("brief", [False, True])
@pytest.mark.parametrize(("mark", "before"), BEFORE)
def test_free_text_leaves_what_follows_where_it_begins(mark: str, before: str, brief: bool) -> None:
    rules = Rules(brief=brief)
    found = admitted(rules, free_text(rules, "text", (mark,), before=before))
    assert found == [text for text in LETTERS if mark not in text and mark not in (text + before)[:-1]]


def test_free_text_is_made_of_the_characters_that_are_allowed() -> None:
    for brief in (False, True):
        rules = Rules(brief=brief)
        found = admitted(rules, free_text(rules, "text", ("aab",), allowed=chars("ab")))
        assert found == [text for text in LETTERS if "<" not in text and "aab" not in text]
        rules = Rules(brief=brief)
        found = admitted(rules, free_text(rules, "text", ("<a",), allowed=chars("a")))
        assert found == [text for text in LETTERS if set(text) <= {"a"}]


def test_text_without_marks_is_its_pieces_and_an_end() -> None:
    marks = ("aab", "<a")
    assert text_without(marks) == sequence(*text_without(marks).parts)  # type: ignore[union-attr]
    pieces = re.compile(f"(?:{RegexPrinter(Grammar(units_without(marks))).print()})*")
    ends = re.compile(RegexPrinter(Grammar(ends_without(marks))).print())
    for text in LETTERS:
        split = any(pieces.fullmatch(text[:at]) and ends.fullmatch(text[at:]) for at in range(len(text) + 1))
        assert split == (not any(mark in text for mark in marks)), text


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 3), (1, 1), (2, 4), (3, None), (0, None), (1, None)])
@pytest.mark.parametrize("marks", [("aab",), ("<a", "bb")], ids=str)
def test_counted_text_has_so_many_characters_and_no_mark(marks: tuple[str, ...], low: int, high: int | None) -> None:
    rules = Rules()
    node = counted_text(rules, marks, low, high, before="")
    assert node is not None
    assert admitted(rules, node) == [
        text
        for text in LETTERS
        if low <= len(text) <= (9 if high is None else high) and not any(mark in text for mark in marks)
    ]


def test_counted_text_leaves_what_follows_where_it_begins() -> None:
    rules = Rules()
    node = counted_text(rules, ("abab",), 1, 3, before="abab")
    assert node is not None
    found = admitted(rules, node)
    assert found == [text for text in LETTERS if 1 <= len(text) <= 3 and "abab" not in (text + "abab")[:-1]]
    assert "ab" not in found


@pytest.mark.parametrize(
    ("mark", "most", "avoided"),
    [
        ("<abb", 49, "<abb"),
        ("<abb", 50, "<ab"),
        ("<abb", 65, "<ab"),
        ("<abb", 66, "<a"),
        ("<abb", 299, "<a"),
        ("<abb", 300, None),
        ("<a", 299, "<a"),
        ("<", 5, None),
    ],
)
def test_counted_text_avoids_beginnings_of_a_mark_where_the_whole_takes_too_many_rules(
    mark: str, most: int, avoided: str | None
) -> None:
    rules = Rules()
    node = counted_text(rules, (mark,), 0, most, before=mark)
    if avoided is None:
        assert node is None
        return
    assert node is not None
    reader = Recognizer(print_gbnf(rules.grammar(node)))
    held = [text for text in ("<", "<b", "<a", "<ab", "<abb", "x" * most) if reader.accepts(text)]
    assert held == [text for text in ("<", "<b", "<a", "<ab", "<abb", "x" * most) if avoided not in text]
    assert not reader.accepts("x" * (most + 1))


@pytest.mark.parametrize(
    ("marks", "expected"),
    [((), False), (("a",), True), (("", "a"), False), (("a" * 400,), True), (("a" * 400, "b"), False)],
    ids=["none", "one", "empty", "long", "too long"],
)
def test_marks_are_excluded_as_far_as_the_grammar_stays_small(marks: tuple[str, ...], expected: bool) -> None:
    assert can_exclude(marks) is expected


def test_nothing_is_a_text_without_a_mark_of_one_letter_that_is_all_there_is() -> None:
    assert units_without(("a",), allowed=chars("a")) == NOTHING
