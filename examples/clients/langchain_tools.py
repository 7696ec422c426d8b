"""LangChain's ChatLiteLLM with tools: whole and streamed, no server in between.

pip install langchain-litellm 'litellm-fnwrap[local,mcp]'
python examples/clients/langchain_tools.py [fnwrap/ollama/qwen2.5:7b]
"""

from __future__ import annotations

import sys
from typing import Literal

from langchain_core.messages import AIMessageChunk
from langchain_core.tools import tool
from langchain_litellm import ChatLiteLLM

import litellm_fnwrap


@tool
def get_current_weather(location: str, format: Literal["celsius", "fahrenheit"]) -> str:
    """Get the current weather"""
    return f"21 degrees {format} in {location}"


def main() -> None:
    litellm_fnwrap.register()
    model = ChatLiteLLM(model=sys.argv[1] if len(sys.argv) > 1 else "fnwrap/local/demo", temperature=0)
    bound = model.bind_tools([get_current_weather])
    for call in bound.invoke("weather in Paris in celsius").tool_calls:
        print(call["name"], call["args"], "->", get_current_weather.invoke(call["args"]))
    total = AIMessageChunk(content="")
    for chunk in bound.stream("weather in Paris in celsius"):
        total += chunk
    print("streamed:", [(call["name"], call["args"]) for call in total.tool_calls])


if __name__ == "__main__":
    main()
