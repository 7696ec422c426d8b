"""Python functions as tools: what the model is told, and what happens when it calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest

from litellm_fnwrap.cli.python_tools import by_name, carry_out, describe, load_functions, to_text
from litellm_fnwrap.errors import InvalidToolsError
from litellm_fnwrap.events import ToolCall


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


def paint(
    title: Annotated[str, "What is painted"], colour: Literal["red", "blue"], layers: int = 1, dry: bool | None = None
) -> str:
    """Paint a thing.

    More about it.
    """
    return f"{layers} {colour} {title}"


def mix(colours: list[Colour], parts: dict[str, float]) -> float:
    return len(colours) + sum(parts.values())


def test_function_is_described_as_a_tool() -> None:
    assert describe(paint) == {
        "type": "function",
        "function": {
            "name": "paint",
            "description": "Paint a thing.",
            "parameters": {
                "type": "object",
                "properties": {
                    "title": {"type": "string", "description": "What is painted"},
                    "colour": {"type": "string", "enum": ["red", "blue"]},
                    "layers": {"type": "integer"},
                    "dry": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
                },
                "required": ["title", "colour"],
            },
        },
    }


def test_enumerations_and_containers_are_described() -> None:
    properties = describe(mix)["function"]["parameters"]["properties"]
    assert properties["parts"] == {"type": "object", "additionalProperties": {"type": "number"}}
    assert properties["colours"]["type"] == "array"
    assert "red" in json.dumps(properties["colours"])


def test_parameter_called_title_is_kept() -> None:
    assert "title" in describe(paint)["function"]["parameters"]["properties"]


def takes_anything(*values: int) -> None: ...


def takes_a_callback(callback: Callable[[], Path]) -> None: ...


@pytest.mark.parametrize("function", [takes_anything, takes_a_callback])
def test_function_that_no_call_can_reach_is_refused(function: Any) -> None:
    with pytest.raises(InvalidToolsError, match=function.__name__):
        describe(function)


CALLS: dict[str, tuple[str, str, Any]] = {
    "good": ("paint", '{"title": "door", "colour": "red", "layers": 2}', "2 red door"),
    "default": ("paint", '{"title": "door", "colour": "red"}', "1 red door"),
    "enumeration": ("mix", '{"colours": ["red"], "parts": {"a": 0.5}}', 1.5),
}


@pytest.mark.parametrize(("name", "arguments", "result"), CALLS.values(), ids=CALLS)
def test_call_is_carried_out(name: str, arguments: str, result: Any) -> None:
    assert carry_out(ToolCall("1", name, arguments), by_name([paint, mix])) == result


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [("paint", '{"title": "door"}', "colour"), ("pant", "{}", "paint, mix"), ("paint", "{", "JSON")],
    ids=["missing-argument", "unknown-function", "no-json"],
)
def test_failing_call_returns_what_is_wrong(name: str, arguments: str, told: str) -> None:
    assert told in carry_out(ToolCall("1", name, arguments), by_name([paint, mix]))["error"]


@pytest.mark.parametrize(("result", "text"), [("plain", "plain"), ({"é": 1}, '{"é": 1}'), (Path("x"), '"x"')])
def test_result_is_text(result: Any, text: str) -> None:
    assert to_text(result) == text


def test_functions_of_a_file_are_its_own_public_ones(tmp_path: Path) -> None:
    file = tmp_path / "my_functions.py"
    file.write_text(
        "from __future__ import annotations\nfrom json import dumps\n"
        "def double(n: int) -> int:\n    return 2 * n\ndef _hidden(n: int) -> int:\n    return n\n"
    )
    functions = load_functions(str(file))
    assert list(functions) == ["double"]
    assert carry_out(ToolCall("1", "double", '{"n": 4}'), functions) == 8
    assert describe(functions["double"])["function"]["parameters"]["properties"] == {"n": {"type": "integer"}}


@pytest.mark.parametrize("where", ["nowhere.py", "no_such_module_at_all", "keyword"])
def test_file_without_functions_is_refused(where: str) -> None:
    with pytest.raises(InvalidToolsError, match=where.split(".")[0]):
        load_functions(where)
