"""What stands between a call's opening mark and its arguments, as patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from . import marks
from .spec import Format, Hole, Literally, Segment, segments

_NAME = r"""[^\s<>(){}\[\]"'`,=|｜]"""
_WHOLE_NAME = _NAME + "{1,200}"
# Text begins behind a mark or on a line of its own, and its first line keeps the blanks before it; a brace begins JSON.
_TEXT_START = r"(?<=[>\]\n])(?=[^\n]*\S)(?!\s*\{)"
# What models write for the object of arguments: nothing, or the object in a list.
_NO_OBJECT = r"(?:(?:null|None)(?!\w)|\[\s*[{\]])"
_NO_OBJECT_START = r"(?:n(?:u(?:ll?)?)?|N(?:o(?:ne?)?)?|\[\s*)\Z"
WORD_AT_END = re.compile(r"\s*(?:null|None)\Z")
"""A word for no object that may still become a longer one, and so no argument."""

_MARKED = r"(?:\(\))?(?:`(?!`))?"
_ID = r"[^\s<>{}\[\]|]"


@dataclass(frozen=True, slots=True)
class Header:
    """What stands between a call's opening mark and its arguments.

    full     matches the whole header, groups name and perhaps id; what follows can begin arguments.
    partial  matches a beginning of it at the end of a text.
    end      parts of the text behind the arguments, each of which may be missing; {name} is the call's.
    arguments  how the arguments are written, where not as the format has it.
    """

    full: re.Pattern[str]
    partial: re.Pattern[str]
    end: tuple[str, ...]
    begin: str
    arguments: str = ""

    def ends(self, name: str) -> tuple[str, ...]:
        """What may stand behind the arguments of a call, given its name as it was written."""
        return tuple(end.replace("{name}", name) for end in self.end)


def _atoms(parts: tuple[Segment, ...], lazily: bool = True) -> list[str]:
    """The atoms of a header's pattern: literals char by char, holes as character classes, blanks optional."""
    atoms: list[str] = []
    for part in parts:
        if isinstance(part, Hole):
            if part.name == "name":
                again = any(atom.startswith("(?P<name>") for atom in atoms)
                atoms.append(rf"(?P<name>{_NAME}{{1,200}}?)" if lazily and not again else _WHOLE_NAME)
            elif part.name == "id":
                atoms.append(rf"(?P<id>{_ID}{{1,100}}?)" if lazily else f"{_ID}{{1,100}}")
            elif part.name == "index":
                atoms.append(r"\d{1,6}")
        else:
            for piece in marks.tokens(part.text):
                atoms.extend((r"\s*", *marks.characters(piece, inside=piece.endswith(">"))))
            atoms.append(r"\s*")
    return atoms


def read_header(call: str, format: Format, *, arguments: str = "") -> Header:
    """The header of a call spelling whose name stands in the text; arguments "text" is that of one with text in place
    of JSON, "tagged" with parameters in its place, "none" that of one without arguments.
    """
    parts = list(segments(call))
    begin = parts.pop(0).text if isinstance(parts[0], Literally) else ""  # type: ignore[union-attr]
    where = parts.index(Hole("name")) + 1 if arguments == "none" else parts.index(Hole("arguments"))
    behind = "".join(_name_or_text(part) for part in parts[where:])
    if format.arguments == "pythonic" and not arguments:
        behind = behind.lstrip().removeprefix(")")  # read with the arguments
    head = tuple(parts[:where])
    ends = tuple(mark for line in behind.splitlines() for mark in marks.adjacent(line.strip()))
    start, start_partial = _arguments_start(head, ends[:1], format, marked=bool(begin.strip()))
    if arguments == "text":
        start, start_partial = _TEXT_START, ""
    elif arguments == "none":
        start, start_partial = rf"(?=\s*{marks.pattern(ends[0])})", marks.partial(ends[0])
    elif arguments == "tagged":
        follows = [*(text.split("{key}")[0] for text in format.parameters), *ends[:1]]
        start = rf"(?=\s*{marks.any_of(map(marks.pattern, follows))})"
        start_partial = marks.any_of(map(marks.partial, follows))
    full = r"\s*[\"'`]?" + "".join(_quoted_name(_atoms(head))) + start
    plain = [atom + r"(?:\(\)?)?`?[\"']?" if atom == _WHOLE_NAME else atom for atom in _atoms(head, lazily=False)]
    partial = marks.begins([r"\s*", r"[\"'`]?", *plain]) + rf"|\s*[\"'`]?{''.join(plain)}[\"']?\s*\Z|\s*\Z"
    if start_partial:
        partial += rf"|\s*[\"'`]?{''.join(plain)}[\"']?\s*{start_partial}"
    return Header(re.compile(full), re.compile(partial), ends, begin, arguments)


def text_headers(calls: Iterable[str], format: Format) -> tuple[Header, ...]:
    """The headers of calls whose arguments may be text in place of JSON: a mark must say where they begin."""
    if format.arguments != "json":
        return ()
    found = []
    for call in calls:
        first, before = segments(call)[0], call.partition("{arguments}")[0]
        if isinstance(first, Literally) and first.text.strip() and "{object}" not in call and before[-1] in ">]\n":
            found.append(read_header(call, format, arguments="text"))
    return tuple(found)


def _name_or_text(part: Segment) -> str:
    """A literal's text, and what varies in closing marks as its hole; other holes close nothing."""
    if isinstance(part, Literally):
        return part.text
    return f"{{{part.name}}}" if part.name in ("name", "id", "index") else ""


def _arguments_start(
    head: tuple[Segment, ...], ends: tuple[str, ...], format: Format, *, marked: bool
) -> tuple[str, str]:
    """What must follow a header, where the header's own text does not say that it is over; and a beginning of that."""
    if format.arguments == "json":
        # A quote mark alone may close the name; one that begins arguments has more behind it.
        other, begun = (_NO_OBJECT, _NO_OBJECT_START) if marked else ("(?!)", "(?!)")
        return rf"""(?=\s*(?:\{{|["'][\s\S]|`[`{{"']|{other}))""", rf"""(?:["'`]\Z|{begun})"""
    if format.arguments == "literal":
        return r"(?=\s*\{)", ""
    last = head[-1]
    if format.arguments == "pythonic" or (isinstance(last, Literally) and last.text.strip()):
        return "", ""
    if any(text.startswith("{key}") for text in format.parameters):
        return r"(?<=\s)", ""
    follows = [*(text.split("{key}")[0] for text in format.parameters), *ends]
    begins = marks.any_of(map(marks.pattern, follows))
    return rf"(?=\s*(?:{begins}|\{{))", marks.any_of(map(marks.partial, follows))


def _quoted_name(atoms: list[str]) -> list[str]:
    """The atoms, with an optional quote mark behind the name and blanks around it."""
    out: list[str] = []
    for n, atom in enumerate(atoms):
        if atom.startswith("(?P<name>"):
            follows = next((later for later in atoms[n + 1 :] if later != r"\s*"), "")
            # A quote mark right behind the name closes it, unless the header itself has one there. Models also write
            # a name as Markdown's code, and with the parentheses of a call.
            atom += "" if follows == r"\(" else _MARKED
            atom += r"[\"']?\s*" if follows.startswith(marks.QUOTE) else r"(?:[\"']|(?![\"']))\s*"
        out.append(atom)
    return out


def bare_headers(format: Format) -> tuple[Header, ...]:
    """Headers of calls as they look when a server hides special tokens: the name begins a line."""
    out: dict[str, Header] = {}
    tags = [text.split("{key}")[0] for text in format.parameters]
    for call in format.calls:
        if "{object}" in call or format.arguments == "nested":
            continue
        for special in marks.longest_first(format.special):
            call = call.replace(special, "")
        call = call.lstrip()
        if "{name}{id}" in call or "{id}{name}" in call:
            # Without the mark between them nothing tells where the name ends.
            continue
        first = segments(call)[0]
        lead = first.text.strip() if isinstance(first, Literally) else ""
        if not re.fullmatch(r"[\w.:]*", lead):
            continue
        header = read_header(call, format)
        before = r"[ \t]*" + re.escape(lead)
        full = before + header.full.pattern.removeprefix(r"\s*")
        partial = before + f"(?:{header.partial.pattern})"
        if format.arguments == "tagged":
            full += rf"(?=\s*{marks.any_of(map(marks.pattern, tags))})"
            partial = rf"(?:{partial}|{before}{_NAME}{{1,200}}\s*{marks.any_of(map(marks.partial, tags))})"
        out[full] = Header(re.compile(full), re.compile(partial), header.end, lead)
    return tuple(out.values())


def usual_start(format: Format) -> re.Pattern[str] | None:
    """The beginning of a call's object that needs no closer look; None where the name does not come first."""
    starts = [
        re.fullmatch(r'\s*\{\s*"([^"{}]+)":\s*\{name\},\s*"([^"{}]+)":\s*\{arguments\}.*', text, re.DOTALL)
        for text in format.objects
    ]
    keys = [(re.escape(start.group(1)), re.escape(start.group(2))) for start in starts if start]
    if not keys or format.envelope:
        return None
    names, arguments = ("|".join(dict.fromkeys(pair[n] for pair in keys)) for n in (0, 1))
    blank = r"[ \t\r\n]{0,80}"
    return re.compile(
        rf'\{{{blank}"(?:{names})"{blank}:{blank}"(?P<name>[^"\\\x00-\x1f]{{1,200}})"{blank},{blank}'
        rf'"(?P<key>{arguments})"{blank}:{blank}(?=\{{)'
    )
