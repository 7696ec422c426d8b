"""Strings and bare words: the parts of a value that hold no other values."""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from collections.abc import Callable

from ...coercion import kind_of
from ...schema import Schema, SchemaReader
from . import strings
from .arithmetic import Number, read_sum
from .strict import StrictJson, Unreadable
from .tokens import is_plain, read_token

WAIT = -1
"""What a mode returns when it needs more text."""

BLANKS = re.compile(r"[ \t\r\n\f\u00a0\ufeff]*")
QUOTES = "\"'`“‘«"
OPEN, CLOSE = "([{", ")]}"
_TOKEN_RUN = re.compile(r"""[^,;{}\[\]()"'`“\n#/]+""")
_ESCAPED_QUOTE = re.compile(r"""\\{1,4}["']""")
_ESCAPED_QUOTE_START = re.compile(r"\\{1,4}\Z")
# Behind a comma: words up to the next comma or the end of the call, without a keyword's equals sign.
_WORDS = re.compile(r""",[ \t]{0,10}[^\W\d][^=:,()'"\[\]{}\n]{0,100}[,)]""")
_WORDS_START = re.compile(r""",[ \t]{0,10}(?:[^\W\d][^=:,()'"\[\]{}\n]{0,100})?\Z""")
_MAX_COMMENT = 4000


class ScalarReader(StrictJson):
    """The modes of a reader that read strings, numbers, literals and words without quotes.

    A mode looks at the text from a position and returns the position behind what it read, or WAIT.
    """

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
        super().__init__(schema, reader, repair, coerce)
        self._quote_mark = quote
        self._python = python
        self._context = ""
        self._end_mark = '"'
        self._run = strings.plain_run('"')
        self._token: list[str] = []
        self._nesting = 0
        self._final = False
        self._positioned = False
        self.doubtful = False
        self._mode: Callable[[str, int], int] = self._value

    @abstractmethod
    def _value(self, text: str, pos: int) -> int:
        """A value is about to begin."""

    def _skip(self, text: str, pos: int) -> int:
        """Past blanks and comments; WAIT where a comment may be open."""
        while True:
            pos = BLANKS.match(text, pos).end()  # type: ignore[union-attr]
            if pos >= len(text) or text[pos] not in "/#" or not self._repair:
                return pos
            if text[pos] == "/" and pos + 1 >= len(text) and not self._final:
                return WAIT
            block = text.startswith("/*", pos)
            if not block and text[pos] != "#" and not text.startswith("//", pos):
                return pos
            end = text.find("*/" if block else "\n", pos)
            if end < 0 and not self._final and len(text) - pos < _MAX_COMMENT:
                return WAIT
            end = len(text) if end < 0 else end + 2 * block
            self.note("comment", text[pos : min(end, pos + 40)])
            pos = end

    def _bare(self, text: str, pos: int) -> int:
        """A value without quotes: a number, a literal, or words that lack their quotes."""
        run = _TOKEN_RUN.match(text, pos)
        if run:
            self._token.append(run.group())
            return run.end()
        char = text[pos]
        if char == "," and self._nesting == 0:
            goes_on = self._comma_in_words(text, pos)
            if goes_on is None:
                return WAIT
            if goes_on:
                self._token.append(char)
                return pos + 1
        if self._nesting == 0 and (char in CLOSE or char in ",\n" or (char == ";" and not self._stack)):
            return self._end_token(pos)
        word = "".join(self._token).strip() if char in "\"'`“#/{[(" else ""
        if char in "#/" and self._token and not self._nesting and self._token[-1].endswith((" ", "\t")):
            return self._end_token(pos)
        if char in QUOTES and not self._nesting and word and is_plain(word):
            return self._end_token(pos)
        if char in "\"'" and word and not self._nesting and pos + 1 >= len(text) and not self._final:
            return WAIT
        if char in "\"'" and word and not self._nesting and self._lacks_opening_quote(text, pos):
            self.note("missing_quote", "opening quote missing")
            self._end_token(pos, quoted=True)
            return pos + 1
        self._nesting += 1 if char in OPEN else -1 if char in CLOSE else 0
        self._token.append(char)
        return pos + 1

    def _comma_in_words(self, text: str, pos: int) -> bool | None:
        """Whether a comma stands inside an argument without quote marks, since no keyword follows it; None: wait."""
        argument = bool(self._stack) and self._stack[-1].kind == "(" and not self._positioned
        if not self._repair or not argument or is_plain("".join(self._token).strip()):
            return False
        if not self._final and _WORDS_START.match(text, pos):
            return None
        return _WORDS.match(text, pos) is not None

    def _lacks_opening_quote(self, text: str, pos: int) -> bool:
        behind = text[pos + 1 : pos + 2]
        return (behind in ("", "}", "]", ")", ",")) and not any(quote in "".join(self._token) for quote in "\"'")

    def _end_token(self, pos: int = 0, *, quoted: bool = False) -> int:
        word = "".join(self._token).strip()
        self._token = []
        text, mending = (json.dumps(word, ensure_ascii=False), "") if quoted else read_token(word)
        if mending == "unquoted_string":
            if self._repair and "\\_" in word:
                self.note("escape", f"{word[:60]!r} without its backslashes")
                word = word.replace("\\_", "_")
                text = json.dumps(word, ensure_ascii=False)
            self._unquoted(word)
            total = self._sum(word)
            text, mending = (json.dumps(total), "sum") if total is not None else (text, mending)
        if mending and not (self._python and mending == "literal") and not (mending and self._quote_mark):
            self.note(mending, f"{word[:60]!r} read as {text[:60]}")
        self.scalar(text, kind_of(json.loads(text)), word)
        return pos

    def _sum(self, word: str) -> Number | None:
        """What a sum makes, where the schema wants a number."""
        kinds = self._reader.kinds(self.wanted())
        return read_sum(word) if kinds & {"number", "integer"} and "string" not in kinds else None

    def _unquoted(self, word: str) -> None:
        """A word stands for a value; where the text only talks about a call, it is a placeholder."""
        argument = bool(self._stack) and self._stack[-1].kind == "("
        if self.doubtful and argument and (self._positioned or word == self._key or word.startswith("<")):
            raise Unreadable(f"{word[:40]!r} is a placeholder")

    def _open_raw_string(self, text: str, pos: int) -> int:
        mark = self._quote_mark
        if len(text) - pos < len(mark):
            if not self._final:
                return WAIT
            self._mode, self._token, self._nesting = self._bare, [], 0
            return pos
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
            self._mode, self._token, self._nesting = self._bare, [], 0
            return pos
        self.note("quotes", "escaped quote marks around a string")
        self._start_string(mark.group())
        return mark.end()

    def _start_string(self, end_mark: str) -> None:
        self.begin("string")
        self._sink.append('"')
        self._end_mark = end_mark
        self._run = strings.plain_run(end_mark)
        self._mode = self._in_string

    def _end_string(self) -> None:
        self._sink.append('"')
        self.complete()

    def _in_string(self, text: str, pos: int) -> int:
        run = self._run.match(text, pos)
        if run:
            self._sink.append(run.group())
            return run.end()
        char = text[pos]
        if char == "\\" and self._end_mark[0] == "\\" and text.startswith(self._end_mark, pos):
            self._end_string()
            return pos + len(self._end_mark)
        if char == "\\":
            if self._end_mark[0] == "\\" and self._end_mark.startswith(text[pos:]) and not self._final:
                return WAIT
            escape = strings.read_escape(text, pos, self._final, self._python)
            if escape is None:
                return WAIT
            if escape[2]:
                self.note("escape", f"{text[pos : pos + 2]!r} is no escape")
            self._sink.append(escape[0])
            return pos + escape[1]
        if char == self._end_mark[0]:
            return self._maybe_end(text, pos)
        if char < " " and not self._python:
            self.note("control_character", f"raw {char!r} in a string")
        self._sink.append(strings.escaped(char))
        return pos + 1

    def _maybe_end(self, text: str, pos: int) -> int:
        """A quote mark inside a string: its end, or a mark the model forgot to escape."""
        mark = self._end_mark
        if len(mark) == 3:
            if not text.startswith(mark, pos):
                if mark.startswith(text[pos:]) and not self._final:
                    return WAIT
                self._sink.append(strings.escaped(text[pos]))
                return pos + 1
        elif self._repair:
            context = self._stack[-1].kind if self._stack else self._context
            ends = strings.closes(text, pos + 1, context, self._final)
            if ends is None:
                return WAIT
            if not ends:
                self.note("inner_quote", "quote mark inside a string escaped")
                self._sink.append(strings.escaped(mark))
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
        self._end_string()
        return end + len(self._end_mark)


def _before_partial(text: str, pos: int, mark: str) -> int:
    """The end of the text, less what may be the beginning of a mark."""
    for size in range(min(len(mark) - 1, len(text) - pos), 0, -1):
        if text.endswith(mark[:size]):
            return len(text) - size
    return len(text)
