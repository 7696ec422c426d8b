"""A loop as Open Interpreter 0.4.3 has it: how it asks, what it reads of a stream, what history it sends."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from typing import Any

import litellm
import pytest

from provider.scripted_ollama import ScriptedOllama, says

pytestmark = pytest.mark.litellm

EXECUTE = {
    "type": "function",
    "function": {
        "name": "execute",
        "description": "Executes code on the user's machine **in the users local environment** and returns the output",
        "parameters": {
            "type": "object",
            "properties": {
                "language": {"type": "string", "description": "The language", "enum": ["python", "shell"]},
                "code": {"type": "string", "description": "The code to execute (required)"},
            },
            "required": ["language", "code"],
        },
    },
}
CODE = "total = 0\nfor n in range(4):\n    total += n\nprint(total)"


def asked(server: ScriptedOllama, messages: list[dict[str, Any]]) -> Iterator[Any]:
    """The call as it makes it: always sync, always streamed, no tool_choice, temperature only where it is not 0."""
    stream: Any = litellm.completion(
        model="fnwrap/ollama+hermes/m",
        messages=messages,
        tools=[EXECUTE],
        stream=True,
        api_base=server.base_url,
        max_tokens=1000,
        stop=["<|assistant|>", "<|end|>", "<|eot_id|>"],
        drop_params=True,
    )
    return iter(stream)


def read(chunks: Iterator[Any]) -> tuple[str, dict[str, str]]:
    """Text and the one call of an answer: the first entry of tool_calls in each delta, names and arguments joined."""
    text, call = "", {"name": "", "arguments": ""}
    for chunk in chunks:
        if not chunk.choices:
            continue
        delta = chunk.choices[0].delta
        text += delta.content or ""
        if delta.tool_calls:
            function = delta.tool_calls[0].function
            call["name"] += function.name or ""
            call["arguments"] += function.arguments or ""
    return text, call


def written(code: str) -> str:
    arguments = json.dumps({"language": "python", "code": code})
    return f'I will add them up.\n<tool_call>\n{{"name": "execute", "arguments": {arguments}}}\n</tool_call>'


@pytest.mark.parametrize("size", [1, 9], ids=["by-character", "by-nine"])
def test_code_is_called_for_run_and_its_output_answered(ollama: ScriptedOllama, size: int) -> None:
    reply = written(CODE)
    ollama.will_say(says(*(reply[n : n + size] for n in range(0, len(reply), size))), "The sum is 6.")
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "You are Open Interpreter."},
        {"role": "user", "content": "Add up 0 to 3."},
    ]
    text, call = read(asked(ollama, messages))
    assert text.strip() == "I will add them up."
    assert call["name"] == "execute"
    arguments = json.loads(call["arguments"])
    assert arguments == {"language": "python", "code": CODE}
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(arguments["code"], {})
    messages += [
        {"role": "assistant", "content": text},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": "toolu_1", "type": "function", "function": call}],
        },
        {"role": "tool", "name": "execute", "content": output.getvalue(), "tool_call_id": "toolu_1"},
    ]
    assert read(asked(ollama, messages)) == ("The sum is 6.", {"name": "", "arguments": ""})
    prompt = ollama.bodies[1]["prompt"]
    assert "total += n" in prompt
    assert prompt.rstrip().endswith("<|im_start|>assistant")
    assert "<tool_response>" in prompt
    assert set(ollama.bodies[1]["options"]["stop"]) >= {"<|assistant|>", "<|end|>", "<|eot_id|>", "<|im_end|>"}


def test_history_without_content_and_with_a_sentence_for_arguments_is_understood(ollama: ScriptedOllama) -> None:
    ollama.will_say("Done.")
    messages = [
        {"role": "user", "content": "Go on."},
        {
            "role": "assistant",
            "tool_calls": [
                {
                    "id": "toolu_1",
                    "type": "function",
                    "function": {"name": "execute", "arguments": "Automated tool call to fetch more output."},
                }
            ],
        },
        {"role": "tool", "name": "execute", "content": "No output", "tool_call_id": "toolu_1"},
        {"role": "user", "content": "And now?"},
    ]
    assert read(asked(ollama, messages))[0] == "Done."
    assert "No output" in ollama.bodies[0]["prompt"]


def test_deltas_of_one_call_grow_while_the_model_writes(ollama: ScriptedOllama) -> None:
    reply = written(CODE)
    ollama.will_say(says(*(reply[n : n + 5] for n in range(0, len(reply), 5))))
    pieces = [
        chunk.choices[0].delta.tool_calls[0].function.arguments
        for chunk in asked(ollama, [{"role": "user", "content": "Go."}])
        if chunk.choices and chunk.choices[0].delta.tool_calls
    ]
    assert len(pieces) > 5
    assert json.loads("".join(pieces)) == {"language": "python", "code": CODE}
