"""One JSON value, or a Python call's keyword arguments, read in pieces into strict JSON text.

Mistakes are mended where they stand and reported. Every character is looked at a bounded number of times, so the work
is linear in the length of the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Literal

from ...coercion import kind_of, near_key
from ...schema import Schema, SchemaReader
from . import strings
from .strict import StrictJson, Unreadable
from .tokens import is_plain, read_token

WAIT = -1

_BLANKS = re.compile(r"[ \t\r\n\f\u00a0\ufeff]*")
_QUOTES = "\"'`“‘«"
_QUOTED_KEY = re.compile(r'"([^"\\\x00-\x1f]*)"[ \t]*(?=:)')
_BARE_KEY = re.compile(r"""[^\s:=,{}\[\]"'`()]{1,200}""")
_KEYWORD = re.compile(r"""["']?((?:[^\W\d]|\$)[\w.$-]*)["']?[ \t\r\n]*(?:=(?!=)|:)""")
_KEYWORD_START = re.compile(r"""["']?(?:[^\W\d]|\$)[\w.$-]{0,120}["']?[ \t\r\n]{0,20}=?\Z""")
_TOKEN_RUN = re.compile(r"""[^,;{}\[\]()"'`“\n#/]+""")
_OPEN, _CLOSE = "([{", ")]}"
_MAX_KEY = 1000
_MAX_COMMENT = 4000


class JsonReader(StrictJson):
    """Reads one value. Feed text until done is True; out collects the pieces of strict JSON text.

    schema   what the value should be; None for anything.
    kind     "value", or "call" for keyword arguments up to the closing parenthesis.
    quote    a mark that quotes strings raw, as Gemma's formats have it.
    context  where a string alone stands: "{" an object's value, "[" a list's item, "" by itself.
    """

    def __init__(
        self,
        schema: Schema | None = None,
        reader: SchemaReader | None = None,
        *,
        kind: Literal["value", "call"] = "value",
        repair: bool = True,
        coerce: bool = True,
        quote: str = "",
        context: str = "",
    ) -> None:
        super().__init__(schema, reader, repair, coerce)
        self._quote_mark = quote
        self._context = context
        self._python = kind == "call"
        self._end_mark = '"'
        self._run = strings.plain_run('"')
        self._token: list[str] = []
        self._nesting = 0
        self._final = False
        self._mode: Callable[[str, int], int] = self._value
        self._entered = self._enter
        self._left = self._leave
        self._decode = self._read_encoded
        if kind == "call":
            self.push("(", schema)

    def feed(self, text: str, pos: int = 0, final: bool = False) -> int:
        """Read on from a position and return where reading stopped; what lies behind must be fed again, with more.

        Raises Unreadable where the text is no such value: without repair at any mistake, with it on absurd nesting.
        """
        self._final = final
        size = len(text)
        while pos < size and not self.done:
            self._pos = pos
            after = self._mode(text, pos)
            if after == WAIT:
                break
            pos = after
        return pos

    @property
    def between(self) -> bool:
        """Whether the text stopped between two parts, so that closing what is open invents no value."""
        if self._mode in (self._after, self._member, self._keyword):
            return True
        return self._mode == self._value and bool(self._stack) and self._stack[-1].kind == "["

    def finish(self) -> bool:
        """Close all that is open, strings and numbers too; a key without value is dropped. True if there is a value."""
        if self.done:
            return True
        if self._mode in (self._in_string, self._in_raw_string):
            self._end_string()
        elif self._mode == self._bare:
            self._end_token()
        if not self.done and self._stack:
            self.note("unclosed", "closed at the end of the text")
            while self._stack:
                self.pop()
        return self.done

    def _enter(self, kind: str) -> None:
        self._mode = {"{": self._member, "[": self._value, "(": self._keyword}[kind]

    def _leave(self) -> None:
        self._mode = self._after

    def _read_encoded(self, text: str, schema: Schema | None) -> Any:
        """A value that was encoded twice; the text itself where it holds none."""
        inner = JsonReader(schema, self._reader, repair=self._repair)
        try:
            end = inner.feed(text, 0, final=True)
            if not inner.finish() or text[end:].strip():
                return text
        except Unreadable:
            return text
        self.note_fit("double_encoding", "JSON inside a string decoded")
        return json.loads(inner.take(), strict=False)

    def _skip(self, text: str, pos: int) -> int:
        """Past blanks and comments; WAIT where a comment may be open."""
        while True:
            pos = _BLANKS.match(text, pos).end()  # type: ignore[union-attr]
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

    # The modes. Each looks at the text from a position and returns the position behind what it read, or WAIT.

    def _value(self, text: str, pos: int) -> int:
        """A value is about to begin."""
        pos = self._skip(text, pos)
        if pos == WAIT or pos >= len(text):
            return pos
        char = text[pos]
        mark = self._quote_mark
        if mark and mark.startswith(text[pos : pos + len(mark)]):
            return self._open_raw_string(text, pos)
        if char in "{[" or (char == "(" and self._python):
            kind = "{" if char == "{" else "["
            self.push(kind, self.begin("object" if kind == "{" else "array"), _CLOSE[_OPEN.index(char)])
            return pos + 1
        if char in _QUOTES and (self._repair or char == '"' or (char == "'" and self._python)):
            return self._open_string(text, pos)
        if char in "}],)" and self._stack:
            return self._missing_value(char, pos)
        if char in "}])":
            raise Unreadable(f"{char!r} where a value should begin")
        self._mode, self._token, self._nesting = self._bare, [], 0
        return pos

    def _missing_value(self, char: str, pos: int) -> int:
        if self._stack[-1].kind != "[":
            self.note("missing_value", f"no value for {self._key!r}; null")
            self.scalar("null", "null", "")
            return pos
        if char == ",":
            self.note("missing_value", "comma without a value")
            return pos + 1
        if self._stack[-1].count and not self._python:
            self.note("trailing_comma", "comma before the closing bracket")
        self._mode = self._after
        return pos

    def _after(self, text: str, pos: int) -> int:
        """A value is complete, its object or list is open."""
        pos = self._skip(text, pos)
        if pos == WAIT or pos >= len(text):
            return pos
        char = text[pos]
        frame = self._stack[-1]
        if char == frame.closer:
            self.pop()
            return pos + 1
        if char in _CLOSE:
            return self._wrong_closer(char, pos)
        self._enter(frame.kind)
        if char == ",":
            return pos + 1
        self.note("missing_comma", "no comma between two entries")
        return pos + 1 if char in ";:=" else pos

    def _wrong_closer(self, char: str, pos: int) -> int:
        if any(frame.closer == char for frame in self._stack):
            self.note("missing_closer", f"{self._stack[-1].closer!r} missing before {char!r}")
            while self._stack[-1].closer != char:
                self.pop()
            self.pop()
        else:
            self.note("stray_closer", f"{char!r} closes nothing")
            self._mode = self._after
        return pos + 1

    def _member(self, text: str, pos: int) -> int:
        """An object's key, or its end."""
        plain = _QUOTED_KEY.match(text, pos)
        if plain:
            self._found_key(plain.group(1))
            return plain.end() + 1
        pos = self._skip(text, pos)
        if pos == WAIT or pos >= len(text):
            return pos
        char = text[pos]
        if char == "}":
            return self._end_of_members(pos)
        if char in _CLOSE:
            return self._wrong_closer(char, pos)
        if char in ",;":
            self.note("extra_comma", "comma without an entry")
            return pos + 1
        if char in _QUOTES:
            return self._quoted_key(text, pos)
        return self._bare_key(text, pos)

    def _end_of_members(self, pos: int) -> int:
        if self._stack[-1].opened:
            self.note("trailing_comma", "comma before the closing brace")
        self.pop()
        return pos + 1

    def _quoted_key(self, text: str, pos: int) -> int:
        quote = strings.CLOSING.get(text[pos], text[pos])
        at, pieces = pos + 1, []
        while at < len(text):
            run = strings.plain_run(quote).match(text, at)
            if run:
                pieces.append(run.group())
                at = run.end()
            elif text[at] == "\\":
                escape = strings.read_escape(text, at, self._final, True)
                if escape is None:
                    return WAIT
                pieces.append(escape[0])
                at += escape[1]
            elif text.startswith(quote, at):
                ends = strings.closes(text, at + 1, ":", self._final)
                return WAIT if ends is None else self._key_ends(text, pos, at + 1, "".join(pieces), quote)
            else:
                pieces.append(strings.escaped(text[at]))
                at += 1
            if at - pos > _MAX_KEY:
                raise Unreadable("a key of more than 1000 characters")
        return WAIT

    def _key_ends(self, text: str, pos: int, at: int, body: str, quote: str) -> int:
        if quote != '"' and not self._python:
            self.note("quotes", f"key in {quote}")
        key: str = json.loads(f'"{body}"', strict=False)
        blank = _BLANKS.match(text, at).end()  # type: ignore[union-attr]
        if text[blank : blank + 1] in ("}", ",") and not self._stack[-1].opened:
            return self._set_literal(pos)
        self._found_key(key)
        self._mode = self._colon
        return at

    def _bare_key(self, text: str, pos: int) -> int:
        word = _BARE_KEY.match(text, pos)
        if not word:
            self.note("stray", f"{text[pos]!r} where a key should begin")
            return pos + 1
        at = _BLANKS.match(text, word.end()).end()  # type: ignore[union-attr]
        if at >= len(text) and not self._final:
            return WAIT
        if text[at : at + 1] in ("}", ",") and not self._stack[-1].opened:
            return self._set_literal(pos)
        if not self._quote_mark:
            self.note("unquoted_key", word.group())
        self._found_key(word.group().strip("\"'"))
        self._mode = self._colon
        return at

    def _set_literal(self, pos: int) -> int:
        """Braces around values without keys are a Python set, read as a list."""
        frame = self._stack[-1]
        self.note("set", "braces around plain values read as a list")
        frame.kind = "["
        self._sink.append("[")
        self._mode = self._value
        return pos

    def _found_key(self, key: str) -> None:
        frame = self._stack[-1]
        self._key = key
        if self._coerce and self._held is None:
            self._key = near_key(key, self._reader.properties(frame.schema), frame.used)
            if self._key != key:
                self.note_fit("key", f"{key!r} read as {self._key!r}")
        self._mode = self._value

    def _colon(self, text: str, pos: int) -> int:
        pos = self._skip(text, pos)
        if pos == WAIT or pos >= len(text):
            return pos
        self._mode = self._value
        if text[pos] == ":":
            return pos + 1
        self.note("missing_colon", f"no colon after {self._key!r}")
        if text[pos] == "=":
            return pos + 1 + text.startswith("=>", pos)
        return pos

    def _keyword(self, text: str, pos: int) -> int:
        """A Python argument: its keyword, or a positional value for the next declared parameter."""
        pos = self._skip(text, pos)
        if pos == WAIT or pos >= len(text):
            return pos
        if text[pos] == ")":
            self.pop()
            return pos + 1
        if text[pos] == ",":
            return pos + 1
        keyword = _KEYWORD.match(text, pos)
        if keyword and (keyword.end() < len(text) or self._final):
            self._found_key(keyword.group(1))
            return keyword.end()
        if not self._final and (keyword or _KEYWORD_START.match(text, pos)):
            return WAIT
        return self._positional(pos)

    def _positional(self, pos: int) -> int:
        frame = self._stack[-1]
        free = [name for name in self._reader.properties(frame.schema) if name not in frame.used]
        if not free:
            raise Unreadable("a positional argument, and no declared parameter left for it")
        self.note("positional", f"positional argument read as {free[0]!r}")
        self._key = free[0]
        self._mode = self._value
        return pos

    def _bare(self, text: str, pos: int) -> int:
        """A value without quotes: a number, a literal, or words that lack their quotes."""
        run = _TOKEN_RUN.match(text, pos)
        if run:
            self._token.append(run.group())
            return run.end()
        char = text[pos]
        if self._nesting == 0 and (char in _CLOSE or char in ",\n" or (char == ";" and not self._stack)):
            return self._end_token(pos)
        word = "".join(self._token).strip() if char in "\"'`“#/{[(" else ""
        if char in "#/" and self._token and not self._nesting and self._token[-1].endswith((" ", "\t")):
            return self._end_token(pos)
        if char in _QUOTES and not self._nesting and word and is_plain(word):
            return self._end_token(pos)
        if char in "\"'" and word and not self._nesting and pos + 1 >= len(text) and not self._final:
            return WAIT
        if char in "\"'" and word and not self._nesting and self._lacks_opening_quote(text, pos):
            self.note("missing_quote", "opening quote missing")
            self._end_token(pos, quoted=True)
            return pos + 1
        self._nesting += 1 if char in _OPEN else -1 if char in _CLOSE else 0
        self._token.append(char)
        return pos + 1

    def _lacks_opening_quote(self, text: str, pos: int) -> bool:
        behind = text[pos + 1 : pos + 2]
        return (behind in ("", "}", "]", ")", ",")) and not any(quote in "".join(self._token) for quote in "\"'")

    def _end_token(self, pos: int = 0, *, quoted: bool = False) -> int:
        word = "".join(self._token).strip()
        self._token = []
        text, mending = (json.dumps(word, ensure_ascii=False), "") if quoted else read_token(word)
        if mending and not (self._python and mending == "literal") and not (mending and self._quote_mark):
            self.note(mending, f"{word[:60]!r} read as {text[:60]}")
        self.scalar(text, kind_of(json.loads(text)), word)
        return pos

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
        if char == "\\":
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
