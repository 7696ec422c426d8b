"""Arguments as elements named after their keys, objects and lists as elements inside them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from ...coercion import fit
from ...schema import Schema, SchemaReader
from .. import marks
from ..spec import Format
from .jsontext import encode
from .strict import Unreadable
from .values import read_value

_NAME = r"[^<>\s\[\]{}]{1,200}"


def is_element(name: str) -> bool:
    """Whether a parameter's name can be the name of an element."""
    return re.fullmatch(_NAME, name) is not None


@lru_cache(maxsize=64)
def _patterns(template: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Of an element: its opening or closing tag, and a beginning of one at the end of a text."""
    before_value, after_value = template.split("{value}")
    opening, closing = before_value.split("{key}"), after_value.split("{key}")
    open_ = marks.pattern(opening[0]) + f"({_NAME})" + marks.pattern(opening[1])
    close = marks.pattern(closing[0]) + f"({_NAME})" + marks.pattern(closing[1].strip())
    atoms = [*map(re.escape, opening[0]), _NAME, *map(re.escape, opening[1])]
    closers = [*map(re.escape, closing[0]), _NAME, *map(re.escape, closing[1].strip())]
    hold = f"(?:{marks.begins(atoms[:-1])}|{marks.begins(closers[:-1])})"
    return re.compile(f"(?:{close}|{open_})"), re.compile(hold)


_LONGEST_STOP = 200
_DEEPEST = 100


class _Element:
    __slots__ = ("children", "key", "text")

    def __init__(self, key: str) -> None:
        self.key = key
        self.text: list[str] = []
        self.children: list[_Element] = []


class NestedReader:
    """Reads the elements of one call up to a tag that is none of them; out collects strict JSON text.

    Every top-level argument is written when it is complete: only then its kind is known.
    """

    def __init__(
        self,
        format: Format,
        schema: Schema | None,
        reader: SchemaReader | None,
        *,
        ends: tuple[str, ...] = (),
        repair: bool = True,
        coerce: bool = True,
    ) -> None:
        self.out: list[str] = []
        self.notes: list[tuple[str, str, int]] = []
        self.done = False
        self._schema = schema
        self._reader = reader or SchemaReader(True)
        self._repair = repair
        self._coerce = coerce
        self._item = format.item
        self._tag, self._hold = _patterns(format.parameters[0])
        self._stops = re.compile(marks.any_of(marks.pattern(end) for end in ends))
        self._stop_hold = re.compile(marks.any_of(marks.partial(end) for end in ends))
        self._open: list[_Element] = []
        self._written = False
        self._pos = 0

    def take(self) -> str:
        """The JSON text written since the last call."""
        text = "".join(self.out)
        self.out.clear()
        return text

    @property
    def between(self) -> bool:
        """Whether the text stopped between two arguments."""
        return not self._open

    @property
    def reached(self) -> int:
        """Where reading stands in the text fed last."""
        return self._pos

    def finish(self) -> bool:
        """Close the arguments between two of them; one that broke off is dropped with the call."""
        if not self.done and self.between:
            self._close()
        return self.done

    def feed(self, text: str, pos: int = 0, final: bool = False) -> int:
        """Read on and return where reading stopped; done when a tag follows that is no argument."""
        while pos < len(text) and not self.done:
            tag = self._tag.search(text, pos)
            if not self._open:
                stop = self._stops.search(text, pos, tag.end() + _LONGEST_STOP if tag else len(text))
                if stop and (tag is None or stop.start() <= tag.start()):
                    self._close()
                    return pos if text[pos : stop.start()].strip() else stop.start()
            if tag is None or (tag.end() == len(text) and not final and self._hold.match(text, tag.start())):
                return self._rest(text, pos, final)
            if self._open:
                self._open[-1].text.append(text[pos : tag.start()])
            elif text[pos : tag.start()].strip():
                self._close()
                return pos
            self._pos = tag.start()
            if not self._tagged(tag.group(1), tag.group(2)):
                self._close()
                return tag.start()
            pos = tag.end()
        return pos

    def _rest(self, text: str, pos: int, final: bool) -> int:
        """No whole tag follows: text of the open element, or the beginning of a tag, or the end of the arguments."""
        hold = self._hold.search(text, pos) or self._stop_hold.search(text, pos)
        end = hold.start() if hold else len(text)
        if self._open:
            end = len(text) if final else end
            self._open[-1].text.append(text[pos:end])
        elif text[pos:end].strip():
            self._close()
            return pos
        return end

    def _tagged(self, closed: str | None, opened: str | None) -> bool:
        """A tag: an element's end or beginning. False for the end of something that is no element of ours."""
        if opened is not None:
            if len(self._open) >= _DEEPEST:
                raise Unreadable(f"elements nested deeper than {_DEEPEST}")
            element = _Element(opened)
            if self._open:
                self._open[-1].children.append(element)
            self._open.append(element)
            return True
        if not any(element.key == closed for element in self._open):
            return bool(self._open)
        while self._open:
            element = self._open.pop()
            if element.key == closed:
                break
            self._note("missing_end", f"end of {element.key!r} missing")
        if not self._open:
            self._write(element)
        return True

    def _note(self, kind: str, detail: str) -> None:
        self.notes.append((kind, detail, self._pos))

    def _write(self, element: _Element) -> None:
        schema = self._reader.property(self._schema, element.key)
        value = self._value(element, schema)
        if self._coerce and schema is not None:
            value = fit(value, schema, self._reader, self._note)
        lead = ", " if self._written else "{"
        self._written = True
        self.out.append(f"{lead}{encode(element.key)}: {encode(value)}")

    def _value(self, element: _Element, schema: Schema | None) -> Any:
        if not element.children:
            text = "".join(element.text)
            kinds = self._reader.kinds(schema)
            if schema is None or kinds == {"string"}:
                return text
            if not text.strip() and "array" in kinds and "string" not in kinds:
                return []
            if not text.strip() and "object" in kinds and "string" not in kinds:
                return {}
            return read_value(text, kinds, self._repair)
        if all(child.key == self._item for child in element.children):
            return [self._value(child, self._reader.item(schema, n)) for n, child in enumerate(element.children)]
        return {child.key: self._value(child, self._reader.property(schema, child.key)) for child in element.children}

    def _close(self) -> None:
        self.out.append("}" if self._written else "{}")
        self.done = True
