"""Whole conversations: tools, perhaps a system message, requests, calls, results, answers."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

from litellm_fnwrap.cli.python_tools import to_text

from . import chat, values
from .asking import Call, Request, ask, follow_up, join
from .made_up_tools import make_up
from .results import answer, result
from .tools import Guise, Tool, load, put_on
from .words import Draw

Message = dict[str, Any]

REALMS = {
    "weather": "outside", "arithmetic": "facts", "planning": "day", "messages": "day", "home": "machines",
    "without_parameters": "anything", "travel": "outside", "shopping": "goods", "money": "goods",
    "files": "machines", "knowledge": "facts", "work": "day",
}  # fmt: skip
"""The groups of tools, and the realm of each: a tool may do what one of another group of its realm is for."""
NAMED_GROUPS = {name: load(name) for name in REALMS}
GROUPS = tuple(NAMED_GROUPS.values())
REALM_OF = {tool.key: REALMS[name] for name, group in NAMED_GROUPS.items() for tool in group}
TOLD_APART = ("arithmetic", "messages", "money", "files", "work", "without_parameters")
"""Groups of which no tool can do what another of the group is for."""
WEATHER = ("get_current_weather", "get_n_day_weather_forecast")
"""The tools that `fnwrap demo` brings along for the weather."""
TURNS = ((1, 2, 3, 4, 6, 8), (12, 17, 9, 20, 27, 15))
"""How many requests a conversation has, and how often it has so many."""
COPIED = tuple(sorted(values.TEXTS)) + tuple(sorted(values.NUMBERS))


@dataclass
class Conversation:
    """Messages and tools in OpenAI's form."""

    messages: list[Message]
    tools: list[dict[str, Any]]
    ids: int = 0

    def say(self, role: str, content: str) -> None:
        self.messages.append({"role": role, "content": content})

    def call(self, calls: tuple[Call, ...]) -> None:
        """An assistant's turn that makes calls."""
        made = []
        for call in calls:
            self.ids += 1
            function = {"name": call.guise.name, "arguments": json.dumps(call.arguments, ensure_ascii=False)}
            made.append({"id": f"call_{self.ids}", "type": "function", "function": function})
        self.messages.append({"role": "assistant", "content": None, "tool_calls": made})

    def answer(self, calls: tuple[Call, ...], draw: Draw) -> None:
        """Results for the calls of the last turn, and the assistant's sentence about them."""
        made = self.messages[-1]["tool_calls"]
        found = [result(call, draw) for call in calls]
        for one, value in zip(made, found, strict=True):
            self.messages.append({"role": "tool", "tool_call_id": one["id"], "content": to_text(value)})
        self.say("assistant", answer(found))


def conversation(seed: str) -> Conversation:
    """A training conversation; equal seeds give equal ones."""
    draw = Draw(random.Random(seed))
    if draw.chance(0.03):
        return _echo(draw)
    if draw.chance(0.02):
        return _forecasts(draw)
    guises = toolbox(draw) if draw.chance(0.96) else []
    talk = Conversation([], [guise.declaration for guise in guises])
    if draw.chance(0.25):
        talk.say("system", draw.random.choice(chat.SYSTEM_MESSAGES))
    turns = draw.random.choices(*TURNS)[0]
    last: Call | None = None
    for _ in range(turns):
        last = _exchange(talk, guises, draw, last)
    return talk


def echo(seed: str) -> Conversation:
    """A conversation in which things are repeated: the first lesson, since every argument of a call is a copy."""
    return _echo(Draw(random.Random(f"echo:{seed}")))


def toolbox(draw: Draw, wanted: Tool | None = None) -> list[Guise]:
    """One to six tools under different names; a wanted one is among them."""
    size = draw.random.choices((1, 2, 3, 4, 5, 6), (26, 30, 20, 13, 7, 4))[0]
    group = draw.random.choice(GROUPS)
    found: dict[str, Guise] = {}
    keys: set[str] = set()
    for place in range(40):
        if len(found) == size:
            break
        tool = wanted if wanted and place == 0 else _any_tool(group, draw)
        guise = put_on(tool, draw)
        if guise.name not in found and tool.key not in keys:
            found[guise.name] = guise
            keys.add(tool.key)
    guises = list(found.values())
    draw.random.shuffle(guises)
    return guises


def _any_tool(group: tuple[Tool, ...], draw: Draw) -> Tool:
    """A made-up tool, one of the group, or any; tools of one group are the hardest to tell apart."""
    if draw.chance(0.3):
        return make_up(draw)
    return draw.random.choice(group if draw.chance(0.4) else draw.random.choice(GROUPS))


def request(guises: list[Guise], draw: Draw, *, phrasing: str = "known", first: Guise | None = None) -> Request:
    """A request for one of the tools, or for several calls."""
    kind = draw.random.random()
    guise = first or draw.random.choice(guises)
    if kind < 0.14:
        asked = ask(guise, draw, phrasing=phrasing, several=True)
        if len(asked.calls) > 1 or draw.chance(0.5):
            return asked
    if kind < 0.24:
        return join(ask(guise, draw, phrasing=phrasing), ask(draw.random.choice(guises), draw), draw)
    return ask(guise, draw, phrasing=phrasing)


def without_call(guises: list[Guise], draw: Draw) -> tuple[str, str]:
    """Something that asks for none of the tools, and the answer."""
    kind = draw.random.random()
    if kind < 0.55 or takes_anything(guises):
        return chat.small_talk(draw)
    if kind < 0.8 or not _far_groups(guises):
        return chat.unrelated(draw)
    return foreign(guises, draw), chat.NO_FUNCTION


def takes_anything(guises: list[Guise]) -> bool:
    """Whether one of the tools could take any request."""
    return any(guise.tool.broad for guise in guises)


def foreign(guises: list[Guise], draw: Draw) -> str:
    """A request for a tool of a realm that none of the tools at hand is of."""
    tool = draw.random.choice(draw.random.choice(_far_groups(guises)))
    return ask(put_on(tool, draw), draw).text


def _far_groups(guises: list[Guise]) -> list[tuple[Tool, ...]]:
    realms = {REALM_OF.get(guise.tool.key) for guise in guises}
    return [group for name, group in NAMED_GROUPS.items() if REALMS[name] not in realms]


def near_miss(guises: list[Guise], draw: Draw) -> str:
    """A request for a tool that is not at hand, be others of its group at hand or not."""
    names, keys = {guise.name for guise in guises}, {guise.tool.key for guise in guises}
    while True:
        made_up = draw.chance(0.4)
        group = NAMED_GROUPS[draw.random.choice(TOLD_APART)]
        tool = make_up(draw) if made_up else draw.random.choice(group)
        others = keys - {one.key for one in group}
        if not made_up and any(REALM_OF.get(key) == REALM_OF[tool.key] for key in others):
            continue
        guise = put_on(tool, draw)
        if tool.key not in keys and guise.name not in names:
            return ask(guise, draw).text


def _echo(draw: Draw) -> Conversation:
    talk = Conversation([], [])
    for _ in range(draw.random.choice((1, 1, 2))):
        things = [values.make(draw.random.choice(COPIED), draw) for _ in range(draw.random.randint(2, 9))]
        text = draw.random.choice((" ", " ", ", ")).join(things)
        talk.say("user", draw.random.choice(("repeat: {}", "say {}", "repeat after me: {}", "echo {}")).format(text))
        talk.say("assistant", text)
    return talk


def _forecasts(draw: Draw) -> Conversation:
    """Weather now and to come, mostly of several places: what `fnwrap demo` asks first, and hard to tell apart."""
    tools = draw.random.sample([tool for tool in NAMED_GROUPS["weather"] if tool.key in WEATHER], len(WEATHER))
    guises = [put_on(tool, draw) for tool in tools]
    talk = Conversation([], [guise.declaration for guise in guises])
    for _ in range(draw.random.randint(1, 3)):
        asked = ask(draw.random.choice(guises), draw, several=draw.chance(0.7))
        talk.say("user", asked.text)
        talk.call(asked.calls)
    return talk


def _exchange(talk: Conversation, guises: list[Guise], draw: Draw, last: Call | None) -> Call | None:
    if not guises or draw.chance(0.2):
        if draw.chance(0.3) and not takes_anything(guises):
            said, reply = near_miss(guises, draw), chat.NO_FUNCTION
        else:
            said, reply = without_call(guises, draw)
        talk.say("user", said)
        talk.say("assistant", reply)
        return last
    asked = (follow_up(last, draw) if last and draw.chance(0.3) else None) or request(guises, draw)
    talk.say("user", asked.text)
    talk.call(asked.calls)
    if draw.chance(0.12):
        talk.answer(asked.calls, draw)
    return asked.calls[-1]
