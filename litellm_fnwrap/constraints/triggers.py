"""What tells that a call begins: the marks that a lazy grammar waits for, and that free text must not contain."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..formats.spec import Format, Literally, segments, spellings
from ..generation import Trigger
from ..messages import Tool
from .calls import MOST_BLANKS

_SYMBOLS = re.compile(r"[<>\[\]|｜✿`]")
_WORD_ENDS = re.compile(r"\s|$")
_WORD_ENDS_BEFORE_LIST = re.compile(r"(?<=\w)\[$|(?<=>)\[$|\s|$")
_LETTERS = re.compile(r"[^\W\d_]{3}")
_BLANKS = f"[ \\n\\t\\r]{{0,{MOST_BLANKS}}}"
_PIECES = re.compile(r"\s+|[{}\[\]:,]|[^\s{}\[\]:,]+")


def triggers(format: Format, tools: Sequence[Tool]) -> tuple[Trigger, ...]:
    """The marks and patterns at which a turn of calls begins."""
    found: dict[Trigger, None] = {}
    for section in _sections(format):
        mark = _distinctive(format, section)
        if mark and not _ends_in_name(format, section, mark):
            found.setdefault(Trigger(kind="word", value=mark))
        else:
            found.setdefault(_pattern(format, section, tools))
    return tuple(found)


def excluded_marks(format: Format, tools: Sequence[Tool]) -> tuple[str, ...]:
    """Texts that free text must not contain, since a call begins with them."""
    found: dict[str, None] = {}
    for section in _sections(format):
        mark = _distinctive(format, section)
        if mark:
            found.setdefault(mark)
            continue
        before, behind = _around_name(format, section)
        if before.strip() and "{object}" in format.calls[0]:
            found.setdefault(before)
        else:
            found.update(dict.fromkeys(before + tool.name + behind[:1] for tool in tools))
    return tuple(found)


def _sections(format: Format) -> tuple[str, ...]:
    """The text in front of the calls, where it may be missing also without it."""
    section = _lead(format.sections[0]) if format.sections else ""
    return (section, "") if section and format.section_optional else (section,)


def _distinctive(format: Format, section: str) -> str:
    """The shortest mark that opens the calls, if nothing else begins with it and no prose contains it; else ""."""
    lead = (section + _lead(format.calls[0])).strip()
    others = [text for field in (format.reasoning, format.content) for text in map(_lead, spellings(field))]
    special = [mark for mark in sorted(format.special, key=len) if lead.startswith(mark)]
    ends = _WORD_ENDS_BEFORE_LIST if format.array else _WORD_ENDS
    words = [lead[: match.start()].rstrip() for match in ends.finditer(lead)]
    for mark in (*special, *words):
        shared = not mark or any(other.startswith(mark) for other in others)
        if not shared and _SYMBOLS.search(mark) and _LETTERS.search(mark):
            return mark
    return ""


def _ends_in_name(format: Format, section: str, mark: str) -> bool:
    """Whether the name follows a mark at once, and both may be in one token: an undeclared name would break off."""
    if mark in format.special or "{name}" not in format.calls[0]:
        return False
    return (section + format.calls[0].partition("{name}")[0]).strip() == mark


def _lead(template: str) -> str:
    parts = segments(template)
    return parts[0].text if parts and isinstance(parts[0], Literally) else ""


def _around_name(format: Format, section: str) -> tuple[str, str]:
    """The text from the calls' opening to the name, and the text between the name and the next hole."""
    call = format.calls[0]
    if "{name}" in call:
        before, _, behind = call.partition("{name}")
        return section + before, _lead(behind)
    before, _, behind = format.objects[0].partition("{name}")
    return section + _lead(call) + before + '"', '"' + _lead(behind)


def _pattern(format: Format, section: str, tools: Sequence[Tool]) -> Trigger:
    """The opening up to the name of a declared tool, with any blanks; group 1 is where a call begins."""
    before, behind = _around_name(format, section)
    names = "|".join(re.escape(tool.name) for tool in tools)
    if "{name}" in format.calls[0]:
        after = "[ \\n\\t\\r]" if behind[:1].isspace() else re.escape(behind[:1])
    else:
        # An object that ends behind the name is left to the reader: a grammar that demands arguments would break off.
        after = f'"{_BLANKS},'
    start = "" if before.strip() else "(?:^|\\n)"
    return Trigger(kind="pattern", value=f"{start}({_loose(before)}(?:{names}){after})")


def _loose(text: str) -> str:
    out = []
    for piece in _PIECES.findall(text):
        out.append(_BLANKS if piece.isspace() else re.escape(piece).replace('\\"', '"'))
        if piece in "{}[]:,":
            out.append(_BLANKS)
    return re.sub(f"(?:{re.escape(_BLANKS)})+", lambda _: _BLANKS, "".join(out))
