"""An agent whose tools are the functions of a Python module or the operations of a server, and whose last word is an
object of a class.

python examples/clients/typed_agent.py fnwrap/ollama/qwen2.5:7b "what is the weather in Paris in celsius?"
python examples/clients/typed_agent.py MODEL "question" my_functions.py
python examples/clients/typed_agent.py MODEL "question" http://127.0.0.1:8000/openapi.json

Every turn must be a call, the answer too. Where the backend takes constraints it is one by construction, with arguments
that fit, so that small models can be agents.
"""

from __future__ import annotations

import inspect
import runpy
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import litellm
import pydantic
from openapi_tools import Tool, load_tools

import litellm_fnwrap


class Report(pydantic.BaseModel):
    """The answer to the question"""

    location: str
    degrees: int


Answer = TypeVar("Answer", bound=pydantic.BaseModel)


def function_tool(function: Callable[..., Any]) -> Tool:
    """A function with annotated parameters as a tool; its arguments are checked before it runs."""
    known = inspect.signature(function, eval_str=True).parameters.values()
    fields: Any = {one.name: (one.annotation, ... if one.default is one.empty else one.default) for one in known}
    form = pydantic.create_model(function.__name__, **fields)

    def run(arguments: str) -> Any:
        return function(**dict(form.model_validate_json(arguments)))

    return Tool(function.__name__, inspect.getdoc(function) or "", form.model_json_schema(), run)


def find_out(model: str, question: str, tools: Iterable[Tool], answer: type[Answer], rounds: int = 8) -> Answer:
    """The answer to a question, after as many calls as it takes; raises RuntimeError if rounds are not enough."""
    by_name = {tool.name: tool for tool in tools}
    last = Tool(answer.__name__, inspect.getdoc(answer) or "", answer.model_json_schema(), answer.model_validate_json)
    declared = [tool.declaration() for tool in (*by_name.values(), last)]
    messages: list[dict[str, Any]] = [{"role": "user", "content": question}]
    for _ in range(rounds):
        response = litellm.completion(model=model, messages=messages, tools=declared, tool_choice="required")
        turn = response.choices[0].message
        messages.append(turn.model_dump())
        for call in turn.tool_calls:
            name, arguments = call.function.name, call.function.arguments
            if name == last.name:
                return last.run(arguments)
            result = by_name[name].run(arguments)
            print(f"{name}({arguments}) -> {result}")
            messages.append({"role": "tool", "tool_call_id": call.id, "content": str(result)})
    raise RuntimeError(f"{model} has not come to an answer in {rounds} rounds.")


def tools_of(where: str) -> list[Tool]:
    """The functions that a Python file defines, or the operations of an OpenAPI document."""
    if not where.endswith(".py"):
        return load_tools(where)
    found = runpy.run_path(where).items()
    return [function_tool(one) for name, one in found if inspect.isfunction(one) and not name.startswith("_")]


def main() -> None:
    litellm_fnwrap.register()
    model, question, *where = sys.argv[1:]
    tools = tools_of(where[0] if where else str(Path(__file__).with_name("weather_tools.py")))
    print(repr(find_out(model, question, tools, Report)))


if __name__ == "__main__":
    main()
