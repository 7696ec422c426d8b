"""Text as it is shown: without its outer blanks, and without what models put around and between calls.

    ```xml
    <tool_call>...</tool_call>
    ```

A code fence, a tag or Markdown's marks right before a call are kept until it is clear whether they close behind it:
then both are markup. So are blanks, a comma between two calls, and the end of a turn, be it another model's.
"""

from __future__ import annotations

import re

from . import marks

# What may open right before a call: fences, tags, emphasis, quote marks, up to three in a row. Every beginning of
# such a text matches too, so that where it begins is the same in any chunking. A sign behind a letter closes (**so**)
# and a tag within a line is what the line is about.
_FENCE = r"```[\w+.-]{0,20}[ \t]{0,8}(?:\r?\n\s{0,20}|\r)?"
_PLAIN = "|".join(
    rf"(?<![^\s>\]|｜{others}]){sign}"
    for sign, others in (("`{1,2}", "*\"'"), (r"\*{1,2}", "`\"'"), ('"', "`*'"), ("'", '`*"'))
)
_TAG = r"""(?<![^\r\n>\]|｜`*"'])<[A-Za-z_][\w.:-]{0,40}>\s{0,20}"""
# Another model's special tokens, which nothing needs to close.
_FOREIGN = r"(?:<[|｜][\w/:.▁ -]{1,40}[|｜]>|\[(?:TOOL|FUNCTION)?_?CALLS?\])\s{0,20}"
_BEGUN = r"`{1,2}\Z|<(?:[A-Za-z_][\w.:-]{0,40})?\Z|<[|｜](?:[\w/:.▁ -]{1,40}[|｜]?)?\Z|\[(?:[A-Z][A-Z_]{0,30})?\Z"
_SPECIAL = re.compile(_FOREIGN)
_ITEM = re.compile(rf"{_FENCE}|{_PLAIN}|{_TAG}|{_FOREIGN}")
_OPENED = re.compile(rf"(?:{_ITEM.pattern}){{1,3}}")
_OPENING = re.compile(rf"(?:{_ITEM.pattern}|{_BEGUN}){{1,3}}\Z")
_SIGNS = ("*", '"', "'")
_REACH = 240
_LONGEST_COMMA = 80

# What ends a turn of one model or another.
_TURN_ENDS = (
    *("<|im_end|>", "</s>", "<|eot_id|>", "<|eom_id|>", "<end_of_turn>", "<|endoftext|>", "<|end|>", "<|eot|>"),
    *("<｜end▁of▁sentence｜>", "<|end_of_text|>", "<|end_of_turn|>", "<|END_OF_TURN_TOKEN|>", "<eos>", "<turn|>"),
    *("<|return|>", "<|call|>", "<|observation|>", "<|user|>", "<|eom|>"),
)
# Special tokens that end a call, or all of them, in one format or another.
_CLOSING = r"<[|｜]/?[\w▁ :.-]{0,30}(?:(?i:end|tool|call|action))[\w▁ :.-]{0,30}[|｜]>|\[/[A-Z_]{3,30}\]"
_CLOSING_BEGUN = r"`{1,2}\Z|<(?:[|｜][\w/▁ :.-]{0,70}[|｜]?)?\Z|\[(?:/[A-Z_]{0,30})?\Z"
_END = re.compile(marks.any_of([*map(marks.pattern, _TURN_ENDS), _CLOSING]))
_END_START = re.compile(marks.any_of([*map(marks.partial, _TURN_ENDS), _CLOSING_BEGUN]))


class Flow:
    """Text whose outer blanks are dropped."""

    __slots__ = ("blanks", "pieces")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.blanks: list[str] = []

    @property
    def blank(self) -> str:
        """The blanks that are held."""
        return "".join(self.blanks)

    def add(self, text: str) -> str:
        """What of the text may be shown now; blanks at its end are held."""
        body = text.rstrip()
        if not body:
            self.blanks.append(text)
            return ""
        shown = "".join([*self.blanks, body]) if self.pieces else body.lstrip()
        self.blanks = [text[len(body) :]] if len(body) < len(text) else []
        self.pieces.append(shown)
        return shown


class ContentFlow(Flow):
    """Text around calls; broken says that nothing but calls stands behind what has been shown."""

    __slots__ = ("_fences", "_gap", "_held", "_opened", "broken")

    def __init__(self) -> None:
        super().__init__()
        self.broken = False
        self._gap = ""
        self._held = ""
        self._opened: list[str] = []
        self._fences = 0

    def add(self, text: str) -> str:
        """What of the text may be shown now; what may yet turn out to stand around a call is held."""
        if not (self.broken or self._held or "`" in text or "<" in text or "[" in text or text[-1:] in _SIGNS):
            return Flow.add(self, text)
        text, self._held = self._held + text, ""
        if self.broken:
            text = self._behind(text)
        before = self._before
        found = _OPENING.search(before + text, max(len(before), len(before) + len(text) - _REACH))
        if found:
            self._held, text = found.group(), text[: found.start() - len(before)]
        return self._show(text)

    def interrupt(self) -> str:
        """A call stands here. What was held and does not belong to it is returned, to be shown."""
        held, self._held = self._held, ""
        shown = self._around(held) if held else ""
        if not self.broken:
            self._gap = self.blank
        self.blanks = []
        self.broken = True
        return shown

    def _around(self, held: str) -> str:
        """What is shown of a text that was held before a call."""
        fence = max((depth for depth, item in enumerate(self._opened) if item.startswith("```")), default=-1)
        if held.strip() == "```" and fence >= 0:
            del self._opened[fence:]
        elif self._opens(held):
            self._opened += _ITEM.findall(held)
        elif held.strip() not in (",", ";"):
            return self._show(held)
        return ""

    @property
    def in_fence(self) -> bool:
        """Whether a code fence is open in the text."""
        return (self._fences + self._held.count("```")) % 2 > 0

    @property
    def _before(self) -> str:
        """What stands before the text to come: the last character, a line break where there is none."""
        shown = self.blank or ("" if self.broken else "".join(self.pieces[-1:]))
        return shown[-1:] or "\n"

    def _opens(self, held: str) -> bool:
        """Whether a text before a call opens something; a fence without a language closes the one before it."""
        if held.strip() == "```" and self._fences % 2:
            return False
        text = self._before + held
        return _OPENED.fullmatch(text, len(text) - len(held.lstrip() if self.broken else held)) is not None

    def rest(self) -> str:
        """What was held, now that the text is over; what opens and never closes around calls is markup."""
        held, self._held = self._held, ""
        return "" if self.broken and held.strip() == "```" else self._show(held)

    def _show(self, text: str) -> str:
        if not text:
            return ""
        if not self.broken or not text.strip():
            return self._told(text)
        shown = self._unclosed() if self._opened else ""
        body = text.lstrip()
        self.blanks = [self._joint(self.blank + text[: len(text) - len(body)])]
        self.broken = False
        return shown + self._told(body)

    def _told(self, text: str) -> str:
        self._fences += text.count("```")
        return Flow.add(self, text)

    def _unclosed(self) -> str:
        """What opened before the calls, now that text follows which does not close it."""
        behind, self.blanks = self.blanks, [self._joint("")]
        shown = self._told("".join(item for item in self._opened if not _SPECIAL.match(item)))
        self._opened.clear()
        self._gap, self.blanks = self.blank, behind
        return shown

    def _joint(self, blanks: str) -> str:
        """What of the blanks next to calls is shown: line breaks on both sides count once."""
        lines = max(self._gap.count("\n"), blanks.count("\n"))
        return "\n" * lines if lines else self._gap + blanks

    def _behind(self, text: str) -> str:
        """A text behind a call without the markup it begins with; what may be markup is held."""
        body = text.lstrip()
        while body:
            after = self._closed(body)
            if after is None:
                self._held = text
                return ""
            if after == body:
                break
            self.blanks = []
            text, body = after, after.lstrip()
        return text

    def _closed(self, body: str) -> str | None:
        """A text without the mark it begins with, if that ends something around a call; None if more must be seen."""
        if body[0] in ",;" and not body[1:].strip() and len(body) < _LONGEST_COMMA:
            return None
        for depth in range(len(self._opened) - 1, -1, -1):
            mark = "```" if self._opened[depth].startswith("```") else self._opened[depth].strip().replace("<", "</")
            if len(body) < len(mark) + (mark == "```") and mark.startswith(body):
                return None
            if body.startswith(mark) and not (mark == "```" and body[3].isalnum()):
                del self._opened[depth:]
                return body[len(mark) :]
        end = _END.match(body)
        if end:
            return body[end.end() :]
        return None if _END_START.match(body) else body
