"""Arguments as one tag after another: XML parameters and key/value pairs, typed by the schema or by what they say."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any, Literal

from ...coercion import fit, near_key
from ...schema import Schema, SchemaReader
from ..marks import compiled_mark
from ..spec import Format
from .json import JsonReader
from .jsontext import encode
from .strict import Unreadable
from .strings import escaped
from .tags import Tag, read_tags, value_patterns
from .values import read_value

WAIT = -1

_BLANKS = re.compile(r"[ \t\r\n]*")
_ORDER = ("null", "boolean", "integer", "number", "object", "array")
_CDATA = "<![CDATA["


class TaggedReader:
    """Reads the parameters of one call up to something that is no parameter; out collects strict JSON text.

    ends   the texts that close the call; a value whose own end mark is missing ends there too.
    typed  "guess" where no schema can be known: a value is then what its text spells.
    """

    def __init__(
        self,
        format: Format,
        schema: Schema | None,
        reader: SchemaReader | None,
        *,
        ends: tuple[str, ...] = (),
        typed: Literal["schema", "guess"] = "schema",
        repair: bool = True,
        coerce: bool = True,
    ) -> None:
        self.out: list[str] = []
        self.notes: list[tuple[str, str, int]] = []
        self.done = False
        self.broken = False
        self._pos = 0
        self._format = format
        self._schema = schema
        self._reader = reader or SchemaReader(True)
        self._typed_by = typed
        self._repair = repair
        self._coerce = coerce
        self._tags, self._begin, self._begin_start = read_tags(format)
        self._ends = ends
        self._end = self._tags[0].end("")
        self._opened = False
        self._used: set[str] = set()
        self._key = ""
        self._kind = ""
        self._held: list[str] | None = None
        self._body: JsonReader | None = None
        self._final = False
        self._wrapped = False
        self._value_end, self._value_hold = value_patterns(self._format, self._end, ends[:1], False, repair)
        self._mode: Callable[[str, int], int] = self._between

    def take(self) -> str:
        """The JSON text written since the last call."""
        text = "".join(self.out)
        self.out.clear()
        return text

    @property
    def between(self) -> bool:
        """Whether the text stopped between two parameters."""
        return self._mode == self._between and not self.broken

    @property
    def reached(self) -> int:
        """Where reading stands in the text fed last."""
        return self._pos if self._body is None else self._body.reached

    def finish(self) -> bool:
        """Close the arguments between two parameters; a parameter that broke off is dropped with the call."""
        if not self.done:
            if not self.between:
                return False
            self._close()
        return True

    def feed(self, text: str, pos: int, final: bool = False) -> int:
        """Read on and return where reading stopped; done when something else than a parameter follows."""
        self._final = final
        size = len(text)
        while pos < size and not self.done:
            self._pos = pos
            after = self._mode(text, pos)
            if after == WAIT:
                break
            pos = after
        return pos

    def _note(self, kind: str, detail: str) -> None:
        self.notes.append((kind, detail, self._pos))

    def _between(self, text: str, pos: int) -> int:
        start = _BLANKS.match(text, pos).end()  # type: ignore[union-attr]
        if start >= len(text):
            return WAIT
        if text[start] == "{" and not self._opened:
            self._body = JsonReader(self._schema, self._reader, repair=self._repair, coerce=self._coerce)
            self._mode = self._whole_body
            return start
        if any(compiled_mark(end).match(text, start) for end in self._ends if end):
            self._close()
            return pos
        begun = [(tag, begin) for tag in self._tags if (begin := tag.begin_mark.match(text, start))]
        for tag, begin in begun:
            head = tag.head.match(text, begin.end())
            if head and (self._final or text[head.end() :] not in ("", "\r")):
                return self._parameter(tag, head, text)
            if len(text) - start < 400 and (head or tag.head_start.match(text, begin.end())):
                return WAIT
        if self._repair and any(len(tag.begin) > 1 for tag, _ in begun):
            raise Unreadable(f"no argument can be read behind {begun[0][1].group()!r}")
        if self._begin_start.match(text, start) or self._end_begins(text[start:]):
            return WAIT
        self._close()
        return pos

    def _end_begins(self, rest: str) -> bool:
        """Whether the text stops in the middle of the call's end mark."""
        return any(len(rest) < len(end) and end.startswith(rest) for end in self._ends[:1])

    def _whole_body(self, text: str, pos: int) -> int:
        body = self._body
        if body is None:
            return WAIT
        after = body.feed(text, pos, self._final)
        if body.out:
            self.out.append(body.take())
        self.notes.extend(body.notes)
        body.notes.clear()
        if body.done:
            self.done = True
        return after if after > pos or body.done else WAIT

    def _close(self) -> None:
        self.out.append("}" if self._opened else "{}")
        self.done = True

    def _parameter(self, tag: Tag, head: re.Match[str], text: str) -> int:
        key = head.group("key").strip()
        self._key = near_key(key, self._reader.properties(self._schema), self._used) if self._coerce else key
        if self._key != key:
            self.notes.append(("key", f"{key!r} read as {self._key!r}", head.start("key")))
        self._used.add(self._key)
        groups = head.groupdict()
        self._kind = self._kind_of(groups.get("is_string"), groups.get("type"))
        lead = ", " if self._opened else "{"
        self._opened = True
        self.out.append(f"{lead}{encode(self._key)}: ")
        self._held = [] if self._kind != "text" or self._format.entities or self._format.trim == "all" else None
        if self._held is None:
            self.out.append('"')
        pos = head.end()
        self._mode = self._value_start
        lines = self._format.trim == "markup" and any(one.lines for one in self._tags)
        line = text[pos : pos + 2] if lines and text.startswith("\r\n", pos) else text[pos : pos + 1]
        lines = lines and line in ("\n", "\r\n")
        ends = self._ends[:1]
        self._end = tag.end(head.group("key"))
        self._value_end, self._value_hold = value_patterns(self._format, self._end, ends, lines, self._repair)
        return pos + len(line) if lines else pos

    def _value_start(self, text: str, pos: int) -> int:
        """A value may be wrapped in a CDATA section, which then ends it, whatever tags stand inside."""
        start = _BLANKS.match(text, pos).end()  # type: ignore[union-attr]
        rest = text[start : start + len(_CDATA)]
        if rest != _CDATA and _CDATA.startswith(rest) and not self._final:
            return WAIT
        self._mode = self._in_value
        self._wrapped = rest == _CDATA
        if not self._wrapped:
            return pos
        self._value_end, self._value_hold = value_patterns(self._format, f"]]> {self._end}", (), False, False)
        return start + len(_CDATA)

    def _kind_of(self, is_string: str | None, type: str | None) -> str:
        """How a value is to be read: "text" as it stands, "json", or "typed" by the schema."""
        if self._format.value_type in ("text", "json"):
            return self._format.value_type
        if self._format.value_type == "flag":
            if is_string is not None and is_string.strip().lower() in ("true", "false"):
                return "text" if is_string.strip().lower() == "true" else "json"
            if type is not None and type.strip():
                of_text = ("string", "str", self._format.type_name("string"))
                return "text" if type.strip().lower() in of_text else "json"
        if self._typed_by == "guess":
            return "typed"
        schema = self._reader.property(self._schema, self._key)
        kinds = self._reader.kinds(schema)
        if schema is None or not isinstance(schema, dict) or not schema or kinds == {"string"}:
            return "text" if self._reader.enum(schema) is None else "typed"
        return "typed"

    def _in_value(self, text: str, pos: int) -> int:
        found = self._value_end.search(text, pos)
        while found is not None and not found.group("end"):
            verdict = self._really_ends(text, found)
            if verdict is None:
                self._put(text[pos : found.start()])
                return found.start() if found.start() > pos else WAIT
            if verdict:
                break
            found = self._value_end.search(text, found.start() + 1)
        if found is None:
            hold = None if self._final else self._value_hold.search(text, max(pos, len(text) - 200))
            stop = hold.start() if hold else len(text)
            self._put(text[pos:stop])
            return stop if stop > pos else WAIT
        self._put(text[pos : found.start()])
        self._pos = found.start()
        if not found.group("end"):
            self._note("missing_end", f"{self._end} missing")
        self._value_ends()
        return found.end("end") if found.group("end") else found.end() - len(found.group("call") or found.group("next"))

    def _really_ends(self, text: str, found: re.Match[str]) -> bool | None:
        """Whether a value ends without its own end mark; None if more text is needed to tell."""
        if found.group("call"):
            rest = text[found.end() :]
            if not rest.strip() and not self._final:
                return None
            following = rest.lstrip()
            closing = [end for end in self._ends[1:] if end]
            if not following or any(following.startswith(end) for end in closing):
                return True
            if not self._final and any(end.startswith(following) for end in closing):
                return None
            return not closing
        properties = self._reader.properties(self._schema)
        for tag in self._tags:
            head = tag.head.match(text, found.end())
            if head and head.end() < len(text):
                return head.group("key").strip() in properties and head.group("key").strip() not in self._used
            if not self._final and len(text) - found.end() < 300 and (head or tag.head_start.match(text, found.end())):
                return None
        return False

    def _put(self, text: str) -> None:
        if not text:
            return
        if self._held is None:
            self.out.append(escaped(text))
        else:
            self._held.append(text)

    def _value_ends(self) -> None:
        if self._held is None:
            self.out.append('"')
        else:
            self.out.append(encode(self._typed("".join(self._held))))
        self._held = None
        self._mode = self._between

    def _typed(self, text: str) -> Any:
        """A value's text as the value it stands for."""
        if self._format.entities and not self._wrapped:
            text = html.unescape(text)
        schema = self._reader.property(self._schema, self._key)
        kinds = self._reader.kinds(schema)
        if self._kind == "text":
            return text.strip() if self._format.trim == "all" else text
        if kinds == {"string"} and self._kind == "typed":
            return fit(text, schema, self._reader, self._note) if self._coerce else text
        value = read_value(text, None if self._kind == "json" else kinds, self._repair)
        if self._coerce and schema is not None:
            return fit(value, schema, self._reader, self._note)
        return value
