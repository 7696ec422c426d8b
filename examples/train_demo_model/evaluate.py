"""How often the model is right, asked through litellm.completion: places, names, numbers, texts, tools and phrasings
that training never showed, fixed by the seed.

    python -m examples.train_demo_model.evaluate [--model fnwrap/local/demo.gguf] [--misses 20]
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # LiteLLM would fetch its price list from the network

import litellm
from tqdm import tqdm

import litellm_fnwrap
from litellm_fnwrap.cli.python_tools import to_text

from . import conversations
from .conversations import Conversation
from .made_up_tools import make_up
from .results import answer, result
from .tools import Tool, load
from .words import Draw

UNSEEN = load("unseen")


@dataclass(frozen=True)
class Case:
    """A conversation and what should come next: calls as (name, arguments), or a text; None is any text."""

    kind: str
    talk: Conversation
    calls: tuple[tuple[str, dict[str, Any]], ...] = ()
    text: str | None = None


def seen_tools(draw: Draw) -> Case:
    """A request for a tool that training showed, half of them in words that it did not."""
    group = draw.random.choice(conversations.GROUPS)
    phrasing = draw.random.choice(("known", "new"))
    return _request_case(f"tools seen, {phrasing} phrasing", draw, lambda: draw.random.choice(group), phrasing)


def unseen_tools(draw: Draw) -> Case:
    """A request for a tool that training never showed, written for the evaluation."""
    return _request_case("tools unseen, of this evaluation", draw, lambda: draw.random.choice(UNSEEN))


def unseen_words(draw: Draw) -> Case:
    """A request for a tool made of words that training never showed."""
    return _request_case("tools unseen, of made-up words", draw, lambda: make_up(draw))


def no_call(draw: Draw) -> Case:
    """Something that asks for no call."""
    guises = conversations.toolbox(draw)
    talk = _begin(draw, guises)
    said, reply = conversations.without_call(guises, draw)
    talk.say("user", said)
    return Case("no call needed", talk, text=reply)


def near_miss(draw: Draw) -> Case:
    """A request for a tool that is not at hand, though others of its group may be; the hardest to leave alone."""
    guises = conversations.toolbox(draw)
    while conversations.takes_anything(guises):
        guises = conversations.toolbox(draw)
    talk = _begin(draw, guises)
    talk.say("user", conversations.near_miss(guises, draw))
    return Case("tool not at hand", talk, text=conversations.chat.NO_FUNCTION)


def after_results(draw: Draw) -> Case:
    """Calls and their results, to be told in a sentence."""
    guises = conversations.toolbox(draw)
    talk = _begin(draw, guises)
    asked = conversations.request(guises, draw)
    talk.say("user", asked.text)
    talk.call(asked.calls)
    found = [result(call, draw) for call in asked.calls]
    for call, value in zip(talk.messages[-1]["tool_calls"], found, strict=True):
        talk.messages.append({"role": "tool", "tool_call_id": call["id"], "content": to_text(value)})
    return Case("answer after results", talk, text=answer(found))


SUITES: dict[Callable[[Draw], Case], int] = {
    seen_tools: 1000, unseen_tools: 300, unseen_words: 300, no_call: 300, near_miss: 200, after_results: 300
}  # fmt: skip


def cases(seed: int) -> Iterator[Case]:
    """All cases; equal seeds give equal ones."""
    for suite, count in SUITES.items():
        for number in range(count):
            yield suite(Draw(random.Random(f"evaluation:{seed}:{suite.__name__}:{number}"), held_out=True))


def main() -> None:
    options = argparse.ArgumentParser(description="Ask the bundled model what training never showed it.")
    options.add_argument("--model", default="fnwrap/local/demo")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--misses", type=int, default=0, help="how many misses of each kind to print")
    options.add_argument("--first", type=int, default=10**9, help="only that many cases of each kind")
    given = options.parse_args()
    litellm_fnwrap.register()
    asked, right, shown = Counter[str](), Counter[str](), Counter[str]()
    for case in tqdm(list(cases(given.seed)), desc="asking"):
        if asked[case.kind] >= given.first:
            continue
        message = (
            litellm.completion(
                model=given.model, messages=case.talk.messages, tools=case.talk.tools, temperature=0, max_tokens=300
            )
            .choices[0]
            .message
        )
        asked[case.kind] += 1
        marks = judge(case, message)
        right.update(marks)
        if case.kind not in marks and shown[case.kind] < given.misses:
            shown[case.kind] += 1
            print_miss(case, message)
    report(asked, right)


def judge(case: Case, message: Any) -> list[str]:
    """The kinds of rightness a message has; the case's own kind among them if it is right altogether."""
    made = tuple((call.function.name, json.loads(call.function.arguments)) for call in message.tool_calls or ())
    if case.calls:
        marks = [f"{case.kind}: the tool"] if [name for name, _ in made] == [name for name, _ in case.calls] else []
        return [*marks, case.kind] if made == case.calls else marks
    if case.kind in ("no call needed", "tool not at hand"):
        marks = [f"{case.kind}: the very answer"] if message.content == case.text else []
        return marks if made else [*marks, case.kind]
    return [case.kind] if message.content == case.text and not made else []


def report(asked: Counter[str], right: Counter[str]) -> None:
    """One line a kind, and one for all tools seen in training."""
    for kind in asked:
        print(_line(kind, right[kind], asked[kind]))
        for part in sorted(right):
            if part.startswith(f"{kind}: "):
                print(_line(part.replace(f"{kind}:", " "), right[part], asked[kind]))
    seen = [kind for kind in asked if kind.startswith("tools seen")]
    print(_line("tools seen, all", sum(right[kind] for kind in seen), sum(asked[kind] for kind in seen)))


def _line(what: str, hits: int, total: int) -> str:
    return f"{what:<36} {hits:>5} of {total:>5}  {hits / total:.1%}"


def print_miss(case: Case, message: Any) -> None:
    """What was asked, what should have come and what came."""
    made = [(call.function.name, call.function.arguments) for call in message.tool_calls or ()]
    names = [tool["function"]["name"] for tool in case.talk.tools]
    print(f"\n[{case.kind}] {case.talk.messages[-1]['content']!r} tools {names}")
    print(f"  wanted {[(name, json.dumps(arguments)) for name, arguments in case.calls] or case.text}")
    print(f"  came   {made or message.content}")


def _request_case(kind: str, draw: Draw, tool_of: Callable[[], Tool], phrasing: str = "known") -> Case:
    wanted = tool_of()
    guises = conversations.toolbox(draw, wanted)
    first = next(guise for guise in guises if guise.tool is wanted)
    talk = _begin(draw, guises)
    asked = conversations.request(guises, draw, phrasing=phrasing, first=first)
    talk.say("user", asked.text)
    return Case(kind, talk, tuple((call.guise.name, call.arguments) for call in asked.calls))


def _begin(draw: Draw, guises: list[Any]) -> Conversation:
    talk = Conversation([], [guise.declaration for guise in guises])
    if draw.chance(0.25):
        talk.say("system", draw.random.choice(conversations.chat.SYSTEM_MESSAGES))
    return talk


if __name__ == "__main__":
    main()
