"""A wrapper class written for MemGPT, used as it is with a model of any backend.

python examples/memgpt_wrapper.py
"""

from __future__ import annotations

import json
from typing import Any

import litellm

import litellm_fnwrap


class PlainList(litellm_fnwrap.LLMChatCompletionWrapper):
    """ChatML turns, functions as a list of signatures, calls as JSON: what the bundled model was trained on."""

    def chat_completion_to_prompt(self, messages: Any, functions: Any) -> str:
        listed = "\n".join(
            f"// {function['description']}\n{function['name']}({', '.join(function['parameters']['properties'])})"
            for function in functions
        )
        turns = "".join(f"<|im_start|>{message['role']}\n{message['content']}<|im_end|>\n" for message in messages)
        return f"<|im_start|>system\n<tools>\n{listed}\n</tools><|im_end|>\n{turns}<|im_start|>assistant\n"

    def output_to_chat_completion_response(self, raw_llm_output: str) -> dict[str, Any]:
        first = raw_llm_output.split("</tool_call>")[0].removeprefix("<tool_call>")
        call = json.loads(first)
        function = {"name": call["name"], "arguments": json.dumps(call["arguments"])}
        return {"role": "assistant", "content": None, "function_call": function}


TIME = {
    "name": "get_time",
    "description": "Get the local time of a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


def main() -> None:
    litellm_fnwrap.register()
    reply = litellm.completion(
        model="fnwrap/local/demo",
        messages=[{"role": "user", "content": "local time in Kyoto"}],
        functions=[TIME],
        wrapper=PlainList(),
        temperature=0,
    )
    call = reply.choices[0].message.function_call
    print(f"{call.name}({call.arguments})")


if __name__ == "__main__":
    main()
