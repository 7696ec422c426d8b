"""LiteLLM's Router: an Ollama server first, and the bundled model where that cannot be reached.

python examples/fallback.py
"""

from __future__ import annotations

import os

import litellm

import litellm_fnwrap

TIME = {
    "name": "get_time",
    "description": "Get the local time of a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


def main() -> None:
    litellm_fnwrap.register()
    ollama = {"model": "fnwrap/ollama/qwen2.5:7b", "api_base": os.environ.get("OLLAMA_HOST", "http://127.0.0.1:9")}
    router = litellm.Router(
        model_list=[
            {"model_name": "ours", "litellm_params": ollama},
            {"model_name": "spare", "litellm_params": {"model": "fnwrap/local/demo"}},
        ],
        fallbacks=[{"ours": ["spare"]}],
        num_retries=0,
    )
    messages = [{"role": "user", "content": "what time is it in Oslo?"}]
    reply = router.completion("ours", messages, tools=[{"type": "function", "function": TIME}], temperature=0)
    call = reply.choices[0].message.tool_calls[0].function
    print(f"{reply.model} calls {call.name}({call.arguments})")


if __name__ == "__main__":
    main()
