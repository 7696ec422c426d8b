"""What may follow a text that the prompt has written already."""

from __future__ import annotations

import re

import pytest

from litellm_fnwrap.constraints.grammar import (
    ANY,
    EMPTY,
    NOTHING,
    Choice,
    Grammar,
    Literal,
    Node,
    Ref,
    Sequence,
    chars,
    choice,
    optional,
    repeat,
    sequence,
)
from litellm_fnwrap.constraints.opening import after, around, beginning, continuation, open_reasoning
from litellm_fnwrap.constraints.regex import RegexPrinter

LETTER = chars(("a", "c"))
RULES: dict[str, Node] = {"word": repeat(LETTER, 1), "maybe": optional(Literal("x")), "nothing": EMPTY}


def texts(node: Node) -> list[str]:
    """Those of some short texts that a node describes."""
    if node == NOTHING:
        return []
    pattern = re.compile(RegexPrinter(Grammar(node, RULES)).print())
    some = ["", " ", "a", "b", "x", "ab", "xb", "bc", "b c", "abc", "aab", "\nb", "b\n", " b", "}", " }", '"b"', "aa"]
    return [text for text in some if pattern.fullmatch(text)]


@pytest.mark.parametrize(
    ("node", "text", "rest"),
    [
        (Literal("abc"), "a", ["bc"]),
        (Literal("abc"), "abc", [""]),
        (Literal("abc"), "abcd", []),
        (Literal("abc"), "b", []),
        (LETTER, "c", [""]),
        (LETTER, "d", []),
        (choice(Literal("ab"), Literal("xb"), Literal("aab")), "a", ["b", "ab"]),
        (Ref("word"), "c", ["", "a", "b", "ab", "bc", "abc", "aab", "aa"]),
        (repeat(Literal("a"), 2, 3), "a", ["a", "aa"]),
        (repeat(Literal("a"), 1, 2), "a", ["", "a"]),
        (repeat(Literal("a"), 0, 2), "a", ["", "a"]),
        (repeat(Literal("a"), 2), "aa", ["", "a", "aa"]),
        (repeat(Literal("a"), 2, 2), "aaa", []),
        (repeat(Literal("ab"), 2, 2), "aba", ["b"]),
        (sequence(optional(Literal("x")), Literal("ab")), "a", ["b"]),
        (sequence(optional(Literal("x")), Literal("ab")), "x", ["ab"]),
        (sequence(optional(LETTER), Literal("ab")), "a", ["b", "ab"]),
        (sequence(Ref("maybe"), Ref("nothing"), Literal("ab")), "a", ["b"]),
        (sequence(Ref("word"), Literal("x")), "x", []),
        (sequence(choice(Ref("maybe"), Literal("ab")), Literal("b")), "b", [""]),
        (sequence(Sequence((Ref("maybe"), repeat(LETTER))), Literal("}")), "}", [""]),
        (Sequence((Ref("nothing"), Choice((Ref("word"), Ref("nothing"))), Literal("}"))), "}", [""]),
        (Sequence(()), "a", []),
        (EMPTY, "", [""]),
    ],
)
def test_rest_of_a_node_is_what_may_follow_a_text(node: Node, text: str, rest: list[str]) -> None:
    assert texts(after(node, RULES, text)) == rest


@pytest.mark.parametrize(
    ("declared", "written", "rest"),
    [
        ("a b", "a  ", "b"),
        ("a b", "a", " b"),
        ("a\nb", "a ", "b"),
        ("ab", "a ", "b"),
        ("a b", "ab", ""),
        ("a bc", "ab", "c"),
        ("a  bc", "a b", "c"),
        ("a x", "ab", None),
        ("ax", "ab", None),
        (" ab", "a", "b"),
        ("a", " a", ""),
        ("a", "a b", None),
        ("a", "a ", None),
        ("a }", "a}", ""),
    ],
)
def test_blanks_may_be_others_than_declared(declared: str, written: str, rest: str | None) -> None:
    assert after(Literal(declared), {}, written) == (NOTHING if rest is None else Literal(rest))


def test_exact_blanks_are_taken_before_others() -> None:
    node = choice(Literal("a b"), Literal("ab"))
    assert after(node, {}, "a ") == Literal("b")
    assert after(node, {}, "ab") == EMPTY


CALL = sequence(Literal('<call>\n{"name": "'), choice(Literal("ping"), Literal("pong")), Literal('"}'))


@pytest.mark.parametrize(
    ("written", "begun"),
    [
        ("", ""),
        ("Hello", ""),
        ("Hello <", "<"),
        ("Hello <call>", "<call>"),
        ("<call><call>", "<call>"),
        ('<call>\n{"name": "po', '<call>\n{"name": "po'),
        ('<call>\n{"name": "pa', ""),
        ('x <call> {"name":"p', '<call> {"name":"p'),
        ("<call>" + "x" * 400, ""),
        ("x" * 500 + "<call>", "<call>"),
    ],
)
def test_longest_end_that_begins_a_node_is_found(written: str, begun: str) -> None:
    assert beginning(CALL, {}, written).lstrip() == begun


def test_beginning_reaches_400_characters_back() -> None:
    node = sequence(Literal("<"), repeat(ANY))
    assert beginning(node, {}, "<" + "x" * 399) == "<" + "x" * 399
    assert beginning(node, {}, "<" + "x" * 400) == ""


def test_node_goes_on_behind_what_is_written_and_is_whole_where_nothing_is() -> None:
    assert continuation(CALL, {}, "Hello") == CALL
    assert continuation(Literal("abc"), {}, "x a") == Literal("bc")
    assert continuation(Literal("abc"), {}, "abc") == EMPTY


@pytest.mark.parametrize(
    ("template", "texts"),
    [
        ("{calls}", ("", "")),
        ("<a>{calls}", ("<a>", "")),
        ("{calls}</a>", ("", "</a>")),
        ("<a>\n{calls}\n</a>", ("<a>\n", "\n</a>")),
        ("<a>{name}{calls}{id}</a>", ("", "")),
        ("{name}<a>{calls}</a>{id}", ("<a>", "</a>")),
        ("<n>{name}<a>{calls}</a>{id}</n>", ("<a>", "</a>")),
    ],
)
def test_texts_around_a_hole_are_those_that_touch_it(template: str, texts: tuple[str, str]) -> None:
    assert around(template, "calls") == texts


@pytest.mark.parametrize(
    ("prefill", "closing"),
    [
        ("", None),
        ("assistant\n", None),
        ("assistant\n<think>\n", ("</think>", "\n\n")),
        ("<think>\nSo", ("</think>", "\n\n")),
        ("<think>\n\n</think>\n\n", None),
        ("<think>a</think><think>b", ("</think>", "\n\n")),
        ("[THINK]", ("[/THINK]", "")),
        ("<think>a</think> [THINK]", ("[/THINK]", "")),
    ],
)
def test_reasoning_that_a_prompt_has_opened_is_known(prefill: str, closing: tuple[str, str] | None) -> None:
    spellings = ("<think>\n{reasoning}\n</think>\n\n", "[THINK]{reasoning}[/THINK]", "{reasoning}</done>")
    assert open_reasoning(spellings, prefill) == closing
