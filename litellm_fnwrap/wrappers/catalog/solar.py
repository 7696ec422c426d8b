"""SOLAR 10.7B of Upstage, which was not taught to call functions."""

from __future__ import annotations

from .. import register
from ..turns import Turns

register(
    Turns(
        name="solar",
        source="https://huggingface.co/upstage/SOLAR-10.7B-Instruct-v1.0, chat template (which shows no tools)",
        models=("~solar-10.7b",),
        stop=("</s>", "\n### User:"),
        marks=("^### System:", "^### User:", "^### Assistant:"),
        system="### System:\n{content}\n\n",
        user="### User:\n{content}\n\n",
        # The template puts nothing behind an answer.
        assistant="### Assistant:\n{content}",
    )
)
