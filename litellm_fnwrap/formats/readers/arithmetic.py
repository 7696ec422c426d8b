"""Small sums that models write where a number belongs: 3/100, 5*60, 2**3, (110 - 20) / 2."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\s*(?:(\d[\d_]{0,30}(?:\.\d{0,30})?(?:[eE][+-]?\d{1,3})?|\.\d{1,30})|(\*\*|//|[-+*/%()]))")
_SUM = re.compile(r"[\d\s.eE_+\-*/%()]{3,200}\Z")
_DATE = re.compile(r"\s*\d+(?:[-/]\d+){2,}\s*\Z|\s*\d{3,}-\d{3,}\s*\Z")
_LARGEST = 1e18
_MAX_DEPTH = 20

Number = int | float


class NoSum(Exception):
    """The text is no sum, or one too large to be worked out."""


def read_sum(text: str) -> Number | None:
    """The number that a sum of plain numbers makes; None for a text that is no sum, or has no finite result.

    Dates and telephone numbers, which look like subtractions, are none.
    """
    if not _SUM.match(text) or _DATE.match(text) or not any(operator in text.strip("+- ") for operator in "+-*/%"):
        return None
    try:
        reader = _Sum(text)
        value = reader.terms(0)
        reader.end()
    except (NoSum, ArithmeticError):
        return None
    return round(value, 12) if isinstance(value, float) else value


class _Sum:
    """Recursive descent over + -, * / // %, signs and **, the last one first."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        at = 0
        text = text.rstrip()
        while at < len(text):
            token = _TOKEN.match(text, at)
            if token is None:
                raise NoSum
            self._tokens.append(token.group(1) or token.group(2))
            at = token.end()
        self._at = 0

    def end(self) -> None:
        if self._at != len(self._tokens):
            raise NoSum

    def _next(self, *wanted: str) -> str:
        if self._at < len(self._tokens) and self._tokens[self._at] in wanted:
            self._at += 1
            return self._tokens[self._at - 1]
        return ""

    def terms(self, depth: int) -> Number:
        value = self._factors(depth)
        while operator := self._next("+", "-"):
            other = self._factors(depth)
            value = _bounded(value + other if operator == "+" else value - other)
        return value

    def _factors(self, depth: int) -> Number:
        value = self._signed(depth)
        while operator := self._next("*", "/", "//", "%"):
            other = self._signed(depth)
            value = _bounded(_combine(operator, value, other))
        return value

    def _signed(self, depth: int) -> Number:
        if depth > _MAX_DEPTH:
            raise NoSum
        sign = self._next("+", "-")
        if sign:
            value = self._signed(depth + 1)
            return -value if sign == "-" else value
        value = self._atom(depth)
        if self._next("**"):
            exponent = self._signed(depth + 1)
            if abs(exponent) > 64 or (value == 0 and exponent < 0) or (value < 0 and not float(exponent).is_integer()):
                raise NoSum
            return _bounded(float(value) ** exponent if abs(value) > 1e6 else value**exponent)
        return value

    def _atom(self, depth: int) -> Number:
        if self._next("("):
            value = self.terms(depth + 1)
            if not self._next(")"):
                raise NoSum
            return value
        if self._at >= len(self._tokens) or not re.match(r"[\d.]", self._tokens[self._at]):
            raise NoSum
        self._at += 1
        text = self._tokens[self._at - 1].replace("_", "")
        return int(text) if text.isdigit() else float(text)


def _combine(operator: str, value: Number, other: Number) -> Number:
    if operator == "*":
        return value * other
    if operator == "/":
        return value / other
    return value // other if operator == "//" else value % other


def _bounded(value: Number) -> Number:
    if isinstance(value, complex) or abs(value) > _LARGEST:
        raise NoSum
    return value
