"""MemGPT's wrappers under MemGPT's names.

Two of those names, chatml and llama3, mean the models' own turns and formats here, as they do everywhere else by now;
MemGPT's wrappers of these names are memgpt-chatml and memgpt-llama3. Every other name is accepted as it is and with
memgpt- before it. A name that ends in -grammar is the same wrapper: whether output is constrained is the option
constrain, not the wrapper.
"""

from __future__ import annotations

from typing import Any

from .. import register
from ..memgpt import HINTS, MemGPT
from ..turns import Turns
from .airoboros import LINES
from .chatml import CHATML
from .llama import HEADERS

_SOURCE = "https://memgpt.readme.io/docs/local_llm, section Wrappers"
_LINES: dict[str, Any] = {
    **LINES,
    "assistant": "ASSISTANT:\n{content}\n",
    "opening": "### RESPONSE\nASSISTANT:\n",
    "system": "{content}\n### INPUT\n",
}
_CHATML: dict[str, Any] = {
    **CHATML,
    "results": "<|im_start|>user\n{content}<|im_end|>\n",
    "result": "FUNCTION RETURN:\n{content}",
}
_LLAMA3: dict[str, Any] = {**HEADERS, "trim": False, "result": "FUNCTION RETURN:\n{content}"}
_ZEPHYR: dict[str, Any] = {
    "stop": ("</s>",),
    "system": "<|system|>\n{content}</s>\n",
    "user": "<|user|>\n{content}</s>\n",
    "assistant": "<|assistant|>\n{content}</s>\n",
    "result": "FUNCTION RETURN: {content}",
}


def _names(*names: str) -> tuple[str, ...]:
    """Names with and without memgpt- before them, and with -grammar after them."""
    every = [form for name in names for form in (name, f"{name}-grammar")]
    return (*every, *(f"memgpt-{name}" for name in every))


register(
    MemGPT(name="airoboros-l2-70b-2.1", source=_SOURCE, **_LINES, simplify=True),
    *_names("airoboros-l2-70b-2.1")[1:],
)
register(
    MemGPT(name="memgpt-airoboros", source=_SOURCE, **_LINES, thoughts="none", forced=False, simplify=True),
    "airoboros-l2-70b-2.1-json",
)
register(
    MemGPT(name="dolphin-2.1-mistral-7b", source=_SOURCE, **_CHATML, thoughts="none", forced=False, simplify=True),
    *_names("dolphin-2.1-mistral-7b")[1:],
)
register(
    MemGPT(name="zephyr-7b", source=_SOURCE, **_ZEPHYR, forced=False, simplify=True),
    *_names("zephyr-7b")[1:],
)
register(
    MemGPT(name="memgpt-zephyr", source=_SOURCE, **_ZEPHYR, thoughts="none", forced=False, simplify=True),
)
register(
    MemGPT(name="memgpt-chatml", source=_SOURCE, **_CHATML, first="send_message"),
    "chatml-grammar",
    "memgpt-chatml-grammar",
)
register(
    MemGPT(name="chatml-hints", source=_SOURCE, **_CHATML, first="send_message", hints=HINTS),
    *_names("chatml-hints")[1:],
)
register(
    MemGPT(name="chatml-noforce", source=_SOURCE, **_CHATML, thoughts="beside"),
    *_names("chatml-noforce")[1:],
)
register(
    MemGPT(name="chatml-noforce-hints", source=_SOURCE, **_CHATML, thoughts="beside", hints=HINTS),
    *_names("chatml-noforce-hints")[1:],
)
register(
    MemGPT(
        name="chatml-noforce-roles",
        source=_SOURCE,
        **{**_CHATML, "results": "<|im_start|>function\n{content}<|im_end|>\n", "result": "{content}"},
        thoughts="beside",
        events=True,
    ),
    *_names("chatml-noforce-roles")[1:],
)
register(
    MemGPT(name="memgpt-llama3", source=_SOURCE, **_LLAMA3, first="send_message"),
    "llama3-grammar",
    "memgpt-llama3-grammar",
)
register(
    MemGPT(name="memgpt-llama3-hints", source=_SOURCE, **_LLAMA3, first="send_message", hints=HINTS),
    "llama3-hints",
    "llama3-hints-grammar",
    "memgpt-llama3-hints-grammar",
)
register(
    MemGPT(
        name="experimental-wrapper-neural-chat-grammar-noforce",
        source=_SOURCE,
        system="### System:\n{content}\n",
        user="### User:\n{content}\n",
        assistant="### Assistant:\n{content}\n",
        result="FUNCTION RETURN:\n{content}",
        stop=("\n### User:", "\n### Assistant:", "\n### System:"),
        marks=("^### System:", "^### User:", "^### Assistant:"),
        thoughts="beside",
    )
)
# MemGPT summarises a conversation through a prompt of its own, which knows no functions.
register(
    Turns(name="memgpt-summary", source=_SOURCE, **{**_LINES, "opening": "### RESPONSE\nSUMMARY:\n"}),
)
