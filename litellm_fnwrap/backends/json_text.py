"""JSON as strangers send it: what cannot be read is a ValueError, whatever is wrong with it."""

from __future__ import annotations

import json
import re
from typing import Any, Final

_scan: Final = json.JSONDecoder().raw_decode
_BLANKS: Final = " \t\n\r"
_HALF_CHARACTER: Final = re.compile("[\ud800-\udfff]")


def read_json(text: str | bytes) -> Any:
    """The value of a JSON text; raises ValueError, also for one that is nested too deeply to be read."""
    try:
        if isinstance(text, bytes):
            return json.loads(text)
        text = text.strip(_BLANKS)
        value, end = _scan(text)
    except RecursionError:
        raise ValueError("JSON that is nested too deeply") from None
    if end < len(text):
        raise ValueError("more than one JSON value")
    return value


def show_json(value: Any) -> str:
    """A value that was read, as JSON text again for an error message; "" if it is too deep to be written."""
    try:
        return encodable(json.dumps(value, ensure_ascii=False))
    except RecursionError:
        return ""


def encodable(text: str) -> str:
    """The text, with a replacement mark for each half of a character: JSON can spell these, no encoding writes them."""
    if not _HALF_CHARACTER.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
