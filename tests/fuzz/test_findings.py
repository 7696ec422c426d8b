"""What the fuzz targets have found, each named after what happened, and a short run of each target for random input."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from backends.wire import WIRES, sse
from fuzz import tool_to_call
from fuzz.derive_anything import check as check_derived
from fuzz.read_anything import check as check_read
from fuzz.read_streams import NAMES, check_stream, once, outcome
from fuzz.render_anything import Source
from fuzz.render_anything import check as check_rendered

STOPS = ("zz", "yy", "xx", "ww", "ld")


@pytest.mark.parametrize("seed", range(4))
def test_stream_readers_survive_noise(seed: int) -> None:
    below = random.Random(seed).randrange
    for _ in range(60):
        once(below)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "webui_2023"])
def test_answer_cut_at_a_stop_string_is_kept_when_half_a_line_follows_it(name: str) -> None:
    """The half line was read at the end, found to be no JSON, and the answer was lost."""
    data = "".join(WIRES[name].stream(["Hello wor", "ld. ", "More."], "stop")).encode()
    whole = outcome(name, [data], STOPS)
    for cut in range(1, len(data)):
        assert outcome(name, [data[:cut], data[cut:]], STOPS) == whole


def test_garbage_after_a_stop_string_is_not_read_whether_it_comes_at_once_or_later() -> None:
    """What came with the stop string in the same bytes was parsed before the stop string was looked for."""
    text = "".join(WIRES["tgi"].stream(["Hello wor", "ld. "], "stop")[:2])
    data = (text + sse({"token": None}) + "data: {\n\n").encode()
    check_stream("tgi", data, list(range(0, len(data), 7)), ("wor",))
    assert outcome("tgi", [data], ("wor",))[:2] == ("Hello ", "stop")


@pytest.mark.parametrize(
    "text",
    [
        "<|reserved_special_token_249|>get_weather\nnullx",
        "<|reserved_special_token_249|>get_weather\nNone_",
        "<|reserved_special_token_249|>get_weather\nnull",
    ],
)
def test_word_that_begins_like_null_is_no_argument_in_pieces_either(text: str) -> None:
    """A piece that ended behind null was taken for a call without arguments, whatever letter came next."""
    check_read("functionary-v2.5", text, reason="stop")


@pytest.mark.parametrize("name", ["/ping", "./ping", "functions/ping", "tools.ping", "1/ping", "a-b.ping"])
@pytest.mark.parametrize("format", ["olmo3", "pythonic", "lfm2"])
def test_name_behind_a_namespace_is_read_in_pieces_too(format: str, name: str) -> None:
    """The first piece began no declared name and was told as text, so that the call was one only when read whole."""
    for text in (f"{name}()", f"[{name}()]", f"So it is:\n{name}()", f"`{name}()`", f"{name} is a tool."):
        check_read(format, text, reason="stop")


def test_call_behind_an_object_that_was_closed_at_the_end_is_read_once() -> None:
    """The end of the second call was taken for a place in the object before it, from where it was read for ever."""
    text = "{'f'{“<|tool_call_begin|>ping:1<|tool_call_argument_begin|>{}"
    check_read("kimi-k2", text, reason="stop")


@pytest.mark.parametrize("seed", range(4))
def test_random_templates_are_derived_from(seed: int) -> None:
    for number in range(3):
        check_derived(random.Random(f"{seed}:{number}"))


@pytest.mark.parametrize("seed", range(4))
def test_random_templates_stay_within_their_bounds(seed: int) -> None:
    for number in range(10):
        check_rendered(Source(random.Random(f"{seed}:{number}")).template())


def test_call_whose_judge_does_not_end_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*given: Any) -> None:
        time.sleep(600)

    monkeypatch.setattr(tool_to_call, "problem", endless)
    monkeypatch.setattr(tool_to_call, "JUDGED_WITHIN", 0.01)
    assert tool_to_call.check("hermes", {"type": "object"}, seed=0) == "unjudged"
