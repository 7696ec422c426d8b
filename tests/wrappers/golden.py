"""Golden prompts: what every wrapper writes of a few conversations, one readable file each.

python tests/wrappers/golden.py --write     writes them anew, after a change that is meant
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from litellm_fnwrap.generation import Prompt
from litellm_fnwrap.wrappers import WRAPPERS, get_wrapper
from wrappers.scenarios import conversation

FOLDER = Path(__file__).parents[1] / "golden"
SHOWN = ("system", "tools", "parallel_calls", "results", "no_tools")


def render(wrapper: str, scenario: str) -> Prompt:
    """The prompt of a scenario."""
    return get_wrapper(wrapper).render(conversation(scenario))


def golden_text(prompt: Prompt) -> str:
    """A prompt as its file shows it: what goes with it on top, then the text, whose end is marked."""
    head = [f"format: {prompt.format}", f"bos: {prompt.bos}", f"stop: {' '.join(map(repr, prompt.stop))}"]
    return "\n".join([*head, f"prefill: {prompt.prefill!r}", "", f"{prompt.text}◀"]) + "\n"


def path_of(wrapper: str, scenario: str) -> Path:
    """Where a golden prompt lies."""
    return FOLDER / wrapper / f"{scenario}.txt"


def names() -> list[str]:
    """The built-in wrappers."""
    return WRAPPERS.names()


def write_all() -> int:
    """Writes every golden prompt and removes those of wrappers that are no more; returns how many were written."""
    wanted = {path_of(wrapper, scenario) for wrapper in names() for scenario in SHOWN}
    for stale in set(FOLDER.glob("*/*.txt")) - wanted:
        stale.unlink()
    for wrapper in names():
        for scenario in SHOWN:
            path = path_of(wrapper, scenario)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(golden_text(render(wrapper, scenario)), encoding="utf-8")
    return len(wanted)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python tests/wrappers/golden.py --write")
    print(f"{write_all()} prompts written to {FOLDER}")
