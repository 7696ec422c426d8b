"""Sums in place of numbers: what they make, and what only looks like one."""

from __future__ import annotations

import pytest

from litellm_fnwrap.formats.readers.arithmetic import read_sum


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3/100", 0.03),
        ("5*60", 300),
        ("2**3", 8),
        ("2**3**2", 512),
        ("-2**2", -4),
        ("(110 - 20) / 2", 45.0),
        ("1 + 2 * 3 - 4", 3),
        ("7 // 2 + 7 % 4", 6),
        ("--5 + +3", 8),
        ("1_000 * 2", 2000),
        (".5 * 4", 2.0),
        ("1e3 + 1", 1001.0),
        ("2**-1", 0.5),
        ("(-8) ** 3", -512),
        ("2000000 ** 2", 4e12),
        ("0.1 + 0.2", 0.3),
    ],
)
def test_sum_is_worked_out(text: str, value: float) -> None:
    found = read_sum(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "12",
        "-5",
        "2026-11-25",
        "11/25/2026",
        "555-1234",
        "1 / 0",
        "5 % 0",
        "0 ** -1",
        "(-8) ** 0.5",
        "9 ** 99",
        "10 ** 10 ** 10",
        "9999999999 * 9999999999",
        "(1 + 2",
        "1 + 2)",
        "1 + ",
        "50 %",
        "* 3 + 1",
        "1 2 + 3",
        "1 + 2e",
        "()+1",
        "(" * 90 + "1+1" + ")" * 90,
        "-" * 90 + "1-1",
        "1+" * 150 + "1",
        "one + 1",
        "1e999 + 1",
    ],
)
def test_text_that_is_no_sum_is_none(text: str) -> None:
    assert read_sum(text) is None
