from __future__ import annotations

import json
import random
import re

import pytest

from constraints.recognizer import Recognizer
from constraints.sampling import Sampler
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.constraints.escapes import encode
from litellm_fnwrap.constraints.gbnf import print_gbnf
from litellm_fnwrap.constraints.grammar import ANY, NOTHING, Chars, Grammar, without
from litellm_fnwrap.constraints.notation import SPACED
from litellm_fnwrap.constraints.rules import Rules
from litellm_fnwrap.constraints.strings import string_language
from litellm_fnwrap.constraints.values import Values
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.generation import Constraint, Dialect
from litellm_fnwrap.messages import Tool, ToolChoice

PATTERNS = [
    "^[ab]+$", "^a[ab]*$", "^(ab)+$", "^[ab]+(-[ab]+)*$", "ab", "^a?b*$", "^(a|bb)*$", "^a{2,5}b{1,3}$", "^(aa|b)c*$",
    "^[ab]+-?$", "^a", "b$", "^(a*b?)*-$",
]  # fmt: skip
BOUNDS = [(0, 3), (2, 4), (3, None), (0, 1), (4, 4), (0, 0), (5, 6)]


def schema(pattern: str, low: int, high: int | None) -> dict[str, object]:
    found: dict[str, object] = {"type": "string", "pattern": pattern, "minLength": low}
    return found if high is None else {**found, "maxLength": high}


def of_one_parameter(format: str, value: dict[str, object], dialect: Dialect = "gbnf") -> Constraint:
    tool = Tool(name="f", parameters={"type": "object", "properties": {"v": value}, "required": ["v"]})
    found = build_constraint(get_format(format), (tool,), ToolChoice("required"), dialect=dialect)
    assert found is not None
    return found


@pytest.mark.parametrize("bounds", BOUNDS, ids=str)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_pattern_and_bounds_admit_what_fulfils_both(pattern: str, bounds: tuple[int, int | None]) -> None:
    low, high = bounds
    chance = random.Random(1)
    texts = {"".join(chance.choices("ab-c", (4, 4, 1, 1), k=chance.randint(0, 7))) for _ in range(600)}
    fulfil = {t for t in texts if re.search(pattern, t) and low <= len(t) <= (9 if high is None else high)}
    rules = Rules()
    root = Values(rules, SPACED, None).node(schema(pattern, low, high), "v")
    assert not rules.widened
    reader = Recognizer(print_gbnf(rules.grammar(root))) if root != NOTHING else None
    assert {t for t in texts if reader and reader.accepts(json.dumps(t))} == fulfil


def test_text_of_a_counting_grammar_can_always_be_ended() -> None:
    """Characters that a format cannot write leave no state from which a model could write nothing more."""
    rules = Rules()
    language = string_language({"pattern": ["^(a<+|b+c?)*$"], "minLength": 3, "maxLength": 8}, "v", rules)
    node = encode(language, lambda ranges: Chars(left) if (left := without(ranges, "<")) else NOTHING, ANY, rules)
    sampler = Sampler(Grammar(node, rules.nodes), seed=5)
    for _ in range(100):
        assert re.fullmatch("(b+c?)*", text := sampler.draw())
        assert 3 <= len(text) <= 8


@pytest.mark.parametrize("format", ["hermes", "qwen3-coder", "pythonic", "gemma4"])
def test_slug_of_bounded_length_is_held_in_every_syntax(format: str) -> None:
    found = of_one_parameter(format, schema("^[a-z0-9]+(?:-[a-z0-9]+)*$", 3, 20))
    assert found.widened == ()


def test_bounds_that_a_dialect_cannot_count_are_reported() -> None:
    report = ("f.v: minLength and maxLength beside pattern or format",)
    slug = "^[a-z0-9]+(?:-[a-z0-9]+)*$"
    assert of_one_parameter("hermes", schema(slug, 3, 20), "regex").widened == report
    assert of_one_parameter("hermes", schema(slug, 3, 2000)).widened == report
