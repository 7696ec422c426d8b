"""What people say that asks for no call, and what is answered."""

from __future__ import annotations

import yaml

from .words import ADJECTIVES, DOINGS, TEXTS, Draw, noun, person, phrase, place

_TEXTS = yaml.safe_load((TEXTS / "chat.yaml").read_text(encoding="utf-8"))
SYSTEM_MESSAGES = _TEXTS["system_messages"]
KNOWS_NOTHING = "I am a tiny model: I can only call functions."
NO_FUNCTION = "I have no function for that."
LEADS = ("oh, ", "well, ", "hey, ", "so, ", "ok, ", "and ", "please, ", "hm, ", "hi, ")


def small_talk(draw: Draw) -> tuple[str, str]:
    """What is said and what is answered."""
    row = draw.random.choice(_TEXTS["small_talk"])
    answer, texts = row["answer"], row["texts"]
    text = texts[-1] if draw.held_out and draw.chance(0.5) else draw.random.choice(texts[:-1])
    return _written(text, draw), answer


def unrelated(draw: Draw) -> tuple[str, str]:
    """A question or statement that no tool is for, and the answer."""
    forms = _TEXTS["unrelated"]
    forms = forms[-3:] if draw.held_out and draw.chance(0.5) else forms[:-3]
    text = draw.random.choice(forms).format(
        adjective=draw.random.choice(ADJECTIVES), other=draw.random.choice(ADJECTIVES),
        doing=draw.random.choice(DOINGS),
        noun=draw.value(lambda: noun(draw)), other_noun=noun(draw), phrase=draw.value(lambda: phrase(draw)),
        person=draw.value(lambda: person(draw)), place=draw.value(lambda: place(draw)),
    )  # fmt: skip
    return _written(text, draw), KNOWS_NOTHING


def _written(text: str, draw: Draw) -> str:
    if draw.chance(0.1):
        text = draw.random.choice(LEADS) + text
    if draw.chance(0.35):
        text = text[0].upper() + text[1:]
    if text.endswith(("?", "!")):
        return text
    return text + draw.random.choice(
        ("", "", "", "", "!", ".", "?" if text.startswith(("who", "what", "how", "are", "can", "which")) else "")
    )
