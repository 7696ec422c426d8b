"""What a wrapper is: MemGPT's documented interface, and the richer one every built-in wrapper has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from ..events import Event, Parsed, ToolCall
from ..formats import get_format
from ..formats.parser import AnswerParser, StreamParser, parse_text
from ..formats.spec import Format
from ..generation import Prompt
from ..messages import Conversation, Message, Tool, read_conversation
from ..options import Options
from .boundary import format_marks, marks_of_names, neutralise
from .roles import tidy


class LLMChatCompletionWrapper(ABC):
    """The abstract class of MemGPT's documentation: a class written for it works here unchanged.

    Source: https://memgpt.readme.io/docs/adding_wrappers, "Adding a new wrapper".
    """

    @abstractmethod
    def chat_completion_to_prompt(self, messages: Any, functions: Any) -> str:
        """Go from ChatCompletion to a single prompt string."""

    @abstractmethod
    def output_to_chat_completion_response(self, raw_llm_output: str) -> dict[str, Any]:
        """Turn the LLM output string into a ChatCompletion response: the assistant message."""


class Written(NamedTuple):
    """A conversation, written.

    text      the prompt without BOS.
    prefill   its tail that is already the answer.
    chat      gives the same as messages of roles system, user and assistant, neighbours of one role merged.
    """

    text: str
    prefill: str
    chat: Callable[[], list[dict[str, Any]]]


_BEGUN = "Tbegunanswerz"
"""Stands for the beginning of an answer until it is written: templates trim texts, and repeat others."""


class Wrapper(LLMChatCompletionWrapper):
    """How a whole conversation is written for one family of models. Instances never change and may be shared.

    name          what people type.
    format        how the family writes its calls; options.format puts another in its place.
    bos           the text a template writes for the BOS token; never part of the prompt's text.
    stop          strings that end the model's turn, most important first.
    marks         control text that is no tag, and would not be found in the declarations ("^USER:" at a line's start).
    models        patterns of model names (fnmatch, lower case) that this wrapper is for.
    reads_itself  True if only parser() can read the output: no constraint, no other parser.
    """

    name: str = ""
    bos: str = ""
    stop: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    reads_itself: bool = False

    @property
    @abstractmethod
    def format(self) -> Format:
        """How calls are written."""

    @abstractmethod
    def write(self, conversation: Conversation, format: Format, options: Options) -> Written:
        """A conversation that is tidy and safe, as text and as chat messages."""

    @abstractmethod
    def control_marks(self) -> Iterable[str]:
        """Text of this wrapper that opens or closes a turn, or a part of one."""

    def render(self, conversation: Conversation, *, options: Options | None = None) -> Prompt:
        """The prompt of a conversation; raises InvalidMessagesError or TemplateError where it cannot be rendered."""
        options = options or Options()
        format = self.format_for(options)
        fitted = tidy(conversation, id_pattern=format.id_pattern, parallel=self.shows_parallel(format))
        if options.escape:
            named = marks_of_names(format, fitted)
            marks = _marks_of(self, format)
            fitted = neutralise(fitted, marks | named if named else marks)
        written = (self._begun if fitted.prefix else self.write)(fitted, format, options)
        return Prompt(
            text=written.text,
            bos=self.bos,
            stop=self._stops(format),
            prefill=written.prefill,
            format=format.name,
            chat=written.chat,
        )

    def _begun(self, conversation: Conversation, format: Format, options: Options) -> Written:
        """The same of a conversation whose answer is begun: written as a past turn, up to where its text ends."""
        prefix = conversation.prefix
        turn = Message(role="assistant", content=_BEGUN)
        longer = self.write(replace(conversation, messages=(*conversation.messages, turn)), format, options)
        before, found, _ = longer.text.rpartition(_BEGUN)
        written = longer if found else self.write(conversation, format, options)
        text = before if found else written.text.removesuffix(written.prefill)
        begun = {"role": "assistant", "content": prefix, "prefix": True}
        return Written(text + prefix, prefix, lambda: [*written.chat()[: -1 if found else None], begun])

    def _stops(self, format: Format) -> list[str]:
        """The strings that end a turn, without those of the wrapper's own calls that another format writes inside."""
        calls = "" if format == self.format else format.calls[0] + next(iter(format.sections), "")
        return list(dict.fromkeys((*(stop for stop in self.stop if stop not in calls), *format.stop)))

    def shows_parallel(self, format: Format) -> bool:
        """Whether a past turn may show several calls."""
        return format.parallel

    def shown(self, tools: Sequence[Tool]) -> tuple[Tool, ...]:
        """The tools as the model knows them, which is what its calls are constrained by and read with."""
        return tuple(tools)

    def format_for(self, options: Options) -> Format:
        """The format in force: the one the options name, else the wrapper's own."""
        return self.format if options.format is None else get_format(options.format)

    def answering(self, conversation: Conversation) -> Wrapper:
        """The wrapper that reads the answer to a conversation: itself, unless reading depends on what was said."""
        return self

    def opens(self, format: Format) -> str:
        """The mark of reasoning with which this wrapper's prompts usually end; "" if they open none."""
        return ""

    def parser(
        self,
        tools: Sequence[Tool] | None,
        *,
        options: Options | None = None,
        prompt_tail: str | None = None,
        parallel: bool = True,
    ) -> AnswerParser:
        """A parser of one answer, with StreamParser's feed, close and result.

        prompt_tail is what the prompt opened of the answer; None: nobody knows, and what the wrapper usually opens is
        taken for granted.
        """
        options = options or Options()
        format = self.format_for(options)
        if prompt_tail == "" and format.prefill:
            format = _without_prefill(format)
        return StreamParser(
            format,
            tools,
            prompt_tail=prompt_tail or "",
            opens=self.opens(format) if prompt_tail is None else "",
            repair=options.repair,
            coerce=options.coerce,
            unknown_tool=options.unknown_tool,
            parallel=parallel,
        )

    def chat_completion_to_prompt(self, messages: Any, functions: Any) -> str:
        """The prompt text of OpenAI messages and functions (or tools)."""
        return self.render(read_conversation(messages, functions=functions or None)).text

    def output_to_chat_completion_response(self, raw_llm_output: str) -> dict[str, Any]:
        """The assistant message of an answer: content, and function_call with its arguments as JSON text.

        The functions are not known here, so names are not checked. Text the prompt had opened may be missing.
        """
        return assistant_message(parse_text(raw_llm_output, self.format, None, prompt_tail=self.format.prefill))


# Wrappers and formats never change, and every prompt asks for these.
@lru_cache(maxsize=256)
def _marks_of(wrapper: Wrapper, format: Format) -> frozenset[str]:
    return frozenset(wrapper.control_marks()) | format_marks(format)


@lru_cache(maxsize=256)
def _without_prefill(format: Format) -> Format:
    return format.with_(prefill="")


def assistant_message(parsed: Parsed) -> dict[str, Any]:
    """An answer as MemGPT's wrappers return it: one function_call; further calls are in tool_calls."""
    message: dict[str, Any] = {"role": "assistant", "content": parsed.content}
    if parsed.tool_calls:
        first = parsed.tool_calls[0]
        message["function_call"] = {"name": first.name, "arguments": first.arguments}
    if len(parsed.tool_calls) > 1:
        message["tool_calls"] = [openai_call(call) for call in parsed.tool_calls]
    return message


def openai_call(call: ToolCall, arguments: str | Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A call as an element of OpenAI's tool_calls, its arguments as given or as JSON text."""
    function = {"name": call.name, "arguments": call.arguments if arguments is None else arguments}
    return {"id": call.id, "type": "function", "function": function}


__all__ = ["Event", "LLMChatCompletionWrapper", "Wrapper", "assistant_message", "openai_call"]
