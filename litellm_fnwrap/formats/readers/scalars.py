"""Strings: between quote marks of every kind, with and without the mistakes models make in them."""

from __future__ import annotations

import re

from ...schema import Schema, SchemaReader
from . import strings
from .words import WAIT, WordReader

_ESCAPED_QUOTE = re.compile(r"""\\{1,4}["']""")
_ESCAPED_QUOTE_START = re.compile(r"\\{1,4}\Z")
# A string that lacks its closing quote mark: its last comma, and the next key between quote marks.
_ENTRY_INSIDE = re.compile(r""",\s{0,20}"[^"\n:]{1,80}"\s{0,10}:""")
_ENTRY_INSIDE_START = re.compile(r""",\s{0,20}(?:"(?:[^"\n:]{1,80}(?:"\s{0,10})?)?)?\Z""")
_EMPTY_FOLLOWS = " \t\r\n,}]):"


class ScalarReader(WordReader):
    """The modes of a reader that read strings."""

    def __init__(
        self,
        schema: Schema | None,
        reader: SchemaReader | None,
        *,
        repair: bool,
        coerce: bool,
        quote: str,
        python: bool,
    ) -> None:
        super().__init__(schema, reader, repair=repair, coerce=coerce, quote=quote, python=python)
        self._context = ""
        self._end_mark = '"'
        self._run = strings.run_of('"', False, "")
        self._latex = False
        self._inner = ""
        self._doubled = False
        self._told: set[str] = set()

    def _open_raw_string(self, text: str, pos: int) -> int:
        mark = self._quote_mark
        if len(text) - pos < len(mark):
            if not self._final:
                return WAIT
            return self._open_bare(pos)
        self._start_string(mark)
        self._mode = self._in_raw_string
        return pos + len(mark)

    def _open_string(self, text: str, pos: int) -> int:
        quote = text[pos]
        if self._repair or self._python:
            opening = text[pos : pos + 3]
            if len(opening) < 3 and opening == quote * len(opening) and not self._final:
                return WAIT
            if opening == quote * 3:
                if not self._python:
                    self.note("quotes", "triple quotes")
                self._start_string(opening)
                return pos + 3
            if self._repair and opening[:2] == quote * 2 and opening[2:] and opening[2] not in _EMPTY_FOLLOWS:
                self.note("quotes", "doubled quote marks")
                self._start_string(quote)
                self._doubled = True
                return pos + 2
        if quote != '"' and not self._python:
            self.note("quotes", f"string in {quote}")
        self._start_string(strings.CLOSING.get(quote, quote))
        return pos + 1

    def _open_escaped_string(self, text: str, pos: int) -> int:
        """A string whose quote marks are escaped, since the whole call stands between quote marks."""
        mark = _ESCAPED_QUOTE.match(text, pos)
        if mark is None:
            if not self._final and _ESCAPED_QUOTE_START.match(text, pos):
                return WAIT
            return self._open_bare(pos)
        self.note("quotes", "escaped quote marks around a string")
        self._start_string(mark.group())
        return mark.end()

    def _start_string(self, end_mark: str) -> None:
        self.begin("string")
        self._sink.append('"')
        self._end_mark = end_mark
        self._run = strings.run_of(end_mark, False, "")
        self._latex = self._doubled = False
        self._inner = ""
        self._told.clear()
        self._mode = self._in_string

    def _note_in_string(self, kind: str, detail: str) -> None:
        """Record a mistake inside a string, the first of its kind there: the others are like it."""
        if kind not in self._told:
            self._told.add(kind)
            self.note(kind, detail)

    def _end_string(self) -> None:
        self._sink.append('"')
        self.complete()

    def _in_string(self, text: str, pos: int) -> int:
        end = self._run.match(text, pos).end()  # type: ignore[union-attr]
        if end > pos:
            return self._copy(text, pos, end)
        return self._escape(text, pos) if text[pos] == "\\" else self._maybe_end(text, pos)

    def _copy(self, text: str, pos: int, end: int) -> int:
        """A run of a string's text; one that ends with a comma may be where the closing quote mark is missing."""
        if text[end - 1] in ", \n\r\t" and self._repair and self._end_mark == '"' and self._stack:
            comma = text.rfind(",", pos, end)
            if comma >= 0 and not text[comma + 1 : end].strip() and self._stack[-1].kind == "{":
                if not self._final and _ENTRY_INSIDE_START.match(text, comma):
                    self._put(text[pos:comma], pos)
                    return comma if comma > pos else WAIT
                if _ENTRY_INSIDE.match(text, comma):
                    self._put(text[pos:comma], pos)
                    self._pos = comma
                    self.note("missing_quote", "closing quote mark missing")
                    self._end_string()
                    return comma
        self._put(text[pos:end], pos)
        return end

    def _put(self, body: str, pos: int) -> None:
        """Text that needs no closer look."""
        if not body.isprintable() and not self._python and (control := strings.control_character(body)):
            self._pos = pos + body.index(control)
            self._note_in_string("control_character", f"raw {control!r} in a string")
        marks = self._inner != "" or (self._end_mark[0] != '"' and '"' in body)
        plain = not (self._latex or marks) and body.isprintable()
        self._sink.append(body if plain else strings.mended(body, self._latex, marks))

    def _escape(self, text: str, pos: int) -> int:
        """A backslash in a string."""
        mark = self._end_mark
        if mark[0] == "\\" and text.startswith(mark, pos):
            self._end_string()
            return pos + len(mark)
        if mark[0] == "\\" and mark.startswith(text[pos:]) and not self._final:
            return WAIT
        escape = strings.read_escape(text, pos, self._final, self._python)
        if escape is None or (self._latex and len(text) - pos < 3 and not self._final):
            return WAIT
        if escape[2]:
            self._latex = self._latex or escape[0] == "\\\\"
            self._run = strings.run_of(mark, self._latex, self._inner)
            self._note_in_string("escape", f"{text[pos : pos + 2]!r} is no escape")
        self._sink.append(escape[0])
        return pos + escape[1]

    def _maybe_end(self, text: str, pos: int) -> int:
        """A quote mark inside a string: its end, or a mark the model forgot to escape."""
        mark = self._end_mark
        if len(mark) == 3:
            if not text.startswith(mark, pos):
                if mark.startswith(text[pos:]) and not self._final:
                    return WAIT
                self._sink.append(strings.escaped(text[pos]))
                return pos + 1
        elif self._doubled and text.startswith(mark, pos + 1):
            pos += 1
        elif self._doubled and pos + 1 >= len(text) and not self._final:
            return WAIT
        elif self._repair:
            context = self._stack[-1].kind if self._stack else self._context
            context += ":" if context == "(" and self._by_colon else ""
            ends = strings.closes(text, pos + 1, context, self._final, parentheses=self._python)
            if ends is None:
                return WAIT
            if not ends:
                self._note_in_string("inner_quote", "quote mark inside a string escaped")
                # From here on such marks, and what stands between them, are passed in one step. As in a list, two of
                # them side by side are looked at where two end the string.
                self._inner = "" if len(mark) != 1 else "[" if self._doubled else context
                self._run = strings.run_of(mark, self._latex, self._inner)
                self._sink.append('\\"' if mark == '"' else mark)
                return pos + 1
        self._end_string()
        return pos + len(mark)

    def _in_raw_string(self, text: str, pos: int) -> int:
        """Inside a string between quote marks that are no characters: everything up to the mark is text."""
        end = text.find(self._end_mark, pos)
        if end < 0:
            end = len(text) if self._final else _before_partial(text, pos, self._end_mark)
            if end > pos:
                self._sink.append(strings.escaped(text[pos:end]))
            return end if end > pos else WAIT
        if end > pos:
            self._sink.append(strings.escaped(text[pos:end]))
        self._pos = end
        self._end_string()
        return end + len(self._end_mark)


def _before_partial(text: str, pos: int, mark: str) -> int:
    """The end of the text, less what may be the beginning of a mark."""
    return len(text) - next((size for size in range(len(mark) - 1, 0, -1) if text.endswith(mark[:size], pos)), 0)
