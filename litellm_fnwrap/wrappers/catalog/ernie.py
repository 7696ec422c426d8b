"""ERNIE 4.5 models of Baidu, those that do not think."""

from __future__ import annotations

from .. import register
from ..turns import Turns

register(
    Turns(
        name="ernie4.5",
        source="https://huggingface.co/baidu/ERNIE-4.5-21B-A3B-PT, chat template (which shows no tools)",
        models=(
            *("~ernie-4.5-0.3b", "~ernie-4.5-21b-a3b-pt", "~ernie-4.5-21b-a3b-paddle", "~ernie-4.5-21b-a3b-base"),
            "~ernie-4.5-300b",
        ),
        # The template's token CLS; the tokenizer's BOS is another, which no prompt has.
        start="<|begin_of_sentence|>",
        stop=("<|end_of_sentence|>", "</s>"),
        marks=("^User:", "^Assistant:"),
        system="{content}\n",
        user="User: {content}\n",
        assistant="Assistant: {content}<|end_of_sentence|>",
    )
)
