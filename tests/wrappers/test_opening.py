from __future__ import annotations

import pytest

from derive.made_up import MadeUp
from derive.plausible import PLAUSIBLE
from litellm_fnwrap.events import CallStart, ToolCall
from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.derive import derive
from litellm_fnwrap.formats.parser import StreamParser
from litellm_fnwrap.formats.writer import write_calls
from litellm_fnwrap.messages import read_tools
from litellm_fnwrap.wrappers import get_wrapper
from litellm_fnwrap.wrappers.opening import call_opening, open_call
from wrappers.scenarios import TOOLS, conversation

DECLARED = read_tools(TOOLS)
CALL = ToolCall("a1b2c3d4e", "get_weather", '{"city": "Lyon", "days": 2}')
OPENED = [name for name in FORMATS.names() if call_opening(get_format(name)).strip()]


COUNTED = {name: derive(MadeUp(text, {}).template) for name, (text, _) in PLAUSIBLE.items() if "object" in name}


@pytest.mark.parametrize("name", [*OPENED, *COUNTED])
def test_call_that_goes_on_from_its_opening_is_read(name: str) -> None:
    format = COUNTED.get(name) or get_format(name)
    opening = call_opening(format)
    written = write_calls(format, [CALL], DECLARED)
    assert written.startswith(opening)
    parser = StreamParser(format, DECLARED, prompt_tail=f"Question? {opening}")
    events = [event for piece in written[len(opening) :] for event in parser.feed(piece)]
    events += parser.close("stop")
    assert [event.name for event in events if isinstance(event, CallStart)] == ["get_weather"]
    assert [(call.name, call.arguments) for call in parser.result.tool_calls] == [(CALL.name, CALL.arguments)]


def test_prompt_begins_the_call() -> None:
    prompt = get_wrapper("qwen2.5").render(conversation("tools", tool_choice="required"))
    opened = open_call(prompt, get_format("hermes"))
    assert opened.prefill == "<tool_call>\n"
    assert opened.text == prompt.text + "<tool_call>\n"


@pytest.mark.parametrize(("wrapper", "format"), [("llama3.1", "llama3-json"), ("generic", "generic")])
def test_format_without_marks_is_left_alone(wrapper: str, format: str) -> None:
    prompt = get_wrapper(wrapper).render(conversation("tools", tool_choice="required"))
    assert open_call(prompt, get_format(format)) == prompt


def test_prompt_that_has_opened_thoughts_is_left_alone() -> None:
    prompt = get_wrapper("qwen3.5").render(conversation("tools", tool_choice="required"))
    assert open_call(prompt, get_format("qwen3-coder")) == prompt
