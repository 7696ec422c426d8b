"""Where chat templates are kept: text, files of a model, GGUF metadata, the cache of the Hugging Face hub."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import TemplateError
from .gguf import read_metadata
from .template import ChatTemplate

_BOS, _EOS = "tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id"
_TEMPLATE = "tokenizer.chat_template"
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
# In the order in which transformers looks: a template file beats what the tokenizer's configuration holds.
_HUB_FILES = ("chat_template.jinja", "chat_template.json", "tokenizer_config.json")


def load_chat_template(where: str | Path) -> ChatTemplate:
    """The chat template of a model, from wherever it is kept.

    where  Jinja text; the path of a .jinja, tokenizer_config.json, chat_template.json or GGUF file, or of a folder
           with one of them; or a Hugging Face id ("Qwen/Qwen3-8B") whose files lie in the hub's local cache.

    Raises TemplateError if there is none, what is there is no valid template, or huggingface_hub, which finds the
    cache of an id, is not installed. Nothing is downloaded.
    """
    text = str(where)
    if isinstance(where, str) and ("{%" in text or "{{" in text):
        return ChatTemplate(text)
    path = Path(text).expanduser()
    if path.is_dir():
        return _from_folder(path)
    if path.is_file():
        return _from_file(path)
    if _HUB_ID.fullmatch(text) and path.suffix.lower() not in (".jinja", ".json", ".gguf", ".txt"):
        return _from_hub(text)
    raise TemplateError(
        f"There is no chat template at {text[:200]!r}. Give Jinja text, the path of a .jinja, tokenizer_config.json, "
        "chat_template.json or .gguf file, a model's folder, or a Hugging Face id such as 'Qwen/Qwen3-8B'."
    )


def load_context_window(path: str | Path) -> int | None:
    """How many tokens the model in a GGUF file reads at once; None if the file does not say."""
    length = read_metadata(path, ("{arch}.context_length",)).get("{arch}.context_length")
    return length if isinstance(length, int) else None


def _from_file(path: Path) -> ChatTemplate:
    with path.open("rb") as file:
        if file.read(4) == b"GGUF":
            return _from_gguf(path)
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise TemplateError(f"{str(path)!r} is neither text nor a GGUF file. Give the template's own file.") from error
    if path.suffix.lower() == ".json":
        return _from_config(_read_json(text, path), path)
    config = path.with_name("tokenizer_config.json")
    tokens = _special_tokens(_read_json(config.read_text("utf-8"), config)) if config.is_file() else {}
    return ChatTemplate(text, **tokens)


def _from_gguf(path: Path) -> ChatTemplate:
    named = ("tool_use", "rag")
    keys = (_TEMPLATE, *(f"{_TEMPLATE}.{name}" for name in named))
    found = read_metadata(path, keys, tokens=(_BOS, _EOS))
    if not isinstance(found.get(_TEMPLATE), str):
        raise TemplateError(f"The GGUF file {str(path)!r} holds no chat template. Name a wrapper, or give a template.")
    further = {name: found.get(f"{_TEMPLATE}.{name}") for name in named}
    sources = {"default": found[_TEMPLATE], **{name: text for name, text in further.items() if isinstance(text, str)}}
    return ChatTemplate(sources, bos_token=found.get(_BOS, ""), eos_token=found.get(_EOS, ""))


def _from_folder(path: Path) -> ChatTemplate:
    sources: dict[str, str] = {}
    for name in _HUB_FILES:
        if (path / name).is_file():
            template = _from_file(path / name) if name.endswith(".jinja") else _optional_config(path / name)
            if template is not None:
                sources, found = dict(template.sources), template
                break
    else:
        models = sorted(path.glob("*.gguf"))
        if len(models) == 1:
            return _from_gguf(models[0])
        raise TemplateError(
            f"The folder {str(path)!r} holds no chat template: none of {', '.join(_HUB_FILES)} has one, "
            f"and {len(models)} GGUF files are there. Give the file itself."
        )
    for extra in sorted((path / "additional_chat_templates").glob("*.jinja")):
        sources[extra.stem] = extra.read_text("utf-8")
    return ChatTemplate(sources, bos_token=found.bos_token, eos_token=found.eos_token)


def _optional_config(path: Path) -> ChatTemplate | None:
    config = _read_json(path.read_text("utf-8"), path)
    return _from_config(config, path) if "chat_template" in config else None


def _from_config(config: Mapping[str, Any], path: Path) -> ChatTemplate:
    """The template of a tokenizer_config.json or chat_template.json: one text, or a list of named ones."""
    template = config.get("chat_template")
    if isinstance(template, list):
        template = {str(item["name"]): str(item["template"]) for item in template if isinstance(item, Mapping)}
    if not isinstance(template, (str, dict)) or not template:
        raise TemplateError(f"{str(path)!r} has no chat_template. Give the file that holds it, or name a wrapper.")
    tokens = _special_tokens(config)
    beside = path.with_name("tokenizer_config.json")
    if not any(tokens.values()) and beside != path and beside.is_file():
        tokens = _special_tokens(_read_json(beside.read_text("utf-8"), beside))
    return ChatTemplate(template, **tokens)


def _read_json(text: str, path: Path) -> dict[str, Any]:
    try:
        config = json.loads(text)
    except ValueError as error:
        raise TemplateError(f"{str(path)!r} is not valid JSON ({error}). Download the file again.") from error
    if not isinstance(config, dict):
        raise TemplateError(f"{str(path)!r} holds {type(config).__name__}; a JSON object with chat_template is needed.")
    return config


def _special_tokens(config: Mapping[str, Any]) -> dict[str, str]:
    """bos_token and eos_token, which are texts or objects with a content."""
    out = {}
    for name in ("bos_token", "eos_token"):
        token = config.get(name)
        out[name] = str(token.get("content") or "") if isinstance(token, Mapping) else str(token or "")
    return out


def _from_hub(model: str) -> ChatTemplate:
    try:
        from huggingface_hub import try_to_load_from_cache
    except ImportError as error:
        raise TemplateError(
            f"The chat template of {model!r} is looked for in the Hugging Face cache, which needs huggingface_hub. "
            "Install it with: pip install huggingface_hub"
        ) from error
    for name in _HUB_FILES:
        cached = try_to_load_from_cache(model, name)
        if isinstance(cached, str):
            return _from_folder(Path(cached).parent)
    raise TemplateError(
        f"The chat template of {model!r} is not in the Hugging Face cache on this machine. "
        f"Fetch it with: hf download {model} tokenizer_config.json chat_template.jinja"
    )
