"""Values without quote marks: numbers, literals, sums, and words that lack their quote marks."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable

from ...coercion import kind_of
from ...schema import Schema, SchemaReader
from .arithmetic import Number, read_sum
from .jsontext import decode, encode
from .strict import StrictJson, Unreadable
from .tokens import is_plain, read_token

WAIT = -1
"""What a mode returns when it needs more text."""

BLANKS = re.compile(r"[ \t\r\n\f\u00a0\ufeff]*")
QUOTES = "\"'`“”‘«"
OPEN, CLOSE = "([{", ")]}"
_TOKEN_RUN = re.compile(r"""[^,;{}\[\]()"'`“\n#/<]+""")
_MAX_COMMENT = 4000
_MAX_WORDS = 2000

# Behind a comma: words up to the next comma or the end of the call, without a keyword's equals sign.
_WORDS = re.compile(r""",[ \t]{0,10}[^\W\d][^=:,()'"\[\]{}\n]{0,100}[,)]""")
_WORDS_START = re.compile(r""",[ \t]{0,10}(?:[^\W\d][^=:,()'"\[\]{}\n]{0,100})?\Z""")
# Behind a comma or a line's end in an object: the next key, a comment, or the object's end.
_ENTRY = re.compile(r"""\s{0,80}(?:["'“]?[^\n"'“”{}\[\],:]{1,60}["'”]?[ \t]{0,20}[:=]|//|/\*|\#|[}\]]|\Z)""")
_ENTRY_START = re.compile(r"""\s{0,80}(?:["'“]?[^\n"'“”{}\[\],:]{0,60}["'”]?[ \t]{0,20}|/)\Z""")
_KEY_AHEAD = re.compile(r"""["'][^"'\n:]{1,80}["']\s{0,20}:""")
_KEY_AHEAD_START = re.compile(r"""["'](?:[^"'\n:]{1,80}(?:["']\s{0,20})?)?\Z""")
_GROUPS = re.compile(r"[-+]?[$€£¥]?\d{1,3}(?:,\d{3})*\Z")
_NEXT_GROUP = re.compile(r",\d{3}(?=[,.\s}\])]|\Z)")
_NEXT_GROUP_START = re.compile(r",\d{0,3}\Z")
_BLANKS_END = re.compile(r"[ \t]{0,20}\Z")
_VALUE_ENDS = re.compile(r"[ \t]{0,20}(?:[}\]),]|\Z)")
_ELLIPSES = ("...", "…")


def comment_end(text: str, pos: int, final: bool) -> int:
    """The end of a comment that a slash or hash at a position begins, the position itself if none begins, or WAIT."""
    if text[pos] == "/" and pos + 1 >= len(text) and not final:
        return WAIT
    block = text.startswith("/*", pos)
    if not block and text[pos] != "#" and not text.startswith("//", pos):
        return pos
    end = text.find("*/" if block else "\n", pos)
    if end < 0 and not final and len(text) - pos < _MAX_COMMENT:
        return WAIT
    return len(text) if end < 0 else end + 2 * block


class WordReader(StrictJson):
    """The modes of a reader that read what stands between commas without quote marks.

    A mode looks at the text from a position and returns the position behind what it read, or WAIT.
    doubtful  True where the text may only talk about a call: placeholders make it unreadable then.
    """

    doubtful = False

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
        self._token: list[str] = []
        self._size = 0
        self._nesting = 0
        self._final = False
        self._passed = (0, 0)
        self._by_colon = False
        self._mode: Callable[[str, int], int] = self._value

    @abstractmethod
    def _value(self, text: str, pos: int) -> int:
        """A value is about to begin."""

    @property
    def reached(self) -> int:
        """Where reading stands in the text fed last: behind what has been passed for good."""
        return self._passed[0]

    def _skip(self, text: str, pos: int) -> int:
        """Past blanks and comments, which need no second look; WAIT where a comment may be open."""
        while True:
            pos = BLANKS.match(text, pos).end()  # type: ignore[union-attr]
            self._pos = pos
            self._passed = pos, len(self.notes)
            if not self._repair or pos >= len(text) or text[pos] not in "/#":
                return pos
            end = comment_end(text, pos, self._final)
            if end in (WAIT, pos):
                return end
            self.note("comment", text[pos : min(end, pos + 40)])
            pos = end

    def _open_bare(self, pos: int) -> int:
        self._mode, self._token, self._nesting, self._size = self._bare, [], 0, 0
        return pos

    def _take_in(self, text: str, end: int) -> int:
        self._token.append(text)
        self._size += len(text)
        return end

    def _word(self) -> str:
        """What has been read of the value; "" for one too long to be looked at again and again."""
        if self._size >= _MAX_WORDS or not self._token:
            return ""
        self._token = ["".join(self._token)]
        return self._token[0].strip()

    def _bare(self, text: str, pos: int) -> int:
        """A value without quotes: a number, a literal, or words that lack their quotes."""
        run = _TOKEN_RUN.match(text, pos)
        if run:
            return self._take_in(run.group(), run.end())
        char = text[pos]
        if self._nesting == 0:
            if char in ",\n" and self._repair:
                goes_on = self._goes_on(text, pos, char)
                if goes_on is None:
                    return WAIT
                if goes_on:
                    return self._take_in(char, pos + 1)
            if char in CLOSE or char in ",\n" or (char == ";" and (not self._stack or is_plain(self._word()))):
                return self._end_token(pos)
            if char == "<" and is_plain(self._word()):
                return self._end_token(pos)
            if char in "#/" and self._token and self._token[-1].endswith((" ", "\t")):
                return self._end_token(pos)
            if char in QUOTES and self._token:
                verdict = self._quote_in_words(text, pos)
                if verdict is not None:
                    return verdict
        self._nesting += 1 if char in OPEN else -1 if char in CLOSE else 0
        return self._take_in(char, pos + 1)

    def _goes_on(self, text: str, pos: int, char: str) -> bool | None:
        """Whether a comma or a line's end stands inside a value without quote marks; None: wait."""
        frame = self._stack[-1] if self._stack else None
        word = self._word()
        if frame is None or frame.kind == "[" or not word:
            return False
        if char == "," and word[-1].isdigit() and _GROUPS.match(word):
            if not self._final and _NEXT_GROUP_START.match(text, pos):
                return None
            return _NEXT_GROUP.match(text, pos) is not None
        if is_plain(word):
            return False
        if frame.kind == "{":
            undecided = not self._final and _ENTRY_START.match(text, pos + 1)
            return None if undecided else _ENTRY.match(text, pos + 1) is None
        if self._positioned:
            return False
        undecided = not self._final and _WORDS_START.match(text, pos)
        return None if undecided else _WORDS.match(text, pos) is not None

    def _quote_in_words(self, text: str, pos: int) -> int | None:
        """A quote mark behind words: the end of a string that lacks its beginning, or the next key; None if neither."""
        if not self._final and _BLANKS_END.match(text, pos + 1):
            return WAIT
        word = self._word()
        if not word:
            return None
        if _VALUE_ENDS.match(text, pos + 1) and not any(quote in word for quote in "\"'"):
            self.note("missing_quote", "opening quote missing")
            self._end_token(pos, quoted=True)
            return pos + 1
        if is_plain(word):
            return self._end_token(pos)
        if self._repair and self._stack and self._stack[-1].kind == "{":
            if not self._final and _KEY_AHEAD_START.match(text, pos):
                return WAIT
            if _KEY_AHEAD.match(text, pos):
                return self._end_token(pos)
        return None

    def _end_token(self, pos: int = 0, *, quoted: bool = False) -> int:
        word = "".join(self._token).strip()
        self._token, self._size = [], 0
        if self._repair and word in _ELLIPSES and self._stack and self._stack[-1].kind == "[":
            self.note("ellipsis", f"{word!r} left out")
            self._left()
            return pos
        text, mending = (encode(word), "") if quoted else read_token(word)
        if mending == "unquoted_string":
            if self._repair and "\\_" in word:
                self.note("escape", f"{word[:60]!r} without its backslashes")
                word = word.replace("\\_", "_")
                text = encode(word)
            self._refuse_placeholder(word)
            total = self._sum(word)
            text, mending = (encode(total), "sum") if total is not None else (text, mending)
        if mending and not (self._python and mending == "literal") and not (mending and self._quote_mark):
            self.note(mending, f"{word[:60]!r} read as {text[:60]}")
        self.scalar(text, kind_of(decode(text)), word)
        return pos

    def _sum(self, word: str) -> Number | None:
        """What a sum makes, where the schema wants a number."""
        kinds = self._reader.kinds(self.wanted())
        return read_sum(word) if kinds & {"number", "integer"} and "string" not in kinds else None

    def _refuse_placeholder(self, word: str) -> None:
        """Where the text only talks about a call, a word that stands for a value makes it none."""
        argument = bool(self._stack) and self._stack[-1].kind == "("
        if self.doubtful and argument and (self._positioned or word == self._key or word.startswith("<")):
            raise Unreadable(f"{word[:40]!r} is a placeholder")
