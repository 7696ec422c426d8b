"""The bundled model's training data: calls fit their tools, and the evaluation asks what training never showed."""

from __future__ import annotations

import importlib
import json
import random
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import gguf
import httpx
import jsonschema
import numpy
import pytest
import tokenizers

from litellm_fnwrap.backends.local import engine_of, model_file

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = range(1000)
FILE = model_file("demo")


def load(name: str) -> ModuleType:
    """A module of examples/train_demo_model; the checkout's root is on the path while it is imported."""
    sys.path.insert(0, str(ROOT))
    try:
        return importlib.import_module(f"examples.train_demo_model.{name}")
    finally:
        sys.path.remove(str(ROOT))


asking, conversations, dataset, evaluate, tokenizer, tools, values, words = map(
    load, ("asking", "conversations", "dataset", "evaluate", "tokenizer", "tools", "values", "words")
)


@pytest.fixture(scope="module")
def talks() -> list[Any]:
    return [conversations.conversation(f"test:{number}") for number in NUMBERS]


@pytest.fixture(scope="module")
def cases() -> list[Any]:
    return list(evaluate.cases(seed=0))


def assert_fits(name: str, arguments: dict[str, Any], declared: list[dict[str, Any]]) -> None:
    (schema,) = (one["function"]["parameters"] for one in declared if one["function"]["name"] == name)
    jsonschema.validate(arguments, {**schema, "additionalProperties": False})
    assert list(arguments) == [key for key in schema["properties"] if key in arguments]


def test_equal_seeds_make_equal_data() -> None:
    assert dataset.texts(range(20), seed=3) == dataset.texts(range(20), seed=3)
    assert dataset.texts(range(20), seed=3) != dataset.texts(range(20), seed=4)


def test_tools_are_many_and_each_has_several_guises() -> None:
    known = [tool for group in conversations.GROUPS for tool in group]
    assert len(known) >= 60
    assert len({tool.key for tool in known}) == len(known)
    assert all(len(tool.names) > 1 and len(tool.about) > 1 and len(tool.requests) > 3 for tool in known)
    draw = words.Draw(random.Random(0))
    for tool in known:
        shown = {json.dumps(tools.put_on(tool, draw).declaration) for _ in range(20)}
        assert len(shown) > 3


def test_every_call_of_the_training_data_fits_its_tool(talks: list[Any]) -> None:
    called = 0
    for talk in talks:
        for message in talk.messages:
            for call in message.get("tool_calls") or ():
                assert_fits(call["function"]["name"], json.loads(call["function"]["arguments"]), talk.tools)
                called += 1
    assert called > len(NUMBERS)


def test_every_call_that_the_evaluation_wants_fits_its_tool(cases: list[Any]) -> None:
    for case in cases:
        for name, arguments in case.calls:
            assert_fits(name, arguments, case.talk.tools)


def test_evaluation_asks_with_values_that_training_never_showed(talks: list[Any], cases: list[Any]) -> None:
    calls = [call for talk in talks for message in talk.messages for call in message.get("tool_calls") or ()]
    shown = {json.dumps(value) for call in calls for value in json.loads(call["function"]["arguments"]).values()}
    asked = {json.dumps(value) for case in cases for _, arguments in case.calls for value in arguments.values()}
    listed = {json.dumps(value) for pool in (*values.POOLS.values(), values.NEAR_DAYS) for value in pool}
    assert len(asked - listed) > 1000
    assert not (asked & shown) - listed - {"true", "false"}


def test_evaluation_has_tools_that_training_never_showed(talks: list[Any], cases: list[Any]) -> None:
    shown = {one["function"]["name"] for talk in talks for one in talk.tools}
    assert not shown & {name for tool in evaluate.UNSEEN for name in tool.names}
    unseen = [case for case in cases if case.kind.startswith("tools unseen")]
    assert len(unseen) == 600
    assert not shown & {case.calls[0][0] for case in unseen if case.kind.endswith("made-up words")}


def test_last_way_to_ask_is_kept_for_the_evaluation() -> None:
    tool = tools.Tool(("f",), ("About f",), (), ("alpha", "beta", "gamma", "kept"))
    guise, draw = tools.put_on(tool, words.Draw(random.Random(0))), words.Draw(random.Random(1))
    known = [asking.ask(guise, draw).text for _ in range(200)]
    new = [asking.ask(guise, draw, phrasing="new").text for _ in range(200)]
    assert not any(re.search("kept", text, re.I) for text in known)
    assert not any(re.search("alpha|beta|gamma", text, re.I) for text in new)


def test_no_varied_request_is_the_one_kept_for_the_evaluation() -> None:
    def bare(request: str) -> str:
        return re.sub(r"[^\w{} ]", "", request.partition(" => ")[0]).lower().strip()

    draw, shown = words.Draw(random.Random(0)), 0
    for tool in (tool for group in conversations.GROUPS for tool in group):
        templates = {asking.template_of(tools.put_on(tool, draw), draw)[0] for _ in range(60)}
        assert bare(tool.requests[-1]) not in set(map(bare, templates))
        shown += len(templates - {request.partition(" => ")[0] for request in tool.requests})
    assert shown > 500, "hardly a request is varied"


def test_what_the_assistant_writes_is_what_is_learnt() -> None:
    texts = dataset.texts(range(300), seed=1)
    vocabulary = tokenizer.train_tokenizer(texts, 600)
    for text in texts[:50]:
        tokens = vocabulary.encode(text).ids
        [wrote] = dataset.answered(numpy.array([tokens]), vocabulary)
        learnt = vocabulary.decode([token for token, its in zip(tokens, wrote, strict=True) if its], False)
        assert learnt == "".join(re.findall(r"<\|im_start\|>assistant\n(.*?<\|im_end\|>)", text, re.S))


def test_engine_cuts_conversations_into_the_pieces_that_training_cut_them_into() -> None:
    fields, engine = gguf.GGUFReader(FILE).fields, engine_of(FILE, {})
    pieces = {piece: number for number, piece in enumerate(fields["tokenizer.ggml.tokens"].contents())}
    merges = [tuple(merge.split(" ")) for merge in fields["tokenizer.ggml.merges"].contents()]
    vocabulary = tokenizers.Tokenizer(tokenizers.models.BPE(pieces, merges))
    vocabulary.add_special_tokens([*tokenizer.SPECIAL, *tokenizer.MARKS])
    vocabulary.pre_tokenizer = tokenizer.as_the_engine_splits()
    headers = {"Authorization": f"Bearer {engine.key}"}
    with httpx.Client(base_url=engine.address, headers=headers, trust_env=False) as client:
        for text in dataset.texts(range(100), seed=2):
            cut = client.post("/tokenize", json={"content": text, "parse_special": True}).json()["tokens"]
            assert [vocabulary.id_to_token(token) for token in cut] == vocabulary.encode(text).tokens


def test_batches_hold_every_conversation_once_and_pad_little() -> None:
    rows = [numpy.zeros(length, dtype=numpy.uint16) for length in random.Random(0).choices(range(20, 600), k=9000)]
    found = list(dataset.batches(rows, 6144, random.Random(1)))
    assert sorted(number for batch in found for number in batch) == list(range(len(rows)))
    sizes = [max(len(rows[number]) for number in batch) * len(batch) for batch in found]
    assert max(sizes) <= 6144
    assert sum(sizes) < 1.05 * sum(map(len, rows))
