"""The request of every backend in every scenario, against golden JSON that is read in review.

WRITE_GOLDEN=1 writes the files anew; read the difference before it is committed.
"""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import pytest

from litellm_fnwrap.backends import BACKENDS
from litellm_fnwrap.backends.backend import Backend
from litellm_fnwrap.backends.base import Opening
from litellm_fnwrap.errors import ConstraintError, InvalidRequestError, UnsupportedParameterError
from litellm_fnwrap.generation import Constraint, Generation, ModelInfo, Prompt, Trigger

GOLDEN = Path(__file__).parent / "golden"
NAMES = sorted(name for name in BACKENDS.names() if isinstance(BACKENDS.get(name), Backend))
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
VALUES: dict[str, Any] = {
    "gbnf": 'root ::= "yes" | "no"',
    "regex": "(yes|no)",
    "json_schema": SCHEMA,
    "structural_tag": {"type": "structural_tag", "format": {"type": "any_text"}},
}
PROMPT = Prompt(
    text="<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
    bos="<s>",
    stop=["<|im_end|>", "</s>"],
    chat=lambda: [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi"},
        {"role": "user", "content": "there"},
    ],
)
PLAIN = Generation(model="some/model:7b", prompt=PROMPT)
EVERYTHING: dict[str, Any] = {
    "max_tokens": 100,
    "temperature": 0.5,
    "top_p": 0.9,
    "seed": 7,
    "frequency_penalty": 0.1,
    "presence_penalty": 0.2,
    "logit_bias": {"5": -100},
    "logprobs": True,
    "top_logprobs": 2,
    "repetition_penalty": 1.1,
    "n": 3,
    "user": "me",
    "stream_options": {"include_usage": True},
}


def backend_of(name: str) -> Backend:
    backend = BACKENDS.get(name)
    assert isinstance(backend, Backend)
    return backend


def body_of(name: str, generation: Generation, *, drop: bool = True, info: ModelInfo | None = None) -> dict[str, Any]:
    backend = backend_of(name)
    target = backend.target(Opening(model=generation.model, drop_params=drop))
    return json.loads(json.dumps(backend.request(generation, target, info or ModelInfo()).body))


def scenarios(backend: Backend) -> dict[str, tuple[Generation, ModelInfo]]:
    info = ModelInfo(adds_bos=False, context_window=4096)
    cases = {
        "plain": (PLAIN, info),
        "server_adds_bos": (PLAIN, ModelInfo(adds_bos=True)),
        "stream": (dataclasses.replace(PLAIN, stream=True), info),
        "every_parameter": (dataclasses.replace(PLAIN, parameters=EVERYTHING, stop=("User:", "</s>")), info),
        "greedy": (dataclasses.replace(PLAIN, parameters={"temperature": 0, "top_p": 1, "seed": 0}), info),
        "six_stops": (dataclasses.replace(PLAIN, stop=("a", "b", "c", "d")), info),
        "own_parameters": (dataclasses.replace(PLAIN, extra={"top_k": 40, "min_p": 0.1, "num_ctx": 8192}), info),
        "extra_body": (dataclasses.replace(PLAIN, extra={"extra_body": {"brand_new": [1]}}), info),
        "preserved": (dataclasses.replace(PLAIN, preserved=("[TOOL_CALLS]",)), info),
    }
    for dialect in backend.capabilities.dialects:
        bound = Constraint(dialect=dialect, value=VALUES[dialect], preserved=("<tool_call>",))
        cases[f"constraint_{dialect}"] = (dataclasses.replace(PLAIN, constraint=bound), info)
    if backend.capabilities.lazy:
        triggers = (Trigger(kind="word", value="<tool_call>"), Trigger(kind="pattern", value='(\\{"name)'))
        lazy = Constraint(dialect="gbnf", value=VALUES["gbnf"], lazy=True, triggers=triggers, preserved=("[X]",))
        cases["constraint_lazy"] = (dataclasses.replace(PLAIN, constraint=lazy), info)
    if backend.name == "vllm":
        old = ModelInfo(version="0.11.2")
        for dialect in backend.capabilities.dialects:
            bound = Constraint(dialect=dialect, value=VALUES[dialect])
            cases[f"constraint_{dialect}_before_0_12"] = (dataclasses.replace(PLAIN, constraint=bound), old)
    return cases


@pytest.mark.parametrize("name", NAMES)
def test_requests_are_golden(name: str) -> None:
    backend = backend_of(name)
    target = backend.target(Opening(model=PLAIN.model, api_key="k", drop_params=True))
    written = {"headers": backend.headers(target)}
    for case, (generation, info) in scenarios(backend).items():
        plan = backend.request(generation, target, info)
        written[case] = json.loads(json.dumps(dataclasses.asdict(plan)))
    golden = GOLDEN / f"{name}.json"
    if os.environ.get("WRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert written == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_request_leaves_its_input_as_it_was(name: str) -> None:
    for generation, info in scenarios(backend_of(name)).values():
        before = repr((generation, info))
        body_of(name, generation, info=info)
        assert repr((generation, info)) == before


@pytest.mark.parametrize("name", NAMES)
def test_token_limit_is_always_explicit(name: str) -> None:
    default = backend_of(name).capabilities.max_tokens_default
    assert f": {default}" in json.dumps(body_of(name, PLAIN))
    for asked in ("max_tokens", "max_completion_tokens"):
        assert ": 123" in json.dumps(body_of(name, dataclasses.replace(PLAIN, parameters={asked: 123})))


@pytest.mark.parametrize("limit", [0, -1, "many"])
@pytest.mark.parametrize("name", NAMES)
def test_impossible_token_limit_is_refused(name: str, limit: Any) -> None:
    with pytest.raises(InvalidRequestError, match="max_tokens"):
        body_of(name, dataclasses.replace(PLAIN, parameters={"max_tokens": limit}))


@pytest.mark.parametrize("name", NAMES)
def test_declared_parameter_reaches_the_request_and_others_are_refused(name: str) -> None:
    values: dict[str, Any] = {**EVERYTHING, "logprobs": 3, "top_logprobs": 4}
    plain = body_of(name, PLAIN)
    for parameter in (
        "temperature",
        "top_p",
        "seed",
        "frequency_penalty",
        "presence_penalty",
        "logit_bias",
        "logprobs",
    ):
        generation = dataclasses.replace(PLAIN, parameters={parameter: values[parameter]})
        if parameter in backend_of(name).capabilities.parameters:
            reached = body_of(name, generation, drop=False) != plain
            assert reached or (name, parameter) == ("tgi", "logprobs"), parameter
        else:
            with pytest.raises(UnsupportedParameterError, match=parameter):
                body_of(name, generation, drop=False)
            assert body_of(name, generation, drop=True) == plain


@pytest.mark.parametrize("name", NAMES)
def test_unknown_name_never_reaches_a_request(name: str) -> None:
    for stray in ("litellm_call_id", "metadata", "api_key", "wrapper", "tools", "functions", "prompt", "messages"):
        generation = dataclasses.replace(PLAIN, extra={stray: "leak"})
        with pytest.raises(UnsupportedParameterError, match=stray):
            body_of(name, generation, drop=False)
        assert "leak" not in json.dumps(body_of(name, generation, drop=True))


@pytest.mark.parametrize("name", NAMES)
def test_value_that_asks_for_nothing_is_not_refused(name: str) -> None:
    habits = {"frequency_penalty": 0, "presence_penalty": 0.0, "top_p": 1, "n": 1, "logprobs": False, "logit_bias": {}}
    body_of(name, dataclasses.replace(PLAIN, parameters={**habits, "temperature": 1, "seed": None}), drop=False)


@pytest.mark.parametrize("name", NAMES)
def test_dialect_that_the_server_lacks_is_refused(name: str) -> None:
    for dialect in set(VALUES) - set(backend_of(name).capabilities.dialects):
        bound = Constraint(dialect=dialect, value=VALUES[dialect])  # type: ignore[arg-type]
        with pytest.raises(ConstraintError, match=dialect):
            body_of(name, dataclasses.replace(PLAIN, constraint=bound))


@pytest.mark.parametrize("name", [name for name in NAMES if not backend_of(name).capabilities.lazy])
def test_lazy_grammar_is_refused_where_it_would_apply_at_once(name: str) -> None:
    for dialect in set(backend_of(name).capabilities.dialects) - {"structural_tag"}:
        bound = Constraint(dialect=dialect, value=VALUES[dialect], lazy=True)
        with pytest.raises(ConstraintError, match="middle of the text"):
            body_of(name, dataclasses.replace(PLAIN, constraint=bound))


@pytest.mark.parametrize(
    ("name", "info", "field"),
    [
        pytest.param("vllm", ModelInfo(version="0.33.0"), ("structured_outputs", "grammar"), id="vllm"),
        pytest.param("vllm", ModelInfo(version="0.11.0"), ("guided_grammar",), id="vllm-before-0.12"),
        pytest.param("sglang", None, ("sampling_params", "ebnf"), id="sglang"),
        pytest.param("sglang_openai", None, ("ebnf",), id="sglang-openai"),
    ],
)
def test_tag_that_is_one_grammar_is_sent_as_that(name: str, info: ModelInfo | None, field: tuple[str, ...]) -> None:
    tag = {"type": "structural_tag", "format": {"type": "grammar", "grammar": "root ::= [a]"}}
    bound = Constraint(dialect="structural_tag", value=tag)
    found: Any = body_of(name, dataclasses.replace(PLAIN, constraint=bound), info=info)
    for key in field:
        found = found[key]
    assert found == "root ::= [a]"


def test_llamacpp_build_of_early_2025_gets_no_lazy_grammar() -> None:
    lazy = Constraint(dialect="gbnf", value="root ::= .", lazy=True, triggers=(Trigger(kind="word", value="<a>"),))
    generation = dataclasses.replace(PLAIN, constraint=lazy)
    assert "grammar" not in body_of("llamacpp", generation, info=ModelInfo(version="b4719-abc"))
    for version in ("b5000-abc", "b0-unknown", None):
        assert body_of("llamacpp", generation, info=ModelInfo(version=version))["grammar_lazy"] is True


def test_tgi_takes_only_schemas_of_objects() -> None:
    bound = Constraint(dialect="json_schema", value={"anyOf": [SCHEMA]})
    with pytest.raises(ConstraintError, match="regex"):
        body_of("tgi", dataclasses.replace(PLAIN, constraint=bound))


def test_llama_factory_never_gets_a_presence_penalty() -> None:
    with pytest.raises(UnsupportedParameterError):
        body_of("llama_factory", dataclasses.replace(PLAIN, parameters={"presence_penalty": 0.5}), drop=False)
    assert "presence" not in json.dumps(
        body_of("llama_factory", dataclasses.replace(PLAIN, parameters={"presence_penalty": 0.0}), drop=False)
    )


def test_refusal_names_the_nearest_parameter_and_the_way_out() -> None:
    with pytest.raises(UnsupportedParameterError) as caught:
        body_of("ollama", dataclasses.replace(PLAIN, extra={"num_ctxt": 1}), drop=False)
    assert "Did you mean num_ctx?" in str(caught.value)
    assert "drop_params" in str(caught.value)
