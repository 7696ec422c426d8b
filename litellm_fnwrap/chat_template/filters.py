"""The filters, tests and methods a chat template may use, each measured before it runs."""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import filters as jinja_filters
from jinja2 import tests as jinja_tests
from jinja2.utils import Namespace, _PassArg

from .bounds import MAX_WIDTH, METER, Meter, check_format, check_mapping, meter, refuse
from .compiler import COUNTED

_MAX_SEPARATOR = 16
# Filters whose work does not depend on what they are given.
_CONSTANT = frozenset({"length", "count", "first", "last", "items", "default", "d"})
# Filters that look at a sequence's items one by one; the others are paid for with all that is inside.
_SHALLOW = frozenset({"list", "map", "select", "reject", "selectattr", "rejectattr", "reverse", "batch", "slice"})
# For web pages and for people, or with a result that changes from one rendering to the next. Their work grows with the
# square of what they are given, and no template of a model uses them.
_LEFT_OUT = frozenset({"urlize", "xmlattr", "random", "striptags", "pprint"})


def tojson(
    value: Any, ensure_ascii: bool = False, indent: Any = None, separators: Any = None, sort_keys: bool = False
) -> str:
    """JSON text with transformers' options; of tools and schemas, which recur in every request, it is kept."""
    gauge = METER.get() or Meter()
    options = (ensure_ascii, indent, separators if separators is None else tuple(separators), sort_keys)
    if id(value) in gauge.prices and gauge.recurring is not None:
        name = (id(value), *options)
        try:
            text = gauge.recurring.texts.get(name)
        except TypeError:  # options that are no plain values: the encoder itself says what is wrong
            return _json(gauge, value, options)
        if text is None:
            text = gauge.recurring.keep(name, _json(gauge, value, options))
        gauge.room(len(text))
        return text
    return _json(gauge, value, options)


def _json(gauge: Meter, value: Any, options: tuple[Any, ...]) -> str:
    value, indent = gauge.weighed(value), options[1]
    for separator in options[2] or ():
        if len(separator) > _MAX_SEPARATOR:
            refuse(f"separates JSON by more than {_MAX_SEPARATOR} characters")
    if indent is not None:
        width = len(indent) if isinstance(indent, str) else int(indent)
        if width > 64:
            refuse(f"indents JSON by {width:,} characters")
        gauge.room(_indented(value, width))
    text = _encoder(*options).encode(value)
    gauge.room(len(text))
    return text


@functools.lru_cache(maxsize=64)
def _encoder(ensure_ascii: bool, indent: Any, separators: Any, sort_keys: bool) -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _indented(value: Any, width: int) -> int:
    """Characters of indentation in JSON over several lines: every item stands as deep as it is nested."""
    total, level, depth = 0, [value], 1
    while level:
        inside: list[Any] = []
        for held in level:
            if isinstance(held, (dict, list, tuple)):
                total += (len(held) + 1) * depth * width
                inside.extend(held.values() if isinstance(held, dict) else held)
        level, depth = inside, depth + 1
    return total


def _room_for_width(gauge: Meter, value: Any, width: Any = 0, *rest: Any, **named: Any) -> None:
    width = named.get("width", width)
    if isinstance(width, int) and width > MAX_WIDTH:
        refuse(f"pads a text to {width:,} characters")


def _room_for_indent(gauge: Meter, value: Any, width: Any = 4, *rest: Any, **named: Any) -> None:
    width = named.get("width", width)
    gauge.room((str(value).count("\n") + 1) * (len(width) if isinstance(width, str) else int(width)))


def _room_for_replace(gauge: Meter, value: Any, old: Any = "", new: Any = "", *rest: Any, **named: Any) -> None:
    text, old, new = str(value), str(named.get("old", old)), str(named.get("new", new))
    gauge.room(len(text) + (text.count(old) if old else len(text) + 1) * len(new))


def _room_for_join(gauge: Meter, value: Any, separator: Any = "", *rest: Any, **named: Any) -> None:
    items = list(value) if isinstance(value, Iterable) else []
    separator = named.get("d", separator)
    gauge.room(sum(len(item) for item in items if isinstance(item, str)) + len(str(separator)) * len(items))


def _room_for_format(gauge: Meter, value: Any, *rest: Any, **named: Any) -> None:
    check_format(str(value))
    if named:
        check_mapping(str(value), named)


def _room_for_count(gauge: Meter, value: Any, count: Any = 0, *rest: Any, **named: Any) -> None:
    for number in (count, *named.values()):
        if isinstance(number, int) and number > MAX_WIDTH:
            refuse(f"divides a list by {number:,}")


def _room_for_precision(gauge: Meter, value: Any, precision: Any = 0, *rest: Any, **named: Any) -> None:
    if abs(int(named.get("precision", precision))) > 100:
        refuse("rounds to more than 100 digits")


def _room_for_wrap(gauge: Meter, value: Any, width: Any = 79, *rest: Any, **named: Any) -> None:
    for mark in (*rest, *named.values()):
        if isinstance(mark, str) and len(mark) > 64:
            refuse("wraps words with a mark of more than 64 characters")
    # A word longer than a line is cut again and again, and what is left of it copied each time.
    longest = max(map(len, str(value).split()), default=0)
    gauge.spend(longest * longest // max(int(named.get("width", width)), 1) >> 10)


def _room_for_trim(gauge: Meter, value: Any, chars: Any = None, *rest: Any, **named: Any) -> None:
    gauge.search(len(str(value)), named.get("chars", chars))


def _room_for_sum(gauge: Meter, value: Any, *rest: Any, **named: Any) -> None:
    if not isinstance(named.get("start", rest[1] if len(rest) > 1 else 0), (int, float)):
        refuse("sums up what is no number")


_ROOM: dict[str, Callable[..., None]] = {
    "center": _room_for_width,
    "indent": _room_for_indent,
    "replace": _room_for_replace,
    "join": _room_for_join,
    "format": _room_for_format,
    "batch": _room_for_count,
    "slice": _room_for_count,
    "round": _room_for_precision,
    "wordwrap": _room_for_wrap,
    "trim": _room_for_trim,
    "sum": _room_for_sum,
}


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter or test with its operands paid for before and its result after."""
    if name in _CONSTANT:
        return function
    room = _ROOM.get(name)
    skipped = 0 if _PassArg.from_obj(function) is None else 1
    shallow = name in _SHALLOW

    @functools.wraps(function)
    def bounded(*args: Any, **kwargs: Any) -> Any:
        gauge = METER.get() or Meter()
        gauge.steps -= 2
        weigh = gauge.counted if shallow else gauge.weighed
        given = [weigh(value) for value in args[skipped:]]
        if room is not None:
            room(gauge, *given, **kwargs)
        return gauge.measured(function(*args[:skipped], *given, **kwargs))

    return bounded


def _comparing(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """The test of two values, paid for where both may be large."""

    @functools.wraps(function)
    def comparing(value: Any, other: Any) -> Any:
        gauge = METER.get() or Meter()
        return function(gauge.weighed(value), gauge.weighed(other))

    return comparing


def _counted(value: Any) -> Any:
    return meter().counted(value)


FILTERS: dict[str, Callable[..., Any]] = {
    **{name: _bounded(name, filter) for name, filter in jinja_filters.FILTERS.items() if name not in _LEFT_OUT},
    "tojson": tojson,
    COUNTED: _counted,
}
TESTS: dict[str, Callable[..., Any]] = {
    name: _comparing(test)  # type: ignore[arg-type]
    for name, test in jinja_tests.TESTS.items()
    if name in ("in", "divisibleby")
    or test in (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge)
}


# Methods that may look at what they search for again at each place of the text.
_QUADRATIC = frozenset({"strip", "lstrip", "rstrip", "rfind", "rindex", "rsplit", "rpartition"})


def guard_method(gauge: Meter, owner: Any, name: str, args: tuple[Any, ...]) -> None:
    """Pay for a method of a plain type before it runs; the owner counts, and what would grow out of proportion."""
    if isinstance(owner, (str, bytes)):
        size = len(owner)
        if size > 64:
            gauge.spend(size >> (2 if name in ("split", "rsplit", "splitlines") else 4))
        if name in ("center", "ljust", "rjust", "zfill"):
            _room_for_width(gauge, owner, *args)
        elif name == "replace" and len(args) > 1:
            _room_for_replace(gauge, owner, *args)
        elif name == "join" and args:
            _room_for_join(gauge, args[0], owner)
        elif name in _QUADRATIC and args:
            gauge.search(size, args[0])
    elif isinstance(owner, (list, tuple)):
        gauge.spend(1 + (len(owner) >> 4))
        if name in ("index", "count", "remove", "sort"):
            gauge.weighed(owner)
    elif isinstance(owner, Namespace):
        gauge.spend(1)
