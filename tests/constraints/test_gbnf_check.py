from __future__ import annotations

import pytest

from litellm_fnwrap.constraints.gbnf_check import check_gbnf
from litellm_fnwrap.errors import ConstraintError


@pytest.mark.parametrize(
    ("text", "part"),
    [
        pytest.param('start ::= "a"\n', "root", id="no-root"),
        pytest.param("root ::= a\n", "'a'", id="undefined-rule"),
        pytest.param('root ::= "a\n', "cannot be read", id="open-literal"),
        pytest.param('root ::= ("a"\n', "close", id="open-group"),
        pytest.param("root ::= *\n", "cannot be read", id="nothing-repeated"),
        pytest.param('root ::= root "a" | "b"\n', "itself", id="left-recursion"),
        pytest.param('root ::= a "x"\na ::= b?  c\nb ::= "b"\nc ::= a | "c"\n', "itself", id="hidden-left-recursion"),
        pytest.param('root ::= ("a"?)*\n', "may be empty", id="empty-loop"),
        pytest.param('root ::= a{2,}\na ::= "x"? "y"*\n', "may be empty", id="empty-loop-by-reference"),
        pytest.param('root ::= "a" | b\nb ::= "" b\n', "itself", id="left-recursion-behind-nothing"),
        pytest.param('root ::= "\\q"\n', "cannot be read", id="unknown-escape"),
        pytest.param("root ::= [a-\n", "cannot be read", id="open-class"),
        pytest.param('root ::= "a" )\n', "cannot be read", id="closed-too-often"),
        pytest.param('root ::= "a" | | "b"\n', "cannot be read", id="alternative-missing"),
        pytest.param('root ::= ("x" (a "y")* | a)\n', "'a'", id="undefined-rule-in-a-group"),
        pytest.param('root ::= "a"{1,5000}\n', "5000", id="too-many-repetitions"),
        pytest.param('root ::= "a"\nroot ::= "b"\n', "twice", id="rule-defined-twice"),
    ],
)
def test_broken_grammar_is_refused(text: str, part: str) -> None:
    with pytest.raises(ConstraintError, match=part):
        check_gbnf(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('root ::= "a" root | "b"\n', id="right-recursion"),
        pytest.param('root ::= "[" (root ("," root)*)? "]"\n', id="nesting"),
        pytest.param('root ::= a "x"\na ::= ""\n', id="empty-rule"),
        pytest.param('root ::= "\\"" "(" "|" "a\\\\" ")" [()|"]\n', id="signs-within-literals"),
        pytest.param('root ::= [^"\\\\\\x00-\\x1F]{2,} "\\"" .\n', id="classes"),
    ],
)
def test_sound_grammar_passes(text: str) -> None:
    check_gbnf(text)


@pytest.mark.parametrize(
    ("rules", "empty"),
    [
        ('root ::= "a"', {"root": False}),
        ('root ::= ""', {"root": True}),
        ('root ::= "a"? | b\nb ::= "b"', {"root": True, "b": False}),
        ('root ::= "a" | b\nb ::= "b"*', {"root": True, "b": True}),
        ('root ::= a b\na ::= "x"?\nb ::= "y"{0,3}', {"root": True, "a": True, "b": True}),
        ('root ::= a b\na ::= "x"?\nb ::= "y"{1,3}', {"root": False, "a": True, "b": False}),
        ('root ::= ("a" | "b"?) "c"', {"root": False}),
        ('root ::= ("a" | "b"?)', {"root": True}),
        ('root ::= "[" (root)? "]"', {"root": False}),
        ("root ::= [a-z]+ .", {"root": False}),
    ],
)
def test_rules_that_admit_the_empty_text_are_told(rules: str, empty: dict[str, bool]) -> None:
    assert check_gbnf(rules + "\n") == empty


def test_rules_of_another_text_may_be_referred_to_and_not_defined_again() -> None:
    known = {"outer": True, "full": False}
    assert check_gbnf("root ::= outer full\n", known=known) == {"root": False}
    assert check_gbnf("root ::= outer\n", known=known) == {"root": True}
    assert check_gbnf('start ::= "a"\n', start="start") == {"start": False}
    with pytest.raises(ConstraintError, match="'outer' twice"):
        check_gbnf('root ::= "a"\nouter ::= "b"\n', known=known)
    with pytest.raises(ConstraintError, match="'other', which is not defined"):
        check_gbnf("root ::= other\n", known=known)


@pytest.mark.parametrize("count", ["{2000}", "{0,2000}", "{2000,}"])
def test_repetitions_are_as_many_as_servers_take(count: str) -> None:
    check_gbnf(f'root ::= "a"{count}\n')
    with pytest.raises(ConstraintError, match="at most 2000 times"):
        check_gbnf(f'root ::= "a"{count.replace("2000", "2001")}\n')
