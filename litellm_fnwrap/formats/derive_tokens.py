"""Text cut into whole marks, words and single characters, so that no boundary falls into the middle of a mark."""

from __future__ import annotations

import re
from collections.abc import Sequence

# What varies in a rendered call stands as one of these private characters while its surroundings are compared.
NAME, ID, INDEX, ARGUMENTS, OBJECT, KEY, VALUE, TYPE, IS_STRING = (
    "\ue000\ue001\ue002\ue003\ue004\ue005\ue006\ue007\ue008"
)
HOLES = {
    NAME: "{name}",
    ID: "{id}",
    INDEX: "{index}",
    ARGUMENTS: "{arguments}",
    OBJECT: "{object}",
    KEY: "{key}",
    VALUE: "{value}",
    TYPE: "{type}",
    IS_STRING: "{is_string}",
}
_TOKEN = re.compile(
    r"<\|(?:open|close)\|>[^<>\n]{1,120}<\|sep\|>"  # <|open|>mark key="..."<|sep|>
    r"|<\|[^|<>\n]{0,80}\|>"  # <|mark|>
    r"|<<[^<>\n]{1,80}>>"  # <<mark>>
    r"|</?[^<>\n]{1,120}>"  # <mark>, </mark>, <mark name="...">, <mark|>
    r"|◁/?\w{1,40}▷"  # ◁mark▷, ◁/mark▷
    r"|\[/?[A-Z][A-Z_ ]*\]"  # [MARK], [/MARK]
    r"|```\w*"  # a code fence
    r"|[^\W\ue000-\ue008]+"
    r"|.",
    re.DOTALL,
)
_MARK = re.compile(r"<\|(?:open|close)\|>[^<>\n]+<\|sep\|>|<?<[^<>\n]+>>?|◁/?\w+▷|\[/?[A-Z][A-Z_ ]*\]")


def tokens(text: str) -> list[str]:
    """The text's marks, words, and all other characters one by one."""
    return _TOKEN.findall(text)


def is_mark(token: str) -> bool:
    """Whether a token is a whole mark such as <tool_call> or [ARGS]."""
    return _MARK.fullmatch(token) is not None


def marks(text: str) -> list[str]:
    """The whole marks of a text that hold nothing that varies, in order."""
    return [token for token in tokens(text) if is_mark(token) and not any(hole in token for hole in HOLES)]


def shared_prefix(left: Sequence[str], right: Sequence[str]) -> int:
    """How many tokens two sequences have in common at their beginning."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def shared_suffix(left: Sequence[str], right: Sequence[str]) -> int:
    """How many tokens two sequences have in common at their end."""
    return shared_prefix(left[::-1], right[::-1])


def declared(parts: Sequence[str]) -> str:
    """Tokens as a declaration's text: what varies as its hole."""
    text = "".join(parts)
    for character, hole in HOLES.items():
        text = text.replace(character, hole)
    return text


def split_blank(parts: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """Leading whitespace, the middle, and trailing whitespace of tokens."""
    start, end = 0, len(parts)
    while start < end and parts[start].isspace():
        start += 1
    while end > start and parts[end - 1].isspace():
        end -= 1
    return list(parts[:start]), list(parts[start:end]), list(parts[end:])
