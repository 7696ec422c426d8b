"""What models write before a call without a mark: print(, return, quote marks, brackets, a code fence.

Sources: published generations of models that were asked for a list of Python calls, and wrote these lines instead.

    print(get_weather(city='Lyon'))
    result = get_weather(city="Lyon")
    ['get_weather(city="Lyon")', 'ping()']
    [('get_weather', {'city': 'Lyon'})]
    ['get_weather', '(city="Lyon")']
    ['get_weather', 'city=Lyon', 'days=3']
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from .compiled import KEY, KEY_START
from .headers import Header
from .toolset import Toolset

FENCE = "f"
"""Among closers: the end of a code fence."""

# Every run of blanks has a bound, so that a text of blanks alone is read once.
_FENCE = re.compile(r"```[a-zA-Z_]{0,20}[ \t]{0,20}\r?\n\s{0,80}")
_FENCE_START = re.compile(r"`{1,3}\Z|```[a-zA-Z_]{0,20}[ \t]{0,20}(?:\r?\n?\s{0,80})?\Z")
CLOSING_FENCE = re.compile(r"```[ \t]{0,20}\r?\n")
"""A fence that names no language, and so may close the one before it."""

# A phrase that announces a call: "Function call:", "The answer is:"; not one that shows how a call is written.
_LABEL = re.compile(
    r"(?:[A-Za-z']{1,20}[ \t]){0,5}(?i:(?:call|answer|output|response|action|function|tool|code|solution)s?)"
    r"(?:[ \t](?:is|are|would be|will be|to (?:make|use|call)))?[ \t]?:[ \t]{0,20}"
)
_LABEL_START = re.compile(r"(?:[A-Za-z']{1,20}[ \t]){0,8}(?:[A-Za-z']{0,20}[ \t]?(?::[ \t]{0,20})?)?\Z")
_BULLET = re.compile(r"(?:[-*•]|\d{1,2}[.)])[ \t]{1,20}")
_BULLET_START = re.compile(r"(?:[-*•]|\d{1,2}[.)]?)?[ \t]{0,20}\Z")
_BLANKS = re.compile(r"[ \t]{0,80}")
_ANY_BLANKS = re.compile(r"\s{0,80}")
_JOINT = re.compile(r"[ \t]{0,20}(?:(?:[-;,+|&*/]|and\b|or\b)\s{0,20}){1,4}")
_JOINT_START = re.compile(r"[ \t]{0,20}(?:(?:[-;,+|&*/]|and\b|or\b)\s{0,20}){0,4}(?:a|an|and|o|or)?\Z")
_WORD = re.compile(r"[^\s(){}\[\]<>\"'`,:;=|｜]{1,200}")
_TARGET = re.compile(r"[A-Za-z_]\w*\Z")
# A name with its namespace before it, or a beginning of one; longer words are text, which is not held back for it.
_QUALIFIED = re.compile(r"[\w./-]{1,60}\Z", re.ASCII)
_BEHIND_NAME = re.compile(r"[\"'`]?[ \t]{0,20}")
_CLOSERS = {"(": ")", "{": "}", '"': '"', "'": "'", "`": "`", "*": "*"}
# A brace with a key behind it begins an object, which is read as one.
_OBJECT = re.compile(rf"\{{\s{{0,40}}{KEY}")
_OBJECT_START = re.compile(rf"\{{\s{{0,40}}(?:{KEY_START}|\Z)")
_SKIPPED = ("return", "await")
_MAX_LEADS = 5

# The call itself, up to where its arguments begin.
_CALL = r"(?P<name>[^\s<>(){}\[\]\"'`,=|｜:]{1,200})[\"'`]?[ \t]{0,20}"
_CALL_START = re.compile(_CALL.replace("?P<name>", "?:") + r"\Z")
CALL = Header(re.compile(_CALL + r"\("), _CALL_START, (), "", "pythonic")
PAIR = Header(re.compile(_CALL + r"[,:]\s{0,20}(?=\{)"), re.compile(r"(?!)"), (), "", "json")
SPLIT = Header(re.compile(_CALL + r",\s{0,20}[\"']\("), _CALL_START, (), "", "pythonic")
NAMED = Header(
    re.compile(_CALL + r":?\s{0,20}(?=\{)"),
    re.compile(_CALL.replace("?P<name>", "?:") + r":?\s{0,20}\Z"),
    (),
    "",
    "json",
)
_ENTRY = r"""["'][^\W\d][\w .\\-]{0,60}(?:["']\s{0,5}:|\s{0,5}=(?!=))"""
_ENTRY_START = re.compile(r"""\s{0,20}(?:["'](?:[^\W\d][\w .\\-]{0,60}(?:["']?\s{0,5}=?)?)?)?\Z""")
FLAT = Header(re.compile(_CALL + rf",\s{{0,20}}(?={_ENTRY})"), _CALL_START, (), "", "flat")


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands before a call, read.

    where    "call" if a call's name stands at the end, "list" if a bracket does, "wait" if more text is needed to
             tell, "no" if no call begins here.
    end      the position behind it.
    label    the position behind a phrase that announces the call, and is content; 0 if there is none.
    closers  what has to close what it opened, innermost first.
    """

    where: Literal["call", "list", "wait", "no"]
    end: int = 0
    closers: str = ""
    header: Header | None = None
    found: re.Match[str] | None = None
    label: int = 0


_NO, _WAIT = Lead("no"), Lead("wait")


def read_lead(text: str, pos: int, tools: Toolset, *, final: bool, behind_call: bool, entry: bool) -> Lead:
    """What stands before a call at a position: the beginning of a line, the place behind a call, or a list's entry."""
    joint = _JOINT.match(text, pos) if behind_call else None
    if behind_call:
        if not final and _JOINT_START.match(text, pos):
            return _WAIT
        pos = joint.end() if joint else pos
    if pos >= len(text):
        return _NO if final else _WAIT
    if text[pos] == "[" and not (entry or behind_call):
        return Lead("list", pos + 1)
    fence = ""
    if not entry and not text[pos].isalpha():
        for pattern, start in ((_FENCE, _FENCE_START), (_BULLET, _BULLET_START)):
            if not final and start.match(text, pos):
                return _WAIT
            found = pattern.match(text, pos)
            pos = found.end() if found else pos
            fence = FENCE if found and pattern is _FENCE else fence
    label = None
    if not entry and not fence:
        if not final and _LABEL_START.match(text, pos):
            return _WAIT
        label = _LABEL.match(text, pos)
        pos = label.end() if label else pos
    lead = _Scan(text, pos, tools, final, entry).read()
    if lead.where == "list" and joint and joint.group().strip(" \t\r\n;,+|&"):
        return _NO
    if lead.where in ("wait", "no") or not (label or fence):
        return lead
    return replace(lead, label=label.end() if label else 0, closers=lead.closers + fence)


class _Scan:
    """One reading of the words and marks before a call."""

    def __init__(self, text: str, pos: int, tools: Toolset, final: bool, entry: bool) -> None:
        self._text = text
        self._pos = pos
        self._tools = tools
        self._final = final
        self._entry = entry
        self._closers = ""

    def read(self) -> Lead:
        for _ in range(_MAX_LEADS):
            blanks = (_ANY_BLANKS if self._entry else _BLANKS).match(self._text, self._pos)
            self._pos = blanks.end() if blanks else self._pos
            if self._pos >= len(self._text):
                return _NO if self._final else _WAIT
            char = self._text[self._pos]
            if char == "[":
                return _NO if self._entry else Lead("list", self._pos + 1, self._closers)
            if char == "{":
                if not self._final and _OBJECT_START.match(self._text, self._pos):
                    return _WAIT
                if _OBJECT.match(self._text, self._pos):
                    return _NO
            if char in _CLOSERS:
                if char == "`" and (verdict := self._second_fence()):
                    return verdict
                self._closers = _CLOSERS[char] + self._closers
                self._pos += 1
                continue
            lead = self._word()
            if lead is not None:
                return lead
        return _NO

    def _second_fence(self) -> Lead | None:
        """A fence stands before everything else: one that comes later begins no call."""
        if not self._final and _FENCE_START.match(self._text, self._pos):
            return _WAIT
        return _NO if _FENCE.match(self._text, self._pos) else None

    def _word(self) -> Lead | None:
        """The word at the position: the name of the tool called, or None for one that may stand before it."""
        text = self._text
        word = _WORD.match(text, self._pos)
        if word is None:
            return _NO
        name = word.group()
        if word.end() == len(text) and not self._final:
            return _WAIT if self._may_go_on(name) else _NO
        behind = _BEHIND_NAME.match(text, word.end())
        after = behind.end() if behind else word.end()
        if after >= len(text):
            return _NO if self._final else _WAIT
        char = text[after]
        if name in _SKIPPED and after > word.end():
            self._pos = after
            return None
        if char == "=" and not self._closers and not self._entry and _TARGET.match(name):
            if after + 1 >= len(text) and not self._final:
                return _WAIT
            self._pos = after + 1
            return None if text[after + 1 : after + 2] != "=" else _NO
        if self._tools.find_declared(name) is None or not self._may_go_on(name):
            if char == "(" and name == "print":
                self._closers = ")" + self._closers
                self._pos = after + 1
                return None
            return _NO
        return self._call(word.end(), after)

    def _call(self, name_end: int, after: int) -> Lead:
        """A declared name stands at the position; what follows tells whether it is called."""
        quoted = self._closers[:1] and self._text[name_end] == self._closers[0]
        closers = self._closers[1:] if quoted else self._closers
        if self._text[after] == "(":
            found = CALL.full.match(self._text, self._pos)
            return Lead("call", self._pos, closers, CALL, found) if found else _NO
        if not quoted or self._text[after] not in ",:" or not (self._entry or closers):
            return _NO
        for header in (PAIR, SPLIT, FLAT) if self._entry else (PAIR,):
            found = header.full.match(self._text, self._pos)
            if found:
                quote = found.group()[-2] if header is SPLIT else ""
                return Lead("call", self._pos, quote + closers, header, found)
        return _WAIT if not self._final and _ENTRY_START.match(self._text, after + 1) else _NO

    def _may_go_on(self, word: str) -> bool:
        """Whether the text's last word may still become one that stands before a call."""
        if len(word) >= 200:
            return False
        if any(known.startswith(word) for known in (*_SKIPPED, "print")) or self._tools.begins_name(word):
            return True
        if len(self._tools) > 0 and _QUALIFIED.match(word):
            return True
        return not self._closers and not self._entry and len(word) < 60 and _TARGET.match(word) is not None
