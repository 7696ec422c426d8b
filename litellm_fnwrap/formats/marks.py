"""Literal marks as patterns: whitespace that models vary is optional, and a mark's beginning can be told from none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

# What varies in a mark: the number of a call and its id (<call n="{index}">).
_VARYING = {"{index}": r"\d{1,6}", "{id}": r"[^\s<>{}\[\]|\"']{1,100}"}
_PIECES = re.compile("(" + "|".join(map(re.escape, _VARYING)) + ")")
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
    return r"\s*".join("".join(_atoms(token)) for token in tokens(literal))


def partial(literal: str) -> str:
    """A regular expression that matches a proper beginning of a mark at the very end of a text."""
    atoms: list[str] = []
    for n, token in enumerate(tokens(literal)):
        if n:
            atoms.append(r"\s*")
        atoms.extend(_atoms(token))
    return begins(atoms[:-1]) if len(atoms) > 1 else r"(?!)"


def varies(literal: str) -> bool:
    """Whether a mark has a part that varies."""
    return _PIECES.search(literal) is not None


def _atoms(token: str) -> list[str]:
    """The parts of a token's pattern, one for each character and each part that varies."""
    atoms: list[str] = []
    for piece in _PIECES.split(token):
        atoms += [_VARYING[piece]] if piece in _VARYING else characters(piece)
    return atoms


def characters(text: str) -> list[str]:
    """The patterns of a text's characters; an underscore may be escaped."""
    return [pattern for char in text for pattern in ((r"\\?", "_") if char == "_" else (re.escape(char),))]


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


@lru_cache(maxsize=4096)
def compiled_mark(literal: str) -> re.Pattern[str]:
    """The pattern of a mark, compiled once."""
    return re.compile(pattern(literal))


@lru_cache(maxsize=4096)
def compiled_beginning(literal: str) -> re.Pattern[str]:
    """The pattern of a mark's proper beginning at the end of a text, compiled once."""
    return re.compile(partial(literal))
