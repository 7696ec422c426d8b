"""The llamacpp and local backends against the real llama.cpp server, on models made for the purpose."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from e2e.tiny_model import write_random_model, write_scripted_model
from faults.modes import MODES, STREAMS
from litellm_fnwrap.backends import open_source
from litellm_fnwrap.backends.base import TextSource
from litellm_fnwrap.backends.local import engine_of, model_file
from litellm_fnwrap.errors import (
    AuthenticationError,
    BadRequestError,
    ContextWindowError,
    InvalidRequestError,
    MissingExtraError,
    ServerError,
)
from litellm_fnwrap.generation import Constraint, Generation, Prompt, Trigger, Usage

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"city": {"enum": ["Paris", "Oslo"]}, "days": {"type": "integer"}},
    "required": ["city", "days"],
    "additionalProperties": False,
}
GRAMMAR = 'root ::= "{\\"city\\": \\"" ("Paris" | "Oslo") "\\", \\"days\\": " [1-9] "}"'
SAYS = "Sure: é\U0001f600 <tool_call>abc<|python_tag|>uvwxyz"
BOS = "<|endoftext|>"


@pytest.fixture(scope="module")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scripted_model(tmp_path_factory.mktemp("models") / "scripted.gguf", {"\n": SAYS})


@pytest.fixture(scope="module")
def with_bos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_scripted_model(tmp_path_factory.mktemp("models") / "bos.gguf", {"\n": "Yes"}, bos=BOS)


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_random_model(tmp_path_factory.mktemp("models") / "noise.gguf")


def local(path: Path, **changes: Any) -> TextSource:
    return open_source("local", model=str(path), **changes)


def over_http(path: Path, key: str | None = None) -> TextSource:
    engine = engine_of(path.resolve(), {})
    return open_source("llamacpp", model="any", api_base=engine.address + "/v1/", api_key=key or engine.key)


def wanted(text: str = "Hi\n", **changes: Any) -> Generation:
    parameters = {"max_tokens": 60, "temperature": 0, **changes.pop("parameters", {})}
    return Generation(model="any", prompt=Prompt(text=text), parameters=parameters, **changes)


@pytest.fixture(params=["local", "llamacpp"])
def talker(request: pytest.FixtureRequest, scripted: Path) -> TextSource:
    return local(scripted) if request.param == "local" else over_http(scripted)


@pytest.mark.parametrize("mode", MODES)
def test_preserved_token_is_shown_and_others_are_hidden(talker: TextSource, mode: str) -> None:
    hidden = MODES[mode](talker, wanted())
    assert hidden.text == SAYS.replace("<|python_tag|>", "")
    shown = MODES[mode](talker, wanted(preserved=("<|python_tag|>", "no token at all")))
    assert (shown.text, shown.finish_reason) == (SAYS, "stop")
    assert shown.usage is not None
    assert shown.usage.prompt_tokens == 3
    assert shown.usage.completion_tokens


@pytest.mark.parametrize("mode", MODES)
def test_limit_and_stop_string_end_the_text(talker: TextSource, mode: str) -> None:
    cut = MODES[mode](talker, wanted(parameters={"max_tokens": 2}))
    assert cut.finish_reason == "length"
    assert cut.usage == Usage(3, 2)
    assert SAYS.startswith(cut.text)
    stopped = MODES[mode](talker, wanted(stop=("<tool_call>",)))
    assert (stopped.text, stopped.finish_reason) == (SAYS.partition("<tool_call>")[0], "stop")
    assert stopped.stop_text == "<tool_call>"


@pytest.mark.parametrize("mode", MODES)
def test_grammar_makes_noise_valid(noise: Path, mode: str) -> None:
    constraint = Constraint(dialect="gbnf", value=GRAMMAR)
    for seed in range(5):
        generation = wanted("x", constraint=constraint, parameters={"temperature": 1.5, "seed": seed})
        chunk = MODES[mode](local(noise), generation)
        jsonschema.validate(json.loads(chunk.text), SCHEMA)
        assert chunk.finish_reason == "stop"


@pytest.mark.parametrize("mode", MODES)
def test_schema_makes_noise_valid(noise: Path, mode: str) -> None:
    closed = {**SCHEMA, "properties": {**SCHEMA["properties"], "days": {"enum": [1, 2]}}}
    constraint = Constraint(dialect="json_schema", value=closed)
    for seed in range(3):
        generation = wanted("x", constraint=constraint, parameters={"temperature": 1.5, "seed": seed})
        jsonschema.validate(json.loads(MODES[mode](local(noise), generation).text), closed)


@pytest.mark.parametrize("kind", ["word", "pattern"])
@pytest.mark.parametrize("mode", MODES)
def test_lazy_grammar_begins_at_its_trigger(talker: TextSource, mode: str, kind: Any) -> None:
    value = "<tool_call>" if kind == "word" else "(<tool_call>)"
    constraint = Constraint(
        dialect="gbnf",
        value='root ::= "<tool_call>" "abcdef" "</tool_call>"',
        lazy=True,
        triggers=(Trigger(kind=kind, value=value),),
        preserved=("<tool_call>", "</tool_call>"),
    )
    chunk = MODES[mode](talker, wanted(constraint=constraint))
    assert chunk.text == SAYS.partition("<tool_call>")[0] + "<tool_call>abcdef</tool_call>"


@pytest.mark.parametrize("mode", MODES)
def test_bos_is_never_doubled(scripted: Path, with_bos: Path, mode: str) -> None:
    for path in (scripted, with_bos):
        source = local(path)
        plain = MODES[mode](source, wanted("Hi\n"))
        marked = MODES[mode](
            source, Generation(model="m", prompt=Prompt(text="Hi\n", bos=BOS), parameters={"max_tokens": 9})
        )
        assert plain.usage is not None
        assert marked.usage is not None
        assert marked.usage.prompt_tokens == (plain.usage.prompt_tokens or 0) + (path == scripted)


def test_model_facts_come_from_the_server(scripted: Path, with_bos: Path) -> None:
    info = over_http(scripted).info()
    assert info.chat_template is not None
    assert "<|im_start|>" in info.chat_template
    assert (info.eos_token, info.adds_bos, info.context_window) == ("<|im_end|>", False, 4096)
    assert asyncio.run(local(with_bos).ainfo()).adds_bos is True
    assert local(with_bos).info().bos_token == BOS


@pytest.mark.parametrize("mode", MODES)
def test_prompt_that_is_too_long_is_a_context_error(talker: TextSource, mode: str) -> None:
    with pytest.raises(ContextWindowError, match="context size"):
        MODES[mode](talker, wanted("hello " * 4000))


@pytest.mark.parametrize("mode", MODES)
def test_broken_grammar_is_a_bad_request(talker: TextSource, mode: str) -> None:
    with pytest.raises(BadRequestError, match="grammar"):
        MODES[mode](talker, wanted(constraint=Constraint(dialect="gbnf", value="root ::= nowhere")))


@pytest.mark.parametrize("mode", MODES)
def test_wrong_key_is_an_authentication_error_without_the_key(scripted: Path, mode: str) -> None:
    with pytest.raises(AuthenticationError) as caught:
        MODES[mode](over_http(scripted, key="sk-wrong"), wanted())
    assert "sk-wrong" not in str(caught.value)


@pytest.mark.parametrize("mode", MODES)
def test_log_probabilities_have_the_shape_of_openai(talker: TextSource, mode: str) -> None:
    if mode in STREAMS:
        with talker.stream(wanted(parameters={"logprobs": True, "top_logprobs": 2})) as chunks:
            entries = [entry for chunk in chunks if chunk.logprobs for entry in chunk.logprobs["content"]]
    else:
        entries = MODES[mode](talker, wanted(parameters={"logprobs": True, "top_logprobs": 2})).logprobs["content"]
    assert len(entries) > 3
    assert entries[0]["token"] == SAYS[: len(entries[0]["token"])]
    assert entries[0]["logprob"] <= 0
    assert len(entries[0]["top_logprobs"]) == 2


def test_abandoned_stream_stops_the_generation(noise: Path) -> None:
    source = local(noise)
    endless = wanted("x", parameters={"max_tokens": 4000, "temperature": 2, "seed": 1}, extra={"ignore_eos": True})
    for _ in range(8):
        with source.stream(endless) as chunks:
            next(chunks)
    assert source.complete(wanted("x", parameters={"max_tokens": 2})).finish_reason == "length"


def test_one_file_has_one_engine(scripted: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: local(scripted).complete(wanted()).text, range(16)))
    assert len(set(answers)) == 1
    link = scripted.with_name("link.gguf")
    link.symlink_to(scripted)
    assert engine_of(model_file(str(link)), {}) is engine_of(model_file(str(scripted)), {})


def test_bundled_model_answers() -> None:
    source = open_source("local", model="demo")
    assert source.info().chat_template
    assert source.complete(wanted("Hello", parameters={"max_tokens": 5})).usage is not None


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (None, InvalidRequestError, "no model file"),
        (b"", InvalidRequestError, "no GGUF file"),
        (b"PK\x03\x04zip", InvalidRequestError, "no GGUF file"),
        (b"GGUF\x03\x00\x00\x00 and then nonsense", ServerError, "cannot load"),
    ],
    ids=["missing", "empty", "another_kind", "broken"],
)
@pytest.mark.parametrize("mode", MODES)
def test_file_that_is_no_model_is_a_clear_error(
    tmp_path: Path, mode: str, content: bytes | None, kind: type[Exception], words: str
) -> None:
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    source = local(path)
    with pytest.raises(kind, match=words) as caught:
        MODES[mode](source, wanted())
    assert str(path) in str(caught.value)
    assert source.info().chat_template is None


def test_missing_extra_names_the_install_line(scripted: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    copy = tmp_path / "copy.gguf"
    copy.write_bytes(scripted.read_bytes())
    with pytest.raises(MissingExtraError, match=r"pip install 'litellm-fnwrap\[local\]'"):
        local(copy).complete(wanted())


def test_context_of_the_engine_comes_from_the_environment(scripted: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.gguf"
    copy.write_bytes(scripted.read_bytes())
    with pytest.raises(InvalidRequestError, match="LLAMA_ARG_CTX_SIZE='much'"):
        local(copy, environment={"LLAMA_ARG_CTX_SIZE": "much"}).complete(wanted())
    assert local(copy, environment={"LLAMA_ARG_CTX_SIZE": "512"}).info().context_window == 512


def test_process_with_an_engine_leaves_quietly(scripted: Path) -> None:
    program = (
        "import sys\n"
        "from litellm_fnwrap.backends import open_source\n"
        "from litellm_fnwrap.generation import Generation, Prompt\n"
        "source = open_source('local', model=sys.argv[1])\n"
        "stream = source.stream(Generation(model='m', prompt=Prompt(text='Hi\\n')))\n"
        "print(next(stream).text)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(scripted)], capture_output=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().strip()
