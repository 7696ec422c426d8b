"""Styles that work with any model: they teach their format, and can be woven into a model's own template."""

from __future__ import annotations

from typing import Any

from .. import register
from ..turns import Turns

# Marks that base models and finetunes of every kind have read; used only where no template is known.
PLAIN: dict[str, Any] = {
    "system": "{content}\n\n",
    "user": "### User:\n{content}\n\n",
    "assistant": "### Assistant:\n{content}\n\n",
    "stop": ("\n### User:", "\n### Assistant:"),
    "marks": ("^### User:", "^### Assistant:"),
}

register(
    Turns(
        name="generic",
        source="the style thoughtful_steps of https://github.com/ggerganov/llama.cpp/pull/6389, own wording",
        # Names in which a family's name misleads: turns as none of that family has them.
        models=(
            *("deepseek-coder-v2", "deepseek-v2", "deepseek-llm", "granite-code", "phind-codellama", "llama-3-chatqa"),
            "k2-think-v2",
        ),
        calls="generic",
        woven=True,
        **PLAIN,
    ),
    "thoughtful_steps",
)

register(
    Turns(
        name="short",
        source="the style short of https://github.com/ggerganov/llama.cpp/pull/6389, own wording",
        calls="hermes",
        woven=True,
        **PLAIN,
        tools="\n\nFunctions you can call, each by one JSON object with name and arguments between <tool_call> and "
        "</tool_call>:\n<tools>\n{tools}\n</tools>",
    )
)

register(
    Turns(
        name="long",
        source="the style long of https://github.com/ggerganov/llama.cpp/pull/6389, own wording",
        calls="hermes",
        woven=True,
        **PLAIN,
    )
)

register(
    Turns(name="plain", source="no model's own: turns under headings", calls="hermes", **PLAIN),
)
