"""Values without quote marks: numbers, literals of JSON and Python, and words that lack their quotes."""

from __future__ import annotations

import re

from ...coercion import read_number
from .jsontext import encode

NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?\Z")
_LITERALS = {"true": "true", "false": "false", "null": "null"}
_FOREIGN = {
    "true": "true",
    "false": "false",
    "none": "null",
    "null": "null",
    "nil": "null",
    "undefined": "null",
    "nan": "null",
    "infinity": "null",
    "-infinity": "null",
}
_HEX = re.compile(r"[+-]?0[xX][0-9a-fA-F]+\Z")
_SEPARATED = re.compile(r"[+-]?\d+(?:_\d+)+(?:\.\d+)?\Z")


def read_token(text: str) -> tuple[str, str]:
    """A bare token as JSON text, and the kind of mending it took ("" for strict JSON)."""
    if text in _LITERALS or NUMBER.match(text):
        return text, ""
    foreign = _FOREIGN.get(text.lower())
    if foreign is not None:
        return foreign, "literal"
    if _HEX.match(text):
        return str(int(text, 16)), "number"
    number = read_number(text.replace("_", "") if _SEPARATED.match(text) else text)
    if number is not None and not any(char in text for char in ", $€£¥"):
        return encode(number), "number"
    return encode(text), "unquoted_string"


def is_plain(text: str) -> bool:
    """Whether a token is a number or literal, and no word."""
    return read_token(text)[1] != "unquoted_string"
