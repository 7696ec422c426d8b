"""What a template is given: plain data, and tools that recur from request to request with what is known of them.

A template reads its input far more often than it changes it. So it is given the data itself and no copy; the first
attempt to change a list or dict stops the rendering, which then begins anew with copies (see Changing).
"""

from __future__ import annotations

import functools
import marshal
from collections.abc import Mapping, Sequence
from typing import Any

_REASONING = ("reasoning_content", "thinking", "reasoning")
_CONTAINERS = (dict, list, tuple)
_MAX_TEXTS = 4096


class Changing(Exception):
    """A template is about to change a list or dict, and what it was given is not its own."""


class Recurring:
    """Data that comes again with every request, with the price of each part and the JSON written of it.

    value   plain data; never changed.
    size    roughly its length in characters.
    prices  steps that weighing a list or dict inside costs, by its identity.
    texts   JSON texts by identity and options.
    """

    __slots__ = ("prices", "size", "texts", "value")

    def __init__(self, packed: bytes) -> None:
        self.value: Any = marshal.loads(packed)  # noqa: S302 - packed by plain_copy
        self.size = len(packed)
        self.prices: dict[int, int] = {}
        self.texts: dict[Any, str] = {}
        self._price(self.value)

    def _price(self, value: Any) -> int:
        if not isinstance(value, _CONTAINERS):
            return len(value) >> 4 if isinstance(value, str) else 0
        items = value.values() if isinstance(value, dict) else value
        price = 1 + len(value) + sum(map(self._price, items))
        self.prices[id(value)] = price
        return price

    def keep(self, key: Any, text: str) -> str:
        """The text, kept for the next rendering."""
        if len(self.texts) >= _MAX_TEXTS:
            self.texts.clear()
        self.texts[key] = text
        return text


_NONE = Recurring(marshal.dumps(None, 2))


@functools.lru_cache(maxsize=32)
def _recurring(packed: bytes) -> Recurring:
    return Recurring(packed)


def recurring(tools: Sequence[Mapping[str, Any]] | None) -> Recurring:
    """The tools as plain data with what is known of them; equal tools are the same object."""
    if tools is None:
        return _NONE
    return _recurring(_packed(list(tools))[0])


def plain(value: Any) -> Any:
    """Plain JSON data; objects become their fields, anything else its type's name in <>. A copy only where needed."""
    return _packed(value)[1]


def size(value: Any) -> int:
    """Roughly the length in characters of plain data."""
    return len(marshal.dumps(value, 2))


def copied(value: Any) -> Any:
    """A deep copy of plain data."""
    return marshal.loads(marshal.dumps(value, 2))  # noqa: S302 - the fastest deep copy there is of plain data


def _packed(value: Any) -> tuple[bytes, Any]:
    try:
        return marshal.dumps(value, 2), value
    except ValueError:
        value = _made_plain(value)
        return marshal.dumps(value, 2), value


def _made_plain(value: Any) -> Any:
    for kind in (bool, str, int, float):
        if isinstance(value, kind):
            return kind(value) if kind is not str else str.__str__(value)
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {_made_plain(key): _made_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        made = [_made_plain(item) for item in value]
        return tuple(made) if isinstance(value, tuple) else made
    if callable(getattr(value, "model_dump", None)):
        return _made_plain(value.model_dump())
    return f"<{type(value).__name__}>"


def with_reasoning_names(messages: list[Any]) -> list[Any]:
    """The messages with reasoning under the names templates read; as transformers does it since version 5."""
    out = []
    for message in messages:
        if isinstance(message, dict):
            reasoning = next((message[name] for name in _REASONING if message.get(name) is not None), None)
            if reasoning is not None:
                others = dict.fromkeys(("thinking", "thought", "reasoning"), reasoning)
                message = {**others, **message, "reasoning_content": reasoning}
        out.append(message)
    return out
