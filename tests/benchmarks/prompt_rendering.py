"""What a long prompt costs: 100 tools and 200 messages, by a built-in wrapper, by a template, and by transformers.

    python tests/benchmarks/prompt_rendering.py path/to/chat_template.jinja

Wrappers also pair results with calls, neutralise control marks, and write the chat messages of chat-only servers;
ChatTemplate.render and transformers only render. Figures are the best of 30 runs, in milliseconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from litellm_fnwrap.chat_template import ChatTemplate
from litellm_fnwrap.messages import read_conversation
from litellm_fnwrap.wrappers import get_wrapper
from litellm_fnwrap.wrappers.template import TemplateWrapper


def _tool(number: int) -> dict[str, Any]:
    properties = {f"parameter_{n}": {"type": "string", "description": "What it is about"} for n in range(6)}
    parameters = {"type": "object", "properties": properties, "required": ["parameter_0"]}
    return {
        "type": "function",
        "function": {"name": f"tool_{number}", "description": "Does a thing " * 5, "parameters": parameters},
    }


def _round(number: int) -> list[dict[str, Any]]:
    function = {"name": "tool_1", "arguments": json.dumps({"parameter_0": "x" * 50})}
    return [
        {"role": "user", "content": "A question " * 20},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": f"c{number}", "type": "function", "function": function}],
        },
        {"role": "tool", "tool_call_id": f"c{number}", "content": "A result " * 20},
        {"role": "assistant", "content": "An answer " * 20},
    ]


def _best(work: Callable[[], Any], runs: int = 30) -> float:
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times[1:]) * 1000


def main() -> None:
    """Prints the figures."""
    source = Path(sys.argv[1]).read_text(encoding="utf-8")
    tools = [_tool(number) for number in range(100)]
    messages = [message for number in range(50) for message in _round(number)]
    conversation = read_conversation(messages, tools=tools)
    template = ChatTemplate(source)
    wrapper = TemplateWrapper(template)
    print(f"wrapper qwen2.5       {_best(lambda: get_wrapper('qwen2.5').render(conversation)):8.2f} ms")
    print(f"wrapper of template   {_best(lambda: wrapper.render(conversation)):8.2f} ms")
    print(f"ChatTemplate.render   {_best(lambda: template.render(messages, tools)):8.2f} ms")
    try:
        from transformers.utils.chat_template_utils import render_jinja_template
    except ImportError:
        print("transformers is not installed")
        return
    given = {"conversations": [messages], "tools": tools, "chat_template": source, "add_generation_prompt": True}
    print(f"transformers          {_best(lambda: render_jinja_template(**given)):8.2f} ms")


if __name__ == "__main__":
    main()
