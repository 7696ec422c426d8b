"""A declaration prepared for reading: its marks as patterns, its headers, its JSON keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from . import marks
from .spec import Format, Hole, Literally, Segment, segments, spellings

MarkKind = Literal["open", "reasoning", "drop"]
Role = Literal["name", "arguments", "id", "nest", "calls", "content", "reasoning", "thought"]

# Keys that models write whatever they were shown.
_USUAL_KEYS: dict[str, Role] = {
    "name": "name",
    "tool_name": "name",
    "function_name": "name",
    "tool": "name",
    "function": "name",
    "action": "name",
    "arguments": "arguments",
    "parameters": "arguments",
    "params": "arguments",
    "args": "arguments",
    "kwargs": "arguments",
    "input": "arguments",
    "action_input": "arguments",
    "tool_input": "arguments",
    "id": "id",
    "tool_call_id": "id",
    "tool_call": "nest",
    "function_call": "nest",
    "tool_calls": "calls",
}
# A brace that may begin a call, with the code fence and the list bracket models put before it.
_BARE = r"((?:```[a-zA-Z_]*[ \t]*\n?\s*)?(?:\[\s*)?(?=\{))"
_BARE_HOLD = r"(?:`{1,3}\Z|```[a-zA-Z_]*[ \t]*\n?\s*(?:\[\s*)?\Z|\[\s*\Z)"
_NAME = r"""[^\s<>(){}\[\]"'`,=|｜]"""
_ID = r"[^\s<>{}\[\]|]"


@dataclass(frozen=True, slots=True)
class Header:
    """What stands between a call's opening mark and its arguments.

    full     matches the whole header, groups name and perhaps id; what follows can begin arguments.
    partial  matches a beginning of it at the end of a text.
    end      parts of the text behind the arguments, each of which may be missing.
    """

    full: re.Pattern[str]
    partial: re.Pattern[str]
    end: tuple[str, ...]
    begin: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A mark behind which calls stand, and what may stand there.

    section  True if other openings may follow inside; ends lists its closing marks, () if it just ends.
    objects  True if JSON objects of calls may stand right behind it.
    headers  of calls with the name in the text that may begin right behind it.
    array    True if the calls are entries of a list.
    """

    mark: str
    section: bool
    objects: bool
    headers: tuple[Header, ...]
    ends: tuple[str, ...]
    array: bool


@dataclass(frozen=True, slots=True)
class Compiled:
    """Everything a parser needs to know of a format, worked out once."""

    format: Format
    search: re.Pattern[str]
    hold: re.Pattern[str]
    search_bare: re.Pattern[str]
    hold_bare: re.Pattern[str]
    reach: int
    kinds: tuple[tuple[MarkKind, Any], ...]
    inside: re.Pattern[str]
    inside_hold: re.Pattern[str]
    openings: tuple[Opening, ...]
    in_reasoning: re.Pattern[str]
    in_reasoning_hold: re.Pattern[str]
    unmarked: Opening
    bare_headers: tuple[Header, ...]
    has_marks: bool
    has_own_marks: bool
    roles: dict[str, Role]
    declared_roles: dict[str, Role]
    answer_roles: dict[str, Role]
    name_is_key: bool
    end_marks: tuple[str, ...]


def _outer(text: str, hole: str) -> tuple[str, str]:
    """The literal text before the first and behind the last segment around a hole."""
    before, after = text.split("{" + hole + "}", 1)
    return before, after


def _without_brackets(before: str, after: str) -> tuple[str, str]:
    return before.rstrip().removesuffix("["), after.lstrip().removeprefix("]")


def _atoms(parts: tuple[Segment, ...], lazily: bool = True) -> list[str]:
    """The atoms of a header's pattern: literals char by char, holes as character classes, blanks optional."""
    atoms: list[str] = []
    for part in parts:
        if isinstance(part, Hole):
            if part.name == "name":
                again = any(atom.startswith("(?P<name>") for atom in atoms)
                atoms.append(rf"(?P<name>{_NAME}{{1,200}}?)" if lazily and not again else f"{_NAME}{{1,200}}")
            elif part.name == "id":
                atoms.append(rf"(?P<id>{_ID}{{1,100}}?)" if lazily else f"{_ID}{{1,100}}")
            elif part.name == "index":
                atoms.append(r"\d{1,6}")
        else:
            for piece in marks.tokens(part.text):
                atoms.extend((r"\s*", *map(re.escape, piece)))
            atoms.append(r"\s*")
    return atoms


def _header(call: str, format: Format) -> Header:
    parts = list(segments(call))
    begin = parts.pop(0).text if isinstance(parts[0], Literally) else ""  # type: ignore[union-attr]
    where = parts.index(Hole("arguments"))
    behind = "".join(part.text if isinstance(part, Literally) else "" for part in parts[where + 1 :])
    head = tuple(parts[:where])
    ends = tuple(mark for line in behind.splitlines() for mark in marks.adjacent(line.strip()))
    start, start_partial = _arguments_start(head, ends[:1], format)
    full = r"\s*[\"']?" + "".join(_quoted_name(_atoms(head))) + start
    plain = _atoms(head, lazily=False)
    partial = marks.begins([r"\s*", r"[\"']?", *plain]) + r"|\s*\Z"
    if start_partial:
        partial += rf"|\s*{''.join(plain)}\s*{start_partial}"
    return Header(re.compile(full), re.compile(partial), ends, begin)


def _arguments_start(head: tuple[Segment, ...], ends: tuple[str, ...], format: Format) -> tuple[str, str]:
    """What must follow a header, where the header's own text does not say that it is over; and a beginning of that."""
    if format.arguments == "json":
        return r"""(?=\s*[{"'`])""", ""
    if format.arguments == "literal":
        return r"(?=\s*\{)", ""
    last = head[-1]
    if format.arguments == "pythonic" or (isinstance(last, Literally) and last.text.strip()):
        return "", ""
    follows = [*(text.split("{key}")[0] for text in format.parameters), *ends]
    begins = marks.any_of(map(marks.pattern, follows))
    return rf"(?=\s*(?:{begins}|\{{))", marks.any_of(map(marks.partial, follows))


def _quoted_name(atoms: list[str]) -> list[str]:
    """The atoms, with an optional quote mark behind the name and blanks around it."""
    out: list[str] = []
    for atom in atoms:
        out.append(atom + r"[\"']?\s*" if atom.startswith("(?P<name>") else atom)
    return out


def _call_openings(format: Format) -> dict[str, list[str]]:
    """Call spellings by their opening mark; "" for those without."""
    grouped: dict[str, list[str]] = {}
    for call in format.calls:
        first = segments(call)[0]
        grouped.setdefault(" ".join(marks.tokens(first.text)) if isinstance(first, Literally) else "", []).append(call)
    return grouped


def _bare_headers(format: Format) -> tuple[Header, ...]:
    """Headers of calls as they look when a server hides special tokens: the name begins a line."""
    out: dict[str, Header] = {}
    tags = [text.split("{key}")[0] for text in format.parameters]
    for call in format.calls:
        if "{object}" in call or format.arguments == "nested":
            continue
        for special in marks.longest_first(format.special):
            call = call.replace(special, "")
        call = call.lstrip()
        first = segments(call)[0]
        lead = first.text.strip() if isinstance(first, Literally) else ""
        if not re.fullmatch(r"[\w.:]*", lead):
            continue
        header = _header(call, format)
        before = r"[ \t]*" + re.escape(lead)
        full = before + header.full.pattern.removeprefix(r"\s*")
        partial = before + f"(?:{header.partial.pattern})"
        if format.arguments == "tagged":
            full += rf"(?=\s*{marks.any_of(map(marks.pattern, tags))})"
            partial = rf"(?:{partial}|{before}{_NAME}{{1,200}}\s*{marks.any_of(map(marks.partial, tags))})"
        out[full] = Header(re.compile(full), re.compile(partial), header.end, lead)
    return tuple(out.values())


def _opening(mark: str, calls: list[str], format: Format) -> Opening:
    objects = [call for call in calls if "{object}" in call]
    headers = tuple(_header(call, format) for call in calls if "{object}" not in call)
    ends = tuple(end.strip() for end in (_outer(call, "object")[1] for call in objects) if end.strip())
    return Opening(mark, False, bool(objects), headers, ends, False)


def _sections(format: Format, bare: Opening) -> dict[str, Opening]:
    grouped: dict[str, set[str]] = {}
    for section in format.sections:
        before, after = _outer(section, "calls")
        if format.array:
            before, after = _without_brackets(before, after)
        key = before.strip() or ("[" if format.array and (bare.headers or not bare.objects) else "")
        grouped.setdefault(key, set()).add(after.strip())
    return {
        mark: Opening(mark, True, True, bare.headers, tuple(marks.longest_first(ends)), format.array)
        for mark, ends in grouped.items()
    }


def _roles(format: Format) -> tuple[dict[str, Role], dict[str, Role], bool]:
    """Roles of the keys of a call's object: usual and declared ones, declared ones, and whether the name is a key."""
    declared: dict[str, Role] = {}
    for text in format.objects:
        for key, hole in re.findall(r'"([^"]+)":\s*"?\{(name|arguments|id|index)\}', text):
            declared[key] = "id" if hole == "index" else hole
    return {**_USUAL_KEYS, **declared}, declared, any("{{name}:" in text for text in format.objects)


def _answer_roles(format: Format) -> dict[str, Role]:
    """Roles of an envelope's keys; what is content beside calls and reasoning beside an answer is a thought."""
    roles: dict[str, Role] = {}
    names: dict[str, Role] = {"": "nest", "object": "nest", "calls": "calls", "content": "content"}
    for text in format.envelope:
        for key, value in re.findall(r'"([^"]+)":\s*(\[?\s*\{(?:calls|content|reasoning|object)\}|\{)', text):
            role = names.get(value.strip("[ {}"), "reasoning")
            roles[key] = role if roles.get(key, role) == role else "thought"
    return roles


def _hidden_openings(openings: dict[str, Opening], format: Format) -> dict[str, Opening]:
    """What is left of opening marks when a server hides special tokens, where it still tells that a call begins."""
    found: dict[str, Opening] = {}
    for mark, opening in openings.items() if format.bare else ():
        left = mark
        for special in marks.longest_first(format.special):
            left = left.replace(special, "")
        left = left.strip()
        if left != mark and len(left) > 8 and re.search(r"\W", left) and not opening.section:
            calls = [call for call in format.calls if " ".join(marks.tokens(call)).startswith(mark)]
            for special in marks.longest_first(format.special):
                calls = [call.replace(special, "") for call in calls]
            found[left] = replace(
                opening, mark=left, headers=tuple(_header(call, format) for call in calls if "{object}" not in call)
            )
        if opening.array and opening.headers:
            found["["] = replace(opening, mark="[", ends=())
    return found


@lru_cache(maxsize=512)
def compile_format(format: Format) -> Compiled:
    """The prepared form of a declaration; the same object for equal declarations."""
    calls = {mark: _opening(mark, texts, format) for mark, texts in _call_openings(format).items()}
    bare = calls.pop("", Opening("", False, False, (), (), False))
    sections = {
        mark: replace(section, headers=(*section.headers, *calls[mark].headers)) if mark in calls else section
        for mark, section in _sections(format, bare).items()
    }
    unmarked = Opening("", True, True, bare.headers, (), True)
    openings = {**calls, **{mark: opening for mark, opening in sections.items() if mark}}
    openings = {**_hidden_openings(openings, format), **openings}
    pairs = [_outer(text, "reasoning") for text in spellings(format.reasoning)]
    wraps = [mark for text in spellings(format.content) for mark in _outer(text, "content")]
    special_stops = [stop for stop in format.stop if stop.startswith(("<", "["))]
    kinds: dict[str, tuple[MarkKind, Any]] = {}
    for mark in (*wraps, *format.drop, *special_stops):
        kinds[" ".join(marks.tokens(mark))] = ("drop", mark)
    for before, after in pairs:
        kinds[" ".join(marks.tokens(before))] = ("reasoning", after.strip())
    kinds.update({" ".join(marks.tokens(mark)): ("open", opening) for mark, opening in openings.items()})
    kinds.pop("", None)
    order = marks.longest_first(kinds)
    search = "|".join(f"({marks.pattern(mark)})" for mark in order)
    hold = marks.any_of(marks.partial(mark) for mark in order)
    inside = marks.longest_first(calls)
    roles, declared, name_is_key = _roles(format)
    return Compiled(
        format=format,
        search=re.compile(search or r"(?!)"),
        hold=re.compile(hold),
        search_bare=re.compile(f"{search}|{_BARE}" if search else _BARE),
        hold_bare=re.compile(f"(?:{hold}|{_BARE_HOLD})"),
        reach=max([len(mark) for mark in order] or [1]) + 64,
        kinds=tuple(kinds[mark] for mark in order),
        inside=re.compile("|".join(f"({marks.pattern(mark)})" for mark in inside) or r"(?!)"),
        inside_hold=re.compile(marks.any_of(marks.partial(mark) for mark in inside)),
        openings=tuple(calls[mark] for mark in inside),
        in_reasoning=re.compile(marks.any_of(marks.pattern(mark) for mark in marks.longest_first(openings))),
        in_reasoning_hold=re.compile(marks.any_of(marks.partial(mark) for mark in openings if mark)),
        unmarked=unmarked,
        bare_headers=_bare_headers(format),
        has_marks=bool(openings),
        has_own_marks=any(mark != "[" for mark in openings),
        roles=roles,
        declared_roles=declared,
        answer_roles=_answer_roles(format),
        name_is_key=name_is_key,
        end_marks=tuple(marks.longest_first(end for opening in openings.values() for end in opening.ends)),
    )
