"""What passes between wrappers, engine and backends: prompts, constraints, generations and their chunks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

Dialect = Literal["gbnf", "regex", "json_schema", "structural_tag"]


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """A rendered conversation.

    text      everything the model reads, the opened part of its own turn included; never the BOS token.
    bos       the BOS text the template would write ("" if none); a backend adds it only where the server does not.
    stop      strings that end the model's turn, most important first.
    prefill   the tail of text that is already the assistant's own ("{", ">>>", "<think>\\n"); "" if none.
    format    name of the format in which calls are written.
    chat      writes messages; called when they are first looked at, since few servers need them.
    """

    text: str
    bos: str = ""
    stop: list[str] = field(default_factory=list)
    prefill: str = ""
    format: str = ""
    chat: Callable[[], list[dict[str, Any]]] = field(default=list, repr=False, compare=False)

    @cached_property
    def messages(self) -> list[dict[str, Any]]:
        """The same conversation as chat messages of roles system, user and assistant, for chat-only backends."""
        return self.chat()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Text at which a lazy grammar starts: a literal word, or a pattern whose first group is the start."""

    kind: Literal["word", "pattern"]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """What a backend is told so that only a valid answer can be generated.

    value      GBNF or regex text, a JSON schema, or a structural tag object, by dialect.
    lazy       the grammar sleeps until one of the triggers is generated, and matches from the trigger on.
    preserved  markers that a llama.cpp server must show although they may be control tokens.
    widened    one sentence for every schema part that the dialect cannot express and that is checked afterwards.
    """

    dialect: Dialect
    value: str | dict[str, Any]
    lazy: bool = False
    triggers: tuple[Trigger, ...] = ()
    preserved: tuple[str, ...] = ()
    widened: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One request for text, in the words of the OpenAI API.

    parameters  max_tokens, temperature, top_p, n, seed, stop excluded; OpenAI names.
    extra       server parameters under the server's own names (num_ctx, min_p, ...).
    preserved   special tokens that must stay visible in the output, constraint or not.
    """

    model: str
    prompt: Prompt
    parameters: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    stop: tuple[str, ...] = ()
    constraint: Constraint | None = None
    preserved: tuple[str, ...] = ()
    stream: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens; None where the server did not say."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@dataclass(slots=True)
class Chunk:
    """A piece of a reply. The last chunk carries finish_reason; usage may come with any chunk.

    Not frozen, since every token makes one, and Python takes three times as long for a frozen one; never changed.

    finish_reason  "stop" or "length", None while the reply goes on.
    stop_text      the stop string that ended it, where the server names it.
    """

    text: str = ""
    finish_reason: Literal["stop", "length"] | None = None
    usage: Usage | None = None
    stop_text: str | None = None
    logprobs: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """What a server tells about a model; None or "" where it does not.

    adds_bos  whether the server puts the BOS token before a prompt by itself.
    """

    chat_template: str | None = None
    tool_template: str | None = None
    bos_token: str = ""
    eos_token: str = ""
    adds_bos: bool | None = None
    context_window: int | None = None
    version: str | None = None
    name: str = ""
