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
_TYPED: tuple[tuple[str, Any], ...] = (
    ("integer", 7301),
    ("number", 7.5),
    ("boolean", True),
    ("null", None),
    ("array", [7301, 7302]),
    ("object", _NESTED),
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
    type_names: tuple[tuple[str, str], ...] = ()

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
    repeated = _repeated(before, [*cores[0], *closing], len(closing))
    closing, rest = closing[: len(closing) - repeated], closing[len(closing) - repeated :] + rest
    count = shared_suffix(before, rest)
    opening, separator = rest[len(rest) - count :], rest[: len(rest) - count]
    text = "".join([*opening, *cores[0], *closing])
    return _typed(prober, Parameters("tagged", text, "".join(separator)))


def _repeated(before: list[str], parameter: list[str], closing: int) -> int:
    """How many of the closing tokens of a parameter also stand before the first one: text with which every tag of the
    template begins, and therefore what opens the next. It begins behind a whole mark, and blanks alone are none.
    """
    count = min(shared_suffix(before, parameter), closing)
    while count and not is_mark(parameter[-count - 1]):
        count -= 1
    return count if count and "".join(parameter[-count:]).strip() else 0


def _typed(prober: Prober, found: Parameters) -> Parameters:
    """The parameters with what values of other types show: flags, type names, elements inside elements."""
    text = found.parameter
    start, _, end = text.partition(VALUE)
    for _, value in _TYPED:
        turn = prober.calls([ProbeCall(NAMES[0], {KEYS[0]: value}, "zqid00001")])
        if turn is None:
            continue
        if value is _NESTED and KEY in start and start.replace(KEY, "zqinnerkey") in turn:
            return Parameters("nested", text, found.separator, item=_item(prober))
        if start.replace(KEY, KEYS[0]) in turn:
            continue
        bare = f"{start[:-1]}{VALUE}{end[1:]}" if start.endswith('"') and end.startswith('"') else ""
        if bare and bare.replace(KEY, KEYS[0]).replace(VALUE, json.dumps(value)) in turn:
            return replace(found, parameter=bare, value_type="json")
        for word in re.finditer(r"(?<!\w)[A-Za-z]+(?!\w)", start):
            flag = start[: word.start()], start[word.end() :]
            if _flagged(turn, flag) not in ("", word[0]):
                return _with_flag(prober, found, flag, word[0], end)
    return replace(found, python_values=_python_values(prober, end))


def _flagged(turn: str, flag: tuple[str, str]) -> str:
    """The word that stands in a parameter between the two texts; "" if none does."""
    before, after = (re.escape(text.replace(KEY, KEYS[0])) for text in flag)
    found = re.search(rf"{before}([A-Za-z_]+){after}", turn)
    return found[1] if found else ""


def _with_flag(prober: Prober, found: Parameters, flag: tuple[str, str], of_text: str, end: str) -> Parameters:
    """The parameters with a word that tells a value's type: whether it is a string, or which JSON type it has."""
    if of_text == "true":
        return replace(found, parameter=IS_STRING.join(flag) + VALUE + end, value_type="flag")
    names = [("string", of_text)] if of_text != "string" else []
    for name, value in _TYPED:
        shown = _flagged(prober.calls([ProbeCall(NAMES[0], {KEYS[0]: value}, "zqid00001")]) or "", flag)
        if shown and shown != name:
            names.append((name, shown))
    return replace(found, parameter=TYPE.join(flag) + VALUE + end, value_type="flag", type_names=tuple(names))


def sorts_keys(prober: Prober) -> bool:
    """Whether arguments stand in the order of their names and not as they were given."""
    turn = prober.calls([ProbeCall(NAMES[0], {KEYS[1]: "zqvaluesecond", KEYS[0]: "zqvaluefirst"}, "zqid00001")]) or ""
    return 0 <= turn.find("zqvaluefirst") < turn.find("zqvaluesecond")


def escapes_markup(prober: Prober) -> bool:
    """Whether a text value with < in it is written with an entity, or as a CDATA section."""
    turn = prober.calls([ProbeCall(NAMES[0], {KEYS[0]: "zq<zqmarkup"}, "zqid00001")]) or ""
    return "zq&lt;zqmarkup" in turn or "<![CDATA[zq<zqmarkup]]>" in turn


def python_quote(body: str) -> str:
    """The quote mark of a Python string with the value of a probe, where it is not Python's own choice."""
    return '"' if re.search(rf'{KEYS[0]}="zqvalue', body) else ""


def writes_json(prober: Prober) -> bool:
    """Whether the values of keyword arguments are JSON: f(ok=true)."""
    turn = prober.calls([ProbeCall(NAMES[0], {KEYS[0]: True}, "zqid00001")]) or ""
    return f"{KEYS[0]}=true" in turn


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
