"""How a conversation is put to a model: wrapper, prompt, constraint, and the generation that carries them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..backends.base import TextSource
from ..constraints import build_constraint
from ..errors import ConstraintError
from ..formats.spec import Format
from ..generation import Constraint, Dialect, Generation, ModelInfo, Prompt
from ..messages import Conversation, Tool, ToolChoice
from ..options import Options
from ..wrappers import Choice, resolve_wrapper, wants_template
from ..wrappers.base import Wrapper
from .request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One attempt, ready to be sent.

    format  in which calls are written and read.
    info    what the server tells about the model, None where nobody asked it.
    notes   what the constraint leaves open, or why there is none.
    """

    choice: Choice
    format: Format
    generation: Generation
    info: ModelInfo | None = None
    notes: tuple[str, ...] = ()

    @property
    def wrapper(self) -> Wrapper:
        """How the conversation was written."""
        return self.choice.wrapper

    @property
    def prompt(self) -> Prompt:
        """What the model reads."""
        return self.generation.prompt


def needs_info(options: Options) -> bool:
    """Whether the server's own facts about the model decide anything that the options do not."""
    return wants_template(options)


def make_plan(request: Request, info: ModelInfo | None, *, stream: bool = False) -> Plan:
    """The first attempt at a request; info is what the server tells about the model, None where nobody asked it.

    Raises InvalidRequestError classes: unknown names, messages or tools that cannot be written, a constraint that is
    demanded and cannot be had.
    """
    choice = resolve_wrapper(request.options, model=request.source.model, info=info)
    return _plan(request, choice, request.conversation, info, stream)


def plan_freely(plan: Plan, reason: str) -> Plan:
    """The same attempt without its constraint, and why."""
    notes = (*plan.notes, f"unconstrained: {reason}")
    return replace(plan, generation=replace(plan.generation, constraint=None), notes=notes)


def plan_again(request: Request, plan: Plan, conversation: Conversation) -> Plan:
    """A further attempt with a longer conversation, otherwise as the first."""
    return _plan(request, plan.choice, conversation, plan.info, plan.generation.stream)


def _plan(request: Request, choice: Choice, conversation: Conversation, info: ModelInfo | None, stream: bool) -> Plan:
    wrapper, source = choice.wrapper, request.source
    format = wrapper.format_for(request.options)
    prompt = wrapper.render(conversation, options=request.options)
    if not source.capabilities.raw:
        # The turn that the text form opens for the model does not exist in a list of messages.
        prompt = replace(prompt, prefill="")
    constraint, notes = _constrain(wrapper, conversation, prompt, source, request.options)
    generation = Generation(
        model=source.model,
        prompt=prompt,
        parameters=request.parameters,
        extra=request.extra,
        stop=_joined(prompt.stop, request.stop),
        constraint=constraint,
        preserved=format.special,
        stream=stream,
    )
    return Plan(choice=choice, format=format, generation=generation, info=info, notes=notes)


def _joined(*groups: Sequence[str]) -> tuple[str, ...]:
    """Stop strings without repetition, the first ones first."""
    return tuple(dict.fromkeys(text for group in groups for text in group if text))


def _constrain(
    wrapper: Wrapper, conversation: Conversation, prompt: Prompt, source: TextSource, options: Options
) -> tuple[Constraint | None, tuple[str, ...]]:
    """The best constraint the server takes, with what it leaves open; None with the reasons where there is none."""
    wanted = bool(conversation.offered) or conversation.response_schema is not None
    if options.constrain == "never" or not wanted:
        return None, ()
    reasons: list[str] = []
    if wrapper.reads_itself:
        reasons.append(f"only the wrapper {wrapper.name} knows how its calls are written.")
    for dialect in () if wrapper.reads_itself else source.capabilities.dialects:
        built = _build(wrapper, conversation, prompt, source, options, dialect)
        if isinstance(built, Constraint):
            return built, built.widened
        reasons.append(f"{dialect}: {built}")
    if not reasons:
        reasons.append(f"{source.name} takes no constraints.")
    if options.constrain == "always":
        raise ConstraintError(
            f"The answer of {source.model!r} cannot be constrained. {' '.join(reasons)} "
            "Use constrain='auto' to go without, tool_choice='required', or another backend.",
            backend=source.name,
        )
    return None, tuple(f"unconstrained: {reason}" for reason in reasons)


def _build(
    wrapper: Wrapper,
    conversation: Conversation,
    prompt: Prompt,
    source: TextSource,
    options: Options,
    dialect: Dialect,
) -> Constraint | str:
    """The constraint in one dialect, or the reason why there is none that the server could take.

    One tool whose schema cannot be expressed costs the others nothing: unless a whole constraint is demanded, it is
    bound to its name and any arguments, which is said in widened.
    """

    def build(tools: Sequence[Tool]) -> Constraint | None:
        return build_constraint(
            wrapper.format_for(options),
            tools,
            conversation.tool_choice,
            dialect=dialect,
            parallel=conversation.parallel,
            response_schema=conversation.response_schema,
            prefill=prompt.prefill,
            lazy=source.capabilities.lazy,
        )

    tools = wrapper.shown(conversation.offered)
    try:
        constraint = build(tools)
    except ConstraintError as error:
        if options.constrain == "always":
            return error.message
        loosened, reasons = _loosened(tools, wrapper.format_for(options), dialect)
        try:
            constraint = build(loosened) if reasons else None
        except ConstraintError:
            constraint = None
        return error.message if constraint is None else replace(constraint, widened=(*constraint.widened, *reasons))
    return "cannot leave the model free until a call begins." if constraint is None else constraint


def _loosened(tools: Sequence[Tool], format: Format, dialect: Dialect) -> tuple[list[Tool], list[str]]:
    """The tools with any object as arguments where their own schema cannot be expressed, and why."""
    loosened, reasons = list[Tool](), list[str]()
    for tool in tools:
        try:
            build_constraint(format, (tool,), ToolChoice("named", tool.name), dialect=dialect)
        except ConstraintError as error:
            reasons.append(f"{tool.name} takes any arguments: {error.message}")
            tool = replace(tool, parameters={"type": "object"})
        loosened.append(tool)
    return loosened, reasons
