"""What stands before a value in an object: its key and its colon."""

from __future__ import annotations

import json
import re
from abc import abstractmethod

from ...coercion import near_key
from . import strings
from .jsontext import decode
from .scalars import ScalarReader
from .strict import MAX_KEY, Unreadable
from .words import BLANKS, CLOSE, QUOTES, WAIT

_QUOTED_KEY = re.compile(rf'"([^"\\\x00-\x1f]{{0,{MAX_KEY - 1}}})"[ \t]*(?=:)')
# A key whose quote marks are escaped, since the whole call stands between quote marks.
_ESCAPED_KEY = re.compile(r"""(\\{1,3}["'])([^"'\\\n]{1,100})\1[ \t]{0,20}(?=:)""")
_ESCAPED_KEY_START = re.compile(r"""\\{1,3}(?:["'][^"'\\\n]{0,100}(?:\\{1,3}(?:["'][ \t]{0,20})?)?)?\Z""")
_BARE_KEY = re.compile(r"""[^\s:=,{}\[\]"'`()]{1,200}""")
_WORDS_KEY = re.compile(r"""[^\s:=,{}\[\]"'`()]{1,200}(?:[ \t]{1,5}[^\s:=,{}\[\]"'`()]{1,60}){1,4}(?=[ \t]{0,5}:)""")
_WORDS_START = re.compile(
    r"""(?:[ \t]{1,5}[^\s:=,{}\[\]"'`()]{0,60}){0,4}(?:[ \t]{1,5}["'][^"'\n:]{0,80}["']?\s{0,20})?\Z"""
)
_BEFORE_KEY = re.compile(r"""[ \t]{1,20}(?=["'][^"'\n:]{1,80}["']\s{0,20}:)""")
# A key's closing quote mark whose opening one is missing.
_LOST_QUOTE = re.compile(r"""["'”][ \t]{0,5}(?=:)""")
_LOST_QUOTE_START = re.compile(r"""["'”][ \t]{0,5}\Z""")
_WORD_START = re.compile(r"\w")
_BLANKS_END = re.compile(r"\s{0,80}\Z")
_GOES_ON = re.compile(r"""\s{0,80}[,}\])"'“:]""")


def bare_key(name: str) -> str:
    """A key as it stands in a literal whose keys are bare: between quote marks where it is not read without them."""
    return name if _BARE_KEY.fullmatch(name) else json.dumps(name, ensure_ascii=False)


class KeyReader(ScalarReader):
    """The modes of a reader that read keys."""

    @abstractmethod
    def _close_all(self, pos: int) -> int:
        """Close all that is open: what follows is no part of the value."""

    @abstractmethod
    def _list_ends(self, text: str, pos: int) -> bool | None:
        """Whether a bracket ends the list around the open call, so that the call lacks its own end; None: wait."""

    @abstractmethod
    def _after(self, text: str, pos: int) -> int:
        """A value is complete, its object or list is open."""

    def _wrong_closer(self, text: str, pos: int) -> int:
        char = text[pos]
        if char == "]" and self._stack[0].kind == "(" and not any(frame.kind == "[" for frame in self._stack):
            ends = self._list_ends(text, pos)
            if ends is None:
                return WAIT
            if ends:
                return self._close_all(pos)
        alone = len(self._stack) == 1 and self._stack[0].kind != "("
        if alone and not self._final and _BLANKS_END.match(text, pos + 1):
            return WAIT
        if alone and self._repair and not _GOES_ON.match(text, pos + 1):
            self.note("wrong_closer", f"{char!r} closes what {self._stack[0].closer!r} should")
            self.pop()
        elif any(frame.closer == char for frame in self._stack):
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
        if char in CLOSE:
            return self._wrong_closer(text, pos)
        if char in ",;":
            self.note("extra_comma", "comma without an entry")
            return pos + 1
        if char in QUOTES:
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
        if self._repair and text.startswith(quote, at) and _WORD_START.match(text, at + 1):
            self.note("quotes", "doubled quote marks")
            quote, at = quote * 2, at + 1
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
                at += len(quote)
                ends = strings.closes(text, at, ":", self._final, parentheses=False)
                return WAIT if ends is None else self._key_ends(text, pos, at, "".join(pieces), quote)
            else:
                pieces.append(strings.escaped(text[at]))
                at += 1
            if at - pos > MAX_KEY:
                raise Unreadable(f"a key of {MAX_KEY} characters or more")
        return WAIT

    def _key_ends(self, text: str, pos: int, at: int, body: str, quote: str) -> int:
        if quote != '"' and not self._python:
            self.note("quotes", f"key in {quote}")
        key: str = decode(f'"{body}"')
        if self._repair and key.rstrip().endswith(":") and text[at : at + 1] not in ("", ":", " "):
            self.note("missing_quote", "closing quote mark of a key missing")
            self._found_key(key.rstrip()[:-1], decoded=True)
            return at - 1
        blank = BLANKS.match(text, at).end()  # type: ignore[union-attr]
        if text[blank : blank + 1] in ("}", ",") and not self._stack[-1].opened:
            return self._set_literal(pos)
        self._found_key(key, decoded=True)
        self._mode = self._colon
        return at

    def _escaped_key(self, text: str, pos: int) -> int | None:
        """A key between escaped quote marks; None where it is no such."""
        found = _ESCAPED_KEY.match(text, pos)
        if found is None:
            return WAIT if not self._final and _ESCAPED_KEY_START.match(text, pos) else None
        self.note("quotes", "escaped quote marks around a key")
        self._found_key(found.group(2))
        self._mode = self._colon
        return found.end()

    def _bare_key(self, text: str, pos: int) -> int:
        if text[pos] == "\\" and self._repair:
            escaped = self._escaped_key(text, pos)
            if escaped is not None:
                return escaped
        word = _BARE_KEY.match(text, pos)
        if not word:
            self.note("stray", f"{text[pos]!r} where a key should begin")
            return pos + 1
        if self._repair and not self._quote_mark:
            if not self._final and _WORDS_START.match(text, word.end()):
                return WAIT
            before = _BEFORE_KEY.match(text, word.end())
            if before or word.group() in ("...", "…"):
                self.note("stray", f"{word.group()!r} where a key should begin")
                return before.end() if before else word.end()
            word = _WORDS_KEY.match(text, pos) or word
        at = BLANKS.match(text, word.end()).end()  # type: ignore[union-attr]
        if at >= len(text) and not self._final:
            return WAIT
        if text[at : at + 1] in ("}", ",") and not self._stack[-1].opened:
            return self._set_literal(pos)
        if self._repair and text[at : at + 1] in ('"', "'", "”"):
            if not self._final and _LOST_QUOTE_START.match(text, at):
                return WAIT
            lost = _LOST_QUOTE.match(text, at)
            at = lost.end() if lost else at
        if not self._quote_mark:
            self.note("unquoted_key", word.group())
        self._found_key(word.group().strip("\"'"))
        self._mode = self._colon
        return at

    def _set_literal(self, pos: int) -> int:
        """Braces around values without keys are a Python set, read as a list."""
        frame = self._stack[-1]
        if len(self._stack) == 1 and self._reader.kinds(self._schema) == {"object"}:
            raise Unreadable("values without keys where an object should be")
        self.note("set", "braces around plain values read as a list")
        frame.kind = "["
        self._sink.append("[")
        self._mode = self._value
        return pos

    def _found_key(self, key: str, *, decoded: bool = False) -> None:
        frame = self._stack[-1]
        if "\\_" in key and not decoded:
            self.note("escape", f"{key!r} without its backslash")
            key = key.replace("\\_", "_")
        self._key = key
        if self._coerce and self._held is None:
            self._key = near_key(key, self._reader.properties(frame.schema), frame.used)
            if self._key != key:
                self.note_fit("key", f"{key!r} read as {self._key!r}")
        if self._repair and self._key in frame.used:
            self.note("repeated_key", f"{self._key!r} once more")
        self._mode = self._value

    def _colon(self, text: str, pos: int) -> int:
        pos = self._skip(text, pos)
        if pos == WAIT or pos >= len(text):
            return pos
        self._mode = self._value
        if text[pos] == ":":
            return pos + 1
        self.note("missing_colon", f"no colon after {self._key!r}")
        if text[pos] == "=" and pos + 1 >= len(text) and not self._final:
            self._mode = self._colon
            return WAIT
        if text[pos] == "=":
            return pos + 1 + text.startswith("=>", pos)
        return pos
