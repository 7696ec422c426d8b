"""How much a chat template may do: steps, lengths, depth. A stranger's template that wants more is refused.

Rendering reads no clock and starts no thread, so work is counted instead of timed: every iteration, call, filter and
text operation spends steps in proportion to what it costs, and what could grow out of proportion is measured first.
"""

from __future__ import annotations

import re
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from contextvars import ContextVar
from typing import Any, NoReturn

from jinja2.utils import Namespace

from ..errors import TemplateError
from .inputs import Recurring

MAX_SOURCE = 200_000
MAX_SCOPES = 1_000_000
MAX_TEXT = 8_000_000
MAX_STEPS = 1_000_000
MAX_DEPTH = 100
MAX_WIDTH = 10_000
MAX_BITS = 10_000

_SCALARS = frozenset({str, int, float, bool, type(None)})
_CONTAINERS = frozenset({list, dict, tuple})
_VIEWS = (KeysView, ValuesView, ItemsView)
_WIDTH = re.compile(r"\d{4,}|\*")


def refuse(what: str) -> NoReturn:
    """Raise the TemplateError of a bound that was exceeded."""
    raise TemplateError(
        f"The chat template was stopped: it {what}. Rendering is bounded because templates are programs from "
        "strangers. Use the model's original template, or give a wrapper by name."
    )


class Meter:
    """What one rendering has left to spend.

    steps      about a microsecond each at most; 16 characters of text built or searched are a step.
    depth      how deep macros and recursive loops are nested at the moment.
    recurring  data whose price is known; None where the template may change what it was given.
    """

    __slots__ = ("depth", "prices", "recurring", "steps")

    def __init__(self, steps: int = MAX_STEPS, recurring: Recurring | None = None) -> None:
        self.steps = steps
        self.depth = 0
        self.recurring = recurring
        self.prices = recurring.prices if recurring is not None else {}

    def spend(self, steps: int) -> None:
        """Take steps off; raises TemplateError when none are left."""
        self.steps -= steps
        if self.steps < 0:
            refuse(f"needs more than {MAX_STEPS:,} steps")

    def room(self, length: int) -> None:
        """Pay for a text or list of that length before it is made."""
        self.steps -= 1 + (length >> 4)
        if length > MAX_TEXT:
            refuse(f"builds a text of {length:,} characters, and {MAX_TEXT:,} are allowed")
        if self.steps < 0:
            self.spend(0)

    def search(self, length: int, wanted: Any) -> None:
        """Pay for looking for a text, or for any of its characters, at each place of one of that length."""
        if isinstance(wanted, str) and len(wanted) > 16:
            self.spend(length * len(wanted) >> 10)

    def weighed(self, value: Any) -> Any:
        """The value, paid for as a whole: all a comparison, a hash or a conversion to text would visit.

        Iterators come back as lists, since what they yield has to be paid for too.
        """
        kind = type(value)
        if kind is str:
            if len(value) > 64:
                self.room(len(value))
        elif kind in _CONTAINERS:
            price = self.prices.get(id(value))
            if price is None:
                self._walk(value)
            else:
                self.spend(price)
        elif isinstance(value, Iterator):
            value = self.listed(value)
            self._walk(value)
        elif kind not in _SCALARS:
            self._walk([value])
        return value

    def searched(self, value: Any) -> Any:
        """The right side of the operator in, whose left side is a constant."""
        if type(value) is dict:
            return value
        return self.counted(value)

    def counted(self, value: Any) -> Any:
        """The value, paid for by its own length, not by what its items hold. Iterators come back as lists."""
        kind = type(value)
        if kind is str:
            if len(value) > 64:
                self.room(len(value))
        elif kind in _CONTAINERS:
            self.spend(1 + len(value))
        elif isinstance(value, Iterator):
            return self.listed(value)
        elif kind not in _SCALARS and hasattr(value, "__len__"):
            self.spend(1 + len(value))
        return value

    def listed(self, values: Iterator[Any]) -> list[Any]:
        """The items of an iterator, each paid for."""
        items = []
        for item in values:
            self.spend(1)
            items.append(item)
        return items

    def measured(self, result: Any) -> Any:
        """A result, paid for after it was made."""
        kind = type(result)
        if kind is str:
            self.room(len(result))
        elif kind in _CONTAINERS or isinstance(result, (str, bytes)):
            self.spend(len(result))
        return result

    def _walk(self, value: Any) -> None:
        """Visit nested containers as often as they are reached, so that shared ones count every time."""
        waiting = [value]
        for item in waiting:
            kind = type(item)
            if kind is str:
                if len(item) > 64:
                    self.room(len(item))
            elif kind is dict:
                self.spend(1 + len(item))
                waiting += item.values()
            elif kind is list or kind is tuple:
                self.spend(1 + len(item))
                waiting += item
            elif kind not in _SCALARS:
                waiting += self._inside(item)

    def _inside(self, value: Any) -> Iterable[Any]:
        """What an object of another type holds that its text would show."""
        if type(value) is Namespace:
            return (value._Namespace__attrs,)
        if isinstance(value, (tuple, list, dict, *_VIEWS)):
            self.spend(1 + len(value))
            return value.values() if isinstance(value, dict) else value
        if isinstance(value, (str, bytes, range)):
            self.room(len(value))
        return ()


METER: ContextVar[Meter | None] = ContextVar("fnwrap_template_meter", default=None)


def meter() -> Meter:
    """The meter of the rendering that is going on; a fresh one outside of any (constants folded while compiling)."""
    return METER.get() or Meter()


def check_mapping(text: str, values: Mapping[str, Any]) -> None:
    """Pay for a % format that may name the same value many times."""
    longest = max((len(str(meter().weighed(value))) for value in values.values()), default=0)
    meter().room(text.count("%") * longest)


def check_format(text: str) -> None:
    """Refuse a format string that asks for a width or precision out of all proportion."""
    meter().room(16 * len(text))
    if _WIDTH.search(text):
        refuse(f"uses the format {text[:80]!r} with a width of more than three digits")
