"""Nothing is held back longer than it must be: the table says behind which character each part of a text is told."""

from __future__ import annotations

import pytest

from formats.promptness import TABLE, Fed, texts, told
from litellm_fnwrap.events import ArgumentsDelta, CallEnd, Reasoning, Text
from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.parser import StreamParser

TEXTS = dict(texts())
KNOWN = dict(row.rsplit(": ", 1) for row in TABLE.read_text(encoding="utf-8").splitlines())
ANEW = "If that is meant: python tests/formats/promptness.py --write"


@pytest.mark.parametrize("name", KNOWN)
def test_text_is_told_as_soon_as_its_table_says(name: str) -> None:
    assert told(TEXTS[name]) == KNOWN[name], ANEW


def test_table_has_every_format() -> None:
    assert {f"sample of {name}" for name in FORMATS.names()} <= set(KNOWN), ANEW


def amounts(fed: Fed, size: int) -> tuple[str, str, str, int]:
    """What has been told of a text before its end was: content, reasoning, arguments, and how many calls were over."""
    parser = StreamParser(get_format(fed.format), **fed.options)
    events = [event for at in range(0, len(fed.text), size) for event in parser.feed(fed.text[at : at + size])]
    kinds: tuple[type[Text | Reasoning | ArgumentsDelta], ...] = (Text, Reasoning, ArgumentsDelta)
    content, reasoning, arguments = ("".join(one.text for one in events if isinstance(one, kind)) for kind in kinds)
    return content, reasoning, arguments, sum(isinstance(one, CallEnd) for one in events)


@pytest.mark.parametrize("name", KNOWN)
def test_as_much_is_told_of_a_text_in_one_piece_as_of_its_characters(name: str) -> None:
    assert amounts(TEXTS[name], len(TEXTS[name].text)) == amounts(TEXTS[name], 1)
