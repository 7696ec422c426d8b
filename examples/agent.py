"""A loop that lets a model call Python functions until it has an answer.

python examples/agent.py                                            asks the bundled toy
python examples/agent.py fnwrap/ollama/qwen2.5:7b "your question"   asks a model of yours
"""

from __future__ import annotations

import json
import sys
from typing import Any

import litellm

import litellm_fnwrap


def multiply(a: float, b: float) -> float:
    return a * b


FUNCTIONS = {"multiply": multiply}
NUMBER = {"type": "number"}
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "multiply",
            "description": "Multiply two numbers",
            "parameters": {"type": "object", "properties": {"a": NUMBER, "b": NUMBER}, "required": ["a", "b"]},
        },
    }
]


def answer(model: str, question: str, rounds: int = 5) -> list[dict[str, Any]]:
    """The conversation, from the question to the first answer that calls nothing."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": question}]
    for _ in range(rounds):
        turn = litellm.completion(model=model, messages=messages, tools=TOOLS, temperature=0).choices[0].message
        messages.append(turn.model_dump())
        for call in turn.tool_calls or ():
            result = FUNCTIONS[call.function.name](**json.loads(call.function.arguments))
            messages.append({"role": "tool", "tool_call_id": call.id, "content": json.dumps(result)})
            print(f"{call.function.name}({call.function.arguments}) -> {result}")
        if not turn.tool_calls:
            break
    return messages


def main() -> None:
    litellm_fnwrap.register()
    model = sys.argv[1] if len(sys.argv) > 1 else "fnwrap/local/demo"
    question = sys.argv[2] if len(sys.argv) > 2 else "what is 17 times 23?"
    print(answer(model, question)[-1]["content"])


if __name__ == "__main__":
    main()
