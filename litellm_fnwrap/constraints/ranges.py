"""Numbers of a schema with bounds and steps."""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from typing import Any

from .grammar import DIGIT, NOTHING, Literal, Node, optional, repeat, sequence
from .merge import Flat
from .numbers import MOST_DIGITS, between, integers, number, numbers
from .rules import Rules

_ROUNDED = Decimal("1e-14")
"""Floats of 64 bits keep 15 digits."""


def ranged(kind: str, flat: Flat, path: str, rules: Rules) -> Node:
    """The integers or numbers that a flat schema admits; reports a multipleOf that is checked after generation only."""
    low, above = _bound(flat, "minimum", "exclusiveMinimum", max)
    high, below = _bound(flat, "maximum", "exclusiveMaximum", min)
    step = _decimal(flat.get("multipleOf"))
    if step is not None and step <= 0:
        rules.widen(f"{path}: multipleOf {flat['multipleOf']}")
        step = None
    if kind == "integer" or (step is not None and step == step.to_integral_value()):
        return _whole(low, high, above, below, step, path, rules)
    if step is not None:
        places = _places(step)
        if places is not None and low is None and high is None:
            point = sequence(Literal("."), repeat(DIGIT, 1, places))
            return sequence(optional(Literal("-")), between(0, None), optional(point))
        rules.widen(f"{path}: multipleOf {flat['multipleOf']}")
    if low is None and high is None:
        return rules.shared("number", number)
    if low is not None and high is not None and (low > high or (low == high and (above or below))):
        return NOTHING
    low, above = _inside(low, above, _ROUNDED)
    high, below = _inside(high, below, -_ROUNDED)
    return numbers(low, high, above=above, below=below)


def _inside(bound: Decimal | None, exclusive: bool, share: Decimal) -> tuple[Decimal | None, bool]:
    """A bound that is left out, moved a little: what is closer to it becomes the bound when a reader rounds."""
    if bound is None or not exclusive or bound == 0:
        return bound, exclusive
    return bound + abs(bound) * share, False


def _whole(
    low: Decimal | None, high: Decimal | None, above: bool, below: bool, step: Decimal | None, path: str, rules: Rules
) -> Node:
    first = None if low is None else math.ceil(low) + (above and low == math.ceil(low))
    last = None if high is None else math.floor(high) - (below and high == math.floor(high))
    by = 1
    if step is not None:
        if step == step.to_integral_value() and step < 10**MOST_DIGITS:
            by = int(step)
        elif 1 % step != 0:
            rules.widen(f"{path}: multipleOf {step}")
    node = integers(first, last, by)
    if node is None:
        rules.widen(f"{path}: multipleOf {step}")
    return between(first, last) if node is None else node


def _bound(flat: Flat, inclusive: str, exclusive: str, tighter: Any) -> tuple[Decimal | None, bool]:
    """The tighter of two bounds, and whether the bound itself is left out."""
    at, beyond = _decimal(flat.get(inclusive)), _decimal(flat.get(exclusive))
    if at is None or beyond is None:
        return (at, False) if beyond is None else (beyond, True)
    return (beyond, True) if tighter(at, beyond) == beyond else (at, False)


def _decimal(value: Any) -> Decimal | None:
    """A bound as written in the schema; what is no finite number is no bound."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _places(step: Decimal) -> int | None:
    """How many decimals multiples of a step have, if every number with so many is one: 0.01 has 2."""
    normal = step.normalize()
    exponent = normal.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 and normal == Decimal(1).scaleb(exponent) else None
