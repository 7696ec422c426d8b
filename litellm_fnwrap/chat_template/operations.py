"""What compiled templates do while they run: look-ups, sums, comparisons and calls, each paid for.

Generated code calls these by name, with the meter of its rendering at hand; what is not answered here in a short way
goes through the environment's general one, which knows every type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from jinja2.runtime import Context, LoopContext, Macro, Undefined
from jinja2.utils import Namespace, missing

from .bounds import MAX_DEPTH, METER, Meter, meter, refuse

_DICT_ATTRIBUTES = frozenset(dir(dict))
_LOOP_ATTRIBUTES = frozenset(name for name in dir(LoopContext) if name[0] != "_" and name not in ("cycle", "changed"))
_ONLY_TEXT = {str}
_SEQUENCES = (str, list, tuple)
_NUMBERS = frozenset({int, bool, float, type(None)})
# Whoever reads a namespace's attribute by Python's own look-up goes through two Python functions.
_fields = object.__getattribute__


def is_key(name: str) -> bool:
    """Whether a name can only be a key of a dict, and none of its methods."""
    return name not in _DICT_ATTRIBUTES


def attribute(environment: Any, owner: Any, name: str) -> Any:
    """owner.name, for a name that is no attribute of dicts."""
    kind = type(owner)
    if kind is dict:
        return owner[name] if name in owner else environment.undefined(obj=owner, name=name)
    if kind is Namespace:
        fields = _fields(owner, "_Namespace__attrs")
        return fields[name] if name in fields else environment.undefined(obj=owner, name=name)
    if kind is LoopContext and name in _LOOP_ATTRIBUTES:
        return getattr(owner, name)
    return environment.getattr(owner, name)


def has(environment: Any, owner: Any, name: str) -> bool:
    """owner.name is defined, for a name that is no attribute of dicts."""
    if type(owner) is dict:
        return name in owner and not isinstance(owner[name], Undefined)
    return not isinstance(attribute(environment, owner, name), Undefined)


def shown(gauge: Meter, value: Any) -> Any:
    """The text of an expression's value that is no string."""
    return str(gauge.weighed(value))


def concat(pieces: Iterable[str]) -> str:
    """The pieces of a text as one, paid for before they are joined."""
    gauge = METER.get() or Meter()
    if not isinstance(pieces, list):
        pieces = _collected(gauge, pieces)
    gauge.room(sum(map(len, pieces)))
    return "".join(pieces)


def _collected(gauge: Meter, pieces: Iterable[str]) -> list[str]:
    """The pieces as a list, looked at often enough that their lengths cannot get out of hand."""
    source, out, length = iter(pieces), [], 0
    while some := list(islice(source, 500)):
        length += sum(map(len, some))
        gauge.room(length)
        out += some
    return out


def searched(gauge: Meter, value: Any) -> Any:
    """Where the operator in looks for a constant."""
    return gauge.searched(value)


def same(gauge: Meter, left: Any, right: Any) -> bool:
    """left == right, paid for where both could be large."""
    kind = type(left)
    if kind is str:
        if len(left) > 64 and type(right) is str:
            gauge.room(len(left))
        elif type(right) is not str:
            gauge.weighed(right)
    elif kind not in _NUMBERS or type(right) not in _NUMBERS:
        left, right = gauge.weighed(left), gauge.weighed(right)
    return bool(left == right)


def weighed(gauge: Meter, value: Any) -> Any:
    """The operand of a comparison."""
    return gauge.weighed(value)


def counted(gauge: Meter, value: Any) -> Any:
    """What a loop with a condition goes through, or a slice, paid for by its length."""
    return gauge.counted(value)


def key(value: Any) -> Any:
    """A key for a dict; tuples are refused, since hashing one visits all that is inside."""
    if isinstance(value, tuple):
        refuse("uses a tuple as the key of a dict")
    return value


def joined(gauge: Meter, *parts: Any) -> str:
    """The operator ~."""
    texts = [part if type(part) is str else str(gauge.weighed(part)) for part in parts]
    gauge.room(sum(map(len, texts)))
    return "".join(texts)


def added(gauge: Meter, *parts: Any) -> Any:
    """The operator +, over a whole chain."""
    if set(map(type, parts)) == _ONLY_TEXT:
        gauge.room(sum(map(len, parts)))
        return "".join(parts)
    total = parts[0]
    for part in parts[1:]:
        if isinstance(total, _SEQUENCES) and isinstance(part, _SEQUENCES):
            gauge.room((len(total) + len(part)) * (1 if isinstance(total, str) else 16))
        total = total + part
    return total


def invoke(gauge: Meter, context: Context, target: Any, *args: Any) -> Any:
    """A call with positional arguments; macros without special parameters by the short way."""
    if type(target) is not Macro or target.caller or target.catch_kwargs or target.catch_varargs:
        return context.environment.call(context, target, *args)  # type: ignore[attr-defined]
    lacking = target._argument_count - len(args)
    if lacking < 0 or context.eval_ctx.autoescape:
        return context.environment.call(context, target, *args)  # type: ignore[attr-defined]
    if gauge.depth >= MAX_DEPTH:
        refuse(f"nests macros or loops more than {MAX_DEPTH} deep")
    gauge.depth += 1
    try:
        return target._func(*args, *(missing,) * lacking)
    finally:
        gauge.depth -= 1


def method(gauge: Meter, context: Context, owner: Any, name: str, *args: Any) -> Any:
    """owner.name(...) with positional arguments; the frequent methods of texts and dicts by the short way."""
    ready = _METHODS.get((type(owner), name))
    if ready is not None:
        return ready(gauge, owner, *args)
    environment: Any = context.environment
    return invoke(gauge, context, environment.getattr(owner, name), *args)


def _of_text(name: str) -> Callable[..., Any]:
    """A method of texts whose work and result are no more than the text's length."""
    function = getattr(str, name)

    def called(gauge: Meter, owner: str, *args: Any) -> Any:
        gauge.steps -= 1 + (len(owner) >> 4)
        if gauge.steps < 0:
            gauge.spend(0)
        if args:
            gauge.search(len(owner), args[0])
        return function(owner, *args)

    return called


def _of_dict(name: str) -> Callable[..., Any]:
    """A method of dicts that looks up one key, or makes a view."""
    function = getattr(dict, name)

    def called(gauge: Meter, owner: dict[Any, Any], *args: Any) -> Any:
        gauge.steps -= 1
        if args and type(args[0]) is not str:
            key(args[0])
        return function(owner, *args)

    return called


_METHODS: dict[tuple[type, str], Callable[..., Any]] = {
    **{
        (str, name): _of_text(name)
        for name in ("strip", "lstrip", "rstrip", "startswith", "endswith", "lower", "removeprefix", "removesuffix")
    },
    **{(dict, name): _of_dict(name) for name in ("get", "items", "keys", "values")},
}


__all__ = [
    "added",
    "attribute",
    "concat",
    "counted",
    "has",
    "invoke",
    "is_key",
    "joined",
    "key",
    "meter",
    "method",
    "same",
    "searched",
    "shown",
    "weighed",
]
