"""How grammars are printed as GBNF: escapes, classes and repetitions as llama.cpp reads them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from litellm_fnwrap.constraints.gbnf import print_gbnf
from litellm_fnwrap.constraints.grammar import (
    ALL,
    EMPTY,
    Chars,
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

A, AB, LETTER = Literal("a"), Literal("ab"), chars(("a", "z"))


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (lambda: Literal('a"b\\c'), r'"a\"b\\c"'),
        (lambda: Literal("\n\r\t\x00\x1f\x7f é"), r'"\n\r\t\u0000\u001F\u007F é"'),
        (lambda: EMPTY, '""'),
        (lambda: chars("ab"), "[ab]"),
        (lambda: chars("abc"), "[a-c]"),
        (lambda: chars("az"), "[az]"),
        (lambda: chars("-^[]\\\n\x00\x7f"), r"[\u0000\n\u002D\[-\u005E\u007F]"),
        (lambda: chars("é😀"), r"[\u00E9\U0001F600]"),
        (lambda: Chars(ALL), r"[\u0000-\uD7FF\uE000-\U0010FFFF]"),
        (lambda: any_but("\x00"), r"[\u0001-\uD7FF\uE000-\U0010FFFF]"),
        (lambda: optional(A), '"a"?'),
        (lambda: repeat(AB), '("ab")*'),
        (lambda: repeat(LETTER, 1), "[a-z]+"),
        (lambda: repeat(Ref("x"), 2), "x{2,}"),
        (lambda: repeat(A, 2, 2), '"a"{2}'),
        (lambda: repeat(A, 0, 3), '"a"{0,3}'),
        (lambda: repeat(choice(A, Ref("x"))), '("a" | x)*'),
        (lambda: repeat(sequence(LETTER, A), 1, 2), '([a-z] "a"){1,2}'),
        (lambda: repeat(repeat(A, 2), 3, 3), '("a"{2,}){3}'),
        (lambda: sequence(choice(A, AB), LETTER), '("a" | "ab") [a-z]'),
        (lambda: choice(A, sequence(LETTER, A)), '"a" | [a-z] "a"'),
    ],
)
def test_node_is_printed_as_the_engine_reads_it(node: Callable[[], Node], text: str) -> None:
    printed = print_gbnf(Grammar(node(), {"x": sequence(LETTER, Literal("x"))}))
    assert printed == f'root ::= {text}\nx ::= [a-z] "x"\n'
