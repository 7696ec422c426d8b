"""A format's declaration, read off a model's own chat template.

Conversations with made-up words are rendered, and the text around those words is compared: between two calls of one
turn, between one argument and two, between an answer and a call, between values of different types. Nothing depends
on a template's own text or a model's name, so that a template nobody has seen works as well.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Sequence

from ..chat_template import ChatTemplate
from ..errors import TemplateError
from ..events import ToolCall
from ..messages import Tool
from .derive_calls import FIRST_BODY, Division, Reading, divide, mark_bodies
from .derive_catalog import merged
from .derive_declare import NAMING_ID, declare, in_turns
from .derive_probe import KEYS, NAMES, ProbeCall, Prober, probe_calls
from .derive_taught import corrected, taught
from .derive_tokens import ARGUMENTS, ID, INDEX, IS_STRING, KEY, NAME, TYPE, VALUE
from .derive_values import Parameters, read_parameters
from .parser import parse_text
from .spec import Format
from .writer import write_calls


def derive(chat_template: str | ChatTemplate, *, bos_token: str = "", eos_token: str = "") -> Format:
    """The format in which a chat template writes tool calls, for parsing, writing and constraining.

    It is named after the catalog's format where it writes the same, and then reads that one's other spellings too;
    else it is called "derived". Raises TemplateError if the template is broken or renders no calls.
    """
    if not isinstance(chat_template, ChatTemplate):
        chat_template = ChatTemplate(chat_template, bos_token=bos_token, eos_token=eos_token)
    return _derive(chat_template)


@functools.lru_cache(maxsize=64)
def _derive(template: ChatTemplate) -> Format:
    prober = Prober(template)
    if not prober.settle():
        raise TemplateError(
            "No format can be derived from the chat template: it renders no tool calls. "
            "Name a format, or a wrapper that teaches one in the prompt (format='generic')."
        )
    lesson = taught(prober)
    for reading in _readings(prober):
        try:
            format = merged(declare(prober, reading))
        except ValueError:
            continue  # what was read makes no declaration
        if _writes_as(prober, format) and _reads_back(format, reading):
            return corrected(prober, format, lesson)
    hint = f"Its words about tools teach {lesson.name!r}: name that format, or a wrapper." if lesson else ""
    raise TemplateError(
        "No format can be derived from the chat template: it renders tool calls, but in no form that can be declared "
        f"and read back. {hint or 'Name a format or a wrapper.'}"
    )


@functools.lru_cache(maxsize=64)
def taught_format(template: ChatTemplate, otherwise: Format | None = None) -> Format | None:
    """The format that a template's words about tools teach, for one from which none can be derived, else the one given;
    with the template's ends of turns.
    """
    prober = Prober(template)
    lesson = taught(prober) or otherwise
    return lesson and in_turns(prober, lesson)


def _writes_as(prober: Prober, format: Format) -> bool:
    """Whether the format writes what the template renders, be it one call or several.

    How often the end of a section stands there is left open: templates forget it, or write it after every call. So are
    the quote marks of Python's strings, which some leave to the values.
    """
    ends = [section.split("{calls}")[1].strip() for section in format.sections[:1]]
    marks = [mark for mark in (*ends, *format.stop) if mark.strip()]
    marks += ["'", '"'] if format.arguments == "pythonic" else []
    for count in (1, 2, 3):
        calls = _probes_for(format, count)
        turn = prober.calls(calls)
        if turn is None or any(call.arguments[KEYS[0]] not in turn for call in calls):
            continue  # fewer calls are shown than were given
        if count > 1 and not format.parallel:
            return False
        written = write_calls(format, _as_written(calls))
        if written not in turn and _without(written, marks) not in _without(turn, marks):
            return False
    return True


def _probes_for(format: Format, count: int) -> list[ProbeCall]:
    """Calls to render, with ids that name the function where the format takes the name from the id."""
    calls = probe_calls(count)
    if NAMING_ID not in format.calls[0]:
        return calls
    return [
        call._replace(id=NAMING_ID.replace("{name}", call.name).replace("{index}", str(n)))
        for n, call in enumerate(calls)
    ]


def _without(text: str, marks: Sequence[str]) -> str:
    for mark in marks:
        text = text.replace(mark, "")
    return text


def _as_written(calls: Sequence[ProbeCall]) -> list[ToolCall]:
    return [ToolCall(call.id, call.name, json.dumps(call.arguments)) for call in calls]


def _reads_back(format: Format, reading: Reading) -> bool:
    """Whether the format reads what it writes, and nothing of it as words."""
    properties = {KEYS[0]: {"type": "string"}}
    tools = [Tool(name=name, parameters={"type": "object", "properties": properties}) for name in NAMES]
    read = parse_text(write_calls(format, _as_written(reading.calls), tools), format, tools)
    found = [(call.name, json.loads(call.arguments)) for call in read.tool_calls]
    return not (read.content or "").strip() and found == [(call.name, call.arguments) for call in reading.calls]


def _readings(prober: Prober) -> Iterator[Reading]:
    """The turn with as many calls as the template renders, divided; then with fewer."""
    for count in (3, 2, 1):
        calls = probe_calls(count)
        turn = prober.calls(calls)
        if turn is None or any(call.arguments[KEYS[0]] not in turn for call in calls):
            continue
        found = mark_bodies(turn, calls)
        if found is not None:
            marked, texts, syntax = found
            division = divide(marked, calls)
            if division is not None:
                yield Reading(syntax, division, texts, calls, None)
                continue
        parameters = read_parameters(prober)
        if parameters is None:
            continue
        for written in (parameters, parameters.with_blank_between()):
            division = _with_parameters(turn, written, calls)
            if division is not None and _writes_none(prober, division, written):
                yield Reading("tagged", division, [], calls, written)
        division = _with_parameters(turn, parameters, calls)
        if division is not None:
            yield Reading("tagged", division, [], calls, parameters)


def _writes_none(prober: Prober, division: Division, parameters: Parameters) -> bool:
    """Whether a call without arguments is what the division says it is."""
    turn = prober.calls([ProbeCall(NAMES[0], {}, "zqid00001")])
    if turn is None or parameters.arguments == "nested":
        return True
    text = "".join([*division.opening, *division.core, *division.closing]).replace(ARGUMENTS, "")
    if INDEX in text:
        return True
    return text.replace(NAME, NAMES[0]).replace(ID, "zqid00001") in turn


def _with_parameters(turn: str, parameters: Parameters, calls: list[ProbeCall]) -> Division | None:
    """The division of a turn in which each call's parameters stand as one body."""
    of_text = dict(parameters.type_names).get("string", "string")
    pattern = parameters.parameter.replace(KEY, KEYS[0]).replace(IS_STRING, "true").replace(TYPE, of_text)
    for n, call in enumerate(calls):
        value = str(call.arguments[KEYS[0]])
        text = pattern.replace(VALUE, json.dumps(value) if parameters.value_type == "json" else value)
        if turn.count(text) != 1:
            return None
        turn = turn.replace(text, chr(FIRST_BODY + n))
    return divide(turn, calls)


__all__ = ["derive", "taught_format"]
