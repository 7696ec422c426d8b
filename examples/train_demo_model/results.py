"""What tools return, and the sentence that tells it."""

from __future__ import annotations

from typing import Any

from . import values
from .asking import Call
from .words import Draw, saying

FIELDS = {
    "temperature": "integer", "status": "status", "id": "code", "price": "amount", "time": "time", "date": "date",
    "name": "person", "count": "count", "total": "amount", "city": "place", "humidity": "percent", "note": "phrase",
    "title": "title", "distance": "amount", "unit": "length", "wind": "integer", "owner": "person", "level": "percent",
    "currency": "currency", "result": "number", "message": "saying", "rate": "amount", "gate": "code", "color": "color",
    "email": "email", "path": "path", "arrival_time": "time", "order_id": "code", "high": "integer", "low": "integer",
}  # fmt: skip
LISTS = {
    "temperatures": "integer", "names": "person", "items": "noun", "cities": "place", "prices": "amount",
    "times": "time", "ids": "code",
}  # fmt: skip
SHORT = (
    "done", "ok", "sent", "saved", "booked", "started", "deleted", "not found", "no result", "it is on", "sunny",
    "cloudy and cold", "rain", "the order is on its way",
)  # fmt: skip


def result(call: Call, draw: Draw) -> Any:
    """What the tool of a call might return: a number, a text, a list, an object, or what went wrong."""
    kind = draw.random.random()
    if kind < 0.28:
        return _number(draw)
    if kind < 0.42:
        return _text(draw)
    if kind < 0.47:
        return {"error": _failure(draw)}
    if kind < 0.52:
        return _list(draw)
    return _object(call, draw)


def answer(results: list[Any]) -> str:
    """The sentence for each result, in order."""
    return " ".join(map(_sentence, results))


def _sentence(result: Any) -> str:
    if isinstance(result, dict) and set(result) == {"error"}:
        return f"That did not work: {_ended(_said(result['error']))}"
    if isinstance(result, dict):
        clauses = [
            f"the {name.replace('_', ' ')} {'are' if isinstance(value, list) else 'is'} {_said(value)}"
            for name, value in result.items()
        ]
        text = _and(clauses)
        return _ended(text[0].upper() + text[1:])
    if isinstance(result, list):
        return _ended(f"The results are {_said(result)}")
    return _ended(f"The result is {_said(result)}")


def _said(value: Any) -> str:
    if isinstance(value, list):
        return _and([_said(item) for item in value])
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _and(parts: list[str]) -> str:
    return ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else "".join(parts)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else text + "."


def _number(draw: Draw) -> Any:
    """Of any size; some are whole numbers that a program took for others, such as 391.0."""
    if draw.chance(0.2):
        return draw.random.randint(0, 10 ** draw.random.randint(2, 9))
    value = values.argument("number", values.make("number", draw))
    return float(value) if draw.chance(0.3) else value


def _failure(draw: Draw) -> str:
    missing = f"there is no {draw.value(lambda: saying(draw))}"
    known = ("not allowed", "no connection", "the server is busy")
    return draw.random.choice((missing, *known, draw.value(lambda: saying(draw))))


def _text(draw: Draw) -> str:
    kind = draw.random.randrange(5)
    if kind == 4:
        return ", ".join(draw.value(lambda: saying(draw)) for _ in range(2))
    if kind == 0:
        return draw.random.choice(SHORT)
    if kind == 1:
        return draw.value(lambda: saying(draw))
    if kind == 2:
        place = values.make("place", draw)
        degrees, unit = draw.random.randint(-20, 99), draw.random.choice(("", "celsius", "fahrenheit"))
        return draw.random.choice(
            (
                f"{degrees} degrees {unit}".strip(),
                f"{degrees} degrees {unit} in {place}".replace("  ", " "),
                f"sunny in {place}, {degrees} degrees",
            )
        )
    return values.make(draw.random.choice(("time", "code", "person", "place", "date", "title")), draw)


def _list(draw: Draw) -> list[Any]:
    kind = draw.random.choice(sorted(set(LISTS.values())))
    return [values.argument(kind, values.make(kind, draw)) for _ in range(draw.random.randint(2, 6))]


def _object(call: Call, draw: Draw) -> dict[str, Any]:
    found = {name: value for name, value in call.arguments.items() if draw.chance(0.4) and len(str(value)) < 30}
    for name in draw.random.sample(sorted(FIELDS), draw.random.choice((1, 1, 2, 3))):
        found.setdefault(name, values.argument(FIELDS[name], values.make(FIELDS[name], draw)))
    if draw.chance(0.25):
        name = draw.random.choice(sorted(LISTS))
        found[name] = [
            values.argument(LISTS[name], values.make(LISTS[name], draw)) for _ in range(draw.random.randint(2, 7))
        ]
    return found
