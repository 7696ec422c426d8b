"""llama.cpp's grammar engine gives up where a token holds a call's mark and what cannot follow it: seen for real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.tiny_model import serve, write_scripted_model
from litellm_fnwrap import engine
from litellm_fnwrap.backends import open_source
from litellm_fnwrap.errors import GrammarFaultError
from litellm_fnwrap.events import Text
from litellm_fnwrap.generation import Constraint, Trigger
from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.options import Options

TOOLS = [{"type": "function", "function": {"name": "ping", "parameters": {"type": "object", "properties": {}}}}]
SAID = "over the moon"


@pytest.fixture
def request_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[engine.Request]:
    """A request whose grammar starts at an "m" in the middle of a token of the model."""
    broken = Constraint(
        dialect="gbnf", value='root ::= "mx"\n', lazy=True, triggers=(Trigger(kind="pattern", value="(m)"),)
    )
    monkeypatch.setattr("litellm_fnwrap.engine.plan.build_constraint", lambda *_, **__: broken)
    with serve(write_scripted_model(tmp_path / "said.gguf", {"\n": SAID})) as base:
        yield engine.Request(
            conversation=read_conversation([{"role": "user", "content": "Go."}], tools=TOOLS),
            source=open_source("llamacpp", model="any", api_base=base),
            options=Options(wrapper="chatml"),
            parameters={"temperature": 0},
        )


def is_told(answer: engine.Answer) -> bool:
    return answer.constraint is None and any("grammar stack" in note for note in answer.widened)


def test_whole_answer_is_asked_for_again_without_the_grammar(request_: engine.Request) -> None:
    answer = engine.complete(request_)
    assert answer.parsed.content == SAID
    assert is_told(answer)


async def test_whole_answer_on_a_loop_too(request_: engine.Request) -> None:
    answer = await engine.acomplete(request_)
    assert answer.parsed.content == SAID
    assert is_told(answer)


def test_stream_that_has_shown_text_ends_with_a_clear_error(request_: engine.Request) -> None:
    stream = engine.stream(request_)
    shown = next(stream)
    with pytest.raises(GrammarFaultError, match="constrain='never'"):
        list(stream)
    assert shown == [Text("over t")]


def test_stream_that_has_shown_nothing_begins_anew(tmp_path: Path, request_: engine.Request) -> None:
    with serve(write_scripted_model(tmp_path / "at-once.gguf", {"\n": "moonlight"})) as base:
        request = engine.Request(
            conversation=request_.conversation,
            source=open_source("llamacpp", model="any", api_base=base),
            options=request_.options,
            parameters=request_.parameters,
        )
        stream = engine.stream(request)
        texts = [event.text for events in stream for event in events if isinstance(event, Text)]
    assert "".join(texts) == "moonlight"
    assert is_told(stream.answer)
