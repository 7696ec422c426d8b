"""A format is read off templates as people write them, or refused in words; never a wrong one."""

from __future__ import annotations

import pytest

from derive.made_up import MadeUp
from derive.plausible import PLAUSIBLE, REFUSED
from derive.test_derive_made_up import CALLS, TOOLS, given, read, rendered
from litellm_fnwrap.errors import TemplateError
from litellm_fnwrap.formats.derive import derive
from litellm_fnwrap.formats.writer import write_calls

HEAD = "<<turn:user>>\nHi<<end>>\n<<turn:bot>>\n"


@pytest.mark.parametrize("name", PLAUSIBLE)
def test_format_writes_what_the_template_renders_and_reads_it(name: str) -> None:
    text, call = PLAUSIBLE[name]
    made = MadeUp(text, {})
    format = derive(made.template)
    assert format.calls[0] == call
    for scenario, calls in CALLS.items():
        if len(calls) > 1 and not format.parallel:
            continue
        written, turn = write_calls(format, given(calls), TOOLS), rendered(made, calls).removeprefix(HEAD)
        assert written in turn, scenario
        for size in (0, 1):
            assert read(format, written, size) == calls, scenario
            assert read(format, turn, size) == calls, scenario


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_declaration_can_say_is_refused(name: str) -> None:
    with pytest.raises(TemplateError, match="No format can be derived"):
        derive(MadeUp(REFUSED[name], {}).template)
