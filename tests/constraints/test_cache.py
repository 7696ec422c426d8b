from __future__ import annotations

from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.generation import Constraint
from litellm_fnwrap.messages import Tool, ToolChoice, read_tools


def built(tools: list[Tool] | tuple[Tool, ...], **more: object) -> Constraint | None:
    return build_constraint(get_format("hermes"), tools, ToolChoice("required"), dialect="gbnf", **more)  # type: ignore[arg-type]


def definition(kind: str) -> dict[str, object]:
    return {"name": "cached", "parameters": {"type": "object", "properties": {"a": {"type": kind}}}}


def test_equal_tools_share_a_constraint() -> None:
    assert built(read_tools([definition("string")])) is built(read_tools([definition("string")]))


def test_schema_changed_in_place_is_another() -> None:
    raw = definition("string")
    before = built(read_tools([raw]))
    raw["parameters"]["properties"]["a"]["type"] = "integer"  # type: ignore[index]
    after = built(read_tools([raw]))
    assert before is not None
    assert after is not None
    assert before.value != after.value


def test_circumstances_are_told_apart() -> None:
    tools = read_tools([definition("string")])
    assert built(tools) is not built(tools, parallel=False)
    assert built(tools) is not built(tools, prefill="<tool_call>\n")
    assert built(tools, response_schema=True) is built(tools, response_schema=True)
