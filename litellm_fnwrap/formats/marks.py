"""Literal marks as patterns: whitespace that models vary is optional, and a mark's beginning can be told from none."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache

# What varies in a mark: the number of a call and its id (<call n="{index}">).
_VARYING = {"{index}": r"\d{1,6}", "{id}": r"[^\s<>{}\[\]|\"']{1,100}"}
_PIECES = re.compile("(" + "|".join(map(re.escape, _VARYING)) + ")")
QUOTE = "[\"']"
_LEADING = {r"\\?": r"\\_", QUOTE: "\"'", _VARYING["{index}"]: r"\d", _VARYING["{id}"]: r"\S"}
_MOST_LEAPS = 16
_SEAM = re.compile(r"(?<=>)(?=<)|(?<=\])(?=\[)|(?<=```)(?=<)")


def tokens(literal: str) -> list[str]:
    """The parts of a mark between which whitespace may stand: at blanks, and between adjacent tags."""
    return [part for word in literal.split() for part in adjacent(word)]


def adjacent(text: str) -> list[str]:
    """The marks that stand side by side in a text."""
    return [part for part in _SEAM.split(text) if part]


def pattern(literal: str) -> str:
    """A regular expression that matches a mark with any whitespace at its seams, none around it.

    Models that write Markdown escape its underscores: <tool\\_call>.
    """
    inside = literal.lstrip().startswith("<")
    return r"\s*".join("".join(_atoms(token, inside)) for token in tokens(literal))


def partial(literal: str) -> str:
    """A regular expression that matches a proper beginning of a mark at the very end of a text."""
    atoms: list[str] = []
    inside = literal.lstrip().startswith("<")
    for n, token in enumerate(tokens(literal)):
        if n:
            atoms.append(r"\s*")
        atoms.extend(_atoms(token, inside))
    return begins(atoms[:-1]) if len(atoms) > 1 else r"(?!)"


def varies(literal: str) -> bool:
    """Whether a mark has a part that varies."""
    return _PIECES.search(literal) is not None


def _atoms(token: str, inside: bool = False) -> list[str]:
    """The parts of a token's pattern, one for each character and each part that varies; inside: of a tag."""
    atoms: list[str] = []
    for piece in _PIECES.split(token):
        atoms += [_VARYING[piece]] if piece in _VARYING else characters(piece, inside=inside)
    return atoms


def characters(text: str, *, inside: bool = False) -> list[str]:
    """The patterns of a text's characters; an underscore may be escaped, and either quote mark stands for both.

    The letters of tags may be of either case, and their quote marks may be missing: models write <TOOL_CALL> and
    <parameter name=city>. inside says that the text is part of a tag.
    """
    tag = text[:1] in ("<", "[")
    return [pattern for char in text for pattern in _character(char, tag, tag or inside)]


def _character(char: str, tag: bool, inside: bool) -> tuple[str, ...]:
    if char == "_":
        return (r"\\?", "_")
    if char in ('"', "'"):
        return (QUOTE + "?" * inside,)
    if tag and char.isascii() and char.isalpha():
        return (f"[{char.upper()}{char.lower()}]",)
    return (re.escape(char),)


def begins(atoms: Sequence[str]) -> str:
    """A regular expression for any beginning of a sequence of atoms that reaches the end of the text."""
    built = ""
    for atom in reversed(atoms):
        built = f"{atom}(?:{built})?" if built else atom
    return built + r"\Z"


def any_of(patterns: Iterable[str]) -> str:
    """One regular expression for several; one that never matches for none."""
    unique = list(dict.fromkeys(patterns))
    return "(?:" + "|".join(unique) + ")" if unique else r"(?!)"


def longest_first(literals: Iterable[str]) -> list[str]:
    """Marks in the order in which they must be tried, so that a longer one wins over its own beginning."""
    return sorted({literal for literal in literals if literal.strip()}, key=lambda mark: (-len(mark), mark))


def lead(literals: Iterable[str], signs: str = "", *, begun: bool = False) -> str:
    """A pattern that is found fast, and matches wherever one of the marks, or a sign, begins; with begun, wherever the
    beginning of one does. A sign is an item of a character class.
    """
    starts = [_atoms(tokens(literal)[0])[: 1 if begun else 3] for literal in literals]
    words = sorted({"".join(start) for start in starts if len(start) > 1 and start[0].isalnum()})
    items = [_LEADING.get(start[0], start[0]) for start in starts if "".join(start) not in words]
    single = "".join(dict.fromkeys([*items, *([signs] if signs else [])]))
    if not words:
        return f"[{single}]" if single else r"(?!)"
    # One class in front of all: the engine looks for that alone, many characters at a time.
    rest = [f"(?<=[{single}])"] if single else []
    rest += [f"(?<={word[0]}){word[1:]}" for word in words]
    return f"[{single}{''.join(dict.fromkeys(word[0] for word in words))}](?:{'|'.join(rest)})"


class Finder:
    """A pattern that is looked for by leaps, from one place where a match may begin to the next.

    Python's engine tries every alternative at every character, which in prose takes a hundred times as long.


    leads   the first place at or behind a position where a match may begin, as a match of the lead.
    """

    __slots__ = ("_search", "leads", "match", "pattern")

    def __init__(self, pattern: str, lead: str) -> None:
        """lead matches wherever pattern does, and is found faster."""
        compiled = re.compile(pattern)
        self.pattern = pattern
        self.match = compiled.match
        self._search = compiled.search
        self.leads = re.compile(lead).search

    def search(self, text: str, pos: int = 0, last: int = sys.maxsize) -> re.Match[str] | None:
        """The first match at or behind a position; behind another one, where last names it, it is of no interest."""
        for _ in range(_MOST_LEAPS):
            lead = self.leads(text, pos)
            if lead is None or lead.start() > last:
                return None
            found = self.match(text, lead.start())
            if found is not None:
                return found
            pos = lead.start() + 1
        return self._search(text, pos)  # a text that is full of such places is not leapt through


@lru_cache(maxsize=4096)
def compiled_mark(literal: str) -> re.Pattern[str]:
    """The pattern of a mark, compiled once."""
    return re.compile(pattern(literal))


@lru_cache(maxsize=4096)
def compiled_beginning(literal: str) -> re.Pattern[str]:
    """The pattern of a mark's proper beginning at the end of a text, compiled once."""
    return re.compile(partial(literal))


@lru_cache(maxsize=512)
def in_reasoning(end: str, others: tuple[str, ...]) -> tuple[Finder, Finder]:
    """What may end reasoning, its own end mark in the group "end"; and the beginnings of all that."""
    ends = pattern(end) if end else r"(?!)"
    every = (*others, end) if end else others
    return (
        Finder(f"(?P<end>{ends})|{any_of(map(pattern, others))}", lead(every)),
        Finder(any_of(map(partial, every)), lead(every, begun=True)),
    )
