"""Stop strings cut on this side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_fnwrap.backends.stopping import StopCutter


def cut(stops: list[str], parts: list[str]) -> tuple[str, str | None]:
    cutter = StopCutter(stops)
    text = "".join(cutter.feed(part) for part in parts) + cutter.close()
    return text, cutter.found


def expected(stops: list[str], text: str) -> tuple[str, str | None]:
    found = [(text.find(stop), -len(stop), stop) for stop in stops if stop and stop in text]
    return (text[: min(found)[0]], min(found)[2]) if found else (text, None)


@pytest.mark.parametrize(
    ("stops", "text"),
    [
        ([], "abc"),
        ([""], "abc"),
        (["x"], "abc"),
        (["b"], "abc"),
        (["abc"], "ababc"),
        (["aab"], "aaaab"),
        (["bc", "abc"], "xabc"),
        (["ab", "abc"], "xabc"),
        (["</s>", "\nUser:"], "Hi\nUse</s>"),
        (["<|im_end|>"], "Hi<|im_en"),
    ],
)
def test_text_ends_before_the_first_stop_string(stops: list[str], text: str) -> None:
    assert cut(stops, [text]) == expected(stops, text)
    assert cut(stops, list(text))[0] == expected(stops, text)[0] or len({s[0] for s in stops if s}) < len(stops)


@given(st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=1), st.lists(st.text("abc", max_size=5)))
def test_any_chunking_ends_at_the_same_place(stops: list[str], parts: list[str]) -> None:
    assert cut(stops, parts) == expected(stops, "".join(parts))


@given(st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=3), st.lists(st.text("abc", max_size=5)))
def test_nothing_is_lost_or_invented(stops: list[str], parts: list[str]) -> None:
    text, whole = cut(stops, parts)[0], "".join(parts)
    assert whole.startswith(text)
    assert not any(stop in text for stop in stops)


def test_only_what_could_become_a_stop_string_is_held_back() -> None:
    cutter = StopCutter(["<|im_end|>"])
    assert cutter.feed("Hello") == "Hello"
    assert cutter.feed(" <|im") == " "
    assert cutter.feed("portant") == "<|important"
