"""The tags of text-valued arguments as patterns: where a parameter begins, where its value ends."""

from __future__ import annotations

import re
from functools import lru_cache

from .. import marks
from ..spec import Format, Hole, Literally, segments

_KEY = r"""["']?(?P<key>[^<>"'\n]{1,200}?)["']?"""


class Tag:
    """One spelling of a parameter as patterns."""

    __slots__ = ("begin", "begin_mark", "end", "head", "head_start", "lines")

    def __init__(self, template: str) -> None:
        parts = segments(template)
        first = parts[0]
        self.begin = first.text.strip() if isinstance(first, Literally) else ""
        self.begin_mark = re.compile(marks.pattern(self.begin))
        value = parts.index(Hole("value"))
        last = parts[value + 1]
        self.end = last.text.strip() if isinstance(last, Literally) else ""
        head = parts[1:value]
        self.lines = isinstance(head[-1], Literally) and head[-1].text.endswith("\n")
        atoms: list[str] = []
        for part in head:
            if isinstance(part, Literally):
                pieces = marks.tokens(part.text)
                for piece in pieces:
                    atoms.extend([r"\s*", *(re.escape(char) for char in piece)])
            else:
                atoms.append(_KEY if part.name == "key" else rf"(?P<{part.name}>[\w\[\], ]{{0,80}})")
        self.head = re.compile("".join(atoms))
        plain = [re.sub(r"\(\?P<\w+>", "(?:", atom) for atom in atoms]
        self.head_start = re.compile(marks.begins(plain) + r"|\Z")


@lru_cache(maxsize=256)
def read_tags(format: Format) -> tuple[tuple[Tag, ...], re.Pattern[str], re.Pattern[str]]:
    """The spellings of a format's parameter, and patterns of what may end a value: its end, or the next parameter."""
    tags = tuple(Tag(template) for template in format.parameters)
    begin = marks.any_of(marks.pattern(tag.begin) for tag in tags)
    begin_partial = marks.any_of(marks.partial(tag.begin) for tag in tags)
    return tags, re.compile(begin), re.compile(begin_partial)


@lru_cache(maxsize=1024)
def value_patterns(
    format: Format, tag_end: str, ends: tuple[str, ...], lines: bool, repair: bool
) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Where a value ends or may end, and a beginning of that at the end of a text.

    lines says that the value stands on lines of its own, so that a line break before its end is markup.
    """
    tags, begin, _ = read_tags(format)
    stops = list(ends) if repair else []
    blank = r"(?:\r?\n)?" if lines else ""
    follows = begin.pattern if repair else r"(?!)"
    call = marks.any_of(map(marks.pattern, stops))
    end = rf"{blank}(?:(?P<end>{marks.pattern(tag_end)})|(?P<call>{call})|(?P<next>{follows}))"
    holds = [r"\r?\n\Z"] if lines else []
    for mark in [tag_end, *stops, *([one.begin for one in tags] if repair else [])]:
        holds.append(blank + marks.partial(mark))
    return re.compile(end), re.compile(marks.any_of(holds))
