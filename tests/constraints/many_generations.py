"""Many texts of noise under our grammars, on the real llama.cpp server: how many are valid calls.

    python tests/constraints/many_generations.py [rounds] [format ...]

A round has random weights of its own. In it, every priority-1 format writes one text for each set of tools and each
choice (required, named, parallel): in every other round to its end, else up to a random token limit. A text must read
as valid calls; one that was cut off must hold no wrong call. A table is printed, and what fails as it is.
"""

from __future__ import annotations

import itertools
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from constraints.generating import generate
from constraints.judging import PRIORITY_1, invalid, problem
from constraints.toolsets import TOOLSETS
from e2e.script import CONTROL, Vocabulary
from e2e.tiny_model import OVERLONG, serve, write_random_model
from litellm_fnwrap.constraints import build_constraint
from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.parser import parse_text
from litellm_fnwrap.formats.spec import Format
from litellm_fnwrap.generation import Constraint
from litellm_fnwrap.messages import ToolChoice

CHOICES = ("required", "named", "parallel")
LONGEST = 2000
END = "<|im_end|>"
TOKENS = Vocabulary(silent=OVERLONG).ids


def bias(format: Format) -> list[list[Any]]:
    """What ends values is likelier than other noise, or most of the time would go into endless strings.

    Control tokens are left out: a grammar takes one for its text, as the content of a string too, and the server then
    hides it.
    """
    hidden = [[TOKENS[text], False] for text in CONTROL if text not in (*format.special, END)]
    return [*hidden, *([TOKENS[text], 3.0] for text in ('"', "}", "]", ")", "<", ">", END))]


def constraint(name: str, tools: str, choice: str) -> Constraint:
    """The grammar of one combination; the cache makes each once."""
    offered = TOOLSETS[tools]
    demand = ToolChoice("named", offered[0].name) if choice == "named" else ToolChoice("required")
    found = build_constraint(get_format(name), offered, demand, dialect="gbnf", parallel=choice == "parallel")
    assert found is not None
    return found


def verdict(url: str, name: str, tools: str, choice: str, seed: int, limit: int) -> tuple[str, str | None]:
    """Whether a text ended or was cut off, and what is wrong with it; None if nothing is."""
    offered, format = TOOLSETS[tools], get_format(name)
    demand = constraint(name, tools, choice)
    answer = generate(url, demand, seed=seed, n_predict=limit, logit_bias=bias(format))
    text = answer["content"]
    if answer["stop_type"] == "limit":
        calls = parse_text(text, format, list(offered), finish_reason="length").tool_calls
        return "cut off", next((wrong for call in calls if (wrong := invalid(offered, call))), None)
    calls = parse_text(text, format, list(offered)).tool_calls
    if choice == "named" and {call.name for call in calls} != {offered[0].name}:
        return "whole", f"another tool than {offered[0].name}"
    if choice != "parallel" and len(calls) != 1:
        return "whole", f"{len(calls)} calls"
    return "whole", problem(name, offered, text)


def play(number: int, names: list[str], count: Counter[tuple[str, str]]) -> None:
    """One round."""
    chance = random.Random(number)
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "noise.gguf"
        write_random_model(model, seed=number, whole_characters=False, layers=1, width=32)
        with serve(model) as url:
            for name, tools, choice in itertools.product(names, TOOLSETS, CHOICES):
                limit = chance.randint(1, 150) if number % 2 else LONGEST
                kind, wrong = verdict(url, name, tools, choice, number, limit)
                count[name, kind] += 1
                if wrong:
                    count[name, f"{kind}, wrong"] += 1
                    print(f"round {number}, {name}, {tools}, {choice}: {wrong}", flush=True)


def main() -> None:
    """Play the rounds, and print the table after each other one."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    names = sys.argv[2:] or list(PRIORITY_1)
    count: Counter[tuple[str, str]] = Counter()
    for number in range(rounds):
        play(number, names, count)
        if number % 2 == 0 and number + 1 < rounds:
            continue
        print(f"after {number + 1} rounds\n{'format':<20}{'whole':>8}{'wrong':>8}{'cut off':>10}{'wrong':>8}")
        for name in names:
            figures = [count[name, kind] for kind in ("whole", "whole, wrong", "cut off", "cut off, wrong")]
            print(f"{name:<20}{figures[0]:>8}{figures[1]:>8}{figures[2]:>10}{figures[3]:>8}", flush=True)


if __name__ == "__main__":
    main()
