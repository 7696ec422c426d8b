"""How single arguments are written where a call has one element, pair or literal for each."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from .derive_probe import KEYS, NAMES, ProbeCall, Prober
from .derive_tokens import IS_STRING, KEY, TYPE, VALUE, is_mark, shared_prefix, shared_suffix, tokens
from .spec import Arguments, ValueType

_TEXTS = ("zqvaluefirst", "zqvaluesecond")
_NESTED = {"zqinnerkey": "zqinnervalue"}
_TYPED: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (7301, ("integer", "int", "number")),
    (True, ("boolean", "bool")),
    ([7301, 7302], ("array", "list")),
    (_NESTED, ("object", "dict")),
)


@dataclass(frozen=True, slots=True)
class Parameters:
    """How arguments are written: the fields of a Format of these names, as tokens' text with private holes."""

    arguments: Arguments
    parameter: str
    separator: str
    value_type: ValueType = "schema"
    item: str = "item"
    python_values: tuple[str, ...] = ()

    def with_blank_between(self) -> Parameters:
        """The same with the blank behind a parameter as what separates two, so that the last has none behind."""
        text = self.parameter.rstrip()
        return replace(self, parameter=text, separator=self.parameter[len(text) :] + self.separator)


def read_parameters(prober: Prober) -> Parameters | None:
    """The element or pair of one argument, read off a call with two; None if the two differ in form."""
    turn = prober.calls([ProbeCall(NAMES[0], dict(zip(KEYS, _TEXTS, strict=True)), "zqid00001")])
    if turn is None:
        return None
    cut = tokens(turn)
    ranges = []
    for key, value in zip(KEYS, _TEXTS, strict=True):
        held = [at for at, token in enumerate(cut) if key in token or value in token]
        if not held or not any(value in cut[at] for at in held):
            return None
        ranges.append((held[0], held[-1] + 1))
    (start, end), (second, last) = ranges
    cores = [
        [token.replace(key, KEY).replace(value, VALUE) for token in cut[a:b]]
        for (a, b), key, value in zip(ranges, KEYS, _TEXTS, strict=True)
    ]
    if cores[0] != cores[1]:
        return None
    before, between, after = cut[:start], cut[end:second], cut[last:]
    name_at = max((at for at, token in enumerate(before) if NAMES[0] in token), default=-1)
    before = before[name_at + 1 :]
    # What ends a parameter is found first: the blank behind it is its own, so that no parameter leaves none behind.
    count = shared_prefix(between, after)
    closing, rest = between[:count], between[count:]
    count = shared_suffix(before, rest)
    opening, separator = rest[len(rest) - count :], rest[: len(rest) - count]
    text = "".join([*opening, *cores[0], *closing])
    return _typed(prober, Parameters("tagged", text, "".join(separator)))


def _typed(prober: Prober, found: Parameters) -> Parameters:
    """The parameters with what values of other types show: flags, type names, elements inside elements."""
    text = found.parameter
    start, _, end = text.partition(VALUE)
    for value, names in _TYPED:
        turn = prober.calls([ProbeCall(NAMES[0], {KEYS[0]: value}, "zqid00001")])
        if turn is None:
            continue
        if value is _NESTED and any(is_mark(token) and "zqinnerkey" in token for token in tokens(turn)):
            return Parameters("nested", text, found.separator, item=_item(prober))
        start_here = start.replace(KEY, KEYS[0])
        if start_here in turn:
            continue
        for spelled, hole in (("true", IS_STRING), ("string", TYPE)):
            others = ("false",) if hole == IS_STRING else names
            for match in re.finditer(rf"\b{spelled}\b", start):
                for other in others:
                    flagged = start[: match.start()] + other + start[match.end() :]
                    if flagged.replace(KEY, KEYS[0]) in turn:
                        marked = start[: match.start()] + hole + start[match.end() :]
                        return Parameters("tagged", marked + VALUE + end, found.separator, "flag")
    return replace(found, python_values=_python_values(prober, end))


def _python_values(prober: Prober, end: str) -> tuple[str, ...]:
    """The JSON types whose values the template leaves to Jinja, which writes them as Python does."""
    found = []
    for name, value in (("boolean", True), ("null", None), ("array", ["zqitem"]), ("object", {"zqinner": True})):
        turn = prober.calls([ProbeCall(NAMES[0], {KEYS[0]: value}, "zqid00001")])
        if turn is not None and f"{value}{end}" in turn:
            found.append(name)
    return tuple(found)


def _item(prober: Prober) -> str:
    """The element in which a list's items stand; "item" if it cannot be seen."""
    turn = prober.calls([ProbeCall(NAMES[0], {KEYS[0]: ["zqitemone", "zqitemtwo"]}, "zqid00001")]) or ""
    match = re.search(r"<([\w.:-]+)>\s*zqitemone", turn)
    return match[1] if match and match[1] != KEYS[0] else "item"


def literal_quote(body: str) -> tuple[str, bool]:
    """The quote mark of a literal object's string, given {key:value} with the text value of a probe."""
    match = re.search(rf"{KEYS[0]}:(.*?)zqvalue\w+(.*?)}}", body, re.DOTALL)
    return (match[1], match[1] == match[2]) if match else ("", False)


def json_style(text: str, value: Any) -> tuple[bool, int]:
    """Whether JSON is written without blanks, and by how many blanks its lines are nested (0 for one line)."""
    if "\n" in text:
        lines = text.split("\n")
        outer, inner = (len(line) - len(line.lstrip(" ")) for line in (lines[-1], lines[1]))
        return False, max(inner - outer, 1)
    return text == json.dumps(value, ensure_ascii=False, separators=(",", ":")), 0
