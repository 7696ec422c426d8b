"""A chat template: a model's own program for writing a conversation, compiled once and rendered inside bounds."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jinja2 import meta

from ..errors import TemplateError
from .bounds import MAX_STEPS, METER, Meter, check_format
from .inputs import Changing, Recurring, copied, plain, recurring, size, with_reasoning_names
from .operations import concat
from .sandbox import ChatEnvironment

if TYPE_CHECKING:
    from .capabilities import Capabilities


@dataclass(slots=True)
class _Compiled:
    """A compiled text, the names it reads that it does not set, and whether it was seen to change lists or dicts."""

    template: Any
    variables: frozenset[str]
    changes: bool = False


_ENVIRONMENT = ChatEnvironment()


@functools.lru_cache(maxsize=128)
def _compile(source: str) -> _Compiled:
    token = METER.set(Meter())
    try:
        template = _ENVIRONMENT.compile_text(source)
        variables = frozenset(meta.find_undeclared_variables(_ENVIRONMENT.parse(source)))
    except TemplateError:
        raise
    except Exception as error:  # a stranger's text can make lexer, parser and Python's compiler fail in any way
        raise TemplateError(
            f"The chat template cannot be compiled: {_sentence(error)} Correct the template, or name a wrapper.",
            raw=source,
        ) from error
    finally:
        METER.reset(token)
    return _Compiled(template, variables)


def _sentence(error: BaseException) -> str:
    text = " ".join(str(error).split())[:500] or type(error).__name__
    line = getattr(error, "lineno", None)
    text = f"{text} (line {line})" if line else text
    return text if text.endswith((".", "!", "?")) else f"{text}."


class ChatTemplate:
    """A model's chat template, ready to render; compiling happens once for each text in a process.

    source     Jinja text, or texts by name as Hugging Face stores them ("default", "tool_use", "rag").
    bos_token, eos_token  what the template's variables of these names stand for.

    Raises TemplateError at once if a text is no valid Jinja.
    """

    __slots__ = ("_compiled", "bos_token", "eos_token", "source", "sources")

    def __init__(self, source: str | Mapping[str, str], *, bos_token: str = "", eos_token: str = "") -> None:
        self.sources: dict[str, str] = {"default": source} if isinstance(source, str) else dict(source)
        if not self.sources:
            raise TemplateError("The chat template is an empty set of named templates. Give at least 'default'.")
        self.source = self.sources.get("default") or next(iter(self.sources.values()))
        self.bos_token, self.eos_token = bos_token, eos_token
        self._compiled = {name: _compile(text) for name, text in self.sources.items()}

    def __repr__(self) -> str:
        return f"ChatTemplate({', '.join(self.sources)}: {len(self.source)} characters)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ChatTemplate) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        return (tuple(sorted(self.sources.items())), self.bos_token, self.eos_token)

    @property
    def capabilities(self) -> Capabilities:
        """What the template can render, found by rendering probes; kept after the first use."""
        from .capabilities import probe

        return probe(self)

    def render(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]] | None = None,
        *,
        add_generation_prompt: bool = True,
        documents: Sequence[Mapping[str, Any]] | None = None,
        now: datetime | None = None,
        **variables: Any,
    ) -> str:
        """The prompt text of a conversation in OpenAI's form, equal to transformers' apply_chat_template.

        tools use the template named "tool_use" where there is one. now is the time that strftime_now and a variable
        datetime tell; the clock is read only if it is None and the template asks. The input is never changed.
        Raises TemplateError if the template refuses the conversation, fails, or exceeds its bounds.
        """
        compiled = self._chosen(tools)
        offered = recurring(tools)
        given = {
            "bos_token": self.bos_token,
            "eos_token": self.eos_token,
            **_older_names(compiled.variables - variables.keys(), offered, now),
            **plain(variables),
            "messages": with_reasoning_names(plain(list(messages))),
            "tools": offered.value,
            "documents": None if documents is None else plain(list(documents)),
            "add_generation_prompt": add_generation_prompt,
        }
        clock = {} if now is None else {"strftime_now": functools.partial(_strftime, now)}
        if not compiled.changes:
            try:
                return _render(compiled, given, clock, offered)
            except Changing:
                compiled.changes = True
        return _render(compiled, copied(given), clock, None, offered.size)

    def _chosen(self, tools: Sequence[Mapping[str, Any]] | None) -> _Compiled:
        if tools and "tool_use" in self._compiled:
            return self._compiled["tool_use"]
        return self._compiled.get("default") or next(iter(self._compiled.values()))


def _render(
    compiled: _Compiled, given: Mapping[str, Any], clock: Mapping[str, Any], offered: Recurring | None, more: int = 0
) -> str:
    """The text; offered are the tools as they were given, None if all that is given may be changed."""
    meter = Meter(MAX_STEPS + 4 * (size(given["messages"]) + (offered.size if offered else more)), offered)
    token = METER.set(meter)
    try:
        return concat(compiled.template.root_render_func(compiled.template.new_context({**given, **clock})))
    except (TemplateError, Changing):
        raise
    except RecursionError as error:
        raise TemplateError("The chat template was stopped: it nests too deeply. Give a wrapper by name.") from error
    except Exception as error:  # whatever a template's operations raise is the template's refusal
        raise TemplateError(
            f"The chat template refused the conversation: {_sentence(error)} "
            "Change the messages to what the template takes, or give a wrapper by name."
        ) from error
    finally:
        METER.reset(token)


def _strftime(now: datetime, format: str) -> str:
    check_format(format)
    return now.strftime(format)


def _older_names(wanted: frozenset[str], offered: Recurring, now: datetime | None) -> dict[str, str]:
    """Text variables that templates written before tools were standard read: functions and datetime."""
    out = {}
    if "functions" in wanted:
        out["functions"] = json.dumps(offered.value or [], indent=4, ensure_ascii=False)
    if "datetime" in wanted:
        out["datetime"] = (now or datetime.now()).strftime("%Y-%m-%d %H:%M:%S")
    return out
