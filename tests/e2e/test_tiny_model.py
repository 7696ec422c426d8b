"""The tiny models are what the other tests say they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from e2e.tiny_model import serve, write_random_model, write_scripted_model

CALLS = (
    'Let me look.\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Lyon"}}\n</tool_call>\n'
    '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Oslo"}}\n</tool_call>'
)
ANSWER = "It is 21 degrees in Lyon and 7 in Oslo."
QUESTION = "<|im_start|>user\nHow is the weather?<|im_end|>\n<|im_start|>assistant\n"


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("models") / "scripted.gguf"
    with serve(write_scripted_model(path, {"\n": CALLS}, later={"\n": ANSWER})) as base_url:
        yield base_url


def complete(base_url: str, prompt: str, **parameters: object) -> str:
    body = {"prompt": prompt, "n_predict": 200, **parameters}
    reply = httpx.post(f"{base_url}/completion", json=body, timeout=60)
    reply.raise_for_status()
    return str(reply.json()["content"])


def test_scripted_model_says_repeated_marks_and_lines(scripted: str) -> None:
    assert complete(scripted, QUESTION, temperature=1.0) == CALLS


def test_scripted_model_answers_otherwise_once_a_result_is_in_the_prompt(scripted: str) -> None:
    result = "<|im_start|>user\n<tool_response>\n21\n</tool_response><|im_end|>\n"
    assert complete(scripted, result + "words " * 300 + QUESTION) == ANSWER


def test_scripted_model_control_tokens_are_hidden_until_preserved(tmp_path: Path) -> None:
    text = '[TOOL_CALLS]add{"first": 1}[TOOL_CALLS]double{"of": 2}'
    with serve(write_scripted_model(tmp_path / "control.gguf", {"\n": text})) as base_url:
        assert complete(base_url, QUESTION) == text.replace("[TOOL_CALLS]", "")
        assert complete(base_url, QUESTION, preserved_tokens=["[TOOL_CALLS]"]) == text


def test_scripted_model_with_two_answers_to_one_token_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two successors"):
        write_scripted_model(tmp_path / "bad.gguf", {"\n": "<think>abc", "a": "<think>xyz"})


def test_random_model_follows_nothing_but_its_grammar(tmp_path: Path) -> None:
    with serve(write_random_model(tmp_path / "random.gguf")) as base_url:
        free = complete(base_url, QUESTION, n_predict=20)
        bound = complete(base_url, QUESTION, grammar='root ::= "=" [a-z]{3,6} "."')
    assert re.fullmatch(r"=[a-z]{3,6}\.", bound)
    assert not re.fullmatch(r"=[a-z]{3,6}\.", free)
