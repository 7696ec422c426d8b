"""Nothing is held back longer than it must be: the table says behind which character each part of a text is told."""

from __future__ import annotations

import pytest

from formats.promptness import TABLE, texts, told
from litellm_fnwrap.formats import FORMATS

TEXTS = dict(texts())
KNOWN = dict(row.rsplit(": ", 1) for row in TABLE.read_text(encoding="utf-8").splitlines())
ANEW = "If that is meant: python tests/formats/promptness.py --write"


@pytest.mark.parametrize("name", KNOWN)
def test_text_is_told_as_soon_as_its_table_says(name: str) -> None:
    assert told(TEXTS[name]) == KNOWN[name], ANEW


def test_table_has_every_format() -> None:
    assert {f"sample of {name}" for name in FORMATS.names()} <= set(KNOWN), ANEW
