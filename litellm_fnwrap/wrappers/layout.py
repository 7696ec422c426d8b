"""Turns in a row: what a wrapper writes, before the marks are put around it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["system", "tools", "user", "assistant", "results"]
_HOLE = re.compile(r"\{(content|system|tools|json|value|name|id|reasoning)\}")


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn as it is written: whose, the text between its marks, whether that ends in calls, and who spoke.

    Every result is a turn; neighbouring ones share the marks. name is set where the marks show it.
    """

    kind: Kind
    text: str
    calls: bool = False
    name: str = ""


def fill(template: str, **values: str) -> str:
    """The template with its holes filled; what is filled in is not searched for holes."""
    return _HOLE.sub(lambda hole: values.get(hole.group(1), hole.group()), template)


def joined(*parts: str) -> str:
    """The parts that are not empty, a blank line between."""
    return "\n\n".join(part for part in parts if part)


def as_json(text: str) -> str:
    """The text where it is JSON, else a JSON string of it."""
    try:
        json.loads(text)
    except ValueError:
        return json.dumps(text, ensure_ascii=False)
    return text


def with_tools_before(turns: Sequence[Turn], text: str, which: Literal["first", "last"], *, own: bool) -> list[Turn]:
    """The turns with the tools' text before the first or last user turn, or in front of what that turn says."""
    spots = [n for n, turn in enumerate(turns) if turn.kind == "user"]
    turns = list(turns)
    if not spots:
        return [*turns, Turn("tools" if own else "user", text)]
    spot = spots[0 if which == "first" else -1]
    if own:
        return [*turns[:spot], Turn("tools", text), *turns[spot:]]
    turns[spot] = Turn("user", text + turns[spot].text)
    return turns


def merged_turns(turns: Sequence[Turn]) -> list[Turn]:
    """The turns with neighbours of one kind joined, an empty user turn before an assistant that speaks first."""
    out: list[Turn] = []
    for turn in turns:
        if out and out[-1].kind == turn.kind != "results":
            out[-1] = Turn(turn.kind, joined(out[-1].text, turn.text))
        else:
            out.append(turn)
    if out and out[0].kind == "assistant":
        out.insert(0, Turn("user", ""))
    return out


def folded(turns: Sequence[Turn], which: Literal["first", "last"], template: str) -> list[Turn]:
    """The turns with the leading system text in a user turn, by a template with the holes {system} and {content}, and
    later system text as the user's.
    """
    turns = list(turns)
    text = turns.pop(0).text if turns and turns[0].kind == "system" else ""
    turns = [Turn("user", turn.text) if turn.kind == "system" else turn for turn in turns]
    if not text:
        return turns
    spots = [n for n, turn in enumerate(turns) if turn.kind == "user"]
    if not spots:
        return [Turn("user", text), *turns]
    spot = spots[0 if which == "first" else -1]
    turns[spot] = Turn("user", fill(template, system=text, content=turns[spot].text))
    return turns
