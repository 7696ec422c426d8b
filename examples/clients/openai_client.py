"""The openai package with any model: tools from pydantic classes, whole, streamed, and several questions at once.

fnwrap serve gpt-4o=fnwrap/local/demo
OPENAI_BASE_URL=http://127.0.0.1:4000/v1 OPENAI_API_KEY=none python examples/clients/openai_client.py
"""

from __future__ import annotations

import asyncio
import sys
from typing import Literal

import openai
import pydantic

MODEL = sys.argv[1] if len(sys.argv) > 1 else "gpt-4o"


class Weather(pydantic.BaseModel):
    """Get the current weather"""

    location: str
    format: Literal["celsius", "fahrenheit"]


TOOLS = [openai.pydantic_function_tool(Weather, name="get_current_weather")]


def ask(city: str) -> list[openai.types.chat.ChatCompletionMessageParam]:
    return [{"role": "user", "content": f"weather in {city} in celsius"}]


def whole(client: openai.OpenAI) -> None:
    completion = client.chat.completions.parse(model=MODEL, messages=ask("Paris"), tools=TOOLS, temperature=0)
    for call in completion.choices[0].message.tool_calls or ():
        print("whole:", repr(call.function.parsed_arguments))


def streamed(client: openai.OpenAI) -> None:
    with client.chat.completions.stream(model=MODEL, messages=ask("Paris"), tools=TOOLS, temperature=0) as stream:
        for event in stream:
            if event.type == "tool_calls.function.arguments.delta":
                print(event.arguments_delta, end="|")
            elif event.type == "tool_calls.function.arguments.done":
                print("\nstreamed:", repr(event.parsed_arguments))


async def several() -> None:
    async with openai.AsyncOpenAI() as client:
        asked = (
            client.chat.completions.parse(model=MODEL, messages=ask(city), tools=TOOLS, temperature=0)
            for city in ("Paris", "Oslo")
        )
        for completion in await asyncio.gather(*asked):
            for call in completion.choices[0].message.tool_calls or ():
                print("several:", repr(call.function.parsed_arguments))


if __name__ == "__main__":
    with openai.OpenAI() as one:
        whole(one)
        streamed(one)
    asyncio.run(several())
