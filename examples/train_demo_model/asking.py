"""What a user says and the calls that it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import values
from .tools import Guise
from .words import IMPERATIVES, WORDS, Draw

FREE_TEXT = frozenset(("errand", "saying", "title", "phrase"))
OPENERS = tuple(WORDS["openers"])
POLITE = tuple(WORDS["polite"])
CLOSERS = tuple(WORDS["closers"])
SYNONYMS = tuple(tuple(group.split(" / ")) for group in WORDS["synonyms"])
BY_NAME = ("call {}", "call the tool {}", "use {}", "use the function {}", "run {}", "Call the function {} now")
JOINTS = (" and ", ", then ", " and also ", ". Also, ", ". And ", "; ")
SENTENCE_JOINTS = (". Also, ", ". And ", "; ")


@dataclass(frozen=True)
class Call:
    """A call that a request asks for."""

    guise: Guise
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Request:
    """A text and its calls; an open end is one that a further word would belong to."""

    text: str
    calls: tuple[Call, ...]
    open_end: bool = False


def ask(guise: Guise, draw: Draw, *, phrasing: str = "known", several: bool = False) -> Request:
    """A request for a tool.

    phrasing  "known" to training, or "new" to it.
    several   ask for two or three calls at once, where the tool's requests can.
    """
    if not guise.parameter_names and draw.chance(0.15):
        return Request(_phrased(draw.random.choice(BY_NAME).format(guise.name), "call", draw), (Call(guise, {}),))
    template, fixed = template_of(guise, draw, phrasing)
    said = {number: _say(guise, number, draw) for number in _holes(template)}
    calls = [said]
    shown = {number: _quoted(guise, number, text, draw) for number, text in said.items()}
    plural = guise.tool.plural
    if several and plural is not None and plural in said:
        texts = [said[plural]]
        for _ in range(draw.random.choice((1, 1, 1, 2))):
            another = _say(guise, plural, draw)
            if another not in texts:
                texts.append(another)
        calls = [{**said, plural: text} for text in texts]
        shown[plural] = _listed(texts, draw)
    text = template.format(*(shown.get(number, "") for number in range(len(guise.parameter_names))))
    last = re.search(r"\{(\d)\}[^{}\w]*$", template)
    return Request(
        text=_phrased(text, template, draw),
        calls=tuple(Call(guise, _arguments(guise, one, fixed)) for one in calls),
        open_end=last is not None and guise.tool.parameters[int(last[1])].kind in FREE_TEXT,
    )


def join(first: Request, second: Request, draw: Draw) -> Request:
    """Two requests in one."""
    joint = draw.random.choice(SENTENCE_JOINTS if first.open_end else JOINTS)
    return Request(first.text.rstrip("?.! ") + joint + second.text, first.calls + second.calls, second.open_end)


def follow_up(call: Call, draw: Draw) -> Request | None:
    """A short second question that changes one argument of a call, such as "and in Oslo?"."""
    guise, plural = call.guise, call.guise.tool.plural
    if plural is None or guise.parameter_names[plural] not in call.arguments:
        return None
    said = _say(guise, plural, draw)
    forms = ["and {}?", "what about {}?", "and {}", "how about {}?", "now {}", "the same for {}"]
    if guise.tool.parameters[plural].kind == "place":
        forms += ["and in {}?", "and {} please"]
    argument = values.argument(guise.tool.parameters[plural].kind, said)
    arguments = {**call.arguments, guise.parameter_names[plural]: argument}
    return Request(draw.random.choice(forms).format(said), (Call(guise, arguments),))


def template_of(guise: Guise, draw: Draw, phrasing: str = "known") -> tuple[str, dict[int, bool]]:
    """A request with its holes, and the arguments that it sets in other words."""
    known = guise.tool.requests[:-1]
    choices = guise.tool.requests[-1:] if phrasing == "new" else known
    for _ in range(50):
        text, _, settings = draw.random.choice(choices).partition(" => ")
        fixed = {int(part.split("=")[0]): part.endswith("true") for part in settings.split(";") if part}
        if _complete(guise, _holes(text), fixed):
            return (text if phrasing == "new" else _varied(text, guise, draw)), fixed
        choices = known
    raise ValueError(f"No request of {guise.tool.key} names all its required parameters.")


def _varied(template: str, guise: Guise, draw: Draw) -> str:
    """Some words for others that mean the same, but never those of the request that is kept for the evaluation."""
    found = [(word, group) for group in SYNONYMS for word in group if re.search(rf"\b{re.escape(word)}\b", template)]
    if not found or not draw.chance(0.4):
        return template
    word, group = draw.random.choice(found)
    varied = re.sub(rf"\b{re.escape(word)}\b", draw.random.choice(group), template, count=1)
    return template if _bare(varied) == _bare(guise.tool.requests[-1]) else varied


def _bare(template: str) -> str:
    return re.sub(r"[^\w{} ]", "", template.partition(" => ")[0]).lower().strip()


def _complete(guise: Guise, holes: Sequence[int], fixed: dict[int, bool]) -> bool:
    return all(
        parameter.optional or number in holes or number in fixed or guise.enums[number]
        for number, parameter in enumerate(guise.tool.parameters)
    )


def _holes(template: str) -> list[int]:
    return [int(number) for number in re.findall(r"\{(\d)\}", template)]


def _say(guise: Guise, number: int, draw: Draw) -> str:
    enum = guise.enums[number]
    return draw.random.choice(enum) if enum else values.make(guise.tool.parameters[number].kind, draw)


def _quoted(guise: Guise, number: int, text: str, draw: Draw) -> str:
    if guise.tool.parameters[number].kind in FREE_TEXT and draw.chance(0.12):
        return draw.random.choice(('"{}"', "'{}'")).format(text)
    return text


def _listed(texts: list[str], draw: Draw) -> str:
    last = draw.random.choice((" and ", " and ", " and ", " & ", ", and "))
    return ", ".join(texts[:-1]) + last + texts[-1] if len(texts) > 1 else texts[0]


def _arguments(guise: Guise, said: dict[int, str], fixed: dict[int, bool]) -> dict[str, Any]:
    """In the schema's order. A required choice that the request leaves open is the first one listed."""
    arguments: dict[str, Any] = {}
    for number, (parameter, name) in enumerate(zip(guise.tool.parameters, guise.parameter_names, strict=True)):
        if number in fixed:
            arguments[name] = fixed[number]
        elif number in said:
            arguments[name] = values.argument(parameter.kind, said[number])
        elif not parameter.optional:
            arguments[name] = guise.enums[number][0]
    return arguments


def _phrased(text: str, template: str, draw: Draw) -> str:
    """With a polite word before or after it, a capital, a question mark, or none of these."""
    begins = template.split()[0].lower()
    if draw.chance(0.25):
        opener = draw.random.choice(POLITE if begins in IMPERATIVES and draw.chance(0.7) else OPENERS)
        text = opener + text
    elif template.startswith("{"):
        return text + _end(text, draw)
    if draw.chance(0.35):
        text = text[0].upper() + text[1:]
    return text + _end(text, draw)


def _end(text: str, draw: Draw) -> str:
    if text.endswith(("?", ".", "!")):
        return ""
    if draw.chance(0.05):
        return draw.random.choice(CLOSERS)
    return draw.random.choices(
        ("", "?", ".", "!", " please", ", please", ", thanks", " please."), (70, 8, 12, 2, 3, 2, 2, 1)
    )[0]
