"""The strings a schema admits, as a language over characters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .grammar import ANY, NOTHING, Node, repeat
from .lengths import MOST_REPEATS, Counted, counted, repeated_to_fit
from .pattern import pattern_language
from .rules import Rules
from .string_formats import STRING_FORMATS, UNCONSTRAINED_FORMATS


def string_language(schema: Mapping[str, Any], path: str, rules: Rules) -> Node | Counted:
    """The strings of a schema without combinators; reports what is checked after generation only."""
    low, high = schema.get("minLength", 0), schema.get("maxLength")
    low = int(low) if isinstance(low, (int, float)) else 0
    high = int(high) if isinstance(high, (int, float)) else None
    if high is not None and high < low:
        return NOTHING
    language = _patterned(schema, path, rules)
    if language is not None:
        fitting = repeated_to_fit(language, low, high)
        if fitting is not None:
            return fitting
        automaton = None if rules.brief else counted(language, low, high)
        if automaton is not None:
            return automaton
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
