"""The format that a template's words about tools teach.

What a model was told is what it writes; the calls of past turns may differ from it, where a template has a slip in them
(vLLM's for Hermes closes a brace too early, Step3's doubles a bar), or may not be rendered at all (SmolLM3's).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..events import ToolCall
from ..messages import Tool
from . import FORMATS
from .derive_catalog import with_spellings
from .derive_probe import KEYS, NAMES, Prober
from .derive_tokens import is_mark, tokens
from .parser import parse_text
from .spec import Format, Hole, segments
from .writer import write_calls

_CALLS = [ToolCall(f"a1b2c3d4{n}", name, f'{{"{KEYS[0]}": "zqvalue"}}') for n, name in enumerate(NAMES[:2])]
_PARAMETERS = {"type": "object", "properties": {KEYS[0]: {"type": "string"}}}
_TOOLS = [Tool(name=name, parameters=_PARAMETERS) for name in NAMES]
# What stands in an example for a name or a value, and for further calls or parameters.
_GAP, _LONG_GAP = ".{0,60}?", ".{0,400}?"
# Not Typhoon's [Function(arguments1={{...}}, name1=...)], in which the name is an argument.
_PYTHONIC = re.compile(r"\[\w+\((?!(?:name|arguments)\d*=)\w+=[^()]*\)")
_WORD_AND_BRACKET = re.compile(r"[a-z]{4,}\[")
_INDENTED_MARK = re.compile(r"(?:^| ) {3,}(?=<)")


def taught(prober: Prober) -> Format | None:
    """The catalog's format of which the words about tools show an example, spelled as there; None if there is none.

    An example must have a mark of the format, since JSON alone is what tools are declared in.
    """
    words = prober.words_about_tools()
    text = "".join(words.split())
    shown = [
        (found, any(stop in words for stop in known.stop), len(known.aliases), known, one)
        for known in map(FORMATS.get, FORMATS.names())
        for one in _one_spelling_each(known)
        if (found := _found(one, text))
    ]
    if not shown:
        return _pythonic(words) if _PYTHONIC.search(text) else None
    *_, known, one = max(shown, key=lambda example: example[:3])
    return known.with_(
        section=_first(one.sections, known.sections) or "",
        call=_first(one.calls, known.calls),
        object=_first(one.objects, known.objects),
    )


def _pythonic(words: str) -> Format:
    """The format of a list of Python's calls whose turns end as the template's do."""
    listed = [known for known in map(FORMATS.get, FORMATS.names()) if _listed(known)]
    found = max(listed, key=lambda known: (any(stop in words for stop in known.stop), len(known.aliases)))
    return found.with_(section=_first(["[{calls}]"], found.sections))


def _listed(known: Format) -> bool:
    return known.arguments == "pythonic" and "[{calls}]" in known.sections and "{name}({arguments})" in known.calls


def corrected(prober: Prober, derived: Format, lesson: Format | None) -> Format:
    """The derived format, unless calls as they are taught are not what it reads, or what it writes is otherwise marked.

    Then it is the taught format, which reads both where that can be. Where it cannot, and the words show both, that of
    past calls counts.
    """
    if lesson is None or _agree(derived, lesson):
        return derived
    written = _written(lesson)
    around = {
        "name": lesson.name,
        "aliases": (),
        "source": derived.source,
        "stop": tuple(stop for stop in derived.stop if stop not in written),
        "prefill": derived.prefill,
    }
    if lesson.arguments == derived.arguments:
        both = with_spellings(lesson.with_(name="taught"), derived)
        if _reads_taught(both, lesson):
            return both.with_(**around, parallel=derived.parallel or lesson.parallel)
    words = "".join(prober.words_about_tools().split())
    if any(_found(one, words) for one in _one_spelling_each(derived)):
        return derived
    return lesson.with_(**around, reasoning=derived.reasoning, content=derived.content, drop=derived.drop)


def _agree(derived: Format, lesson: Format) -> bool:
    """Whether the derived format reads calls as they are taught, with nothing to mend, or writes the same; and marks
    them so too. Blanks do not count, but those of the template's indentation do.
    """
    same = "".join(_written(derived).split()) == "".join(_written(lesson).split())
    if not (same or _reads_taught(derived, lesson, repair=False)) or (lesson.sections and not derived.sections):
        return False
    return not _INDENTED_MARK.search(_written(derived)) or bool(_INDENTED_MARK.search(_written(lesson)))


def _reads_taught(format: Format, lesson: Format, *, repair: bool = True) -> bool:
    read = parse_text(_written(lesson), format, _TOOLS, repair=repair)
    wanted = _CALLS if lesson.parallel else _CALLS[:1]
    found = [(call.name, call.arguments) for call in read.tool_calls]
    return found == [(call.name, call.arguments) for call in wanted] and not (read.content or "").strip()


def _written(format: Format) -> str:
    return write_calls(format, _CALLS if format.parallel else _CALLS[:1], _TOOLS)


def _one_spelling_each(format: Format) -> Iterator[Format]:
    """The format with one spelling of section, call and object at a time."""
    for section in format.sections or ("",):
        for call in format.calls:
            for body in format.objects if "{object}" in call else format.objects[:1]:
                yield format.with_(section=section, call=call, object=body)


def _found(format: Format, text: str) -> int:
    """How much fixed text a call of the format has in its section, if the text, without blanks, shows an example of it;
    0 if not, or if no mark is in it.
    """
    parameter = format.parameters[0] if format.arguments in ("tagged", "nested") else ""
    # Behind an example's call or parameter, more of them or three dots may stand: a hole is left there.
    whole = next(iter(format.sections), "{calls}").replace("{calls}", f"{format.calls[0]}{{calls}}")
    whole = whole.replace("{object}", format.objects[0]).replace("{arguments}", f"{parameter}{{arguments}}")
    parts = [(part, "" if isinstance(part, Hole) else "".join(part.text.split())) for part in segments(whole)]
    fixed = [written for _, written in parts if written]
    marked = any(is_mark(token) for written in fixed for token in tokens(written))
    if not fixed or not (marked or _WORD_AND_BRACKET.match(fixed[0])):
        return 0
    long = (Hole("calls"), Hole("arguments"))
    pattern = "".join(re.escape(text) or (_LONG_GAP if part in long else _GAP) for part, text in parts)
    return len("".join(fixed)) if re.search(pattern, text) else 0


def _first(ones: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*ones, *others)))
