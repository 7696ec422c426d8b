"""MemGPT's configurable wrapper: its settings, as a mapping, JSON or YAML, made into a wrapper."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..errors import InvalidRequestError, MissingExtraError, UnknownNameError
from .memgpt import MemGPT


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of ConfigurableJSONWrapper, under MemGPT's names and with its defaults.

    Source: https://memgpt.readme.io/docs/adding_wrappers and the files its save_to_file wrote (22 keys).
    """

    pre_prompt: str = ""
    post_prompt: str = ""
    sys_prompt_start: str = ""
    sys_prompt_end: str = ""
    user_prompt_start: str = ""
    user_prompt_end: str = ""
    assistant_prompt_start: str = ""
    assistant_prompt_end: str = ""
    tool_prompt_start: str = ""
    tool_prompt_end: str = ""
    assistant_prefix_extra: str = ""
    assistant_prefix_extra_first_message: str = ""
    allow_custom_roles: bool = False
    custom_post_role: str = ""
    custom_roles_prompt_start: str = ""
    custom_roles_prompt_end: str = ""
    include_sys_prompt_in_first_user_message: bool = False
    default_stop_sequences: tuple[str, ...] = ()
    simplify_json_content: bool = False
    strip_prompt: bool = False
    json_indent: int = 2
    clean_function_args: bool = False


def read_settings(settings: str | Mapping[str, Any]) -> Settings:
    """The settings in a mapping or in JSON or YAML text; raises UnknownNameError for a key that is none."""
    read = _decoded(settings) if isinstance(settings, str) else settings
    if not isinstance(read, Mapping):
        raise InvalidRequestError(f"Wrapper settings are {type(read).__name__}; a mapping of settings is needed.")
    known = {field.name for field in fields(Settings)}
    for key in read:
        if key not in known:
            raise UnknownNameError("wrapper setting", str(key), known)
    given = {key: value for key, value in read.items() if value is not None}
    given["default_stop_sequences"] = tuple(given.get("default_stop_sequences") or ())
    return Settings(**given)


def configured(settings: str | Mapping[str, Any] | Settings, *, name: str = "configured") -> MemGPT:
    """A MemGPT wrapper whose turns are given by settings."""
    given = settings if isinstance(settings, Settings) else read_settings(settings)
    tool_start = given.tool_prompt_start or given.user_prompt_start
    tool_end = given.tool_prompt_end or given.user_prompt_end
    return MemGPT(
        name=name,
        source="settings of the user",
        stop=given.default_stop_sequences,
        start=given.pre_prompt,
        system=""
        if given.include_sys_prompt_in_first_user_message
        else given.sys_prompt_start + "{content}" + given.sys_prompt_end,
        fold_text="{system}\n{content}",
        user=given.user_prompt_start + "{content}" + given.user_prompt_end,
        assistant=given.assistant_prompt_start + "{content}" + given.assistant_prompt_end,
        opening=given.post_prompt + given.assistant_prompt_start,
        results=tool_start + "{content}" + tool_end,
        result="{content}",
        opened=given.assistant_prefix_extra,
        opened_first=given.assistant_prefix_extra_first_message,
        named=_named(given) if given.allow_custom_roles else "",
        simplify=given.simplify_json_content,
        trim=given.strip_prompt,
        indent=given.json_indent,
        clean=given.clean_function_args,
    )


def _named(given: Settings) -> str:
    return (
        f"{given.custom_roles_prompt_start}{{name}}{given.custom_post_role}{{content}}{given.custom_roles_prompt_end}"
    )


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        yaml: Any = importlib.import_module("yaml")
    except ImportError:
        raise MissingExtraError("Wrapper settings in YAML", "proxy") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidRequestError(
            f"Wrapper settings are neither JSON nor YAML: {' '.join(str(error).split())}. Correct the text."
        ) from error
