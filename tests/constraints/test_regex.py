"""How grammars are printed as regular expressions: what engines without lookaround read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from litellm_fnwrap.constraints.grammar import (
    ANY,
    EMPTY,
    NOTHING,
    Grammar,
    Literal,
    Node,
    Ref,
    any_but,
    chars,
    choice,
    optional,
    repeat,
    sequence,
)
from litellm_fnwrap.constraints.regex import RegexPrinter
from litellm_fnwrap.errors import ConstraintError

A, AB, LETTER = Literal("a"), Literal("ab"), chars(("a", "z"))


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (lambda: Literal("a.b*c+d?e|f"), r"a\.b\*c\+d\?e\|f"),
        (lambda: Literal("(a)[b]{c}^$\\"), r"\(a\)\[b\]\{c\}\^\$\\"),
        (lambda: Literal("\n\r\t\x00\x1f\x7f é"), r"\n\r\t\x00\x1f\x7f é"),
        (lambda: chars("abc"), "[a-c]"),
        (lambda: chars("ab"), "[ab]"),
        (lambda: chars("a-]^[&~\\"), r"[\&\-\[-\^a\~]"),
        (lambda: chars("\n\x00"), r"[\x00\n]"),
        (lambda: any_but("a"), "[^a]"),
        (lambda: any_but("a-"), r"[^\-a]"),
        (lambda: any_but("é"), "[\\x00-\xe8ê-\ud7ff\ue000-\U0010ffff]"),
        (lambda: ANY, "(?:[^a]|a)"),
        (lambda: optional(A), "a?"),
        (lambda: repeat(AB), "(?:ab)*"),
        (lambda: repeat(LETTER, 1), "[a-z]+"),
        (lambda: repeat(A, 2), "a{2,}"),
        (lambda: repeat(A, 2, 2), "a{2}"),
        (lambda: repeat(A, 0, 3), "a{0,3}"),
        (lambda: repeat(A, 1, 3), "a{1,3}"),
        (lambda: repeat(choice(A, Literal("b"))), "(?:a|b)*"),
        (lambda: repeat(repeat(A, 2), 3, 3), "(?:a{2,}){3}"),
        (lambda: repeat(Ref("ab"), 1, 2), "(?:ab){1,2}"),
        (lambda: sequence(choice(A, AB), LETTER), "(?:a|ab)[a-z]"),
        (lambda: sequence(LETTER, Ref("either")), "[a-z](?:a|ab)"),
        (lambda: choice(A, sequence(LETTER, A)), "a|[a-z]a"),
        (lambda: choice(A, Ref("never")), "a"),
        (lambda: sequence(A, optional(sequence(LETTER, Ref("never")))), "a"),
        (lambda: sequence(A, repeat(Ref("never"), 0, 2)), "a"),
        (lambda: EMPTY, ""),
    ],
)
def test_node_is_printed_in_what_all_engines_read(node: Callable[[], Node], text: str) -> None:
    rules = {"ab": AB, "either": choice(A, AB), "never": NOTHING}
    printed = RegexPrinter(Grammar(node(), rules)).print()
    assert printed == text
    re.compile(printed)


NESTED = {
    "list": sequence(Literal("["), optional(Ref("item")), Literal("]")),
    "item": choice(Ref("list"), Literal("x")),
}


def test_rules_within_themselves_are_written_out_to_a_depth() -> None:
    printer = RegexPrinter(Grammar(Ref("list"), NESTED))
    pattern = re.compile(printer.print())
    assert [text for text in ("[]", "[x]", "[[x]]", "[[[]]]", "[[[x]]]") if pattern.fullmatch(text)] == [
        "[]", "[x]", "[[x]]", "[[[]]]", "[[[x]]]",
    ]  # fmt: skip
    assert not pattern.fullmatch("[[[[]]]]")
    assert list(printer.shallow) == ["list"]


def test_rules_that_end_are_not_shallow() -> None:
    printer = RegexPrinter(Grammar(sequence(Ref("a"), Ref("a")), {"a": choice(A, Ref("b")), "b": AB}))
    assert printer.print() == "(?:a|ab)(?:a|ab)"
    assert not printer.shallow


def test_endless_nesting_is_refused() -> None:
    for node in (Ref("a"), repeat(Ref("a"), 1), NOTHING):
        with pytest.raises(ConstraintError, match="nests without end"):
            RegexPrinter(Grammar(node, {"a": sequence(A, Ref("a"))})).print()


def test_expression_longer_than_servers_take_is_refused() -> None:
    assert len(RegexPrinter(Grammar(Literal("x" * 400_000))).print()) == 400_000
    with pytest.raises(ConstraintError, match="has 400001 characters; servers take up to 400000"):
        RegexPrinter(Grammar(Literal("x" * 400_001))).print()
