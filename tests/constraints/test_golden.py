"""What servers are told is what they were told before: constraints as golden texts."""

from __future__ import annotations

import pytest

from constraints.golden import kept, texts

WRITERS = {(file, name): write for file, name, write in texts()}


@pytest.mark.parametrize(("file", "name"), WRITERS)
def test_constraint_is_the_golden_one(file: str, name: str) -> None:
    written = WRITERS[file, name]()
    assert f"{written}\n" == kept(file).get(name), "Write it with: python tests/constraints/golden.py --write"
