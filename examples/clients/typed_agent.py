"""An agent whose tools are the functions of a Python module and whose last word is an object of a class.

python examples/clients/typed_agent.py fnwrap/ollama/qwen2.5:7b "what is the weather in Paris in celsius?"

Every turn must be a call, the answer too. Where the backend takes constraints it is one by construction, with arguments
that fit, so that small models can be agents.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import litellm
import pydantic
import weather_tools

import litellm_fnwrap


class Report(pydantic.BaseModel):
    """The answer to the question"""

    location: str
    degrees: int


Answer = TypeVar("Answer", bound=pydantic.BaseModel)


def parameters(function: Callable[..., Any]) -> type[pydantic.BaseModel]:
    """The parameters of a function as a class that knows their schema and checks arguments."""
    known = inspect.signature(function, eval_str=True).parameters.values()
    fields: Any = {one.name: (one.annotation, ... if one.default is one.empty else one.default) for one in known}
    return pydantic.create_model(function.__name__, __doc__=inspect.getdoc(function), **fields)


def tool(form: type[pydantic.BaseModel]) -> dict[str, Any]:
    schema = form.model_json_schema()
    function = {"name": form.__name__, "description": schema.pop("description", ""), "parameters": schema}
    return {"type": "function", "function": function}


def find_out(
    model: str, question: str, functions: Iterable[Callable[..., Any]], answer: type[Answer], rounds: int = 8
) -> Answer:
    """The answer to a question, after as many calls as it takes; raises RuntimeError if rounds are not enough."""
    by_name = {function.__name__: function for function in functions}
    forms = {name: parameters(function) for name, function in by_name.items()}
    tools = [tool(form) for form in (*forms.values(), answer)]
    messages: list[dict[str, Any]] = [{"role": "user", "content": question}]
    for _ in range(rounds):
        response = litellm.completion(model=model, messages=messages, tools=tools, tool_choice="required")
        turn = response.choices[0].message
        messages.append(turn.model_dump())
        for call in turn.tool_calls:
            name, arguments = call.function.name, call.function.arguments
            if name == answer.__name__:
                return answer.model_validate_json(arguments)
            result = by_name[name](**dict(forms[name].model_validate_json(arguments)))
            print(f"{name}({arguments}) -> {result}")
            messages.append({"role": "tool", "tool_call_id": call.id, "content": str(result)})
    raise RuntimeError(f"{model} has not come to an answer in {rounds} rounds.")


def main() -> None:
    litellm_fnwrap.register()
    model, question = sys.argv[1:]
    functions = [function for _, function in inspect.getmembers(weather_tools, inspect.isfunction)]
    print(repr(find_out(model, question, functions, Report)))


if __name__ == "__main__":
    main()
