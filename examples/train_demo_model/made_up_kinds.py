"""Made-up tools that look something up, set, switch, measure out or join; made_up_tools.py has those of one verb."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .tools import Parameter, Tool
from .values import BOOLEAN, NUMBERS
from .words import WORDS, Draw

SWITCHES = tuple(pair.split(" / ") for pair in WORDS["verb_pairs"])
MEASURED_VERBS, JOINING_VERBS = WORDS["measured_verbs"].split(), WORDS["joining_verbs"].split()
MEASURES = WORDS["measures"].split()
WHAT = {
    "place": ("city", "place", "location", "where", "town"), "person": ("person", "name", "who", "owner"),
    "title": ("title", "name", "project", "event"), "code": ("id", "number", "code", "reference"),
    "room": ("room", "where", "area"), "device": ("device", "machine", "which"), "noun": ("thing", "name", "what"),
}  # fmt: skip
"""What a tool is about, and the names of that parameter."""
SET_TO = (
    "amount", "percent", "color", "size", "priority", "status", "speed", "time", "word", "integer", "count", "day",
    "genre", "period", "phrase",
)  # fmt: skip
JOINED = {
    "person": ("person", "name", "who", "guest"), "title": ("title", "event", "project"), "place": ("place", "city"),
    "code": ("id", "code"), "phrase": ("topic", "thing", "text"), "email": ("email", "address"),
    "path": ("file", "path"), "saying": ("message", "text", "note"), "day": ("day", "date"),
}  # fmt: skip


def looking_up(thing: str, draw: Draw) -> Tool:
    """Such as get_moon: "what is the moon of Oslo on Friday?"."""
    kind, names = draw.random.choice(sorted(WHAT.items()))
    hole = _article(kind) + "{0}"
    forms = [
        f"what is the {thing} of {hole}", f"{thing} of {hole}", f"tell me the {thing} of {hole}", f"{hole} {thing}",
        f"which {thing} does {hole} have", f"I need the {thing} of {hole}", f"how is the {thing} of {hole}",
        f"get the {thing} for {hole}", f"show me the {thing} of {hole}", f"what {thing} has {hole}",
    ]  # fmt: skip
    if kind in ("place", "room"):
        forms += [f"{thing} in {hole}", f"when is the {thing} in {hole}", f"how high is the {thing} in {hole}"] * 2
    parameters = [Parameter(names, kind)]
    dated = draw.chance(0.3)
    if dated:
        parameters.append(Parameter(("date", "day", "on"), "day", optional=True))
        forms += [form + tail for form in forms for tail in (" {1}", " on {1}")]
    about = (f"Get the {thing} of a {names[0]}", f"The {thing} of a {names[0]}", f"What {thing} a {names[0]} has",
             f"Look up the {thing} of a {names[0]}", f"Tell the {thing}")  # fmt: skip
    tool_names = (f"get_{thing}", f"{thing}_of", f"check_{thing}", f"find_{thing}", thing, f"{thing}_table")
    plural = None if dated else 0
    return Tool(tool_names, about, tuple(parameters), _some(forms, draw), plural)


def setting(thing: str, draw: Draw) -> Tool:
    """Such as set_curtain: "set the curtain of the kitchen to 40"."""
    kind, names = draw.random.choice(sorted(WHAT.items()))
    hole = _article(kind) + "{0}"
    value = draw.random.choice(SET_TO)
    forms = [
        f"set the {thing} of {hole} to {{1}}", f"change the {thing} of {hole} to {{1}}", f"{{1}} {thing} for {hole}",
        f"make the {thing} of {hole} {{1}}", f"I want {hole} to have {thing} {{1}}", f"{hole}: {thing} {{1}}",
        f"put the {thing} of {hole} at {{1}}", f"{thing} of {hole} to {{1}}", f"I want the {hole} {thing} in {{1}}",
        f"give {hole} the {thing} {{1}}", f"change my {thing} on {hole} to {{1}}", f"{{1}} {thing} on {hole}",
        f"the {thing} of {hole} should be {{1}}", f"I want a {{1}} {thing} on {hole}",
        f"set the {{0}} {thing} to {{1}}",
    ]  # fmt: skip
    about = (f"Set the {thing} of a {names[0]}", f"Change the {thing}", f"Give a {names[0]} another {thing}",
             f"Choose the {thing} of a {names[0]}")  # fmt: skip
    to = Parameter(
        (thing, "value", "to", value if value not in NUMBERS else "level"), value, must_enum=draw.chance(0.5)
    )
    tool_names = (f"set_{thing}", f"change_{thing}", f"choose_{thing}", f"adjust_{thing}", f"{thing}_control")
    return Tool(tool_names, about, (Parameter(names, kind), to), _some(forms, draw))


def switching(thing: str, draw: Draw) -> Tool:
    """Such as set_gate: "open the gate of the garden"."""
    yes, no = draw.random.choice(SWITCHES)
    kind, names = draw.random.choice(sorted(WHAT.items()))
    hole = _article(kind) + "{0}"
    forms = []
    for verb, state in ((yes, "true"), (no, "false")):
        texts = [f"{verb} the {thing} of {hole}", f"{verb} the {{0}} {thing}", f"{verb} {hole} {thing}",
                 f"I want to {verb} the {thing} of {hole}", f"{verb} the {thing} in {hole}"]  # fmt: skip
        forms += [f"{text} => 1={state}" for text in texts]
    about = (
        f"{yes.capitalize()} or {no} a {thing}",
        f"Control a {thing}",
        f"{yes.capitalize()} the {thing} or {no} it",
    )
    state_names = (yes.replace(" ", "_"), "enabled", "state", "active")
    parameters = (Parameter(names, kind), Parameter(state_names, BOOLEAN))
    tool_names = (f"set_{thing}", f"{yes.replace(' ', '_')}_{thing}", f"control_{thing}", f"{thing}_switch")
    return Tool(tool_names, about, parameters, _some(forms, draw))


def measuring(thing: str, draw: Draw) -> Tool:
    """Such as give_goat: "give Otto 20 grams"."""
    verb, unit = draw.random.choice(MEASURED_VERBS), draw.random.choice(MEASURES)
    kind, names = draw.random.choice(sorted(WHAT.items()))
    hole = _article(kind) + "{0}"
    forms = [
        f"{verb} {hole} {{1}} {unit}", f"{verb} {{1}} {unit} to {hole}", f"{verb} {hole} for {{1}} {unit}",
        f"{verb} a {thing} in {hole} for {{1}} {unit}", f"I need a {thing} for {{1}} {unit} in {hole}",
        f"{verb} {hole}, {{1}} {unit}", f"{verb} {{1}} {unit} of {hole}", f"{{1}} {unit} of {thing} for {hole}",
        f"{verb} {{1}} to {hole}", f"{verb} {{1}} for the {thing} {{0}}", f"I want the {thing} {{0}} for {{1}} {unit}",
        f"{verb} {hole} {{1}} {unit} of {thing}", f"let me {verb} the {thing} {{0}} for {{1}} {unit}",
        f"I {verb} {{1}} {unit} for {hole}", f"{verb} {{1}} {unit} for the {thing} {{0}}",
    ]  # fmt: skip
    about = (
        f"{verb.capitalize()} a {thing}",
        f"{verb.capitalize()} a {thing} some {unit}",
        f"{unit.capitalize()} of a {thing}",
    )
    parameters = (
        Parameter((*names, thing), kind),
        Parameter((unit, "amount", "how_much"), draw.random.choice(("count", "amount"))),
    )
    return Tool((f"{verb}_{thing}", f"{thing}_{unit}"), about, parameters, _some(forms, draw))


def joining(thing: str, draw: Draw) -> Tool:
    """Such as link_card: "link Nina with the Red Garden"."""
    verb, link = (
        draw.random.choice(JOINING_VERBS),
        draw.random.choice(("to", "with", "for", "about", "from", "in", "on")),
    )
    (kind, names), (other, other_names) = draw.random.sample(sorted(JOINED.items()), 2)
    forms = [
        f"{verb} {{0}} {link} {{1}}", f"{verb} the {names[0]} {{0}} {link} {{1}}", f"{{1}}: {verb} {{0}}",
        f"{verb} {{0}} {link} the {other_names[0]} {{1}}", f"I want to {verb} {{0}} {link} {{1}}",
        f"{verb} {{0}} a {thing} {link} {{1}}", f"{verb} the {thing} {{0}} {link} {{1}}", f"{verb} {{0}}, {{1}}",
        f"{verb} a {thing} {link} {{1}}, {names[0]} {{0}}", f"ask {{0}} to {verb} {link} {{1}}",
    ]  # fmt: skip
    about = (f"{verb.capitalize()} a {thing}", f"{verb.capitalize()} a {names[0]} {link} a {other_names[0]}",
             f"{verb.capitalize()} the {thing} {link} a {other_names[0]}")  # fmt: skip
    parameters = (Parameter(names, kind), Parameter((*other_names, "target"), other))
    return Tool((f"{verb}_{thing}", f"{verb}_{names[0]}"), about, parameters, _some(forms, draw))


KINDS: tuple[Callable[[str, Draw], Tool], ...] = (looking_up, setting, switching, measuring, joining)


def _article(kind: str) -> str:
    return "the " if kind in ("room", "device", "noun") else ""


def _some(forms: Sequence[str], draw: Draw) -> tuple[str, ...]:
    return tuple(draw.random.choice(forms) for _ in range(8))
