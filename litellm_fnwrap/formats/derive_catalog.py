"""The catalog's declaration that a derived one belongs to, so that its other spellings are read as well."""

from __future__ import annotations

from typing import Any

from . import FORMATS
from .spec import Format, spellings


def merged(derived: Format) -> Format:
    """The derived declaration with the spellings of the catalog's format that knows its text; itself if none does."""
    known = [format for format in map(FORMATS.get, FORMATS.names()) if _knows(format, derived)]
    if not known:
        return derived
    return with_spellings(derived, max(known, key=lambda format: _closeness(format, derived)))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _held(text: str, known: tuple[str, ...]) -> bool:
    return _squeezed(text) in {_squeezed(spelling) for spelling in known}


def _knows(known: Format, derived: Format) -> bool:
    """Whether the known format has the derived one's call, section, object and parameter among its spellings."""
    if known.arguments != derived.arguments or known.envelope or not _held(derived.calls[0], known.calls):
        return False
    if not _held(next(iter(derived.sections), "{calls}"), known.sections or ("{calls}",)):
        return False
    if "{object}" in derived.calls[0] and not _held(derived.objects[0], known.objects):
        return False
    if derived.arguments in ("tagged", "nested"):
        return _held(derived.parameters[0], known.parameters) and known.value_type == derived.value_type
    return derived.arguments == "pythonic" or (known.quote, known.quote_all) == (derived.quote, derived.quote_all)


def _closeness(known: Format, derived: Format) -> tuple[int, int]:
    """How much a format that knows the text is like the derived one: what it writes, how turns end, how it thinks.

    Of equals the one that more models use, which is the one with more names.
    """
    score = 1
    score += 4 * (known.calls[0] == derived.calls[0])
    score += 4 * (next(iter(known.sections), "") == next(iter(derived.sections), ""))
    score += 4 * bool(set(known.stop) & set(derived.stop))
    thinking = {_squeezed(text) for text in spellings(known.reasoning)}
    score += 2 * bool(thinking & {_squeezed(text) for text in spellings(derived.reasoning)})
    score += 2 * (known.separator == derived.separator)
    tagged = derived.arguments in ("tagged", "nested")
    score += 4 * (not tagged or known.parameters[:1] == derived.parameters[:1])
    score += 2 * (bool(known.content) == bool(derived.content))
    return score, len(known.aliases)


def _writing(format: Format) -> tuple[Any, ...]:
    """What decides on the written text of calls."""
    section = next(iter(format.sections), "")
    tagged = format.arguments in ("tagged", "nested")
    return (
        "" if section == "{calls}" else section,
        format.calls[0],
        format.empty_call,
        format.objects[0] if "{object}" in format.calls[0] else "",
        format.parameters[:1] if tagged else (),
        format.parameter_separator if tagged else "",
        format.as_text,
        format.compact,
        format.indent,
        format.first_index,
        format.value_type if format.arguments == "pythonic" else "",
        format.quote,
        format.type_names,
        format.sorted_keys,
    )


def _joined(first: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*first, *others]))


def with_spellings(derived: Format, known: Format) -> Format:
    """The known format, writing as the derived one does and reading both."""
    same = _writing(known) == _writing(derived) and (not derived.parallel or known.separator == derived.separator)
    sections = _joined(derived.sections or (("{calls}",) if known.sections else ()), known.sections)
    return known.with_(
        name=known.name if same else derived.name,
        aliases=known.aliases if same else (),
        source=derived.source,
        sample=derived.sample,
        section=sections if sections else "",
        section_optional=known.section_optional or derived.section_optional,
        call=_joined(derived.calls, known.calls),
        empty_call=derived.empty_call or known.empty_call,
        separator=derived.separator if derived.parallel else known.separator,
        parallel=derived.parallel,
        object=_joined(derived.objects, known.objects) if "{object}" in derived.calls[0] else known.object,
        array=derived.array or known.array,
        parameter=_joined(derived.parameters, known.parameters) or "",
        parameter_separator=derived.parameter_separator if derived.parameter else known.parameter_separator,
        as_text=derived.as_text,
        compact=derived.compact,
        indent=derived.indent,
        first_index=derived.first_index,
        value_type=derived.value_type if derived.arguments == "pythonic" else known.value_type,
        python_values=derived.python_values,
        type_names=derived.type_names,
        sorted_keys=derived.sorted_keys,
        quote=derived.quote,
        entities=derived.entities or known.entities,
        ascii=derived.ascii,
        reasoning=_joined(spellings(derived.reasoning), spellings(known.reasoning)),
        content=_joined(spellings(derived.content), spellings(known.content)),
        drop=_joined(derived.drop, known.drop),
        stop=derived.stop or tuple(stop for stop in known.stop if stop not in derived.calls[0].partition("{")[0]),
        special=_joined(derived.special, known.special),
        prefill=derived.prefill or "",
        id_pattern=derived.id_pattern or known.id_pattern,
    )
