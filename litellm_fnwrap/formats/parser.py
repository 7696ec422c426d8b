"""From a model's text to content, reasoning and tool calls: whole, or piece by piece as it streams.

Reading the whole text is feeding it and closing, so both give the same. The work is linear in the text's length.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from ..errors import UnknownToolError
from ..events import Event, Parsed
from ..messages import Tool
from ..options import UnknownTool
from ..remembered import once
from .callmachine import CallMachine
from .compiled import Compiled, compile_format
from .marks import compiled_beginning, compiled_mark, varies
from .spec import Format, spellings
from .toolset import Toolset
from .undecided import OpenedTwice, Undecided

_TAIL = 4000


class AnswerParser(Protocol):
    """What reads one answer: StreamParser, or a wrapper's own way."""

    def feed(self, text: str) -> list[Event]:
        """The events of a further piece of text."""

    def close(self, finish_reason: Literal["stop", "length"] | None = None) -> list[Event]:
        """The remaining events."""

    @property
    def result(self) -> Parsed:
        """The answer as far as it has been read."""


class StreamParser:
    """Reads the text of one answer as it comes.

    format        how the model writes calls.
    tools         the declared tools: only they are calls. None: the toolset is unknown and names are not checked.
    prompt_tail   the end of the prompt, so that what it has already opened (a think tag, a brace) is known.
    opens         where it is not known: the reasoning mark that prompts of this kind end with. The answer's beginning
                  is then held until a mark tells whether it is reasoning.
    repair        mend what models get wrong; False: only the exact format is a call.
    coerce        fit arguments to the tools' schemas where that is unambiguous.
    unknown_tool  a call of an undeclared tool is content, an error (UnknownToolError at the end), or passed on.
    parallel      False: at most one call.
    """

    def __init__(
        self,
        format: Format,
        tools: Sequence[Tool] | None = None,
        *,
        prompt_tail: str = "",
        opens: str = "",
        repair: bool = True,
        coerce: bool = True,
        unknown_tool: UnknownTool = "content",
        parallel: bool = True,
    ) -> None:
        self.format = format
        self._compiled = compile_format(format)
        self._undecided: Undecided | OpenedTwice | None = None
        if opens and not prompt_tail:
            self._undecided = Undecided(self._compiled, opens)
        self._unknown_tool = unknown_tool
        accept = unknown_tool == "pass"
        self._toolset = once(
            tools or (), ("toolset", repair, accept), lambda: Toolset(tools, repair=repair, accept_unknown=accept)
        )
        self._switches = {"repair": repair, "coerce": coerce, "parallel": parallel}
        self._closed = False
        self._pending = ""
        self._prefill = ""
        self._goes_on_inside = False
        self._machine = self._opened(prompt_tail)

    def feed(self, text: str) -> list[Event]:
        """What a further piece of text brings to light; whatever may still become a mark is held back."""
        if self._undecided:
            text = self._decide(text, final=False)
        elif self._prefill:
            text = self._continue_prefill(text, final=False)
        if text:
            self._machine.feed(text)
        return self._machine.sink.drain()

    def close(self, finish_reason: Literal["stop", "length"] | None = None) -> list[Event]:
        """The rest, now that the text is over, ending with Finish.

        finish_reason is what the server said: "length" where the token limit cut the text, "stop" where the model
        ended it itself, so that what it left open may be closed. Raises UnknownToolError if asked to.
        """
        if self._closed:
            return []
        self._closed = True
        if self._undecided:
            self._machine.feed(self._decide("", final=True))
        if self._prefill:
            self._machine.feed(self._continue_prefill("", final=True))
        self._machine.close(cut_off=finish_reason == "length", stopped=finish_reason == "stop")
        if self._unknown_tool == "error" and self._machine.unknown:
            name = self._machine.unknown[0]
            raise UnknownToolError(f"The model called {name!r}, which is not among the declared tools.")
        return self._machine.sink.drain()

    def continue_text(self) -> None:
        """The answer goes on in the middle of a text: blanks at its beginning are content too, unless the prompt's end
        has opened reasoning or a call.
        """
        if not self._goes_on_inside:
            self._machine.sink.continue_text()

    @property
    def result(self) -> Parsed:
        """The answer as far as it has been read."""
        return self._machine.sink.parsed()

    def _new_machine(self) -> CallMachine:
        return CallMachine(self._compiled, self._toolset, **self._switches)

    def _opened(self, prompt_tail: str) -> CallMachine:
        """A machine that has read what the prompt already opened."""
        machine = self._new_machine()
        declared = self.format.prefill
        if prompt_tail:
            opened = open_tail(self._compiled, prompt_tail[-_TAIL:])
            if opened:
                self._goes_on_inside = True
                machine.feed(opened)
                machine.sink.forget_text()
                if opened.strip() in _reasoning_marks(self.format):
                    self._undecided = OpenedTwice(opened.strip())
                return machine
            if declared and prompt_tail.rstrip().endswith(declared.rstrip()):
                self._prefill = declared
        else:
            self._prefill = declared
        return machine

    def _decide(self, text: str, *, final: bool) -> str:
        """The text to read, once it is decided how the reasoning begins; "" before."""
        decided = self._undecided.feed(text, final=final) if self._undecided else text
        if decided is None:
            return ""
        self._undecided = None
        return decided

    def _continue_prefill(self, text: str, final: bool) -> str:
        """The text with the declared start of the answer before it, unless the model has repeated it."""
        self._pending += text
        seen = "".join(self._pending.split())
        shown = ["".join(self._prefill.split())]
        for special in self.format.special:
            shown.append(shown[-1].replace(special, ""))
        if not final and any(len(seen) < len(start) and start.startswith(seen) for start in shown):
            return ""
        repeated = not seen or any(start and seen.startswith(start) for start in shown)
        text, self._pending = self._pending, ""
        prefill, self._prefill = self._prefill, ""
        if repeated:
            return text
        self._machine.sink.expect_given(prefill)
        return prefill + text


def _reasoning_marks(format: Format) -> set[str]:
    return {template.partition("{reasoning}")[0].strip() for template in spellings(format.reasoning)}


def open_tail(compiled: Compiled, prompt_tail: str) -> str:
    """The end of a prompt that the model's text continues: an open reasoning mark or call; "" if none."""
    tail = prompt_tail
    for template in spellings(compiled.format.reasoning):
        begin, _, end = (part.strip() for part in template.partition("{reasoning}"))
        start = tail.rfind(begin)
        if not begin or start < 0:
            continue
        if tail[start:].strip() == begin or (end and end not in tail[start:] and _is_last(compiled, tail, start)):
            return tail[start:]
    best = ""
    for opening in (what for kind, what in compiled.marks.kinds if kind == "open" and len(what.mark) > 1):
        start = _last(opening.mark, tail)
        closed = start >= 0 and any(_last(end, tail[start:]) >= 0 for end in opening.ends)
        if start >= 0 and not closed and _is_last(compiled, tail, start):
            best = max(best, tail[start:], key=len)
    return best


def _last(mark: str, text: str) -> int:
    """Where a mark stands in a text for the last time, be it only up to what varies in it; -1 if it does not."""
    if not varies(mark):
        return text.rfind(mark)
    start = text.rfind(mark.partition("{")[0])
    begun = (
        compiled_mark(mark).match(text, start) or compiled_beginning(mark).match(text, start) if start >= 0 else None
    )
    return start if begun else -1


def _is_last(compiled: Compiled, tail: str, start: int) -> bool:
    """Whether no turn has ended since a position of the prompt."""
    return not any(stop in tail[start:] for stop in (*compiled.format.stop, *compiled.format.drop))


def parse_text(
    text: str,
    format: Format,
    tools: Sequence[Tool] | None = None,
    *,
    prompt_tail: str = "",
    finish_reason: Literal["stop", "length"] | None = None,
    repair: bool = True,
    coerce: bool = True,
    unknown_tool: UnknownTool = "content",
    parallel: bool = True,
) -> Parsed:
    """A whole answer, read; the arguments are those of StreamParser and its close()."""
    parser = StreamParser(
        format,
        tools,
        prompt_tail=prompt_tail,
        repair=repair,
        coerce=coerce,
        unknown_tool=unknown_tool,
        parallel=parallel,
    )
    parser.feed(text)
    parser.close(finish_reason)
    return parser.result
