"""The strings a schema admits, as a language over characters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .grammar import ANY, NOTHING, Chars, Choice, Literal, Node, Repeat, Sequence, repeat
from .pattern import pattern_language
from .rules import Rules
from .string_formats import STRING_FORMATS, UNCONSTRAINED_FORMATS

MOST_REPEATS = 2000
"""Servers refuse repetitions beyond this many, or take minutes over them."""


def string_language(schema: Mapping[str, Any], path: str, rules: Rules) -> Node:
    """The strings of a schema without combinators; reports what is checked after generation only."""
    low, high = schema.get("minLength", 0), schema.get("maxLength")
    low = int(low) if isinstance(low, (int, float)) else 0
    high = int(high) if isinstance(high, (int, float)) else None
    if high is not None and high < low:
        return NOTHING
    language = _patterned(schema, path, rules)
    if language is not None:
        shortest, longest = lengths(language)
        if shortest < low or (high is not None and (longest is None or longest > high)):
            rules.widen(f"{path}: minLength and maxLength beside pattern or format")
        return language
    if low > MOST_REPEATS:
        rules.widen(f"{path}: minLength above {MOST_REPEATS}")
        low = MOST_REPEATS
    if high is not None and high - low > MOST_REPEATS:
        rules.widen(f"{path}: maxLength above {MOST_REPEATS}")
        high = None
    return repeat(ANY, low, high)


def _patterned(schema: Mapping[str, Any], path: str, rules: Rules) -> Node | None:
    """The language of the schema's first pattern that is understood, else of its format."""
    language: Node | None = None
    for pattern in schema.get("pattern", ()):
        found = pattern_language(pattern) if language is None else None
        if found is None:
            rules.widen(f"{path}: pattern {pattern!r}")
        else:
            language = found
    for name in schema.get("format", ()):
        known = STRING_FORMATS.get(name)
        if known is not None and language is None:
            language = pattern_language(known)
        elif known is not None or name in UNCONSTRAINED_FORMATS:
            rules.widen(f"{path}: format {name!r}")
    return language


def lengths(language: Node) -> tuple[int, int | None]:
    """The shortest and longest text of a language without rules, in characters; None if there is no longest."""
    if isinstance(language, Literal):
        return len(language.text), len(language.text)
    if isinstance(language, Chars):
        return 1, 1
    if isinstance(language, Repeat):
        low, high = lengths(language.part)
        most = None if high is None or language.high is None else high * language.high
        return low * language.low, most
    parts = (
        language.parts if isinstance(language, Sequence) else language.options if isinstance(language, Choice) else ()
    )
    bounds = [lengths(part) for part in parts]
    if not bounds:
        return 0, 0
    highs = [high for _, high in bounds if high is not None]
    endless = len(highs) < len(bounds)
    if isinstance(language, Sequence):
        return sum(low for low, _ in bounds), None if endless else sum(highs)
    return min(low for low, _ in bounds), None if endless else max(highs)
