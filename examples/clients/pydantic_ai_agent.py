"""An agent of pydantic-ai with a typed answer, through the proxy.

fnwrap serve gpt-4o=fnwrap/ollama/qwen2.5:7b
OPENAI_BASE_URL=http://127.0.0.1:4000/v1 OPENAI_API_KEY=none python examples/clients/pydantic_ai_agent.py
"""

from __future__ import annotations

import sys
from typing import Literal

import pydantic
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel


class Report(pydantic.BaseModel):
    location: str
    degrees: int


def get_current_weather(location: str, format: Literal["celsius", "fahrenheit"]) -> str:
    """Get the current weather"""
    return f"21 degrees {format} in {location}"


def main() -> None:
    model = OpenAIChatModel(sys.argv[1] if len(sys.argv) > 1 else "gpt-4o")
    agent = Agent(model, tools=[get_current_weather], output_type=Report)
    print(repr(agent.run_sync("what is the weather in Paris in celsius?").output))


if __name__ == "__main__":
    main()
