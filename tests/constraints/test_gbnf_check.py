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
