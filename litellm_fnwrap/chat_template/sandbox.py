"""The Jinja environment of chat templates: transformers' options and names, inside a sandbox that counts."""

from __future__ import annotations

import types
import warnings
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from string import Formatter
from typing import Any

from jinja2 import nodes
from jinja2.environment import Template
from jinja2.exceptions import SecurityError
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.runtime import BlockReference, Context, LoopContext, Macro
from jinja2.sandbox import SandboxedEnvironment, SandboxedFormatter

from .bounds import MAX_BITS, MAX_DEPTH, MAX_SOURCE, METER, Meter, check_format, check_mapping, refuse
from .compiler import MeteredCodeGenerator
from .filters import FILTERS, TESTS, guard_method
from .inputs import Changing
from .operations import concat, key

_TEXT_ATTRIBUTES = frozenset(dir(str))
_ALLOWED: dict[type, frozenset[str]] = {
    str: frozenset(name for name in dir(str) if name[0] != "_") - {"translate", "maketrans", "expandtabs", "encode"},
    dict: frozenset(name for name in dir(dict) if name[0] != "_") - {"fromkeys"},
    list: frozenset(name for name in dir(list) if name[0] != "_"),
    tuple: frozenset({"count", "index", "grouper", "list"}),
    float: frozenset({"is_integer"}),
    int: frozenset({"bit_length"}),
}
# A method called by any of these names may change a list or dict.
_CHANGING = frozenset(
    {"append", "extend", "insert", "remove", "pop", "popitem", "clear", "sort", "reverse", "update", "setdefault"}
)
_SHALLOW_METHODS = frozenset({"append", "extend", "insert", "setdefault", "get", "pop", "update", "items", "keys"})


class Generation(Extension):
    """The tag {% generation %} with which training code marks the assistant's text; it renders what it holds."""

    tags = {"generation"}  # noqa: RUF012 - Jinja reads this class attribute

    def parse(self, parser: Parser) -> nodes.Node:
        """The body, in a scope of its own."""
        line = next(parser.stream).lineno
        scope = nodes.Scope(lineno=line)
        scope.body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return scope


class BoundedFormatter(SandboxedFormatter):
    """str.format without attributes of the sandbox's forbidding, and without giant widths."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """The field's text; raises TemplateError for widths out of proportion."""
        check_format(format_spec)
        return str(Formatter.format_field(self, (METER.get() or Meter()).weighed(value), format_spec))


class ChatEnvironment(SandboxedEnvironment):
    """A sandbox in which every operation is paid for.

    Lists may be appended to (templates of Kimi models do it): where what was handed in is no copy, see inputs.Changing.
    """

    code_generator_class = MeteredCodeGenerator
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=[Generation, loopcontrols],
            cache_size=0,
        )
        self.filters = dict(FILTERS)
        self.tests.update(TESTS)
        del self.globals["lipsum"]
        self.globals["dict"] = _dict
        self.globals["raise_exception"] = raise_exception
        self.globals["strftime_now"] = strftime_now

    def compile_text(self, source: str) -> Template:
        """The compiled template; raises Jinja's errors."""
        if len(source) > MAX_SOURCE:
            refuse(f"is {len(source):,} characters long, and {MAX_SOURCE:,} are allowed")
        with warnings.catch_warnings():  # Python's remarks on the generated code are nothing a user could act on
            warnings.simplefilter("ignore", SyntaxWarning)
            return self.from_string(source)

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """A macro's, block's or variable's text, paid for."""
        return concat(pieces)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The operators *, ** and %, measured before they run."""
        gauge = METER.get() or Meter()
        if operator == "%" and isinstance(left, (str, bytes)):
            check_format(left if isinstance(left, str) else left.decode("latin-1"))
            gauge.weighed(right)
            if isinstance(right, Mapping):
                check_mapping(str(left), right)
        elif operator in ("*", "**"):
            _check_product(operator, left, right)
        return gauge.measured(super().call_binop(context, operator, left, right))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Jinja's lookup; in plain dicts, lists and texts by the short way."""
        kind = type(obj)
        if kind is dict:
            if type(argument) in (list, dict):  # no key; Jinja finds nothing there either
                return self.undefined(obj=obj, name=type(argument).__name__)
            if type(argument) is not str:
                key(argument)
            if argument in obj:
                return obj[argument]
        elif kind is list and type(argument) is int:
            try:
                return obj[argument]
            except IndexError:
                return self.undefined(obj=obj, name=str(argument))
        elif kind is str and type(argument) is str and argument not in _TEXT_ATTRIBUTES:
            return self.undefined(obj=obj, name=argument)  # a loop over parts of content that is one text
        return super().getitem(obj, argument)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Jinja's rule, and of the plain types only the methods that are measured."""
        for kind in type(obj).__mro__:
            if kind in _ALLOWED:
                return attr in _ALLOWED[kind]
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """str.format and format_map inside the sandbox, with bounded widths."""
        if super().wrap_str_format(value) is None:
            return None
        text, mapped = value.__self__, value.__name__ == "format_map"

        def formatted(*args: Any, **kwargs: Any) -> str:
            formatter = BoundedFormatter(self)
            return formatter.vformat(text, (), args[0]) if mapped else formatter.vformat(text, args, kwargs)

        return formatted

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        """A call from the template, measured; macros and recursive loops are nested to a bounded depth."""
        gauge = METER.get() or Meter()
        gauge.spend(4 + len(args) + len(kwargs))
        if isinstance(__obj, (Macro, LoopContext, BlockReference)):
            return _call_nested(__context, __obj, args, kwargs)
        if not __self.is_safe_callable(__obj):
            raise SecurityError(f"{__obj!r} is not safely callable")
        if isinstance(__obj, types.BuiltinMethodType):
            return _call_method(__obj, args, kwargs)
        args = tuple([gauge.weighed(value) for value in args])
        kwargs = {name: gauge.weighed(value) for name, value in kwargs.items()}
        return gauge.measured(__context.call(__obj, *args, **kwargs))


def _call_nested(context: Context, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    gauge = METER.get() or Meter()
    if gauge.depth >= MAX_DEPTH:
        refuse(f"nests macros or loops more than {MAX_DEPTH} deep")
    if isinstance(target, LoopContext):
        args = tuple(gauge.counted(value) for value in args)
    gauge.depth += 1
    try:
        if isinstance(target, Macro):  # as Context.call does it, without its search for how to call
            return target(context.eval_ctx, *args, **kwargs)
        return gauge.measured(context.call(target, *args, **kwargs))
    finally:
        gauge.depth -= 1


def _call_method(method: types.BuiltinMethodType, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A method of a plain type; those that only store or look up are not charged for what their arguments hold."""
    gauge, name, owner = METER.get() or Meter(), method.__name__, method.__self__
    if name in _CHANGING and gauge.recurring is not None and isinstance(owner, (list, dict)):
        raise Changing
    if name in _SHALLOW_METHODS:
        args = tuple([gauge.counted(value) for value in args])
        if isinstance(owner, dict) and args:
            key(args[0]) if name != "update" else _pairs(args[0])
    else:
        args = tuple([gauge.weighed(value) for value in args])
        kwargs = {name: gauge.weighed(value) for name, value in kwargs.items()}
    guard_method(gauge, owner, name, args)
    return gauge.measured(method(*args, **kwargs))


def _pairs(value: Any) -> None:
    if not isinstance(value, Mapping):
        refuse("makes a dict of something else than a dict")


def _dict(*given: Any, **named: Any) -> dict[Any, Any]:
    """What templates call as dict(...)."""
    for value in given:
        _pairs(value)
    return dict(*given, **named)


def _check_product(operator: str, left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
        if bits > MAX_BITS:
            refuse(f"calculates a number of {bits:,} bits")
        return
    for sequence, times in ((left, right), (right, left)):
        if isinstance(sequence, (str, bytes, list, tuple)) and isinstance(times, int):
            (METER.get() or Meter()).room(
                len(sequence) * max(times, 0) * (1 if isinstance(sequence, (str, bytes)) else 16)
            )


def raise_exception(message: Any) -> None:
    """What templates call to refuse a conversation."""
    raise JinjaError(str(message))


def strftime_now(format: str) -> str:
    """The present time in the given form, for templates that were given no time."""
    check_format(format)
    return datetime.now().strftime(format)
