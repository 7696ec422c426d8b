"""Where reading stops: a call just within a limit is read, one beyond it is text, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import parse_text
from litellm_fnwrap.messages import Tool

TOOLS = (Tool(name="f", parameters={"type": "object", "properties": {"a": {}}}),)


def hermes(value: str) -> str:
    return f'<tool_call>{{"name": "f", "arguments": {{"a": {value}}}}}</tool_call>'


def elements(depth: int) -> str:
    inside = f"<a>{'<b>' * depth}1{'</b>' * depth}</a>"
    invoke = f"<invoke>\n<tool_name>f</tool_name>\n<parameters>\n{inside}\n</parameters>\n</invoke>"
    return f"<function_calls>\n{invoke}\n</function_calls>"


LIMITS: dict[str, tuple[str, Callable[[int], str], int]] = {
    "values within each other": ("hermes", lambda depth: hermes("[" * depth + "]" * depth), 499),
    "values with a slip": ("hermes", lambda depth: hermes("[" * depth + "1,]" + "]" * (depth - 1)), 499),
    "a key": ("hermes", lambda size: hermes(f'{{"{"k" * size}" : 1,}}'), 999),
    "a key with an escape": ("hermes", lambda size: hermes(f'{{"\\t{"k" * size}" : 1,}}'), 997),
    "slips": ("hermes", lambda commas: hermes(f'{{"x": 1{"," * commas} "y": 2}}'), 1001),
    "elements within each other": ("claude-2", elements, 99),
    "objects around a call": (
        "hermes",
        lambda depth: "<tool_call>" + '{"function": ' * depth + hermes("1")[11:-12] + "}" * depth + "</tool_call>",
        16,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("format", "make", "limit"), LIMITS.values(), ids=LIMITS)
def test_call_is_read_up_to_a_limit(format: str, make: Callable[[int], str], limit: int) -> None:
    within, beyond = (parse_text(make(size), get_format(format), TOOLS) for size in (limit, limit + 1))
    assert [call.name for call in within.tool_calls] == ["f"]
    assert within.content is None
    assert beyond.content is not None
