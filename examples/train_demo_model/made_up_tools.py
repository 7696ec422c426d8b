"""Tools made up anew for each conversation, so that a name must be read from the prompt: it cannot be known."""

from __future__ import annotations

from dataclasses import replace

from .made_up_kinds import KINDS as KINDS_OF_TOOLS
from .tools import Parameter, Tool, load
from .values import BOOLEAN, NUMBERS
from .words import NOUNS, WORDS, Draw, is_held_out, made_up

LISTED = frozenset(name for tool in load("unseen") for name in tool.names)
"""Names that the evaluation keeps for its own tools."""
VERBS = WORDS["verbs_of_tools"].split()
UNSEEN_VERBS = WORDS["unseen_verbs_of_tools"].split()
KINDS = {
    "title": "title", "name": "person", "id": "code", "amount": "amount", "date": "date", "day": "day", "time": "time",
    "color": "color", "size": "size", "priority": "priority", "status": "status", "count": "count", "city": "place",
    "email": "email", "note": "saying", "path": "path", "weight": "number", "price": "amount", "width": "integer",
    "height": "integer", "age": "count", "owner": "person", "reason": "saying", "language": "language", "url": "url",
    "topic": "phrase", "level": "integer", "speed": "speed", "code": "code", "room": "room", "label": "word",
    "quantity": "count", "score": "number", "period": "period", "material": "noun", "customer": "person",
    "destination": "place",
}  # fmt: skip
PREPOSITIONS = {"place": "in", "person": "for", "day": "on", "date": "on", "time": "at", "room": "in", "color": "in"}


def make_up(draw: Draw) -> Tool:
    """A tool that no file lists; those for the evaluation are about things of their own."""
    while True:
        thing = _thing(draw)
        tool = draw.random.choice(KINDS_OF_TOOLS)(thing, draw) if draw.chance(0.5) else _acting(thing, draw)
        if draw.held_out:
            tool = replace(tool, names=tuple(name for name in tool.names if thing in name))
        if not LISTED & set(tool.names):
            return tool


def _thing(draw: Draw) -> str:
    thing = draw.value(lambda: draw.random.choice(NOUNS) if draw.chance(0.6) else made_up(draw, 2, 3))
    while draw.held_out and not is_held_out(thing):
        thing = made_up(draw, 2, 3)
    return thing


def _acting(thing: str, draw: Draw) -> Tool:
    """A tool of a verb, a thing and up to three parameters; the evaluation has verbs of its own."""
    verb = draw.random.choice(UNSEEN_VERBS if draw.held_out and draw.chance(0.5) else VERBS)
    chosen = draw.random.sample(sorted(KINDS), draw.random.choice((0, 1, 1, 1, 2, 2, 2, 2, 3, 3)))
    parameters = [
        Parameter((name,), KINDS[name], optional=place > 0 and draw.chance(0.3)) for place, name in enumerate(chosen)
    ]
    if draw.chance(0.12):
        parameters.append(
            Parameter((draw.random.choice(("urgent", "public", "active", "gift", "silent")),), BOOLEAN, optional=True)
        )
    said = verb.replace("_", " ")
    key = chosen[0] if chosen else "number"
    about = draw.random.choice(("{} a {}", "{} the {}", f"{{}} a {{}} by its {key}", "Use this to {} a {}"))
    about = about.format(said, thing)
    requests = tuple(_request(said, thing, parameters, draw) for _ in range(8))
    return Tool((f"{verb}_{thing}",), (about[0].upper() + about[1:],), tuple(parameters), requests)


def _request(said: str, thing: str, parameters: list[Parameter], draw: Draw) -> str:
    start = draw.random.choice(("{} the {}", "{} a {}", "{} {}", "I want to {} the {}", "{} my {}")).format(said, thing)
    fixed = ""
    parts = []
    for number, parameter in enumerate(parameters):
        if parameter.kind == BOOLEAN:
            if draw.chance(0.5):
                yes = draw.chance(0.7)
                parts.append(f"{'' if yes else 'not '}{parameter.names[0]}")
                fixed = f" => {number}={'true' if yes else 'false'}"
        elif not (parameter.optional and draw.chance(0.4)):
            parts.append(_part(number, parameter, draw))
    draw.random.shuffle(parts)
    text = start
    for place, part in enumerate(parts):
        text += (" " if place == 0 else draw.random.choice((", ", " and ", ", "))) + part
    return text + fixed


def _part(number: int, parameter: Parameter, draw: Draw) -> str:
    name, hole = parameter.names[0], f"{{{number}}}"
    if draw.chance(0.35) and parameter.kind in PREPOSITIONS:
        return f"{PREPOSITIONS[parameter.kind]} {hole}"
    forms = [
        f"with {name} {hole}",
        f"{name} {hole}",
        f"{name}: {hole}",
        f"with the {name} {hole}",
        f"its {name} is {hole}",
    ]
    if parameter.kind == "code":
        forms.append(hole)
    if parameter.kind in NUMBERS:
        forms.append(f"with a {name} of {hole}")
    return draw.random.choice(forms)
