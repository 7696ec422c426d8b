"""What becomes of content, reasoning and calls on their way to the caller: blanks, ids, calls that wait."""

from __future__ import annotations

from typing import Any

import pytest

from litellm_fnwrap.events import ArgumentsDelta, CallEnd, CallStart, Finish, Reasoning, Repair, Text
from litellm_fnwrap.formats.sink import Sink

CALL = "<call>"


def call(sink: Sink, arguments: str = "{}", *, name: str = "f", id: str = "", **how: bool) -> None:
    sink.start_call(name, id, hold=how.get("hold", False), watch=how.get("watch", False))
    for piece in arguments:
        sink.arguments(piece)
    sink.end_call()


def said(*parts: str, cut_off: bool = False) -> tuple[list[str], str | None]:
    """The pieces of content that are shown, and all of it, for texts and calls in order."""
    sink = Sink()
    for part in parts:
        if part == CALL:
            call(sink)
        else:
            sink.text(part)
    sink.finish(cut_off)
    return [event.text for event in sink.events if isinstance(event, Text)], sink.parsed().content


@pytest.mark.parametrize(
    ("parts", "shown", "content"),
    [
        (("a",), ["a"], "a"),
        ((" \n a",), ["a"], "a"),
        ((" ", "\n", "a"), ["a"], "a"),
        (("a ", "b"), ["a", " b"], "a b"),
        (("a", " ", "\n", " b"), ["a", " \n b"], "a \n b"),
        (("a \n",), ["a", " \n"], "a \n"),
        ((" \n",), [], None),
        ((), [], None),
        ((CALL,), [], None),
        (("a\n\n", CALL), ["a"], "a"),
        ((CALL, "\n\na\n"), ["a"], "a"),
        (("a ", CALL, " b"), ["a", "  b"], "a  b"),
        (("a\n", CALL, "\n\n", "b"), ["a", "\n\nb"], "a\n\nb"),
        (("a\n\n", CALL, "b"), ["a", "\n\nb"], "a\n\nb"),
        (("a\n ", CALL, " b"), ["a", "\nb"], "a\nb"),
        (("a", CALL, "b"), ["a", "b"], "ab"),
        (("a\n", CALL, "b\n", CALL, "\n", "c "), ["a", "\nb", "\nc"], "a\nb\nc"),
    ],
)
def test_blanks_around_an_answer_and_around_its_calls_are_markup(
    parts: tuple[str, ...], shown: list[str], content: str | None
) -> None:
    assert said(*parts) == (shown, content)


def test_reasoning_has_its_outer_blanks_dropped() -> None:
    sink = Sink()
    for piece in ("\n", "So ", "it", " is.\n"):
        sink.reasoning(piece)
    sink.finish(False)
    assert [event.text for event in sink.events if isinstance(event, Reasoning)] == ["So", " it", " is."]
    assert sink.parsed().reasoning_content == "So it is."


@pytest.mark.parametrize(
    ("given", "pieces", "content"),
    [
        ("Sure", ["Sure, it is."], ", it is."),
        ("Sure", ["Su", "re", ", it is."], ", it is."),
        ("Sure", ["Sun", "ny"], "Sunny"),
        ("Sure", ["No. Sure"], "No. Sure"),
        ("Sure", ["Sure", "Sure"], "Sure"),
        ("", ["Sure"], "Sure"),
    ],
)
def test_text_that_the_prompt_ended_with_is_no_content(given: str, pieces: list[str], content: str) -> None:
    sink = Sink()
    sink.expect_given(given)
    for piece in pieces:
        sink.text(piece)
    assert sink.parsed().content == content


def test_text_that_the_prompt_ended_with_comes_before_a_call_or_never() -> None:
    sink = Sink()
    sink.expect_given("Sure")
    call(sink)
    sink.text("Sure")
    assert sink.parsed().content == "Sure"


def test_call_is_told_piece_by_piece_with_an_id_of_its_own() -> None:
    sink = Sink()
    call(sink, "{}", id="x1")
    call(sink, "{}", id="x1", name="g")
    sink.finish(False)
    ids = [found.id for found in sink.calls]
    assert ids[0] == "x1"
    assert ids[1] != "x1"
    assert ids[1].startswith("call_")
    assert sink.events == [
        CallStart(0, "x1", "f"), ArgumentsDelta(0, "{"), ArgumentsDelta(0, "}"), CallEnd(0),
        CallStart(1, ids[1], "g"), ArgumentsDelta(1, "{"), ArgumentsDelta(1, "}"), CallEnd(1),
        Finish("tool_calls"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("calls", "cut_off", "reason"),
    [(0, False, "stop"), (1, False, "tool_calls"), (0, True, "length"), (1, True, "length")],
)
def test_finish_reason_says_how_the_answer_ended(calls: int, cut_off: bool, reason: str) -> None:
    sink = Sink()
    for _ in range(calls):
        call(sink)
    sink.finish(cut_off)
    assert sink.events[-1] == Finish(reason)  # type: ignore[arg-type]
    assert sink.parsed().finish_reason == reason


def test_doubtful_call_is_shown_once_it_is_complete() -> None:
    sink = Sink()
    sink.text("A ")
    sink.start_call("f", "x", hold=True, watch=False)
    sink.arguments("{}")
    assert sink.drain() == [Text("A")]
    assert (sink.holding, sink.repeats, sink.started) == (True, False, 1)
    sink.end_call()
    assert sink.drain() == [CallStart(0, "x", "f"), ArgumentsDelta(0, "{}"), CallEnd(0)]
    assert not sink.holding


def test_doubtful_call_that_comes_to_nothing_is_never_shown() -> None:
    sink = Sink()
    sink.start_call("f", "x", hold=True, watch=False)
    sink.arguments("{")
    sink.abandon_call()
    assert (sink.drain(), sink.calls, sink.started, sink.holding) == ([], [], 0, False)
    sink.start_call("f", "y", hold=False, watch=False)
    sink.arguments("{")
    sink.abandon_call()
    assert (sink.drain(), sink.started) == ([CallStart(0, "y", "f"), ArgumentsDelta(0, "{")], 1)


def test_doubtful_call_that_was_made_before_is_known() -> None:
    sink = Sink()
    call(sink, '{"a": 1}')
    for arguments, expected in (('{"a": 1}', True), ('{"a": 2}', False)):
        sink.start_call("f", "", hold=True, watch=False)
        sink.arguments(arguments)
        assert sink.repeats is expected
        sink.drop_call()
    sink.start_call("g", "", hold=True, watch=False)
    sink.arguments('{"a": 1}')
    assert not sink.repeats
    sink.drop_call()
    sink.start_call("f", "", hold=False, watch=True)
    sink.arguments('{"a": 1}')
    assert not sink.repeats


def watched(*arguments: str, cut_off: bool = False) -> tuple[str, list[Any]]:
    """The arguments of the calls that are shown, and what is told."""
    sink = Sink()
    for text in arguments:
        call(sink, text, watch=True)
    sink.finish(cut_off)
    ended = [event.index for event in sink.events if isinstance(event, CallEnd)]
    assert ended == sorted(ended)
    assert len(ended) == len(sink.calls)
    return "".join(found.arguments for found in sink.calls), [(one.kind, one.detail) for one in sink.repairs]


@pytest.mark.parametrize(
    ("arguments", "cut_off", "kept", "left_out"),
    [
        ("aa", False, "aa", 0),
        ("aaa", False, "aaa", 0),
        ("aaaa", False, "a", 3),
        ("aa", True, "a", 1),
        ("aba", True, "ab", 1),
        ("ab", True, "ab", 0),
        ("aaab", False, "aaab", 0),
        ("aaaab", False, "aaaab", 0),
        ("abababab", False, "ab", 6),
    ],
)
def test_calls_that_say_what_earlier_ones_said_wait_for_what_follows(
    arguments: str, cut_off: bool, kept: str, left_out: int
) -> None:
    told = [("runaway", f"{left_out} calls that had been made before left out")] if left_out else []
    assert watched(*arguments, cut_off=cut_off) == (kept, told)


def test_watched_call_is_shown_as_soon_as_it_says_something_else() -> None:
    sink = Sink()
    call(sink, "12")
    sink.drain()
    sink.start_call("f", "x", hold=False, watch=True)
    sink.arguments("1")
    assert sink.drain() == []
    sink.arguments("3")
    assert sink.drain() == [CallStart(1, "x", "f"), ArgumentsDelta(1, "1"), ArgumentsDelta(1, "3")]
    sink.arguments("4")
    assert sink.drain() == [ArgumentsDelta(1, "4")]
    sink.end_call()
    assert sink.drain() == [CallEnd(1)]


def test_watched_call_of_another_tool_is_shown_at_once() -> None:
    sink = Sink()
    call(sink, "1")
    sink.drain()
    sink.start_call("g", "x", hold=False, watch=True)
    assert sink.drain() == [CallStart(1, "x", "g")]


def test_content_is_known_and_so_is_talk_behind_a_call() -> None:
    sink = Sink()
    assert (sink.has_content, sink.talks) == (False, False)
    sink.text(" ")
    assert not sink.has_content
    sink.text("a")
    assert (sink.has_content, sink.talks) == (True, False)
    call(sink)
    assert not sink.talks
    sink.text(" ")
    assert not sink.talks
    sink.text("b")
    assert sink.talks


def test_repair_is_told_in_the_stream_and_in_the_answer() -> None:
    sink = Sink()
    sink.repair("quotes", "key in '", 3)
    assert sink.drain() == [Repair("quotes", "key in '", 3)]
    assert sink.drain() == []
    assert sink.parsed().repairs == [Repair("quotes", "key in '", 3)]
