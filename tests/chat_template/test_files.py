from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from litellm_fnwrap.chat_template import load_chat_template, load_context_window
from litellm_fnwrap.errors import TemplateError

USER = [{"role": "user", "content": "Hi"}]
SOURCE = "{{ bos_token }}{% for m in messages %}{{ m.content }}{% endfor %}{{ eos_token }}"


def string(text: str) -> bytes:
    return struct.pack("<Q", len(text.encode())) + text.encode()


def value(given: Any) -> bytes:
    if isinstance(given, str):
        return struct.pack("<I", 8) + string(given)
    if isinstance(given, bool):
        return struct.pack("<I?", 7, given)
    if isinstance(given, int):
        return struct.pack("<II", 4, given)
    if isinstance(given, float):
        return struct.pack("<If", 6, given)
    if given and isinstance(given[0], str):
        return struct.pack("<IIQ", 9, 8, len(given)) + b"".join(map(string, given))
    return struct.pack("<IIQ", 9, 6, len(given)) + b"".join(struct.pack("<f", item) for item in given)


def gguf(path: Path, keys: Mapping[str, Any]) -> Path:
    """A GGUF file of metadata alone."""
    body = b"".join(string(key) + value(given) for key, given in keys.items())
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, len(keys)) + body)
    return path


def model_keys(**more: Any) -> dict[str, Any]:
    return {
        "general.architecture": "llama",
        "llama.context_length": 4096,
        "llama.rope.freq_base": 10000.0,
        "tokenizer.ggml.tokens": ["<unk>", "<s>", "</s>", "a"],
        "tokenizer.ggml.scores": [0.0, 0.5, 1.0, 2.0],
        "tokenizer.ggml.add_bos_token": True,
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.chat_template": SOURCE,
        **more,
    }


def test_text_is_taken_as_it_is() -> None:
    assert load_chat_template(SOURCE).render(USER) == "Hi"


def test_gguf_gives_template_and_special_tokens(tmp_path: Path) -> None:
    assert load_chat_template(gguf(tmp_path / "m.gguf", model_keys())).render(USER) == "<s>Hi</s>"


def test_gguf_gives_the_template_for_tools_too(tmp_path: Path) -> None:
    path = gguf(tmp_path / "m.gguf", model_keys(**{"tokenizer.chat_template.tool_use": "tools: {{ tools | length }}"}))
    assert load_chat_template(str(path)).render(USER, [{"a": 1}]) == "tools: 1"


def test_gguf_tells_the_context_window(tmp_path: Path) -> None:
    assert load_context_window(gguf(tmp_path / "m.gguf", model_keys())) == 4096


def test_gguf_without_a_length_tells_none(tmp_path: Path) -> None:
    assert load_context_window(gguf(tmp_path / "m.gguf", {"general.architecture": "llama"})) is None


def test_gguf_without_template_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="holds no chat template"):
        load_chat_template(gguf(tmp_path / "m.gguf", {"general.architecture": "llama"}))


@pytest.mark.parametrize("length", [6, 20, 60, 200])
def test_cut_gguf_is_refused(tmp_path: Path, length: int) -> None:
    path = gguf(tmp_path / "m.gguf", model_keys())
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(TemplateError, match="cannot be read"):
        load_chat_template(path)


def header(*, version: int = 3, keys: int = 1) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, 0, keys)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (header(version=1), "version 1"),
        (header(keys=1 << 40), "keys"),
        (header() + struct.pack("<Q", 1 << 50), "a string of"),
        (header() + string("x") + struct.pack("<I", 99), "value type 99"),
        (header() + string("x") + struct.pack("<IIQ", 9, 99, 1), "array of type 99"),
        (header() + string("x") + struct.pack("<I", 9) + struct.pack("<IQ", 9, 1) * 5000, "nested more than"),
    ],
    ids=["version", "keys", "string", "type", "array", "nesting"],
)
def test_gguf_of_impossible_metadata_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(content)
    with pytest.raises(TemplateError, match=f"cannot be read.*{told}"):
        load_chat_template(path)


def test_gguf_may_hold_arrays_of_arrays(tmp_path: Path) -> None:
    inner = struct.pack("<IQ", 4, 2) + struct.pack("<II", 1, 2)
    body = string("shapes") + struct.pack("<IIQ", 9, 9, 2) + inner * 2 + string("llama.context_length") + value(512)
    path = tmp_path / "m.gguf"
    path.write_bytes(header(keys=3) + string("general.architecture") + value("llama") + body)
    assert load_context_window(path) == 512


@pytest.mark.parametrize("number", [99, 2**32 - 1, "1", ["1"], 1.5], ids=str)
def test_number_of_no_token_names_none(tmp_path: Path, number: Any) -> None:
    keys = model_keys(**{"tokenizer.ggml.bos_token_id": number})
    assert load_chat_template(gguf(tmp_path / "m.gguf", keys)).render(USER) == "Hi</s>"


def test_gguf_whose_template_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="holds no chat template"):
        load_chat_template(gguf(tmp_path / "m.gguf", model_keys(**{"tokenizer.chat_template": ["a", "b"]})))


def test_window_of_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(TemplateError, match="no GGUF file"):
        load_context_window(tmp_path / "m.gguf")


def test_gguf_that_claims_a_giant_vocabulary_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + string("x") + struct.pack("<IIQ", 9, 4, 1 << 60))
    with pytest.raises(TemplateError, match="cannot be read"):
        load_chat_template(path)


def test_tokenizer_config_gives_template_and_tokens(tmp_path: Path) -> None:
    config = {"chat_template": SOURCE, "bos_token": {"content": "<b>"}, "eos_token": "<e>"}
    path = tmp_path / "tokenizer_config.json"
    path.write_text(json.dumps(config))
    assert load_chat_template(path).render(USER) == "<b>Hi<e>"


def test_list_of_named_templates_is_read(tmp_path: Path) -> None:
    named = [{"name": "default", "template": "d"}, {"name": "tool_use", "template": "t"}]
    path = tmp_path / "tokenizer_config.json"
    path.write_text(json.dumps({"chat_template": named}))
    assert load_chat_template(path).sources == {"default": "d", "tool_use": "t"}


def test_chat_template_json_takes_tokens_from_beside(tmp_path: Path) -> None:
    (tmp_path / "chat_template.json").write_text(json.dumps({"chat_template": SOURCE}))
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"bos_token": "<b>", "eos_token": None}))
    assert load_chat_template(tmp_path / "chat_template.json").render(USER) == "<b>Hi"


def test_folder_prefers_the_template_file_and_reads_further_ones(tmp_path: Path) -> None:
    (tmp_path / "chat_template.jinja").write_text(SOURCE)
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": "old", "bos_token": "<b>"}))
    (tmp_path / "additional_chat_templates").mkdir()
    (tmp_path / "additional_chat_templates" / "tool_use.jinja").write_text("t")
    template = load_chat_template(tmp_path)
    assert (template.render(USER), template.render(USER, [{"a": 1}])) == ("<b>Hi", "t")


def test_folder_with_one_gguf_gives_its_template(tmp_path: Path) -> None:
    gguf(tmp_path / "m.gguf", model_keys())
    assert load_chat_template(tmp_path).render(USER) == "<s>Hi</s>"


def test_configuration_without_a_template_is_passed_over_in_a_folder(tmp_path: Path) -> None:
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"bos_token": "<b>"}))
    gguf(tmp_path / "m.gguf", model_keys())
    assert load_chat_template(tmp_path).render(USER) == "<s>Hi</s>"


def test_folder_without_a_template_says_what_was_looked_for(tmp_path: Path) -> None:
    for name in ("a.gguf", "b.gguf"):
        gguf(tmp_path / name, model_keys())
    with pytest.raises(TemplateError, match=r"none of .*tokenizer_config\.json.* has one, and 2 GGUF files"):
        load_chat_template(tmp_path)


def test_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "chat_template.jinja").write_bytes(b"\xff\xfe{\x00{\x00")
    with pytest.raises(TemplateError, match="neither text nor a GGUF file"):
        load_chat_template(tmp_path / "chat_template.jinja")


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "not valid JSON"), ("[]", "JSON object"), ("{}", "has no chat_template")],
    ids=["broken", "list", "without"],
)
def test_unusable_configuration_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "tokenizer_config.json"
    path.write_text(content)
    with pytest.raises(TemplateError, match=message):
        load_chat_template(path)


@pytest.mark.parametrize("where", ["missing.jinja", "no/such/path/at/all", "nothing"])
def test_missing_file_says_what_is_accepted(where: str) -> None:
    with pytest.raises(TemplateError, match="Give Jinja text"):
        load_chat_template(where)


def cached(root: Path, model: str, files: Mapping[str, str]) -> None:
    """A model's files as huggingface_hub keeps them."""
    folder = root / f"models--{model.replace('/', '--')}"
    (folder / "refs").mkdir(parents=True)
    (folder / "refs" / "main").write_text("abc")
    (folder / "snapshots" / "abc").mkdir(parents=True)
    for name, content in files.items():
        (folder / "snapshots" / "abc" / name).write_text(content)


def names(files: Sequence[str]) -> dict[str, str]:
    return {"tokenizer_config.json": json.dumps({"chat_template": SOURCE, "bos_token": "<h>"})} if files else {}


def test_hub_id_is_found_in_the_local_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.file_download.constants.HF_HUB_CACHE", str(tmp_path))
    cached(tmp_path, "made/up", names(["tokenizer_config.json"]))
    assert load_chat_template("made/up").render(USER) == "<h>Hi"


def test_hub_id_that_is_not_cached_says_how_to_fetch_it() -> None:
    pytest.importorskip("huggingface_hub")
    with pytest.raises(TemplateError, match="hf download nobody-made/this-one"):
        load_chat_template("nobody-made/this-one")
