"""Tools from annotated Python functions: what the model is told about them, and how its calls are carried out."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import sys
import traceback
import typing
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pydantic

from ..errors import InvalidToolsError
from ..events import ToolCall

Functions = Mapping[str, Callable[..., Any]]

_FIRST = ("type", "description", "enum")


def describe(function: Callable[..., Any]) -> dict[str, Any]:
    """A function as an element of OpenAI's tools list: name, first paragraph of its docstring, annotated parameters.

    A parameter annotated Annotated[int, "text"] is described by the text. Raises InvalidToolsError for a parameter
    whose annotation no JSON Schema can express.
    """
    properties, required = {}, []
    hints = typing.get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise InvalidToolsError(f"{function.__name__} takes *{name}, which no call can name. Give it parameters.")
        properties[name] = _schema(function, name, hints.get(name, Any))
        if parameter.default is parameter.empty:
            required.append(name)
    parameters = {"type": "object", "properties": properties, "required": required}
    about = (inspect.getdoc(function) or "").split("\n\n")[0]
    return {"type": "function", "function": {"name": function.__name__, "description": about, "parameters": parameters}}


def load_functions(where: str) -> dict[str, Callable[..., Any]]:
    """The public functions that a Python file, or a module by its dotted name, defines itself.

    Raises InvalidToolsError for one that cannot be imported or defines none.
    """
    module = _load(where)
    found: dict[str, Callable[..., Any]] = {
        name: value
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    }
    if not found:
        raise InvalidToolsError(f"{where} defines no public function. Write one: def add(a: int, b: int) -> int: ...")
    return found


def by_name(functions: Iterable[Callable[..., Any]]) -> dict[str, Callable[..., Any]]:
    """Functions under the names a model calls them by."""
    return {function.__name__: function for function in functions}


def carry_out(call: ToolCall, functions: Functions) -> Any:
    """What a call returns; a failure is returned as {"error": ...}, since the model can do something about it."""
    function = functions.get(call.name)
    if function is None:
        return {"error": f"There is no function {call.name!r}. Functions: {', '.join(functions)}."}
    try:
        return pydantic.validate_call(function)(**json.loads(call.arguments))
    except Exception as problem:
        return {"error": f"{type(problem).__name__}: {problem}"}


def to_text(result: Any) -> str:
    """A result as the content of a tool message."""
    return result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, default=str)


def _schema(function: Callable[..., Any], name: str, annotation: Any) -> dict[str, Any]:
    about = ""
    if typing.get_origin(annotation) is typing.Annotated:
        about = next((note for note in annotation.__metadata__ if isinstance(note, str)), "")
    try:
        schema = _without_titles(pydantic.TypeAdapter(annotation).json_schema())
    except pydantic.errors.PydanticUserError as problem:
        raise InvalidToolsError(
            f"Parameter {name!r} of {function.__name__} is annotated {annotation!r}, which JSON cannot hold: {problem}"
        ) from problem
    if about:
        schema["description"] = about
    # Type first, as in OpenAI's documentation: small models are used to that order.
    return {key: schema[key] for key in (*_FIRST, *schema) if key in schema}


def _without_titles(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _without_titles(of) for name, of in value.items()}
        if key == "properties"
        else _without_titles(value)
        for key, value in schema.items()
        if key != "title" or not isinstance(value, str)
    }


def _load(where: str) -> ModuleType:
    """The module; what keeps it from being imported, whatever that is, is the fault of what was named."""
    path = Path(where)
    try:
        return importlib.import_module(where) if path.suffix != ".py" else _load_file(path)
    except InvalidToolsError:
        raise
    except Exception as problem:
        raise InvalidToolsError(
            f"{where} cannot be imported: {type(problem).__name__}: {problem}{_place(problem, path)}. "
            "Name a Python file, an importable module, or a .json file with tools."
        ) from problem


def _load_file(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.exists():
        raise InvalidToolsError(f"There is no Python file {path}.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # annotations are looked up by the module's name
    spec.loader.exec_module(module)
    return module


def _place(problem: Exception, path: Path) -> str:
    """Where in the file it happened; a SyntaxError says so itself."""
    frames = traceback.extract_tb(problem.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == path.absolute()]
    return f" (line {lines[-1]})" if lines else ""
