"""Inside a string: what may be copied, what an escape means, and whether a quote mark really ends it."""

from __future__ import annotations

import re
from functools import lru_cache

from .jsontext import encode

# Escapes that JSON and Python write alike; those that are none whatever follows; a quote mark that ends nothing.
_GOOD_ESCAPE = r"""\\(?:["\\bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4})"""
_BAD_ESCAPE = r"""\\(?=[^"\\/bfnrtu'`_\n0va\-xU]|[abfv][^\W\d_]|u(?:[^0-9a-fA-F]|[0-9a-fA-F]{1,3}[^0-9a-fA-F]))"""
_NO_END = r"""[^\s}\]),;`<\/#"']"""
_NO_KEY = r"""["'](?:["']|[^"'\n:={}\[\],]{1,80}["'][ \t]{0,20}[^:=\s])"""
_SHORT_ESCAPES = {"n": "\\n", "t": "\\t", "r": "\\r", "b": "\\b", "f": "\\f", '"': '\\"', "\\": "\\\\", "/": "/"}
_BARE_ESCAPES = {"'": "'", "`": "`", "_": "_", "\n": "", "0": "\\u0000", "v": "\\u000b", "a": "\\u0007", "-": "-"}
_HEX = re.compile(r"[0-9a-fA-F]+")
_SURROGATE_PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_LOOKAHEAD = 160
_BLANKS = re.compile(r"[ \t\r\n]*")
_NEXT_KEY = re.compile(r"""["'“]?[^"'\n:={}\[\],]{1,80}["'”]?[ \t\r\n]*[:=]""")
_WORD_AND_KEY = re.compile(r"""\w{1,40}[ \t]{1,5}"[^"\n:]{1,80}"[ \t]{0,5}:""")
_LAST_CHARACTER = 0x10FFFF
_MARK_OR_ESCAPE = re.compile(r'\\.|"')
_CONTROL = re.compile(r"[\x00-\x1f]")
_NEXT_KEYWORD = re.compile(r"[^\W\d][\w.\\-]*[ \t\r\n]*=(?!=)")
_NEXT_KEYWORD_START = re.compile(r"[^\W\d][\w.\\-]{0,80}[ \t\r\n]{0,80}=?\Z")
_NEXT_KEYWORD_BY_COLON = re.compile(r"[^\W\d][\w.\\-]*[ \t]*:[ \t]")
_NEXT_LITERAL = re.compile(r"(?:[Tt]rue|[Ff]alse|[Nn]one|null)[ \t\r\n]*[,)]")
# Behind a string and a blank in a call: a keyword, the comma before it left out; or a beginning of one.
_WORD_AND_EQUALS = re.compile(r"[^\W\d]\w{0,60}(?:\Z|[ \t]{0,5}(?:\Z|=(?:\Z|(?!=))))")
_VALUE_START = re.compile(r"""["'“`\-+.\d\[{(]|true|false|null|True|False|None""")

CLOSING = {"“": "”", "‘": "’", "«": "»"}


@lru_cache(maxsize=64)
def plain_run(quote: str) -> re.Pattern[str]:
    """The pattern of a string's text without its quote mark and backslashes."""
    return re.compile('[^"\\\\' + re.escape(quote[0]) + "]+")


@lru_cache(maxsize=64)
def run_of(quote: str, latex: bool, inner: str) -> re.Pattern[str]:
    """The pattern of what can be taken over from inside a string in one step, to be written by mended().

    latex  escapes that are none are taken over, and no others. inner: quote marks that closes() says do not end the
    string in this context are; "" for none.
    """
    mark = re.escape(quote[0])
    plain = rf"[^\\{mark}]*"
    escapes = _BAD_ESCAPE if latex else _GOOD_ESCAPE if quote[0] != "\\" else r"(?!)"
    goes_on = _NO_END if inner == "[" else f"(?:{_NO_END}|{_NO_KEY})"
    keyword = rf"(?![ \t]{{1,160}}{_WORD_AND_EQUALS.pattern})" if inner[:1] == "(" else ""
    marks = rf"{mark}{keyword}(?=[ \t]{{0,20}}{goes_on})" if inner else "(?!)"
    return re.compile(f"{plain}(?:(?:{escapes}|{marks}){plain})*")


def mended(text: str, latex: bool, marks: bool) -> str:
    """What run_of() has found, as it stands between the quote marks of JSON; marks: it may hold bare quote marks."""
    if latex:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    elif marks and '"' in text:
        text = _MARK_OR_ESCAPE.sub(_with_escape, text) if "\\" in text else text.replace('"', '\\"')
    if not control_character(text):
        return text
    return _CONTROL.sub(lambda found: escaped(found.group()), text) if "\\" in text else escaped(text)


def _with_escape(found: re.Match[str]) -> str:
    return '\\"' if found.group() == '"' else found.group()


def escaped(text: str) -> str:
    """Text as it stands between the quote marks of JSON."""
    return encode(text)[1:-1]


def control_character(text: str) -> str:
    """The first character of a text that strict JSON must escape; "" if there is none."""
    if text.isprintable():
        return ""
    found = _CONTROL.search(text)
    return found.group() if found else ""


def read_escape(text: str, pos: int, final: bool, python: bool) -> tuple[str, int, bool] | None:
    """The escape at a backslash: (JSON text, length, whether it had to be mended); None if more text is needed.

    python says that Python's escapes (\\x41, \\') are no mistake. An unknown escape keeps its backslash, so that
    paths, patterns and LaTeX (\\alpha, \\vec) survive; \\_ loses it, since models write it for a plain underscore.
    """
    if pos + 1 >= len(text):
        return ("\\\\", 1, True) if final else None
    char = text[pos + 1]
    if char == "u":
        return _read_unicode(text, pos, final)
    if char in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[char], 2, False
    if char in "xU" and python:
        end = pos + (4 if char == "x" else 10)
        digits = _HEX.match(text, pos + 2, end)
        if digits and digits.end() == end and int(digits.group(), 16) <= _LAST_CHARACTER:
            return escaped(chr(int(digits.group(), 16))), end - pos, False
        if not final and len(text) < end and (digits.end() if digits else pos + 2) == len(text):
            return None
    if char in "av" and pos + 2 >= len(text) and not final:
        return None
    if char in _BARE_ESCAPES and not (char in "av" and text[pos + 2 : pos + 3].isalpha()):
        return _BARE_ESCAPES[char], 2, not python
    return "\\\\", 1, True


def _read_unicode(text: str, pos: int, final: bool) -> tuple[str, int, bool] | None:
    digits = _HEX.match(text, pos + 2, pos + 6)
    if not digits or digits.end() < pos + 6:
        reaches_end = (digits.end() if digits else pos + 2) == len(text)
        return None if reaches_end and not final else ("\\\\", 1, True)
    if text[pos + 2] in "dD" and text[pos + 3] in "89abABcdefCDEF":
        if _SURROGATE_PAIR.match(text, pos):
            return text[pos : pos + 12], 12, False
        could_be_pair = text[pos + 3] in "89abAB" and "\\u".startswith(text[pos + 6 : pos + 8])
        if could_be_pair and len(text) < pos + 12 and not final:
            return None
        return "\\ufffd", 6, True
    return text[pos : pos + 6], 6, False


def closes(text: str, pos: int, context: str, final: bool, *, parentheses: bool) -> bool | None:
    """Whether the quote mark just before pos ends its string; None if more text is needed to tell.

    Models forget to escape quote marks inside strings. A mark ends the string if what follows can follow a string
    here: context is "{" in an object's value, ":" in a key, "[" in an array, "(" in a call's keyword arguments, "(:" in
    those of a call that writes a colon for the equals sign, "" at the top; parentheses says that one may close a call.
    Well-formed text is never misread: there a closing mark is
    always followed by what is looked for.
    """
    if context == "":
        return True
    limit = pos + _LOOKAHEAD
    blank = _BLANKS.match(text, pos, limit)
    after = blank.end() if blank else pos
    if after >= len(text):
        return True if final or after >= limit else None
    char = text[after]
    if context == ":":
        return char in ":="
    if char in "}]" or (char == ")" and parentheses):
        return True
    if char in ",;":
        return _comma_follows(text, after + 1, context, final)
    if char in "`<":
        return mark_follows(text, pos, after, final)
    if text.startswith(("//", "/*"), after) or (char == "#" and after > pos):
        return True
    if char == "/" and after + 1 >= len(text) and not final:
        return None
    if context[0] == "(" and after > pos and (found := _WORD_AND_EQUALS.match(text, after)):
        return None if found.end() == len(text) and not final else found.group().endswith("=")
    return _key_follows(text, after, context, final) if char in "\"'" or "\n" in text[pos:after] else False


def mark_follows(text: str, pos: int, after: int, final: bool) -> bool | None:
    """Whether a code fence's end or a control mark stands at after, behind pos; None: wait. Brackets lack before it."""
    if text.startswith(("```", "<|", "<｜"), after) or (after > pos and text.startswith("</", after)):
        return True
    return None if not final and text[after:] in ("`", "``", "<") else False


def _comma_follows(text: str, pos: int, context: str, final: bool) -> bool | None:
    """Whether what follows a comma after a string can be the next entry."""
    blank = _BLANKS.match(text, pos, pos + _LOOKAHEAD)
    pos = blank.end() if blank else pos
    if pos >= len(text):
        return True if final else None
    char = text[pos]
    if char in "}])," or text.startswith(("//", "/*", "#", "...", "…"), pos):
        return True
    if context == "[":
        return True if _VALUE_START.match(text, pos) else _undecided(text, pos, final, 6)
    if context[0] == "(":
        if char in "\"'“[{-" or char.isdigit() or _NEXT_LITERAL.match(text, pos):
            return True
        return _keyword_follows(text, pos, context, final, 80)
    if char in "\"'“":
        return True
    if _WORD_AND_KEY.match(text, pos):
        return True
    return True if _NEXT_KEY.match(text, pos) else _undecided(text, pos, final, 80)


def _key_follows(text: str, pos: int, context: str, final: bool) -> bool | None:
    """Whether the next entry starts here although the comma before it is missing."""
    if context == "[":
        return text[pos] in "\"'"
    if context[0] == "(":
        return _keyword_follows(text, pos, context, final, 100)
    return True if _NEXT_KEY.match(text, pos) else _undecided(text, pos, final, 100)


def _keyword_follows(text: str, pos: int, context: str, final: bool, need: int) -> bool | None:
    if not final and _NEXT_KEYWORD_START.match(text, pos):
        return None
    if _NEXT_KEYWORD.match(text, pos) or (context == "(:" and _NEXT_KEYWORD_BY_COLON.match(text, pos)):
        return True
    return _undecided(text, pos, final, need)


def _undecided(text: str, pos: int, final: bool, need: int) -> bool | None:
    return None if not final and len(text) - pos < need and "\n" not in text[pos:] else False
