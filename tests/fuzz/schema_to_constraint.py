"""Makes up schemas, and values that fulfil them, and holds our grammars to both.

    python tests/fuzz/schema_to_constraint.py [atheris|hypothesis] [seconds]

A schema gives a grammar that passes the check, or a ConstraintError. What the grammar admits fulfils the schema, as
jsonschema judges it, unless something was reported as widened. A value that fulfils the schema, written with its keys
in the declared order (in any, where there are alternatives), is admitted. With atheris where it is installed, else with
hypothesis.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator
from itertools import islice, permutations, product
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import jsonschema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fuzz import guided

with guided.instrumented("litellm_fnwrap.constraints", "litellm_fnwrap.schema"):
    from litellm_fnwrap.constraints.build import Demand, answer
    from litellm_fnwrap.constraints.gbnf import print_gbnf
    from litellm_fnwrap.constraints.gbnf_check import check_gbnf
    from litellm_fnwrap.constraints.grammar import Grammar
    from litellm_fnwrap.constraints.rules import Rules
    from litellm_fnwrap.errors import ConstraintError
    from litellm_fnwrap.formats import get_format

from constraints.judging import exact, validator
from constraints.recognizer import Recognizer
from constraints.sampling import Sampler

Schema = Any
KEYS = ("a", "b", "ab", "größe", "max results", "@type", "x-y")
WORDS = ("", "a", "b", "ab1", "Zürich", 'say "hi"\n', "2024-02-29", "x" * 12)
PATTERNS = ("^[a-z]+$", "b", "^a|b$", "^\\d{2,3}$", "^[^<>]*$", "^(ab)+c?$", "^\\w[\\w.-]{0,4}$")
FORMATS = ("date", "uuid", "ipv4", "email")
NUMBERS = st.one_of(st.integers(-120, 120), st.sampled_from([-7.25, -0.5, 0.0, 0.001, 1.5, 99.99, 1e6]))
SIZES = st.integers(0, 4)
ENOUGH = 2048
"""Bytes from which nearly every schema of these strategies can be drawn."""


def _with(base: dict[str, Any], **optional: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=optional).map(lambda more: {**base, **more})


STRINGS = st.one_of(
    _with({"type": "string"}, minLength=SIZES, maxLength=SIZES),
    _with({"type": "string"}, pattern=st.sampled_from(PATTERNS), minLength=st.integers(0, 3)),
    _with({"type": "string"}, format=st.sampled_from(FORMATS)),
)
BOUNDS = {"minimum": NUMBERS, "maximum": NUMBERS, "exclusiveMinimum": NUMBERS, "exclusiveMaximum": NUMBERS}
# A constant is admitted as it is written: 0.0 is not 0, though a judge says so.
LITERALS = NUMBERS.filter(lambda number: isinstance(number, int) or not number.is_integer())
VALUES = st.one_of(st.sampled_from(WORDS), LITERALS, st.sampled_from([None, True, False, [], [1, "a"], {"a": 1}]))
LEAVES = st.one_of(
    STRINGS,
    _with({"type": "integer"}, **BOUNDS, multipleOf=st.sampled_from([1, 2, 5, 7, 10])),
    _with({"type": "number"}, **BOUNDS, multipleOf=st.sampled_from([0.5, 0.01, 3])),
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {}, True, {"type": ["integer", "null"]}]),
    st.lists(VALUES, min_size=1, max_size=3).map(lambda values: {"enum": values}),
    VALUES.map(lambda value: {"const": value}),
    st.sampled_from(["string", "integer", "object"]).map(lambda kind: {"not": {"type": kind}}),
    st.sampled_from(["#", "#/$defs/leaf", "#/$defs/tree"]).map(lambda ref: {"$ref": ref}),
)


def _objects(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.builds(
        lambda properties, more: {
            "type": "object",
            "properties": properties,
            **more,
            "required": [key for key in more.get("required", ()) if key in properties],
        },
        st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
        st.fixed_dictionaries(
            {},
            optional={
                "required": st.lists(st.sampled_from(KEYS), unique=True, max_size=3),
                "additionalProperties": st.one_of(st.booleans(), inner),
                "patternProperties": st.dictionaries(st.sampled_from(["^x-", "^[a-c]+$"]), inner, max_size=1),
                "minProperties": SIZES,
                "maxProperties": SIZES,
                "unevaluatedProperties": st.just(False),
                "dependentRequired": st.just({"a": ["b"]}),
            },
        ),
    )


def _composed(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    several = st.lists(inner, min_size=1, max_size=3)
    arrays = _with(
        {"type": "array"}, items=inner, prefixItems=several, minItems=SIZES, maxItems=SIZES,
        uniqueItems=st.booleans(), contains=inner,
    )  # fmt: skip
    joined = st.one_of(
        *(several.map(lambda options, keyword=keyword: {keyword: options}) for keyword in ("anyOf", "oneOf", "allOf"))
    )
    beside = st.tuples(_objects(inner), joined).map(lambda both: {**both[0], **both[1]})
    return st.one_of(_objects(inner), arrays, joined, beside)


INNER = st.recursive(LEAVES, _composed, max_leaves=6)
DEFINITIONS = {
    "leaf": {"type": "string", "maxLength": 3},
    "tree": {
        "type": "object",
        "properties": {"n": {"type": "integer"}, "of": {"type": "array", "items": {"$ref": "#/$defs/tree"}}},
        "required": ["n"],
    },
}


def _whole(schema: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "$defs": DEFINITIONS}


OBJECTS = _objects(INNER).map(_whole)
SCHEMAS = st.one_of(_objects(INNER), _composed(INNER)).map(_whole)


class Values:
    """Makes values that look like what a schema asks for; whether they fulfil it, jsonschema says."""

    def __init__(self, root: Schema, chance: random.Random) -> None:
        self.root, self.chance = root, chance

    def of(self, schema: Schema, depth: int = 0) -> Any:
        if not isinstance(schema, dict) or depth > 4:
            return self.chance.choice([1, "a", None])
        if "$ref" in schema:
            target = self.root if schema["$ref"] == "#" else self.root["$defs"][schema["$ref"].rpartition("/")[2]]
            return self.of(target, depth + 1)
        if "enum" in schema or "const" in schema:
            return self.chance.choice(schema.get("enum", [schema.get("const")]))
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema and "properties" not in schema:
                return self.of(self.chance.choice(schema[keyword]), depth)
        kind = schema.get("type") or ("object" if "properties" in schema else self.chance.choice(["string", "integer"]))
        return self._typed(self.chance.choice(kind) if isinstance(kind, list) else kind, schema, depth)

    def _typed(self, kind: str, schema: Schema, depth: int) -> Any:
        if kind == "object":
            given = schema.get("properties", {})
            kept = [key for key in given if key in schema.get("required", ()) or self.chance.random() < 0.6]
            return {key: self.of(given[key], depth + 1) for key in kept}
        if kind == "array":
            first = [self.of(item, depth + 1) for item in schema.get("prefixItems", ())]
            # A tuple that says nothing of further items has none, as an object has no further properties.
            count = 0 if "prefixItems" in schema and "items" not in schema else self.chance.randint(0, 3)
            more = [self.of(schema.get("items", {}), depth + 1) for _ in range(count)]
            return (first + more)[: self.chance.randint(0, 5)]
        if kind == "string":
            return self.chance.choice(WORDS)
        near = [
            schema[word] for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum") if word in schema
        ]
        value = self.chance.choice([*near, 0, 10, -3]) + self.chance.choice([0, 1, -1, 5])
        if kind == "number":
            return self.chance.choice([value, value + 0.25, value / 7])
        return int(value) if kind == "integer" else self.chance.choice([True, False]) if kind == "boolean" else None


def closed(schema: Schema) -> Schema:
    """The schema as grammars read it: an object that declares properties has no others, unless it says so.

    Where the properties are spread over combined schemas, no value is made.
    """
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict) or "enum" in schema or "const" in schema:
        return schema
    out = {key: part if key == "allOf" else closed(part) for key, part in schema.items() if key != "properties"}
    if "properties" in schema:
        out["properties"] = {key: closed(part) for key, part in schema["properties"].items()}
        out.setdefault("additionalProperties", False)
        if schema.keys() & {"allOf", "anyOf", "oneOf"}:
            return False
    return out


def built(schema: Schema, rules: Rules) -> tuple[Grammar | None, str]:
    """The grammar of a schema, checked; or why there is none."""
    demand = Demand(
        format=get_format("hermes"), tools=(), forced=False, parallel=True, response_schema=schema, prefill=""
    )
    try:
        grammar = answer(demand, rules)
        assert grammar is not None
        check_gbnf(print_gbnf(grammar))
    except ConstraintError as error:
        return None, error.message
    return grammar, ""


def check(schema: Schema, seed: int) -> None:
    """Hold the grammar of a schema to what it admits and to what it should admit."""
    rules, chance = Rules(), random.Random(seed)
    grammar, refusal = built(schema, rules)
    if "itself" in refusal or "without end" in refusal:
        return  # the judge would follow such a reference until it runs out of stack
    judge, strict = validator(schema), validator(closed(schema))
    made = [Values(schema, chance).of(schema) for _ in range(6)]
    values = [value for value in made if _is_valid(judge, value) and _is_valid(strict, value)]
    if grammar is None:
        assert not values, f"refused: {refusal}, but {values[0]!r} fulfils it"
        return
    if not rules.widened:
        for _ in range(4):
            drawn = Sampler(grammar, seed=chance.random()).draw()  # type: ignore[arg-type]
            assert _is_valid(judge, json.loads(drawn)), f"admits {drawn}"
    reader = Recognizer(print_gbnf(grammar))
    for value in values:
        # A value made for one alternative may fulfil another, which declares its keys in an order of its own.
        orders = islice(orders_of(value), 200 if 'Of": [' in json.dumps(schema) else 1)
        written = [json.dumps(ordered, ensure_ascii=False) for ordered in orders]
        assert any(map(reader.accepts, written)), f"does not admit {written[0]}"


def orders_of(value: Any) -> Iterator[Any]:
    """A value with the keys of its objects in every order, as they stand first."""
    if isinstance(value, list):
        yield from map(list, product(*map(orders_of, value)))
    elif isinstance(value, dict):
        for keys in permutations(value):
            yield from (dict(zip(keys, parts, strict=True)) for parts in product(*(orders_of(value[k]) for k in keys)))
    else:
        yield value


def _is_valid(judge: jsonschema.protocols.Validator, value: Any) -> bool:
    try:
        return bool(judge.is_valid(exact(value)))
    except RecursionError:
        return False


def with_atheris(seconds: float) -> None:
    """Guided by what of the constraints a schema reaches."""

    @settings(deadline=None, database=None)
    @given(SCHEMAS, st.integers(0, 2**32))
    def target(schema: Schema, seed: int) -> None:
        try:
            check(schema, seed)
        except Exception as problem:
            problem.args = (f"{problem}\n    {json.dumps(schema, ensure_ascii=False)} and seed {seed}",)
            raise

    guided.fuzz(target.hypothesis.fuzz_one_input, seconds, size=ENOUGH)


def with_hypothesis(seconds: float) -> None:
    """At random; everything that is found is told at the end, the shortest schemas first."""
    found: dict[str, str] = {}

    @settings(
        max_examples=100, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(SCHEMAS, st.integers(0, 2**32))
    def once(schema: Schema, seed: int) -> None:
        try:
            check(schema, seed)
        except (AssertionError, ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as problem:
            found[json.dumps(schema, ensure_ascii=False)] = f"{type(problem).__name__}: {problem}"

    end = time.monotonic() + seconds
    rounds = 0
    while time.monotonic() < end:
        once()
        rounds += 1
    for schema in sorted(found, key=len)[:20]:
        print(f"{schema}\n    {found[schema]}")
    print(f"{rounds * 100} schemas, {len(found)} of them found something")


if __name__ == "__main__":
    duration = float(sys.argv[-1]) if sys.argv[-1].replace(".", "").isdigit() else 600.0
    if guided.AVAILABLE and "hypothesis" not in sys.argv:
        with_atheris(duration)
    else:
        with_hypothesis(duration)
