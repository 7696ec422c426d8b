"""Makes up tools, draws calls from their grammar in every format, and reads them.

    python tests/fuzz/tool_to_call.py [atheris|hypothesis] [seconds]

What a grammar admits must be read as one call whose arguments fulfil the tool's schema, as jsonschema judges them,
unless something was reported as widened; a call that jsonschema does not judge within 10 seconds is left out. With
atheris where it is installed, else with hypothesis.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fuzz import guided

with guided.instrumented("litellm_fnwrap.constraints", "litellm_fnwrap.formats", "litellm_fnwrap.coercion"):
    from litellm_fnwrap.constraints.build import Demand, answer
    from litellm_fnwrap.constraints.gbnf import print_gbnf
    from litellm_fnwrap.constraints.gbnf_check import check_gbnf
    from litellm_fnwrap.constraints.rules import Rules
    from litellm_fnwrap.errors import ConstraintError
    from litellm_fnwrap.formats import FORMATS, get_format
    from litellm_fnwrap.formats.parser import parse_text
    from litellm_fnwrap.messages import Tool

from constraints.judging import problem
from constraints.sampling import Sampler
from fuzz.schema_to_constraint import ENOUGH, OBJECTS

NAMES = sorted(FORMATS)
JUDGED_WITHIN = 10.0
"""Seconds; jsonschema's work on unevaluatedProperties that refer to their own schema doubles with every level."""
CALLS = st.tuples(st.sampled_from(NAMES), OBJECTS, st.integers(0, 2**32))


def check(name: str, parameters: dict[str, Any], seed: int) -> str:
    """What became of a tool in a format: refused, widened, held or unjudged; AssertionError where a call is wrong."""
    tool, rules, chance = Tool(name="act", parameters=parameters), Rules(), random.Random(seed)
    demand = Demand(
        format=get_format(name), tools=(tool,), forced=True, parallel=False, response_schema=None, prefill=""
    )
    try:
        grammar = answer(demand, rules)
        assert grammar is not None
        check_gbnf(print_gbnf(grammar))
    except ConstraintError:
        return "refused"
    for _ in range(3):
        drawn = Sampler(grammar, seed=chance.random()).draw()  # type: ignore[arg-type]
        # A further key may be spelt nearly like a declared one, and is then taken for it.
        respelt = any(repair.kind == "key" for repair in parse_text(drawn, get_format(name), [tool]).repairs)
        try:
            with guided.at_most(JUDGED_WITHIN):
                wrong = None if rules.widened or respelt else problem(name, [tool], drawn)
        except TimeoutError:
            return "unjudged"
        assert wrong is None, f"{name}: {wrong}: {drawn!r}\n    {json.dumps(parameters, ensure_ascii=False)}"
    return "widened" if rules.widened else "held"


def with_atheris(seconds: float) -> None:
    """Guided by what of the constraints and readers a tool reaches."""

    @settings(deadline=None, database=None)
    @given(CALLS)
    def target(call: tuple[str, dict[str, Any], int]) -> None:
        check(*call)

    guided.fuzz(target.hypothesis.fuzz_one_input, seconds, size=ENOUGH)


def with_hypothesis(seconds: float) -> None:
    """At random; of what is found, the first of each format is printed."""
    ends, found = Counter[str](), dict[str, str]()

    @settings(
        max_examples=50, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(CALLS)
    def once(call: tuple[str, dict[str, Any], int]) -> None:
        try:
            ends[check(*call)] += 1
        except (AssertionError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as wrong:
            ends["wrong"] += 1
            found.setdefault(call[0], f"{type(wrong).__name__}: {wrong}"[:3000])

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        once()
    for text in found.values():
        print(text)
    print(f"{ends.total()} tools over {len(NAMES)} formats: {dict(ends)}")


if __name__ == "__main__":
    duration = float(sys.argv[-1]) if sys.argv[-1].replace(".", "").isdigit() else 600.0
    if guided.AVAILABLE and "hypothesis" not in sys.argv:
        with_atheris(duration)
    else:
        with_hypothesis(duration)
