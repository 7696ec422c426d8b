"""Kinds of arguments: how a value is made, how it is said in a request, and what its schema says."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from typing import Any

from .words import ADJECTIVES, NOUNS, Draw, errand, made_up, noun, person, phrase, place, saying

POOLS: Mapping[str, tuple[str, ...]] = {
    "unit": ("celsius", "fahrenheit", "kelvin"),
    "room": ("kitchen", "bedroom", "bathroom", "hall", "garage", "office", "garden", "attic", "cellar", "living room"),
    "color": ("red", "green", "blue", "yellow", "white", "purple", "orange", "pink", "black", "brown", "grey"),
    "language": ("English", "French", "German", "Spanish", "Italian", "Dutch", "Polish", "Greek", "Hindi", "Japanese"),
    "currency": ("USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "SEK", "NOK", "INR", "CNY", "BRL"),
    "genre": ("jazz", "rock", "pop", "folk", "blues", "techno", "opera", "soul", "metal", "classical"),
    "priority": ("low", "normal", "high", "urgent", "critical"),
    "status": ("open", "closed", "pending", "done", "blocked", "new", "active", "archived"),
    "size": ("small", "medium", "large", "tiny", "huge"),
    "cuisine": ("Thai", "Indian", "Mexican", "Chinese", "Korean", "Turkish", "Lebanese", "Vietnamese", "Ethiopian"),
    "mode": ("driving", "walking", "cycling", "transit", "train", "bus"),
    "weekday": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "period": ("day", "week", "month", "quarter", "year"),
    "drink": ("espresso", "tea", "cocoa", "lemonade", "juice", "latte", "water", "cider"),
    "length": ("meters", "feet", "miles", "kilometers", "inches", "yards", "centimeters"),
    "device": ("printer", "camera", "router", "speaker", "heater", "television", "fan", "pump"),
    "format": ("pdf", "csv", "json", "html", "text", "xml", "markdown"),
    "seat": ("economy", "business", "first", "premium"),
    "speed": ("slow", "normal", "fast"),
    "order": ("ascending", "descending", "random"),
}
"""Values that are words of a small set; a schema may list them as an enum, or leave them to be any text."""

NEAR_DAYS = ("today", "tomorrow")


def _number(draw: Draw, negative: bool = True, decimal: bool = True) -> str:
    digits = draw.random.choice((1, 1, 2, 2, 2, 3, 3, 4, 5))
    text = str(draw.random.randint(10 ** (digits - 1) if digits > 1 else 0, 10**digits - 1))
    if decimal and draw.chance(0.25):
        text += "." + draw.random.choice(
            ("5", "25", "75", str(draw.random.randint(1, 9)), f"{draw.random.randint(11, 99)}")
        )
        text = text.rstrip("0").rstrip(".") if text.endswith("0") else text
    return f"-{text}" if negative and text != "0" and draw.chance(0.12) else text


def _date(draw: Draw) -> str:
    year, month, day = draw.random.randint(1990, 2039), draw.random.randint(1, 12), draw.random.randint(1, 28)
    return f"{year}-{month:02}-{day:02}"


def _day(draw: Draw) -> str:
    """A day as people say it; only dates are kept for the evaluation, as there are but seven days of the week."""
    date = draw.value(lambda: _date(draw))
    return draw.random.choice((*NEAR_DAYS, date, draw.random.choice(POOLS["weekday"])))


def _time(draw: Draw) -> str:
    hour, minute = draw.random.randint(0, 23), draw.random.choice((0, 15, 30, 45, draw.random.randint(0, 59)))
    return f"{hour:02}:{minute:02}"


def _code(draw: Draw) -> str:
    letters = "".join(draw.random.choices(string.ascii_uppercase, k=draw.random.randint(1, 3)))
    digits = "".join(draw.random.choices(string.digits, k=draw.random.randint(2, 5)))
    return draw.random.choice((f"{letters}-{digits}", f"{letters}{digits}", f"{digits}{letters}"))


def _email(draw: Draw) -> str:
    return f"{person(draw).lower().replace(' ', '.')}@{made_up(draw, 1, 3)}.{draw.random.choice(('com', 'org', 'net'))}"


def _path(draw: Draw) -> str:
    folder = "/".join(draw.random.choice(NOUNS) for _ in range(draw.random.randint(0, 2)))
    file = f"{noun(draw)}.{draw.random.choice(('txt', 'pdf', 'csv', 'py', 'md'))}"
    return f"{folder}/{file}" if folder else file


def _url(draw: Draw) -> str:
    return f"https://{made_up(draw, 1, 3)}.{draw.random.choice(('com', 'org', 'io'))}/{noun(draw)}"


TEXTS: Mapping[str, Callable[[Draw], str]] = {
    "place": place,
    "person": person,
    "noun": noun,
    "phrase": phrase,
    "errand": errand,
    "saying": saying,
    "title": lambda draw: (
        f"{draw.random.choice(ADJECTIVES)} {noun(draw)}".title() if draw.chance(0.6) else made_up(draw).title()
    ),
    "word": lambda draw: made_up(draw, 2, 3),
    "date": _date,
    "day": _day,
    "time": _time,
    "code": _code,
    "email": _email,
    "path": _path,
    "url": _url,
    "symbol": lambda draw: "".join(draw.random.choices(string.ascii_uppercase, k=draw.random.randint(2, 4))),
}
NUMBERS: Mapping[str, Callable[[Draw], str]] = {
    "number": _number,
    "amount": lambda draw: _number(draw, negative=False),
    "integer": lambda draw: _number(draw, decimal=False),
    "count": lambda draw: str(draw.random.randint(2, 40)),
    "percent": lambda draw: str(draw.random.randint(0, 100)),
}
BOOLEAN = "boolean"


def make(kind: str, draw: Draw) -> str:
    """A value of a kind, as it is said."""
    if kind in POOLS:
        return draw.random.choice(POOLS[kind])
    maker = TEXTS.get(kind) or NUMBERS[kind]
    return maker(draw) if kind == "day" else draw.value(lambda: maker(draw))


def argument(kind: str, said: str) -> Any:
    """The value of an argument that is said so."""
    if kind in NUMBERS:
        return float(said) if "." in said else int(said)
    return said


def schema(kind: str, draw: Draw, enum: tuple[str, ...] = ()) -> dict[str, Any]:
    """The JSON Schema of a parameter; enum lists its values, where the kind is a pool of them."""
    if kind == BOOLEAN:
        return {"type": "boolean"}
    if kind in NUMBERS:
        whole = kind in ("integer", "count", "percent")
        return {"type": "integer" if whole and draw.chance(0.8) else "number"}
    return {"type": "string", "enum": list(enum)} if enum else {"type": "string"}
