"""What a tool is in the training data, and how one of its many guises is put on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from . import values
from .words import IMPERATIVES, TEXTS, Draw

ENDINGS = (
    "", ".", " for the user", ". Returns a text.", ", and return it as JSON", ". Use it when asked.", " (slow)",
    ". Ask first if unsure.",
)  # fmt: skip
"""What people add to descriptions."""
BEGINNINGS = ("Use this to ", "A tool to ", "This function can ", "Lets you ", "Call this to ", "Can ")


@dataclass(frozen=True)
class Parameter:
    """One parameter: the names it may have, the kind of its values, and whether requests may leave it out."""

    names: tuple[str, ...]
    kind: str
    optional: bool = False
    must_enum: bool = False


@dataclass(frozen=True)
class Tool:
    """A tool under all its names.

    requests  are texts with holes: "{0}" is the first parameter, and so on. What follows "=>" sets arguments that the
              text says in other words ("turn the {0} on => 1=true"). The last request is kept for the evaluation.
    plural    the parameter that a request may give several values for, each then being a call of its own.
    broad     whether the tool could take any request, as a search of the web can.
    """

    names: tuple[str, ...]
    about: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    requests: tuple[str, ...]
    plural: int | None = None
    broad: bool = False

    @property
    def key(self) -> str:
        return self.names[0]


@dataclass(frozen=True)
class Guise:
    """A tool as one conversation shows it: one name, one description, one schema."""

    tool: Tool
    name: str
    parameter_names: tuple[str, ...]
    enums: tuple[tuple[str, ...], ...]
    declaration: dict[str, Any]


def load(group: str) -> tuple[Tool, ...]:
    """The tools of a file in texts/tools, which is named after what they are for."""
    entries = yaml.safe_load((TEXTS / "tools" / f"{group}.yaml").read_text(encoding="utf-8"))
    return tuple(map(_read, entries))


def put_on(tool: Tool, draw: Draw) -> Guise:
    """One of the guises of a tool."""
    name = _spelt(draw.random.choice(tool.names), draw)
    about = _begun(draw.random.choice(tool.about), draw) + draw.random.choices(ENDINGS, (70, 14, 3, 3, 3, 3, 2, 2))[0]
    enums = tuple(_enum(parameter, draw) for parameter in tool.parameters)
    names = tuple(draw.random.choice(parameter.names) for parameter in tool.parameters)
    if len(set(names)) < len(names):
        names = tuple(parameter.names[0] for parameter in tool.parameters)
    described = draw.chance(0.25)
    properties = {}
    for parameter, shown, enum in zip(tool.parameters, names, enums, strict=True):
        properties[shown] = values.schema(parameter.kind, draw, enum)
        if described and draw.chance(0.8):
            properties[shown]["description"] = _description(parameter, shown, draw)
    needed = [shown for parameter, shown in zip(tool.parameters, names, strict=True) if not parameter.optional]
    schema = {"type": "object", "properties": properties, "required": needed}
    function = {"name": name, "description": about, "parameters": schema}
    return Guise(tool, name, names, enums, {"type": "function", "function": function})


def _begun(about: str, draw: Draw) -> str:
    """A description that says what to do, sometimes after words that say that this is a tool."""
    if about.split()[0].lower() not in IMPERATIVES or not draw.chance(0.15):
        return about
    return draw.random.choice(BEGINNINGS) + about[0].lower() + about[1:]


def _read(entry: dict[str, Any]) -> Tool:
    parameters = tuple(Parameter(**{**one, "names": tuple(one["names"])}) for one in entry.get("parameters", ()))
    sequences = {key: tuple(entry[key]) for key in ("names", "about", "requests")}
    return Tool(**{**entry, **sequences, "parameters": parameters})


def _spelt(name: str, draw: Draw) -> str:
    """Names are mostly written with underscores, as Python's are, sometimes as other languages write them."""
    spelling = draw.random.random()
    if spelling < 0.85 or "_" not in name:
        return name
    words = name.split("_")
    if spelling < 0.95:
        return words[0] + "".join(word.capitalize() for word in words[1:])
    return "-".join(words)


def _enum(parameter: Parameter, draw: Draw) -> tuple[str, ...]:
    if parameter.kind not in values.POOLS or not (parameter.must_enum or draw.chance(0.35)):
        return ()
    if parameter.kind == "unit":
        return draw.random.choice(
            (("celsius", "fahrenheit"),) * 5 + (("fahrenheit", "celsius"), ("kelvin", "celsius", "fahrenheit"))
        )
    pool = values.POOLS[parameter.kind]
    return tuple(draw.random.sample(pool, draw.random.randint(2, min(5, len(pool)))))


def _description(parameter: Parameter, shown: str, draw: Draw) -> str:
    said = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", shown).lower()
    other = draw.random.choice(parameter.names).replace("_", " ")
    example = (
        f"The {other}, for example {values.make(parameter.kind, draw)}" if parameter.kind != values.BOOLEAN else ""
    )
    return draw.random.choice(
        (f"The {said}", f"the {other}", f"{other.capitalize()} to use", f"Which {said}", example or f"Whether {said}")
    )
