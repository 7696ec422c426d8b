"""The grammar's nodes: that they stay simple, and that simplifying never changes which texts they describe."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest

from litellm_fnwrap.constraints.grammar import (
    ALL,
    ANY,
    EMPTY,
    NOTHING,
    Block,
    Chars,
    Choice,
    Grammar,
    Literal,
    Node,
    Ref,
    Repeat,
    Sequence,
    any_but,
    chars,
    choice,
    complement,
    intersection,
    literal_text,
    nonempty,
    nullable,
    optional,
    reachable,
    references,
    repeat,
    sequence,
    union,
    without,
)
from litellm_fnwrap.constraints.regex import RegexPrinter

A, B, AB = Literal("a"), Literal("b"), Literal("ab")
LOWER = chars(("a", "z"))
TEXTS = ["".join(letters) for size in range(7) for letters in itertools.product("ab", repeat=size)]


def texts(node: Node) -> set[str]:
    """The texts of up to six letters a and b that a node describes."""
    if node == NOTHING:
        return set()
    pattern = re.compile(RegexPrinter(Grammar(node)).print())
    return {text for text in TEXTS if pattern.fullmatch(text)}


def of_pattern(pattern: str) -> set[str]:
    return {text for text in TEXTS if re.fullmatch(pattern, text)}


@pytest.mark.parametrize(
    ("node", "simple"),
    [
        (lambda: sequence(), EMPTY),
        (lambda: sequence(A), A),
        (lambda: sequence(A, EMPTY, B), AB),
        (lambda: sequence(A, sequence(LOWER, A), B), Sequence((A, LOWER, AB))),
        (lambda: sequence(chars("a"), chars("b")), AB),
        (lambda: sequence(A, NOTHING, B), NOTHING),
        (lambda: sequence(LOWER, A), Sequence((LOWER, A))),
        (lambda: choice(), NOTHING),
        (lambda: choice(A), A),
        (lambda: choice(A, NOTHING), A),
        (lambda: choice(A, A), A),
        (lambda: choice(A, choice(B, AB), B), Choice((A, B, AB))),
        (lambda: choice(EMPTY), EMPTY),
        (lambda: choice(EMPTY, NOTHING), EMPTY),
        (lambda: choice(EMPTY, EMPTY), EMPTY),
        (lambda: choice(EMPTY, A), Repeat(A, 0, 1)),
        (lambda: choice(chars("a"), A, chars("bc")), Choice((chars("abc"), A))),
        (lambda: choice(A, chars("xy"), B, chars("z")), Choice((A, chars(("x", "z")), B))),
        (lambda: repeat(A, 0, 0), EMPTY),
        (lambda: repeat(A, 1, 1), A),
        (lambda: repeat(A, 2, 2), Repeat(A, 2, 2)),
        (lambda: repeat(EMPTY, 3), EMPTY),
        (lambda: repeat(NOTHING), EMPTY),
        (lambda: repeat(NOTHING, 1), NOTHING),
        (lambda: repeat(optional(A)), Repeat(A, 0, None)),
        (lambda: repeat(optional(A), 2, 3), Repeat(A, 0, 3)),
        (lambda: optional(optional(A)), Repeat(A, 0, 1)),
        (lambda: repeat(repeat(A, 1)), Repeat(A, 0, None)),
        (lambda: repeat(repeat(A, 1), 1), Repeat(A, 1, None)),
        (lambda: repeat(repeat(A, 2)), Repeat(Repeat(A, 2, None), 0, None)),
        (lambda: repeat(repeat(A, 1), 0, 2), Repeat(Repeat(A, 1, None), 0, 2)),
        (lambda: repeat(repeat(A, 1, 2)), Repeat(Repeat(A, 1, 2), 0, None)),
        (lambda: optional(repeat(EMPTY)), EMPTY),
    ],
)
def test_node_is_kept_simple(node: Callable[[], Node], simple: Node) -> None:
    assert node() == simple


@pytest.mark.parametrize(
    ("node", "pattern"),
    [
        (lambda: repeat(optional(A), 2, 3), "a{0,3}"),
        (lambda: repeat(choice(A, EMPTY, B), 2), "[ab]*"),
        (lambda: repeat(sequence(optional(A), optional(B))), "(?:a?b?)*"),
        (lambda: repeat(sequence(optional(A), B), 2, 3), "(?:a?b){2,3}"),
        (lambda: repeat(repeat(A, 2)), "(?:a{2,})*"),
        (lambda: repeat(repeat(AB, 1), 1), "(?:ab)+"),
        (lambda: repeat(repeat(A, 1, 2), 0, 2), "a{0,4}"),
        (lambda: choice(sequence(A, repeat(B)), EMPTY), "(?:ab*)?"),
        (lambda: sequence(choice(A, EMPTY), choice(B, AB)), "a?(?:b|ab)"),
        (lambda: nonempty(repeat(A)), "a+"),
        (lambda: nonempty(repeat(A, 0, 2)), "a{1,2}"),
        (lambda: nonempty(choice(A, repeat(B))), "a|b+"),
        (lambda: nonempty(sequence(optional(A), repeat(B))), "ab*|b+"),
        (lambda: nonempty(sequence(optional(A), B)), "a?b"),
        (lambda: nonempty(EMPTY), "(?!)"),
        (lambda: repeat(repeat(A, 1), 3), "a{3,}"),
    ],
)
def test_texts_of_a_node_stay_the_same_when_it_is_simplified(node: Callable[[], Node], pattern: str) -> None:
    assert texts(node()) == of_pattern(pattern)


@pytest.mark.parametrize(
    ("node", "can_be_empty"),
    [
        (lambda: EMPTY, True),
        (lambda: A, False),
        (lambda: LOWER, False),
        (lambda: Ref("x"), False),
        (lambda: NOTHING, False),
        (lambda: repeat(A), True),
        (lambda: repeat(A, 1), False),
        (lambda: repeat(optional(A), 2, 3), True),
        (lambda: sequence(repeat(A), repeat(B)), True),
        (lambda: sequence(repeat(A), LOWER), False),
        (lambda: Choice((A, repeat(B))), True),
        (lambda: Choice((A, B)), False),
    ],
)
def test_node_that_admits_the_empty_text_is_known(node: Callable[[], Node], can_be_empty: bool) -> None:
    assert nullable(node()) is can_be_empty


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (lambda: AB, "ab"),
        (lambda: chars("x"), "x"),
        (lambda: chars("xy"), None),
        (lambda: chars("xz"), None),
        (lambda: repeat(A), None),
    ],
)
def test_node_of_one_text_is_known(node: Callable[[], Node], text: str | None) -> None:
    assert literal_text(node()) == text


def test_references_are_found_wherever_they_stand() -> None:
    node = sequence(Ref("a"), choice(repeat(Ref("b")), A), repeat(sequence(Ref("c"), Ref("a"))))
    assert sorted(references(node)) == ["a", "a", "b", "c"]


def test_rules_that_nothing_leads_to_are_left_out_and_blocks_are_kept_whole() -> None:
    used, unused = Block("u", {"u": A, "v": B}), Block("n", {"n": A})
    rules = {"a": sequence(Ref("b"), Ref("a")), "b": Ref("u"), "c": Ref("n"), **used.rules, **unused.rules}
    found = reachable(Grammar(Ref("a"), rules, (used, unused)))
    assert set(found.rules) == {"a", "b", "u", "v"}
    assert found.blocks == (used,)


CODES = range(12)
SETS = [((0, 2), (5, 6)), ((3, 4),), ((2, 5), (8, 11)), (), ((0, 11),), ((1, 1), (3, 3), (10, 10))]


def members(ranges: tuple[tuple[int, int], ...]) -> set[int]:
    """The code points of ranges, which are sorted, apart from each other and not empty."""
    assert all(low <= high for low, high in ranges)
    assert all(left[1] + 1 < right[0] for left, right in itertools.pairwise(ranges))
    return {code for code in CODES for low, high in ranges if low <= code <= high}


@pytest.mark.parametrize("left", SETS, ids=str)
@pytest.mark.parametrize("right", SETS, ids=str)
def test_sets_of_characters_are_united_and_intersected(
    left: tuple[tuple[int, int], ...], right: tuple[tuple[int, int], ...]
) -> None:
    assert members(union(left, right)) == members(left) | members(right)
    assert members(intersection(left, right)) == members(left) & members(right)
    assert members(complement(left)) == set(CODES) - members(left)


@pytest.mark.parametrize(
    ("ranges", "united"),
    [
        ([(5, 9), (1, 2)], ((1, 2), (5, 9))),
        ([(1, 4), (5, 9)], ((1, 9),)),
        ([(1, 5), (5, 9)], ((1, 9),)),
        ([(1, 9), (3, 4)], ((1, 9),)),
        ([(1, 3), (5, 9)], ((1, 3), (5, 9))),
        ([(7, 7), (7, 7)], ((7, 7),)),
    ],
    ids=str,
)
def test_ranges_that_touch_are_one(ranges: list[tuple[int, int]], united: tuple[tuple[int, int], ...]) -> None:
    assert union(ranges) == united


def test_surrogates_are_in_no_set() -> None:
    assert ALL == ((0, 0xD7FF), (0xE000, 0x10FFFF))
    assert complement(ALL) == ()
    assert complement(((0x10, 0x20),)) == ((0, 0xF), (0x21, 0xD7FF), (0xE000, 0x10FFFF))
    assert complement(((0, 0x10FFFE),)) == ((0x10FFFF, 0x10FFFF),)
    assert complement(((0xD7FF, 0xE000),)) == ((0, 0xD7FE), (0xE001, 0x10FFFF))


def test_characters_are_left_out() -> None:
    assert without(LOWER.ranges, "") == LOWER.ranges
    assert without(LOWER.ranges, "az") == ((ord("b"), ord("y")),)
    assert without(LOWER.ranges, "cA") == ((ord("a"), ord("b")), (ord("d"), ord("z")))
    assert any_but("\x00") == Chars(((1, 0xD7FF), (0xE000, 0x10FFFF)))
    assert any_but("") == ANY
