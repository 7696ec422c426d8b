"""Arguments that stand inside arguments: models wrap them once more, or repeat the schema's own shape around them.

{"arguments": {"city": "Lyon"}}
{"type": "object", "properties": {"city": "Lyon"}}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...coercion import near_key
from .. import marks

_BLANK = r"\s{0,40}"
_WORDS = ("arguments", "parameters", "params", "args", "kwargs", "input", "properties")


def _atoms(text: str) -> list[str]:
    """The atoms of a text's pattern; a blank of it stands for any few."""
    return [_BLANK if char == " " else re.escape(char) for char in text]


_TYPE = _atoms(' "type" : "object" ,')
_KEYS = [_atoms(f' "{word}" : {{') for word in _WORDS]
_LEAD = f"(?P<type>{''.join(_TYPE)})?"
_WRAPPER = re.compile(_LEAD + marks.any_of("".join(key) for key in _KEYS).replace("(?:", "(?P<key>", 1))
_WRAPPER_START = re.compile(
    marks.any_of([marks.begins(_TYPE), *(f"(?:{''.join(_TYPE)})?(?:{marks.begins(key)})" for key in _KEYS)])
)


def wrapper(text: str, pos: int, properties: Mapping[str, Any]) -> int | None:
    """Where, behind the opening brace of arguments, those inside begin; None where the arguments are not wrapped."""
    found = _WRAPPER.match(text, pos) if properties else None
    if found is None:
        return None
    keys = [found["key"].strip(' \t\r\n":{'), *(["type"] if found["type"] else [])]
    return None if any(near_key(key, properties) in properties for key in keys) else found.end()


def may_be_wrapped(text: str, pos: int) -> bool:
    """Whether the text ends before it is clear that the arguments are not wrapped."""
    return _WRAPPER_START.match(text, pos) is not None
