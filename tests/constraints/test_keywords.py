from __future__ import annotations

import json

import jsonschema
import pytest

from constraints.acceptance import accepts
from constraints.judging import exact, validator
from constraints.keywords import CASES, Case
from constraints.keywords_together import TOGETHER
from constraints.sampling import Sampler
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.constraints.grammar import Grammar
from litellm_fnwrap.constraints.notation import SPACED
from litellm_fnwrap.constraints.rules import Rules
from litellm_fnwrap.constraints.values import Values
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.generation import Constraint
from litellm_fnwrap.messages import ToolChoice

OTHER_DRAFTS = {
    "tuple-draft-7": jsonschema.Draft7Validator,
    "exclusive-draft-4": jsonschema.Draft4Validator,
    "nullable": None,
}
ALL = (*CASES, *TOGETHER)
cases = pytest.mark.parametrize("case", ALL, ids=[case.id for case in ALL])
text_dialects = pytest.mark.parametrize("dialect", ["gbnf", "regex"])


def judge(case: Case) -> jsonschema.protocols.Validator | None:
    """jsonschema in the schema's draft; None for what is no JSON Schema but OpenAPI."""
    other = OTHER_DRAFTS.get(case.id, jsonschema.Draft202012Validator)
    if other in (None, jsonschema.Draft202012Validator):
        return None if other is None else validator(case.schema)
    return other(exact(case.schema))


def constraint(case: Case, dialect: str) -> Constraint:
    found = build_constraint(
        get_format("hermes"),
        (),
        ToolChoice("none"),
        dialect=dialect,  # type: ignore[arg-type]
        response_schema=case.schema,
    )
    assert found is not None
    return found


def depth(value: object) -> int:
    """How deep a value nests."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner), default=0)


@cases
def test_table_is_right(case: Case) -> None:
    """The values are what the table says, by jsonschema; it knows not all formats."""
    found = judge(case)
    if found is None:
        return
    assert [value for value in case.good if not found.is_valid(exact(value))] == []
    if not case.keyword.startswith("format"):
        assert [value for value in case.bad if found.is_valid(exact(value))] == []


@cases
@text_dialects
def test_good_value_is_admitted(case: Case, dialect: str) -> None:
    found = constraint(case, dialect)
    for value in case.good:
        if dialect == "regex" and depth(value) > 3 and any("deep" in note for note in found.widened):
            continue
        assert accepts(dialect, str(found.value), json.dumps(value, ensure_ascii=False)), value


@cases
@text_dialects
def test_bad_value_is_refused_or_reported(case: Case, dialect: str) -> None:
    found = constraint(case, dialect)
    reported = [note for note in found.widened if "deep" not in note]
    assert bool(reported) == case.widened, reported
    if not case.widened:
        admitted = [
            value for value in case.bad if accepts(dialect, str(found.value), json.dumps(value, ensure_ascii=False))
        ]
        assert admitted == []


@cases
def test_sampled_text_is_valid(case: Case) -> None:
    found = judge(case)
    if found is None or case.widened:
        return
    rules = Rules()
    root = Values(rules, SPACED, case.schema).node(case.schema, "value")
    sampler = Sampler(Grammar(root, rules.nodes), seed=3)
    for _ in range(50):
        text = sampler.draw()
        assert found.is_valid(exact(json.loads(text))), text


@cases
def test_json_schema_dialect_is_the_schema(case: Case) -> None:
    if isinstance(case.schema, dict):
        assert constraint(case, "json_schema").value == case.schema
