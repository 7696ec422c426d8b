"""What rendering a model's own chat template costs beside transformers' own rendering of it.

    python tests/benchmarks/template_rendering.py [--templates FOLDER] [--tools 100] [--messages 200] [--rounds 15]

Both render the same conversation in one process, in turns; a figure is the median over the rounds, a ratio is
transformers' time divided by ours in the same round, so that above 1 ours is faster. FOLDER holds .jinja files; by
default it is the folder templates of FNWRAP_CORPUS. transformers must be installed (pip install transformers).
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from litellm_fnwrap.chat_template import ChatTemplate
from litellm_fnwrap.errors import TemplateError

TOKENS: dict[str, Any] = {"bos_token": "<s>", "eos_token": "</s>"}
VARIABLES: dict[str, Any] = {"functions": "[]", "datetime": "2026-01-01"}


def tools(count: int) -> list[dict[str, Any]]:
    """Tools with five described parameters each."""
    properties = {f"parameter_{n}": {"type": "string", "description": f"What it says of {n}."} for n in range(5)}
    schema = {"type": "object", "properties": properties, "required": ["parameter_0"]}
    return [
        {
            "type": "function",
            "function": {"name": f"tool_{n}", "description": f"Does the thing number {n}. " * 3, "parameters": schema},
        }
        for n in range(count)
    ]


def messages(count: int, *, text: bool) -> list[dict[str, Any]]:
    """Rounds of a question, a call, its result and an answer; arguments as objects, or as JSON text."""
    out: list[dict[str, Any]] = []
    for n in range(count // 4):
        arguments: Any = {"parameter_0": f"value {n}", "parameter_1": "x" * 40}
        call = {"name": f"tool_{n % 7}", "arguments": json.dumps(arguments) if text else arguments}
        id = f"abcdef{n:03d}"
        out += [
            {"role": "user", "content": f"Question {n}: " + "what is the case? " * 10},
            {"role": "assistant", "content": "", "tool_calls": [{"id": id, "type": "function", "function": call}]},
            {
                "role": "tool",
                "tool_call_id": id,
                "name": call["name"],
                "content": f"Result {n}: " + "this is so. " * 10,
            },
            {"role": "assistant", "content": f"Answer {n}: " + "it is the case. " * 10},
        ]
    return [*out, {"role": "user", "content": "And now?"}][: max(count, 1)]


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one run, which says more than the clock on a busy machine."""
    began = time.process_time()
    work()
    return time.process_time() - began


def compare(source: str, count_tools: int, count_messages: int, rounds: int) -> tuple[float, float, float] | None:
    """Medians of transformers' and our time in milliseconds, and of their ratio; None if either refuses."""
    from transformers.utils.chat_template_utils import render_jinja_template

    template = ChatTemplate(source, **TOKENS)
    given: Any = tools(count_tools)
    for text in (False, True):
        history = messages(count_messages, text=text)

        def theirs(history: list[dict[str, Any]] = history) -> Any:
            return render_jinja_template(
                [history], tools=given, chat_template=source, add_generation_prompt=True, **TOKENS, **VARIABLES
            )

        def ours(history: list[dict[str, Any]] = history) -> str:
            return template.render(history, given, **VARIABLES)

        try:
            texts, _ = theirs()
            if ours() != texts[0]:
                raise SystemExit("The two renderings differ; compare them with tests/chat_template first.")
        except TemplateError:
            continue
        except Exception:
            continue
        pairs = [(seconds(theirs), seconds(ours)) for _ in range(rounds)]
        medians = [statistics.median(column) * 1000 for column in zip(*pairs, strict=True)]
        return medians[0], medians[1], statistics.median(one / other for one, other in pairs)
    return None


def main() -> None:
    """Print one line for each template, and the geometric mean of the ratios."""
    corpus = Path(os.environ.get("FNWRAP_CORPUS", ".")) / "templates"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--templates", type=Path, default=corpus)
    parser.add_argument("--tools", type=int, default=100)
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    logging.getLogger("transformers").setLevel(logging.ERROR)
    ratios = []
    print(f"{'template':60} {'transformers':>12} {'fnwrap':>8} {'ratio':>6}")
    for path in sorted(options.templates.glob("*.jinja")):
        found = compare(path.read_text("utf-8"), options.tools, options.messages, options.rounds)
        if found is None:
            print(f"{path.name:60} {'refused':>12}")
            continue
        ratios.append(found[2])
        print(f"{path.name:60} {found[0]:9.2f} ms {found[1]:5.2f} ms {found[2]:6.2f}")
    if ratios:
        mean = math.exp(statistics.fmean(map(math.log, ratios)))
        print(
            f"geometric mean of {len(ratios)} ratios: {mean:.2f}; lowest {min(ratios):.2f}, highest {max(ratios):.2f}"
        )


if __name__ == "__main__":
    main()
