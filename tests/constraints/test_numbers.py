from __future__ import annotations

import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from litellm_fnwrap.constraints.grammar import Grammar, Node
from litellm_fnwrap.constraints.numbers import integers, numbers
from litellm_fnwrap.constraints.regex import RegexPrinter

WHOLE = st.integers(-5000, 5000)
DECIMALS = st.decimals(-500, 500, places=3, allow_nan=False)


def admits(node: Node | None, text: str) -> bool:
    assert node is not None
    return re.fullmatch(RegexPrinter(Grammar(node)).print(), text) is not None


@given(WHOLE, st.integers(0, 3000), WHOLE)
def test_integers_of_a_range_are_exact(low: int, width: int, value: int) -> None:
    assert admits(integers(low, low + width), str(value)) == (low <= value <= low + width)


@given(WHOLE, WHOLE)
def test_integers_from_a_bound_are_exact(bound: int, value: int) -> None:
    assert admits(integers(bound, None), str(value)) == (value >= bound)
    assert admits(integers(None, bound), str(value)) == (value <= bound)


@given(DECIMALS, st.decimals(0, 300, places=2), DECIMALS, st.booleans(), st.booleans())
def test_decimals_of_a_range_are_exact(low: Decimal, width: Decimal, value: Decimal, above: bool, below: bool) -> None:
    high = low + width
    node = numbers(low, high, above=above, below=below)
    expected = (low < value if above else low <= value) and (value < high if below else value <= high)
    text = format(value + 0, "f")
    if node.__class__.__name__ == "Choice" and not getattr(node, "options", True):
        assert not expected
    else:
        assert admits(node, text) == expected
