"""A declaration put together from what was seen of calls and of the turn around them."""

from __future__ import annotations

import json
import re
from typing import Any

from .derive_calls import Division, Reading, find_arguments, object_template
from .derive_probe import END_OF_TEXT, KEYS, NAMES, ProbeCall, Prober
from .derive_tokens import ARGUMENTS, ID, INDEX, NAME, OBJECT, declared, is_mark, marks, shared_prefix, tokens
from .derive_turns import (
    Plain,
    content_marks,
    ends_of_turn,
    find_reasoning,
    head_length,
    next_turns,
    paired_marks,
    read_plain,
    tail_length,
    with_prefill,
    without_reasoning,
)
from .derive_values import escapes_markup, json_style, literal_quote, python_quote, sorts_keys, writes_json
from .spec import Format, spellings

SOURCE = "derived from a chat template"
_ANY_ID = "[A-Za-z0-9_.:-]+"
# Where a template shows only a call's id, the id names the function: Kimi K2's functions.get_weather:0.
NAMING_ID = "functions.{name}:{index}"
_NAMED = NAMING_ID.replace("{name}", NAME).replace("{index}", INDEX)
_NAMING_IDS = r"functions\.[A-Za-z0-9_.:-]+:\d+"
_DEFAULT_OBJECT = '{"name": {name}, "arguments": {arguments}}'
_EMPTY_SHELL = re.compile(r"<\|(\w+)_(?:start|begin)\|>\s*<\|\1_end\|>")
_SPECIAL = re.compile(r"<[|｜].*>|<.*\|>|\[.*\]")


def declare(prober: Prober, reading: Reading) -> Format:
    """The declaration of what was read of calls, with what stands around them."""
    plain, opened = read_plain(prober), prober.generation_prompt()
    reasoning = find_reasoning(prober, plain, opened)
    section, call, tail, extra = _around(reading.division, plain, reasoning, opened)
    object_text, first = _object(reading)
    if object_text is not None:
        call = call.replace(ARGUMENTS, OBJECT)
    if object_text is None and NAME not in call:
        call = call.replace(ID, _NAMED)
    naming = _NAMED in call  # or the template writes it itself: results are told by it either way
    values = _values(prober, reading)
    content = content_marks(plain, reading.division.before, len(tail), reasoning, opened)
    stops = ends_of_turn(prober, plain, tail, [token for token in extra if token not in reasoning])
    begin = section[0] + declared([call]).partition("{")[0]
    prefill = _prefill(opened, begin)
    reasoning = with_prefill(prober, prefill, reasoning)
    return Format(
        name="derived",
        source=SOURCE,
        sample=_sample(prober, begin, stops, call, naming=naming),
        section=f"{section[0]}{{calls}}{section[1]}" if any(section) else "",
        section_optional=bool(marks(section[0])) and bool(marks(call)),
        call=declared([call]),
        empty_call=_empty_call(prober, declared([call])) if reading.syntax == "json" else "",
        separator="".join(reading.division.separator or ()),
        parallel=reading.division.separator is not None,
        object=declared([object_text]) if object_text else _DEFAULT_OBJECT,
        array=section[0].rstrip().endswith("[") and section[1].lstrip().startswith("]"),
        first_index=first,
        reasoning=reasoning or "<think>{reasoning}</think>",
        content=content or (),
        drop=_dropped([*stops, *filter(is_mark, tail)], _head(reading.division, plain, opened, prefill), reasoning),
        stop=_stops(prober, stops, begin + reasoning),
        special=_special(section[0] + call + section[1] + values.get("quote", "")),
        prefill=prefill,
        id_pattern=_NAMING_IDS if naming else _id_pattern(prober, call + (object_text or "")),
        sorted_keys=sorts_keys(prober),
        **values,
    )


def in_turns(prober: Prober, known: Format) -> Format:
    """A format of the catalog with what stands around it in the turns of a template."""
    plain, opened = read_plain(prober), prober.generation_prompt()
    reasoning = find_reasoning(prober, plain, opened)
    stops = ends_of_turn(prober, plain, plain.after[paired_marks(plain) :], [])
    return known.with_(
        source=SOURCE,
        reasoning=tuple(dict.fromkeys([*filter(None, [reasoning]), *spellings(known.reasoning)])),
        drop=tuple(dict.fromkeys([*_dropped(stops, opened, reasoning), *known.drop])),
        stop=tuple(stops),
        prefill="",
    )


def _empty_call(prober: Prober, call: str) -> str:
    """A call without arguments, where the template writes it otherwise than with an empty object; "" else."""
    head, _, rest = call.partition("{name}")
    between, _, end = rest.partition("{arguments}")
    turn = prober.calls([ProbeCall(NAMES[0], {}, "zqid00001")]) or ""
    if (
        not (head.strip() and end.strip() and "{arguments}" in rest)
        or f"{between}{{}}{end}" in turn
        or "{" in head + end
    ):
        return ""
    # The marks around the arguments are left out with them, or stay.
    for start in (0, *(seam.start() for seam in re.finditer(r"(?<=[>\]])\s*(?=[<\[])", end))):
        found = re.search(rf"{re.escape(head + NAMES[0])}([^\w{{}}]{{0,40}}?){re.escape(end[start:])}", turn)
        if found:
            return f"{head}{{name}}{found[1]}{end[start:]}"
    return ""


def _values(prober: Prober, reading: Reading) -> dict[str, Any]:
    """The fields of a declaration that say how arguments and their values are written."""
    if reading.parameters is not None:
        found = reading.parameters
        return {
            "arguments": found.arguments,
            "parameter": declared([found.parameter]),
            "parameter_separator": found.separator,
            "value_type": found.value_type,
            "item": found.item,
            "python_values": found.python_values,
            "type_names": found.type_names,
            "entities": escapes_markup(prober),
        }
    text, call = reading.texts[0], reading.calls[0]
    if reading.syntax == "literal":
        quote, around = literal_quote(text)
        return {"arguments": "literal", "quote": quote, "quote_all": around and _quotes_numbers(prober, quote)}
    if reading.syntax == "pythonic":
        if writes_json(prober):
            return {"arguments": "pythonic", "value_type": "json", "ascii": _escapes(prober)}
        return {"arguments": "pythonic", "quote": python_quote(text)}
    body = find_arguments(text, call) if reading.syntax == "object" else None
    written = text[slice(*body)] if body else text
    as_text = written.startswith('"')
    compact, indent = json_style(json.loads(written) if as_text else written, call.arguments)
    return {"compact": compact, "indent": indent, "ascii": _escapes(prober), "as_text": as_text}


def _around(
    division: Division, plain: Plain, reasoning: str, opened: str
) -> tuple[tuple[str, str], str, list[str], list[str]]:
    """Section marks, one call's text, the end of a turn, and further tokens that end a turn of calls."""
    count = tail_length(plain, division.after)
    after = division.after[: len(division.after) - count]
    tail = division.after[len(division.after) - count :]
    if paired_marks(plain):  # even empty content is marked, and its closing mark comes first
        before = division.before[shared_prefix(division.before, plain.before) :]
        before = before[shared_prefix(before, plain.after) :]
    else:
        before = division.before[head_length(division.before, plain.before, opened, reasoning) :]
    before = without_reasoning(before, reasoning)
    while before and before[0] == "\n":
        before = before[1:]
    if division.separator is None:
        return ("", ""), "".join([*before, *division.core, *after]).rstrip("\n"), tail, after
    wanted = sum(map(is_mark, before))
    if not "".join(before).strip():
        extra = after if "".join(after).strip() else []
        return ("", ""), "".join([*division.opening, *division.core, *division.closing]), tail, extra
    extra = []
    while sum(map(is_mark, after)) > wanted:
        extra.insert(0, after.pop())
    if _EMPTY_SHELL.fullmatch("".join(before).strip()):  # Llama 4's template marks content, be it empty, before calls
        before = []
    section = ("".join(before), "".join(after).rstrip("\n"))
    return section, "".join([*division.opening, *division.core, *division.closing]), tail, extra


def _object(reading: Reading) -> tuple[str | None, int]:
    """A call's JSON object with holes, None for other syntaxes, and what a counter of calls counts from."""
    found = object_template(reading.texts, reading.calls) if reading.syntax == "object" else None
    if found is None or INDEX not in found[0]:
        return found and found[0], reading.division.first
    return found


def _escapes(prober: Prober) -> bool:
    """Whether JSON is written in ASCII alone."""
    return "zq\\u00e9" in (prober.calls([ProbeCall(NAMES[0], {KEYS[0]: "zqé"}, "zqid00001")]) or "")


def _quotes_numbers(prober: Prober, quote: str) -> bool:
    turn = prober.calls([ProbeCall(NAMES[0], {KEYS[0]: 7301}, "zqid00001")]) or ""
    return f"{quote}7301{quote}" in turn


def _head(division: Division, plain: Plain, opened: str, prefill: str) -> str:
    """What opens the assistant's turn: the generation prompt, or where there is none, what the model writes itself."""
    if opened:
        return opened.removesuffix(prefill)
    return "".join(plain.before[: shared_prefix(plain.before, division.before)])


def _stops(prober: Prober, ends: list[str], own: str) -> tuple[str, ...]:
    """The ends of a turn that stand in no call and no thought; where all of them do, what opens the next turn."""
    outer = [stop for stop in ends if stop not in own]
    if ends and not outer:
        outer = [stop for stop in next_turns(prober) if stop not in own]
    return tuple(dict.fromkeys(outer))


def _dropped(stops: list[str], opened: str, reasoning: str) -> tuple[str, ...]:
    """Turn ends, and the role head that opens the assistant's turn: they mean nothing in an answer."""
    begin = reasoning.partition("{reasoning}")[0].strip()
    text = opened.partition(begin)[0].strip() if begin else opened.strip()
    return tuple(dict.fromkeys([*stops, *([text] if text and is_mark(tokens(text)[0]) else [])]))


def _prefill(opened: str, begin: str) -> str:
    """The end of the generation prompt that is really the beginning of a call."""
    for length in range(min(len(opened), len(begin)), 0, -1):
        if begin.startswith(opened[-length:]) and opened[-length:].strip():
            return opened[-length:]
    return ""


def _id_pattern(prober: Prober, text: str) -> str:
    """What a call's id must be: nine letters and digits where the template refuses shorter or longer ones, shown or
    not; else anything, where it is shown.
    """
    odd = [prober.calls([ProbeCall(NAMES[0], {KEYS[0]: "zqvaluealpha"}, id)]) for id in ("zq1", "call_zqid0000001")]
    if None in odd:
        return "[a-zA-Z0-9]{9}"
    return _ANY_ID if ID in text else ""


def _special(text: str) -> tuple[str, ...]:
    """Marks that may be tokens of their own: <|mark|> and the like, [MARK], and pairs such as <tool_call>."""
    found = dict.fromkeys(marks(text))
    paired = {mark for mark in found if re.fullmatch(r"<[\w:]+>", mark) and f"</{mark[1:]}" in found}
    paired |= {f"</{mark[1:]}" for mark in paired}
    return tuple(mark for mark in found if mark in paired or _SPECIAL.match(mark))


def _sample(prober: Prober, begin: str, stops: list[str], call: str, *, naming: bool) -> str:
    """Literal text of calls as the template writes them, from the first mark of calls to the last."""
    ids = ("functions.get_weather:0", "functions.ping:1") if naming else ("a1b2c3d4e", "f5g6h7i8j")
    calls = [ProbeCall("get_weather", {"city": "Lyon"}, ids[0]), ProbeCall("ping", {}, ids[1])]
    turn = prober.calls(calls) or prober.calls(calls[:1]) or ""
    named = turn.find("get_weather")
    start = turn.find(begin) if begin else turn.rfind("{", 0, named) if OBJECT in call else named
    text = turn[max(start, 0) :]
    ends = [at for stop in (*stops, END_OF_TEXT) if not call.endswith(stop) and (at := text.find(stop, len(begin))) > 0]
    return text[: min(ends, default=len(text))].strip("\n")
