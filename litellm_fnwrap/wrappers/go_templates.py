"""Ollama's templates, which are Go's text/template: read for the family of models whose turns and tools they write."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from . import WRAPPERS
from .base import Wrapper
from .boundary import marks_in
from .memgpt import MemGPT
from .turns import Turns

_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_COMMENT = re.compile(r"\{\{-?\s*/\*")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"|`([^`]*)`', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ROLE = re.compile(r"\{\{-?\s*(?:\$\w+)?\.Role\s*-?\}\}")
_ROLES = ("user", "assistant", "system", "tool")
_LARGEST = 200_000
_END_OF_TEXT = {"</s>", "<|endoftext|>", "<|end_of_text|>", "<eos>"}
# Shorter lines of the text that offers tools are no sign of a family.
_TELLING = 24


def is_go_template(text: str) -> bool:
    """Whether a template is of Ollama's kind: Go's text/template, whose values begin with a dot."""
    return bool(re.search(r"\{\{-?\s*(?:\.|if \.|range (?:\$|\.)|end\b|else\b|with \.|\$)", text)) and "{%" not in text


def go_text(where: str) -> str:
    """The Go template given as text, or as the path of a file that holds one (a Modelfile does); "" for all else."""
    if "{{" in where:
        return where if is_go_template(where) else ""
    path = Path(where).expanduser()
    if not path.is_file() or path.stat().st_size > _LARGEST:
        return ""
    text = path.read_bytes().decode("utf-8", "replace")
    return text if is_go_template(text) else ""


def wrapper_for_go(template: str, named: Wrapper | None) -> Wrapper | None:
    """The wrapper whose turns a Go template writes; None if there is none.

    The one of the model's name (named) if its turns are there, else the one that offers tools in the same words, then
    the one with most marks in common and fewest of its own missing; of equals a base model's.
    """
    text = _written(template)
    families = [one for _, one in sorted(WRAPPERS.items()) if isinstance(one, Turns) and not isinstance(one, MemGPT)]
    found: Turns | None
    if isinstance(named, Turns) and fits(named, text):
        found = named
    else:
        fitting = [one for one in families if not one.woven and fits(one, text)]
        tools = ".Tools" in template
        found = max(fitting, key=lambda one: _closeness(one, text, tools), default=None)
    return next((one for one in families if found and _thinks_for(one, found, text)), found)


def _thinks_for(one: Turns, found: Turns, text: str) -> bool:
    """Whether a wrapper is the found one but for its prompts, which open the reasoning as the template's do."""
    if found.prefill or not one.prefill or (one.user, one.tools) != (found.user, found.tools):
        return False
    return text.rstrip().endswith(_opening(one) + one.prefill.strip())


def _written(template: str) -> str:
    """What a template writes by itself, its actions as line ends; where it writes a role, once for every role."""
    texts = [_ROLE.sub(role, template) for role in _ROLES] if _ROLE.search(template) else [template]
    return "\n".join(_ACTION.sub(_strings, text) for text in texts)


def _strings(action: re.Match[str]) -> str:
    """The texts in an action, each on lines of its own: Granite 4's template keeps its words in variables."""
    if _COMMENT.match(action[0]):
        return "\n"
    found = (raw or _ESCAPE.sub(_unescaped, quoted) for quoted, raw in _STRING.findall(action[0]))
    return "\n".join(("", *found, ""))


def _unescaped(escape: re.Match[str]) -> str:
    return {"n": "\n", "t": "\t"}.get(escape[1], escape[1])


def fits(wrapper: Turns, text: str) -> bool:
    """Whether all that stands around a user's turn and before an answer is there; the end of text may be left out,
    which servers add, and so may what ends an answer.
    """
    heads = wrapper.user + _opening(wrapper)
    tags = marks_in(heads) - _END_OF_TEXT - {wrapper.bos}
    needed = tags or {mark[1:] for mark in wrapper.marks if mark[1:] in heads}
    return bool(needed) and all(mark in text for mark in needed)


def _opening(wrapper: Turns) -> str:
    return wrapper.assistant.partition("{content}")[0] if wrapper.opening is None else wrapper.opening


def _closeness(wrapper: Turns, text: str, tools: bool) -> tuple[int, int, bool, bool]:
    """How much of a wrapper a template shows; tools says whether it writes any, as a wrapper that has no words of its
    own for them is the better guess where it does not.
    """
    taught, marks = _signs(wrapper, tools)
    shown = sum(mark in text for mark in marks)
    based = any(pattern.startswith("~") for pattern in wrapper.models)
    return sum(line in text for line in taught), 2 * shown - len(marks), bool(wrapper.tools) == tools, based


@lru_cache(maxsize=256)
def _signs(wrapper: Turns, tools: bool) -> tuple[tuple[str, ...], frozenset[str]]:
    """Telling lines of the text that offers tools, and the marks of turns, and where tools are written theirs."""
    turns = marks_in(wrapper.start, wrapper.system, wrapper.user, wrapper.assistant, wrapper.fold_text)
    turns |= {mark.removeprefix("^") for mark in wrapper.marks}
    if not tools:
        return (), turns
    lines = {line.strip() for line in wrapper.tools.replace("{tools}", "\n").split("\n")}
    calls = marks_in(wrapper.format.calls[0], *wrapper.format.sections[:1])
    marks = turns | calls | {mark for mark in wrapper.control_marks() if not mark.startswith("^")}
    return tuple(line for line in lines if len(line) >= _TELLING), marks
