"""The tags of text-valued arguments as patterns: where a parameter begins, where its value ends."""

from __future__ import annotations

import re
from functools import lru_cache

from .. import marks
from ..spec import Format, Hole, Literally, segments

LINE_END = "\n"
_NAME = r"""[^<>"'\n]{1,200}"""
_KEY = (r"""["']?""", rf"(?P<key>{_NAME}?)", r"""["']?""")


def is_key(name: str) -> bool:
    """Whether a parameter's name can be read in a tag."""
    return re.fullmatch(_NAME, name) is not None


class Tag:
    """One spelling of a parameter as patterns. One without a mark before its key stands on a line of its own."""

    __slots__ = ("_end", "begin", "begin_mark", "begins", "head", "head_start", "lines")

    def __init__(self, template: str, separator: str) -> None:
        parts = segments(template)
        first = parts[0]
        self.begin = first.text.strip() if isinstance(first, Literally) else ""
        self.begin_mark = re.compile(marks.pattern(self.begin))
        value = parts.index(Hole("value"))
        behind = "".join(part.text if isinstance(part, Literally) else "{key}" for part in parts[value + 1 :])
        self._end = behind.strip() or separator.strip() or LINE_END
        head = parts[1 if isinstance(first, Literally) else 0 : value]
        self.lines = isinstance(head[-1], Literally) and head[-1].text.endswith("\n")
        atoms: list[str] = []
        for part in head:
            if isinstance(part, Literally):
                pieces = marks.tokens(part.text)
                for piece in pieces:
                    atoms.extend([r"\s*", *marks.characters(piece, inside=True)])
            elif part.name == "key":
                atoms.extend(_KEY)
            else:
                atoms.append(rf"(?P<{part.name}>[\w\[\], ]{{0,80}})")
        blank = re.search(r"[ \t]*\Z", head[-1].text) if isinstance(head[-1], Literally) else None
        if blank and blank.group():
            atoms.append(rf"[ \t]{{0,{len(blank.group())}}}")
        self.head = re.compile("".join(atoms))
        self.begins = marks.pattern(self.begin) or re.sub(r"\(\?P<\w+>", "(?:", self.head.pattern)
        plain = [re.sub(r"\(\?P<\w+>", "(?:", atom) for atom in atoms]
        self.head_start = re.compile(marks.begins(plain) + r"|\Z")

    def end(self, key: str) -> str:
        """The mark behind the value of a key, as the key was written; LINE_END where a line's end is all there is."""
        return self._end.replace("{key}", key)


@lru_cache(maxsize=256)
def read_tags(format: Format) -> tuple[tuple[Tag, ...], re.Pattern[str], re.Pattern[str]]:
    """The spellings of a format's parameter, and patterns of what may end a value: its end, or the next parameter."""
    tags = tuple(Tag(template, format.parameter_separator) for template in format.parameters)
    begin = marks.any_of(marks.pattern(tag.begin) for tag in tags if tag.begin)
    begin_partial = marks.any_of(marks.partial(tag.begin) for tag in tags if tag.begin)
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
    own = marks.pattern(tag_end)
    holds = [r"(?:\r\n?|\n)\Z"] if lines else []
    if tag_end == LINE_END:
        # A text of several lines goes on until a line that begins the next parameter, or closes the call.
        heads = marks.any_of(one.begins for one in tags)
        own = rf"[ \t]*\r?\n(?=\s*(?:{marks.any_of(map(marks.pattern, ends))}|{heads}))"
        holds.append(r"(?:[ \t]*\r?\n[^\n]{0,300}|[ \t]+\r?|\r)\Z")
    end = rf"{blank}(?:(?P<end>{own})|(?P<call>{call})|(?P<next>{follows}))"
    for mark in [tag_end, *stops, *([one.begin for one in tags] if repair else [])]:
        holds.append(blank + marks.partial(mark))
    return re.compile(end), re.compile(marks.any_of(holds))
