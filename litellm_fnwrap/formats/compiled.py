"""A declaration prepared for reading: its marks as patterns, its headers, its JSON keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from . import marks
from .headers import Header, bare_headers, read_header, text_headers, usual_start
from .keyroles import Role, answer_roles, key_roles
from .spec import Format, Literally, segments, spellings

MarkKind = Literal["open", "reasoning", "closed", "drop", "head"]

# A key of a call's object and what separates it from its value, and a beginning of that at the end of a text.
_QUOTED = r"""[^"\\\n(]{0,200}(?:\\.[^"\\\n(]{0,200}){0,20}"""
_PLAIN = r"(?:[^\W\d]|\$)[\w.$-]{0,200}"
KEY = (
    rf"""(?:"{{1,3}}(?P<double>{_QUOTED})"{{1,3}}|'(?P<single>[^'\n(]{{0,200}})'|[“”](?P<curly>[^“”"\n]{{0,200}})[“”]"""
    rf"""|\\{{1,3}}"(?P<escaped>[^"\\\n]{{1,200}})\\{{1,3}}"|(?P<plain>{_PLAIN}))"""
    r"""(?P<joint>[ \t\r\n]{0,80}(?:=>|=(?!\Z)|:)|[ \t]{0,5}(?=[“{\[])|[ \t]{1,5}(?=["']))"""
)
KEY_START = (
    rf"""(?:"{{1,3}}{_QUOTED}(?:\\|"{{0,3}})|'[^'\n(]{{0,200}}'?|[“”][^“”"\n]{{0,200}}[“”]?"""
    rf"""|\\{{1,3}}(?:"[^"\\\n]{{0,200}}(?:\\{{1,3}}"?)?)?|{_PLAIN})[ \t\r\n]{{0,80}}=?\Z"""
)
# A brace that may begin a call, with the code fence and the list bracket models put before it: a key must follow.
_FIRST = r"\{\s{0,40}(?:,\s{0,20})?(?:(?://|\#)[^\n]{0,200}\n\s{0,40})?"
_AHEAD = rf"{_FIRST}(?:{re.sub(r'P<[a-z]+>', ':', KEY)}|{KEY_START}|(?:/|(?://|\#)[^\n]{{0,200}})?\Z)"
_BARE = rf"((?:```[a-zA-Z_]*[ \t]*\n?\s*)?(?:\[\s*)?(?={_AHEAD}))"
_BARE_SIGNS = r"`\[{"
_BARE_HOLD = r"(?:`{1,3}\Z|```[a-zA-Z_]*[ \t]*\n?\s*(?:\[\s*)?\Z|\[\s*\Z)"


@dataclass(frozen=True, slots=True)
class Opening:
    """A mark behind which calls stand, and what may stand there.

    section  True if other openings may follow inside; ends lists its closing marks, () if it just ends.
    objects  True if JSON objects of calls may stand right behind it.
    headers  of calls with the name in the text that may begin right behind it.
    texts    the same, of calls whose arguments are text.
    array    True if the calls are entries of a list.
    """

    mark: str
    section: bool
    objects: bool
    headers: tuple[Header, ...]
    ends: tuple[str, ...]
    array: bool
    texts: tuple[Header, ...] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """Marks that are looked for together.

    search  matches any of them, each in a group of its own.
    hold    matches the beginning of one at the end of a text; leads to wherever one may begin, all there or not.
    kinds   what each of them means; a match of a further group is a brace without a mark.
    """

    search: marks.Finder
    hold: marks.Finder
    kinds: tuple[tuple[MarkKind, Any], ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """Everything a parser needs to know of a format, worked out once.

    marks    all that stand outside calls. bare: braces without a mark too. around: without those that open calls.
    all_marks  the same as text.
    in_reasoning  marks that end reasoning by opening a call.
    end_begins  matches wherever the closing mark of an opening may begin.
    closers  closing tags of calls and sections, which models also write where they have left the opening ones out.
    ends_that_open  ends of calls with which a call may also begin: a second one belongs to the next call.
    usual_start  the beginning of a call's object as it is written, up to its arguments; groups name and key.
    """

    format: Format
    marks: Marks
    bare: Marks
    around: Marks
    all_marks: tuple[str, ...]
    reach: int
    end_begins: re.Pattern[str]
    inside: re.Pattern[str]
    inside_hold: re.Pattern[str]
    openings: tuple[Opening, ...]
    content_begins: tuple[str, ...]
    closers: re.Pattern[str]
    closers_hold: re.Pattern[str]
    by_mark: dict[str, Opening]
    ends_that_open: frozenset[str]
    in_reasoning: tuple[str, ...]
    unmarked: Opening
    bare_headers: tuple[Header, ...]
    unmarked_first: bool
    has_own_marks: bool
    roles: dict[str, Role]
    declared_roles: dict[str, Role]
    answer_roles: dict[str, Role]
    name_is_key: bool
    usual_start: re.Pattern[str] | None

    def opening_of(self, text: str) -> Opening | None:
        """The opening whose mark a text is; None if it is none's."""
        known = self.by_mark.get(mark_key(text))
        if known is not None:
            return known
        alike = (mark for mark in self.by_mark if marks.compiled_mark(mark).fullmatch(text))
        return next((self.by_mark[mark] for mark in alike), None)


def _outer(text: str, hole: str) -> tuple[str, str]:
    """The literal text before the first and behind the last segment around a hole."""
    before, _, after = text.partition("{" + hole + "}")
    return before, after


def _without_brackets(before: str, after: str) -> tuple[str, str]:
    return before.rstrip().removesuffix("["), after.lstrip().removeprefix("]")


def _call_openings(format: Format) -> dict[str, list[str]]:
    """Call spellings by their opening mark; "" for those without."""
    grouped: dict[str, list[str]] = {}
    for call in format.calls:
        grouped.setdefault(_mark_before(call), []).append(call)
    return grouped


def _mark_before(call: str) -> str:
    """What a call begins with: up to its object where only its number or id vary before that, else up to a hole."""
    head = call.partition("{object}")[0]
    if head != call and marks.varies(head) and not head.startswith("{"):
        return " ".join(marks.tokens(head))
    first = segments(call)[0]
    return " ".join(marks.tokens(first.text)) if isinstance(first, Literally) else ""


def _opening(mark: str, calls: list[str], format: Format) -> Opening:
    objects = [call for call in calls if "{object}" in call]
    headers = tuple(read_header(call, format) for call in calls if "{object}" not in call)
    if format.arguments == "json" and format.parameter:
        headers += tuple(read_header(call, format, arguments="tagged") for call in calls if "{object}" not in call)
    if format.empty_call and _mark_before(format.empty_call) == mark:
        headers += (read_header(format.empty_call, format, arguments="none"),)
    ends = tuple(end.strip() for end in (_outer(call, "object")[1] for call in objects) if end.strip())
    return Opening(mark, False, bool(objects), headers, ends, False, text_headers(calls, format))


def _sections(format: Format, bare: Opening, calls: dict[str, Opening]) -> dict[str, Opening]:
    """Openings of sections by their mark; a call that begins with the same mark adds its headers."""
    grouped: dict[str, set[str]] = {}
    for section in format.sections:
        before, after = _outer(section, "calls")
        if format.array:
            before, after = _without_brackets(before, after)
        key = before.strip() or ("[" if format.array and (bare.headers or not bare.objects) else "")
        grouped.setdefault(key, set()).add(after.strip())
    found: dict[str, Opening] = {}
    for mark, ends in grouped.items():
        headers = (*bare.headers, *(calls[mark].headers if mark in calls else ()))
        found[mark] = Opening(mark, True, True, headers, tuple(marks.longest_first(ends)), format.array)
    return found


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
            headers = tuple(read_header(call, format) for call in calls if "{object}" not in call)
            found[left] = replace(opening, mark=left, headers=headers, texts=())
        if opening.array and opening.headers:
            found["["] = replace(opening, mark="[", ends=())
    return found


def _first_mark(format: Format) -> str:
    """The mark before a call as the format is written; "" where the call's own object comes first."""
    texts = [*(section.split("{calls}")[0] for section in format.sections[:1]), format.calls[0].split("{object}")[0]]
    return "".join(texts).strip("[ \n")


def mark_key(mark: str) -> str:
    """A mark with single blanks at its seams and no escapes, so that equal marks are known as equal."""
    return " ".join(marks.tokens(mark.replace("\\_", "_")))


def _outside_calls(format: Format) -> tuple[list[str], dict[str, tuple[MarkKind, Any]]]:
    """The marks around content, and all marks that stand outside calls by what they mean."""
    wraps = [mark for text in spellings(format.content) for mark in _outer(text, "content")]
    stops = [stop for stop in format.stop if stop.startswith(("<", "["))]
    kinds: dict[str, tuple[MarkKind, Any]] = {mark_key(mark): ("drop", mark) for mark in (*wraps, *format.drop, *stops)}
    kinds |= {mark_key(mark): ("head", mark) for mark in format.heads}
    thoughts = [_outer(text, "reasoning") for text in spellings(format.reasoning)]
    if all(before.strip() != "<think>" for before, _ in thoughts):
        thoughts.append(("<think>", "</think>"))  # models of every family are distilled from ones that think so
    for _, after in thoughts:
        if after.strip() and mark_key(after) not in kinds:
            kinds[mark_key(after)] = ("drop" if is_special(after) else "closed", after)
    kinds |= {mark_key(before): ("reasoning", after.strip()) for before, after in thoughts}
    return wraps, kinds


def is_special(mark: str) -> bool:
    """Whether a mark has the look of a special token, which no model writes by chance."""
    return re.match(r"\s*(?:<[|｜]|<[^<>]*[|｜]>|\[/?[A-Z])", mark) is not None


def _marks(kinds: dict[str, tuple[MarkKind, Any]], *, bare: bool = False) -> Marks:
    order = marks.longest_first(kinds)
    search = "|".join([*(f"({marks.pattern(mark)})" for mark in order), *([_BARE] if bare else [])])
    hold = marks.any_of([*map(marks.partial, order), *([_BARE_HOLD] if bare else [])])
    signs = _BARE_SIGNS if bare else ""
    return Marks(
        marks.Finder(search or r"(?!)", marks.lead(order, signs)),
        marks.Finder(hold, marks.lead(order, signs, begun=True)),
        tuple(kinds[mark] for mark in order),
    )


def _ends(openings: dict[str, Opening]) -> set[str]:
    return {end for opening in openings.values() for end in opening.ends}


def _closers(openings: dict[str, Opening]) -> list[str]:
    """The ends of calls and sections that are closing tags, and nothing else."""
    ends = _ends(openings) | {end for one in openings.values() for header in one.headers for end in header.end}
    return marks.longest_first(end for end in ends if re.fullmatch(r"</[^<>{}]+>|\[/[^\[\]{}]+\]", end))


def _ends_that_open(openings: dict[str, Opening]) -> frozenset[str]:
    ends = {end for opening in openings.values() for header in opening.headers for end in header.end}
    return frozenset(end for end in ends if any(mark.startswith(end) for mark in openings))


def _ending_reasoning(openings: dict[str, Opening]) -> list[str]:
    """The marks that end reasoning, which is full of brackets and names: those that are marks."""
    return marks.longest_first(mark for mark in openings if len(mark) > 1)


def _any(pattern: Callable[[str], str], literals: Iterable[str]) -> re.Pattern[str]:
    return re.compile(marks.any_of(map(pattern, literals)))


@lru_cache(maxsize=512)
def compile_format(format: Format) -> Compiled:
    """The prepared form of a declaration; the same object for equal declarations."""
    calls = {mark: _opening(mark, texts, format) for mark, texts in _call_openings(format).items()}
    bare = calls.pop("", Opening("", False, False, (), (), False))
    sections = _sections(format, bare, calls)
    openings = {**calls, **{mark: opening for mark, opening in sections.items() if mark}}
    said = _ending_reasoning(openings)
    openings = {**_hidden_openings(openings, format), **openings}
    wraps, around = _outside_calls(format)
    kinds = around | {mark_key(mark): ("open", opening) for mark, opening in openings.items() if mark_key(mark)}
    inside = marks.longest_first(calls)
    roles, declared_roles, name_is_key = key_roles(format)
    return Compiled(
        format=format,
        marks=_marks(kinds),
        bare=_marks(kinds, bare=True),
        around=_marks({mark: kind for mark, kind in kinds.items() if kind[0] != "open"}),
        all_marks=tuple(kinds),
        reach=max([len(mark) for mark in kinds] or [1]) + 64,
        end_begins=re.compile(marks.lead(_ends(openings), begun=True)),
        inside=re.compile("|".join(f"({marks.pattern(mark)})" for mark in inside) or r"(?!)"),
        inside_hold=_any(marks.partial, inside),
        openings=tuple(calls[mark] for mark in inside),
        content_begins=tuple(mark for mark in wraps[::2] if mark.strip()),
        closers=_any(marks.pattern, _closers(openings)),
        closers_hold=_any(marks.partial, _closers(openings)),
        by_mark={mark_key(mark): opening for mark, opening in openings.items()},
        ends_that_open=_ends_that_open(openings),
        in_reasoning=tuple(said),
        unmarked=Opening("", True, True, bare.headers, (), True),
        bare_headers=bare_headers(format),
        unmarked_first=not _first_mark(format),
        has_own_marks=any(mark != "[" for mark in openings),
        roles=roles,
        declared_roles=declared_roles,
        answer_roles=answer_roles(format),
        name_is_key=name_is_key,
        usual_start=usual_start(format),
    )
