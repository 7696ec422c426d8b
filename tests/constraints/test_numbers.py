from __future__ import annotations

import itertools
import math
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_fnwrap.constraints.grammar import NOTHING, Grammar, Node
from litellm_fnwrap.constraints.numbers import between, integers, number, numbers
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


BOUNDS = ["-12.5", "-1.25", "-1", "-0.5", "0", "0.05", "0.5", "0.59", "1", "1.25", "9.9", "10", "99.5"]
TEXTS = [format(Decimal(n) / 100, "f") for n in [*range(-1300, 1300, 5), *range(-130, 130), 9949, 9950, 9951, 10000]]
ZEROS = ["0.0", "1.0", "1.00", "-1.0", "1.250", "10.0", "0.50", "0.590", "99.50", "-12.50", "-1.250"]


def pattern(node: Node) -> re.Pattern[str]:
    return re.compile("(?!)" if node == NOTHING else RegexPrinter(Grammar(node)).print())


@pytest.mark.parametrize("above", [False, True])
@pytest.mark.parametrize("below", [False, True])
@pytest.mark.parametrize("low", [*BOUNDS, None])
def test_decimals_between_all_bounds_are_exact(low: str | None, above: bool, below: bool) -> None:
    least = None if low is None else Decimal(low)
    for most in [*map(Decimal, BOUNDS), None]:
        admitted = pattern(numbers(least, most, above=above, below=below))
        for text in TEXTS + ZEROS:
            value = Decimal(text)
            expected = (least is None or (least < value if above else least <= value)) and (
                most is None or (value < most if below else value <= most)
            )
            assert bool(admitted.fullmatch(text)) == expected, (text, most)


@pytest.mark.parametrize("low", [None, -1000, -999, -100, -99, -11, -10, -9, -1, 0, 1, 5, 9, 10, 11, 99, 100, 101, 999])
def test_integers_between_all_bounds_are_exact(low: int | None) -> None:
    for high in [None, -1000, -101, -100, -10, -2, -1, 0, 1, 4, 9, 10, 19, 90, 99, 100, 199, 1000, 1001]:
        admitted = pattern(between(low, high))
        found = {value for value in range(-1100, 1100) if admitted.fullmatch(str(value))}
        assert found == set(range(-1100 if low is None else low, 1100 if high is None else min(high, 1099) + 1)), high


@pytest.mark.parametrize("step", [2, 3, 5, 7, 10, 40, 100])
def test_multiples_between_bounds_are_exact(step: int) -> None:
    for low, high in itertools.product([-21, -20, -1, 0, 1, 14], [-20, -1, 0, 6, 7, 200]):
        admitted = pattern(integers(low, high, step) or NOTHING)
        found = [value for value in range(-300, 300) if admitted.fullmatch(str(value))]
        assert found == [value for value in range(-300, 300) if low <= value <= high and value % step == 0]


@pytest.mark.parametrize("step", [2, 4, 5, 8, 10, 20, 25, 40, 50, 100, 125, 200, 250, 500, 1000])
def test_multiples_without_bounds_are_exact(step: int) -> None:
    node = integers(None, None, step)
    assert node is not None
    admitted = pattern(node)
    for value in [*range(-2100, 2100), 10**39 - step, 10**39, 10**40 - step, -(10**40) + 1000]:
        assert bool(admitted.fullmatch(str(value))) == (value % step == 0), value
    assert not any(admitted.fullmatch(text) for text in ("-", "", "00", "0" * step, f"0{step}", str(10**40)))


def test_steps_that_no_grammar_tells_are_none() -> None:
    assert [step for step in range(2, 60) if integers(None, None, step) is None] == [
        step for step in range(2, 60) if 1000 % step
    ]
    assert integers(0, None, 2) is None
    assert integers(None, 0, 2) is None
    assert integers(0, 1024, 2) is not None
    assert integers(0, 1026, 2) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", True), ("-0", True), ("01", False), ("-", False), ("1.", False), (".5", False), ("1.50", True),
        ("+1", False),
        ("1e5", True), ("1E+05", True), ("1e-7", True), ("1.5e-300", True), ("1e-1000", False), ("0e5", True),
        ("1e", False),
        ("12e99", True), ("12e100", False), ("1e100", True), ("9.9e299", True), ("9.9e307", True), ("1.7e308", False),
        ("1.69e308", True), ("1.7976931348623157e308", True), ("1.7976931348623158e308", False), ("2e308", False),
        ("1e308", True), ("1e+308", True), ("1e309", False), ("9e308", False), ("1e310", False), ("1e400", False),
        ("9" * 40, True), ("9" * 41, False), ("0." + "1" * 20, True), ("0." + "1" * 21, False), ("1.0e0", True),
    ],
)  # fmt: skip
def test_number_is_what_json_writes_and_no_reader_takes_for_infinity(text: str, expected: bool) -> None:
    assert admits(number(), text) == expected
    if expected:
        assert math.isfinite(float(text))


@pytest.mark.parametrize(
    ("low", "high", "text", "expected"),
    [
        (None, None, "1.5e16", True), ("0", None, "1e16", True), ("0", None, "1e-7", True),
        ("0", None, "1.5e-05", True),
        ("0", None, "1e-4", False), ("1", None, "1e-7", False), ("1", None, "1e2", True), ("1", None, "9e1", True),
        ("20", None, "1e1", False), ("20", None, "2e2", True), ("20", None, "9e+03", True), ("0", "5", "1e-7", True),
        ("0", "5", "1e2", False), ("0", "0.001", "1e-5", True), ("0", "0.001", "1e-4", False),
        ("0", "0.00001", "1e-6", False), ("0", "0.00001", "9e-7", True), ("-1", "1", "-1e-7", True),
        ("-1", "-0.5", "-1e-7", False), (None, "-1", "-1e2", True), ("0", "0", "1e-7", False),
        ("0", None, "1e301", False),
        ("0", None, "1e300", True), ("0", None, "1e+09", True), ("0", None, "10e5", False), ("0", None, "1.e5", False),
    ],
)  # fmt: skip
def test_exponents_stay_within_the_bounds(low: str | None, high: str | None, text: str, expected: bool) -> None:
    node = numbers(None if low is None else Decimal(low), None if high is None else Decimal(high))
    assert admits(node, text) == expected
