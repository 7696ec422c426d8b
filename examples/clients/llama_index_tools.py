"""LlamaIndex calls a Python function through the proxy.

pip install llama-index-llms-openai-like
fnwrap serve gpt-4o=fnwrap/local/demo
OPENAI_BASE_URL=http://127.0.0.1:4000/v1 OPENAI_API_KEY=none python examples/clients/llama_index_tools.py
"""

# LlamaIndex reads annotations as they are, so that they must not be text here.
import os
import sys
from typing import Literal

from llama_index.core.tools import FunctionTool
from llama_index.llms.openai_like import OpenAILike


def get_current_weather(location: str, format: Literal["celsius", "fahrenheit"]) -> str:
    """Get the current weather"""
    return f"21 degrees {format} in {location}"


def main() -> None:
    llm = OpenAILike(
        model=sys.argv[1] if len(sys.argv) > 1 else "gpt-4o",
        api_base=os.environ["OPENAI_BASE_URL"],
        api_key=os.environ["OPENAI_API_KEY"],
        is_chat_model=True,
        is_function_calling_model=True,
        temperature=0,
    )
    tool = FunctionTool.from_defaults(get_current_weather, description="Get the current weather")
    print(llm.predict_and_call([tool], user_msg="weather in Paris in celsius"))


if __name__ == "__main__":
    main()
