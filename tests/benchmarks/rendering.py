"""Rendering models' own chat templates, beside transformers' rendering of the same."""

from __future__ import annotations

import logging
import math
import os
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from samples import definitions, history
from timing import Row, Times, at_most, in_turns

from litellm_fnwrap.chat_template import ChatTemplate
from litellm_fnwrap.errors import TemplateError
from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.wrappers import get_wrapper

TOKENS: dict[str, Any] = {"bos_token": "<s>", "eos_token": "</s>"}
VARIABLES: dict[str, Any] = {"functions": "[]", "datetime": "2026-01-01"}
TOOLS, MESSAGES = 100, 200


def rendering(rounds: int, every: bool) -> Iterator[Row]:
    """All templates of FNWRAP_CORPUS: each, or their geometric mean and the slowest; and one of our own wrappers."""
    folder = Path(os.environ.get("FNWRAP_CORPUS", ".")) / "templates"
    sources = {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.jinja"))}
    if not sources:
        print("rendering: left out, FNWRAP_CORPUS names no folder with templates/*.jinja")
        return
    logging.getLogger("transformers").setLevel(logging.ERROR)
    rows = []
    for name, source in sources.items():
        times = compared(source, max(rounds // 3, 5))
        if times is not None:
            rows.append(_row(f"rendering {name}"[:54], times))
    if every:
        yield from rows
    ours, theirs = (_mean([getattr(row, which) for row in rows]) for which in ("ours", "theirs"))
    what = f"rendering {len(rows)} chat templates, geometric mean"
    yield at_most(Row(what=what, ours=ours, unit="ms", peer="transformers", theirs=theirs), 1)
    yield max(rows, key=lambda row: row.ratio)
    yield from own_wrapper(sources, rounds)


def compared(source: str, rounds: int) -> Times | None:
    """The times of both; None where either refuses arguments as objects and as text."""
    from transformers.utils.chat_template_utils import render_jinja_template

    template = ChatTemplate(source, **TOKENS)
    tools: Any = definitions(TOOLS)
    for text in (False, True):
        messages = history(MESSAGES, text=text)
        given = {"tools": tools, "chat_template": source, "add_generation_prompt": True, **TOKENS, **VARIABLES}

        def theirs(messages: Any = messages, given: Any = given) -> str:
            texts, _ = render_jinja_template([messages], **given)
            return str(texts[0])

        def ours(messages: Any = messages) -> str:
            return template.render(messages, tools, **VARIABLES)

        try:
            if theirs() != ours():
                raise SystemExit("The two renderings differ; compare them with tests/chat_template first.")
        except TemplateError:
            continue
        except Exception:  # whatever a template's operations raise in transformers
            continue
        return in_turns({"ours": ours, "theirs": theirs}, rounds, warm=1)
    return None


def own_wrapper(sources: dict[str, str], rounds: int) -> Iterator[Row]:
    """A built-in wrapper, which also pairs results with calls and guards the prompt's boundaries."""
    source = next(
        (text for name, text in sources.items() if "qwen2.5" in name.lower() and "coder" not in name.lower()), None
    )
    if source is None:
        return
    from transformers.utils.chat_template_utils import render_jinja_template

    messages, tools = history(MESSAGES, text=True), definitions(TOOLS)
    conversation, wrapper = read_conversation(messages, tools=tools), get_wrapper("qwen2.5")
    contenders = {
        "ours": lambda: wrapper.render(conversation),
        "theirs": lambda: render_jinja_template([messages], tools=tools, chat_template=source),  # type: ignore[list-item, arg-type]
    }
    yield at_most(_row("the wrapper qwen2.5, its tools known", in_turns(contenders, rounds)), 1)


def _row(what: str, times: Times) -> Row:
    ratio = statistics.median(a / b for a, b in zip(times.processor["ours"], times.processor["theirs"], strict=True))
    theirs = times.median("theirs") * 1e3
    return at_most(Row(what=what, ours=ratio * theirs, unit="ms", peer="transformers", theirs=theirs), 1)


def _mean(values: list[float]) -> float:
    return math.exp(statistics.fmean(map(math.log, values)))
