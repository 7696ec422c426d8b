from __future__ import annotations

import pytest

from wrappers.golden import FOLDER, SHOWN, golden_text, names, path_of, render


@pytest.mark.parametrize("scenario", SHOWN)
@pytest.mark.parametrize("wrapper", names())
def test_prompt_is_the_golden_one(wrapper: str, scenario: str) -> None:
    path = path_of(wrapper, scenario)
    assert path.exists(), "No golden prompt. Write it with: python tests/wrappers/golden.py --write"
    assert golden_text(render(wrapper, scenario)) == path.read_text(encoding="utf-8")


def test_no_golden_prompt_is_left_over() -> None:
    wanted = {path_of(wrapper, scenario) for wrapper in names() for scenario in SHOWN}
    assert set(FOLDER.glob("*/*.txt")) == wanted
