"""Turns put in order, also where a conversation has none of the usual ones."""

from __future__ import annotations

from typing import Literal

import pytest

from litellm_fnwrap.wrappers.layout import Turn, folded, merged_turns, with_tools_before

ONE, ANSWER, TWO = Turn("user", "one"), Turn("assistant", "answer"), Turn("user", "two")
SYSTEM = Turn("system", "be brief")
Which = Literal["first", "last"]


@pytest.mark.parametrize(
    ("which", "own", "wanted"),
    [
        ("first", True, [Turn("tools", "T"), ONE, ANSWER, TWO]),
        ("last", True, [ONE, ANSWER, Turn("tools", "T"), TWO]),
        ("first", False, [Turn("user", "Tone"), ANSWER, TWO]),
        ("last", False, [ONE, ANSWER, Turn("user", "Ttwo")]),
    ],
)
def test_tools_stand_before_a_user_turn(which: Which, own: bool, wanted: list[Turn]) -> None:
    assert with_tools_before([ONE, ANSWER, TWO], "T", which, own=own) == wanted


@pytest.mark.parametrize(("own", "kind"), [(True, "tools"), (False, "user")])
def test_tools_come_last_where_no_user_speaks(own: bool, kind: Literal["tools", "user"]) -> None:
    assert with_tools_before([SYSTEM], "T", "last", own=own) == [SYSTEM, Turn(kind, "T")]


def test_neighbours_of_one_kind_are_one_turn_but_results_are_not() -> None:
    results = [Turn("results", "1"), Turn("results", "2")]
    assert merged_turns([ONE, TWO, ANSWER, *results]) == [Turn("user", "one\n\ntwo"), ANSWER, *results]


def test_assistant_that_speaks_first_answers_an_empty_turn() -> None:
    assert merged_turns([ANSWER, ONE]) == [Turn("user", ""), ANSWER, ONE]
    assert merged_turns([]) == []


@pytest.mark.parametrize(
    ("turns", "which", "wanted"),
    [
        ([SYSTEM, ONE, ANSWER, TWO], "first", [Turn("user", "be brief/one"), ANSWER, TWO]),
        ([SYSTEM, ONE, ANSWER, TWO], "last", [ONE, ANSWER, Turn("user", "be brief/two")]),
        ([SYSTEM, ANSWER], "first", [Turn("user", "be brief"), ANSWER]),
        ([ONE, SYSTEM], "first", [ONE, Turn("user", "be brief")]),
        ([ONE, ANSWER], "last", [ONE, ANSWER]),
        ([], "last", []),
    ],
    ids=["first", "last", "no-user", "later-system", "no-system", "nothing"],
)
def test_system_text_is_told_in_a_user_turn(turns: list[Turn], which: Which, wanted: list[Turn]) -> None:
    assert folded(turns, which, "{system}/{content}") == wanted
