"""Marks looked for by leaps are found where the pattern alone finds them."""

from __future__ import annotations

import random
import re

import pytest

from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.compiled import compile_format
from litellm_fnwrap.formats.marks import Finder, compiled_beginning, compiled_mark, in_reasoning, lead, pattern

PIECES = ["{", "[", "```json\n", '{"name": "f"', "a", "c", "t", "\\", "_", " ", "\n", "the ", "com", "ass", "1", "x y"]


def texts(marks: tuple[str, ...], count: int) -> list[str]:
    """Texts of marks, their beginnings and ends, and of what is none."""
    chance = random.Random(3)
    pool = [*marks, *PIECES]

    def piece() -> str:
        text = chance.choice(pool)
        at = chance.randrange(len(text) + 1)
        return chance.choice([text, text[:at], text[:at], text[at:]])

    return ["".join(piece() for _ in range(chance.randrange(1, 30))) for _ in range(count)]


@pytest.mark.parametrize("name", FORMATS.names())
def test_finder_finds_what_its_pattern_does(name: str) -> None:
    compiled = compile_format(get_format(name))
    ways = [compiled.marks, compiled.bare, compiled.around]
    others = (*compiled.in_reasoning, *compiled.content_begins)
    pairs = [(marks.search, marks.hold) for marks in ways]
    pairs += [in_reasoning("</think>", others), in_reasoning("", others)]
    for text in texts(compiled.all_marks, 20):
        for finder in (finder for pair in pairs for finder in pair):
            expected, found = re.compile(finder.pattern).search(text, 1), finder.search(text, 1)
            if expected is not None and expected.start() == len(text):
                expected = None  # nothing, at the end of the text, is no beginning
            assert (found and (found.span(), found.lastindex)) == (expected and (expected.span(), expected.lastindex))
            for last in (1, len(text) // 2):
                bounded = finder.search(text, 1, last)
                if found is not None and found.start() <= last:
                    assert bounded is not None
                    assert bounded.span() == found.span()
                else:
                    assert bounded is None or bounded.start() > last
        for search, hold in pairs:
            # So text in which no beginning of a mark leads anywhere holds no mark either.
            found, first = search.search(text, 1), hold.leads(text, 1)
            assert found is None or (first is not None and first.start() <= found.start())


@pytest.mark.parametrize("name", FORMATS.names())
def test_every_closing_mark_begins_where_one_is_looked_for(name: str) -> None:
    compiled = compile_format(get_format(name))
    for end in {end for opening in compiled.by_mark.values() for end in opening.ends}:
        for text in (end, *(end[:size] for size in range(1, len(end)))):
            assert compiled.end_begins.match(text) or not (
                compiled_mark(end).match(text) or compiled_beginning(end).match(text)
            )


def test_text_full_of_beginnings_is_searched_to_its_end() -> None:
    finder = Finder(pattern("<tool_call>"), lead(["<tool_call>"]))
    found = finder.search("<" * 100_000 + "<tool_call>")
    assert found is not None
    assert found.start() == 100_000


@pytest.mark.parametrize(
    ("marks", "text", "where"),
    [
        (["functools["], "a fast functools[", 7),
        (["functools[", "<call>"], "fun <call>", 0),
        (["_end"], "the \\_end", 4),
        (["call{index}"], "cab call1", 4),
        (["{index}:"], "no 1:", 3),
    ],
)
def test_lead_stands_where_a_mark_may_begin(marks: list[str], text: str, where: int) -> None:
    found = re.search(lead(marks), text)
    assert found is not None
    assert found.start() == where


def test_nothing_leads_to_no_mark() -> None:
    assert re.search(lead([]), "any text {") is None
