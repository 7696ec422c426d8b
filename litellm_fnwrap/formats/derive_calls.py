"""Where calls stand in a rendered turn, and how the text around them divides into marks and separators."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from .derive_probe import KEYS, ProbeCall
from .derive_tokens import ARGUMENTS, ID, INDEX, NAME, shared_prefix, shared_suffix, split_blank, tokens
from .derive_values import Parameters

Syntax = Literal["object", "json", "pythonic", "literal", "tagged"]
_DECODER = json.JSONDecoder()
# Each call's arguments or object stand as one private character of their own until the cores are compared.
FIRST_BODY = 0xE100
# How many tokens before a call, or behind it, a number may stand that counts calls.
_COUNTER_AT_MOST = 8


@dataclass(frozen=True, slots=True)
class Body:
    """Where a call's arguments (or whole JSON object) stand in the text."""

    syntax: Syntax
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Division:
    """A turn with calls, divided into tokens.

    before, after      around everything that belongs to calls.
    opening, core, closing  one call; the core reaches from the first thing that varies to the last.
    separator          between two calls; None where only one call was rendered.
    first              what a counter of calls counts from; 0 where there is none.
    """

    before: list[str]
    opening: list[str]
    core: list[str]
    closing: list[str]
    separator: list[str] | None
    after: list[str]
    first: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What was seen of calls."""

    syntax: Syntax
    division: Division
    texts: list[str]
    calls: list[ProbeCall]
    parameters: Parameters | None


def decode(text: str, at: int) -> tuple[Any, int] | None:
    """The JSON value that begins at a place, and its end; None if none does."""
    try:
        return _DECODER.raw_decode(text, at)
    except ValueError:
        return None


def find_body(text: str, call: ProbeCall, others: Sequence[ProbeCall], start: int) -> Body | None:
    """The call's arguments in a turn, in the first syntax that fits; None for tagged ones, which have no brackets."""
    name_at = text.find(call.name, start)
    found = _enclosing_object(text, call, others, name_at, start) if name_at >= 0 else None
    if found is not None:
        return found
    header = name_at + len(call.name) if name_at >= 0 else text.find(call.id, start)
    for at in (match.start() for match in re.finditer(r"\{", text[header:])) if header >= 0 else ():
        value = decode(text, header + at)
        if value is not None and value[0] == call.arguments:
            return Body("json", header + at, value[1])
    return _bracketed(text, call, header)


def _enclosing_object(text: str, call: ProbeCall, others: Sequence[ProbeCall], name_at: int, start: int) -> Body | None:
    """The largest JSON object that holds this call's name and argument, and no other call's."""
    best: Body | None = None
    for at in range(name_at, start - 1, -1):
        if text[at] != "{":
            continue
        value = decode(text, at)
        if value is None or value[1] <= name_at:
            continue
        inside = text[at : value[1]]
        if any(other.name in inside for other in others if other is not call):
            break
        if f'"{call.name}"' in inside and all(key in inside for key in call.arguments):
            best = Body("object", at, value[1])
    return best


def _bracketed(text: str, call: ProbeCall, at: int) -> Body | None:
    """Arguments as in Python's calls, name(k='v'), or as a literal object with bare keys, name{k:v}."""
    first = next(iter(call.arguments), KEYS[0])
    last = str(list(call.arguments.values())[-1]) if call.arguments else ""
    for syntax, opening, closing in (("pythonic", f"({first}=", ")"), ("literal", f"{{{first}:", "}")):
        begin = text.find(opening, at)
        if begin < 0 or text[at:begin].strip() or not last:
            continue
        end = text.find(closing, text.find(last, begin))
        if end >= 0:
            inside = (begin + 1, end) if syntax == "pythonic" else (begin, end + 1)
            return Body("pythonic" if syntax == "pythonic" else "literal", *inside)
    return None


def mark_bodies(text: str, calls: Sequence[ProbeCall]) -> tuple[str, list[str], Syntax] | None:
    """The text with each body as one private character, the bodies' own texts, and their syntax."""
    out, texts, at = [], [], 0
    syntax: Syntax = "tagged"
    for n, call in enumerate(calls):
        body = find_body(text, call, calls, at)
        if body is None or (n and body.syntax != syntax):
            return None
        syntax = body.syntax
        out += [text[at : body.start], chr(FIRST_BODY + n)]
        texts.append(text[body.start : body.end])
        at = body.end
    return "".join([*out, text[at:]]), texts, syntax


def divide(marked: str, calls: Sequence[ProbeCall]) -> Division | None:
    """The turn's division; None if a call cannot be found in it, or calls differ in form."""
    cut = tokens(marked)
    cores: list[tuple[int, int]] = []
    for n, call in enumerate(calls):
        words = {call.name, call.id, chr(FIRST_BODY + n)}
        held = [at for at, token in enumerate(cut) if any(word in token for word in words)]
        if not held:
            return None
        cores.append((held[0], held[-1] + 1))
    cores = _with_counters(cut, cores)
    plain = [_plain(cut[start:end], call, n) for n, ((start, end), call) in enumerate(zip(cores, calls, strict=True))]
    common = _common(plain)
    if common is None:
        return None
    core, first = common
    before, after = cut[: cores[0][0]], cut[cores[-1][1] :]
    if len(calls) == 1:
        return Division(before, [], core, [], None, after)
    between = cut[cores[0][1] : cores[1][0]]
    return replace(_split(before, core, between, after), first=first)


def _with_counters(cut: Sequence[str], cores: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The calls' places, each with the number before it, or behind it, that counts calls where there is one."""
    if len(cores) < 2:
        return list(cores)
    starts, ends = [start for start, _ in cores], [end for _, end in cores]
    before, behind = [0, *ends], [*starts[1:], len(cut)]
    for back in range(1, _COUNTER_AT_MOST + 1):
        places = [start - back for start in starts]
        if any(place < end for place, end in zip(places, before, strict=False)):
            break
        column = [cut[place] for place in places]
        if len(set(column)) > 1:
            starts = places if _counter(column) else starts
            break
    for ahead in range(_COUNTER_AT_MOST):
        places = [end + ahead for end in ends]
        if any(place >= start for place, start in zip(places, behind, strict=True)):
            break
        column = [cut[place] for place in places]
        if len(set(column)) > 1:
            ends = [place + 1 for place in places] if _counter(column) else ends
            break
    return list(zip(starts, ends, strict=True))


def _split(before: list[str], core: list[str], between: list[str], after: list[str]) -> Division:
    """Marks that repeat with each call are the call's; blanks at its ends belong to the separator."""
    count = shared_suffix(before, between)
    opening, rest = between[len(between) - count :], between[: len(between) - count]
    before = before[: len(before) - count]
    count = shared_prefix(rest, after)
    closing, separator, after = rest[:count], rest[count:], after[count:]
    blank, opening, inner = split_blank(opening)
    opening += inner
    if not opening:
        blank, inner = blank + inner, []
    lead, closing, trail = split_blank(closing)
    closing = lead + closing if closing else []
    if not closing:
        trail = lead + trail
    return Division([*before, *blank], opening, core, closing, [*trail, *separator, *blank], [*trail, *after])


def _plain(core: Sequence[str], call: ProbeCall, n: int) -> list[str]:
    body = chr(FIRST_BODY + n)
    return [token.replace(call.name, NAME).replace(call.id, ID).replace(body, ARGUMENTS) for token in core]


def _common(cores: Sequence[list[str]]) -> tuple[list[str], int] | None:
    """The cores as one, with a counter where they count, and what it counts from; None if they differ otherwise."""
    if any(len(core) != len(cores[0]) for core in cores):
        return None
    out, first = [], 0
    for column in zip(*cores, strict=True):
        token = column[0]
        if len(set(column)) > 1:
            counted = _counter(column)
            if counted is None:
                return None
            token, first = counted
        out.append(token)
    return out, first


def _counter(column: Sequence[str]) -> tuple[str, int] | None:
    """One token for tokens that differ in nothing but a number that counts calls, and the first number; None if they
    differ otherwise.
    """
    numbers = [list(re.finditer(r"\d+", token)) for token in column]
    for found in zip(*numbers, strict=False):
        first = int(found[0].group())
        if [int(number.group()) for number in found] != [first + n for n in range(len(column))]:
            continue
        rest = {f"{token[: at.start()]}{INDEX}{token[at.end() :]}" for token, at in zip(column, found, strict=True)}
        if len(rest) == 1:
            return rest.pop(), first
    return None


def object_template(texts: Sequence[str], calls: Sequence[ProbeCall]) -> tuple[str, int] | None:
    """A call's JSON object with holes, from the same object of several calls, and what a counter in it counts from;
    None if they differ.
    """
    marked = []
    for text, call in zip(texts, calls, strict=True):
        body = find_arguments(text, call)
        if body is None:
            return None
        text = text[: body[0]] + ARGUMENTS + text[body[1] :]
        text = text.replace(f'"{call.name}"', NAME).replace(f'"{call.id}"', ID)
        marked.append(tokens(text))
    common = _common(marked)
    return ("".join(common[0]), common[1]) if common is not None else None


def find_arguments(text: str, call: ProbeCall) -> tuple[int, int] | None:
    """Where the arguments stand in a call's JSON object, as an object or as JSON text in a string."""
    key_at = text.find(next(iter(call.arguments), ""))
    for at in range(key_at, -1, -1):
        value = decode(text, at) if text[at] in '{"' else None
        if value is None or value[1] <= key_at:
            continue
        if value[0] == call.arguments or (isinstance(value[0], str) and decode(value[0], 0) is not None):
            return at, value[1]
    return None
