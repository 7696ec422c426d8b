"""One request from first attempt to final answer, as a machine without I/O.

A runner asks it for the next generation, feeds it the chunks of the reply, says when the reply is over, and passes on
the events it gets back:

    session = Session(request, info)
    while (generation := session.generation) is not None:
        for chunk in <the reply to generation>:
            show(session.feed(chunk))
        show(session.close())
    session.answer
"""

from __future__ import annotations

from ..errors import FnWrapError, GrammarFaultError
from ..events import CallStart, Event, Reasoning, Text
from ..generation import Chunk, Generation, ModelInfo
from ..logs import log
from .answer import Answer, Collector, total_usage
from .attempt import Attempt
from .faults import Fault, corrected, find_faults
from .plan import Plan, make_plan, plan_again, plan_freely
from .request import Request


class Session:
    """The attempts at one request. What a correction could still take back is not shown before it is sure.

    generation  the text to ask for next; None when the answer is complete.
    """

    generation: Generation | None

    def __init__(self, request: Request, info: ModelInfo | None, *, stream: bool = False) -> None:
        self._request = request
        self._conversation = request.conversation
        self._left = request.options.corrections if _correctable(request) else 0
        self._past: list[Attempt] = []
        self._held: list[Event] = []
        self._holding = False
        self._faults: list[Fault] = []
        self._shown = Collector()
        self._start(make_plan(request, info, stream=stream))

    def feed(self, chunk: Chunk) -> list[Event]:
        """The events to show after the next chunk of the reply."""
        try:
            events = self._attempt.feed(chunk)
        except FnWrapError as error:
            error.backend = error.backend or self._request.source.name
            error.wrapper = error.wrapper or self._plan.wrapper.name
            raise
        return events if self._live else self._gate(events)

    def recover(self, error: FnWrapError) -> Generation:
        """The text to ask for instead, where the server's grammar engine gave up before anything was shown.

        Raises the error where that does not help: it is another one, or part of the answer is known already.
        """
        if not isinstance(error, GrammarFaultError) or self._plan.generation.constraint is None or self._shown.events:
            raise error
        log.info("asking %s again, without a grammar: %s", self._request.source.name, error.message)
        self._held, self._holding = [], False
        self._start(plan_freely(self._plan, error.message))
        return self._plan.generation

    def close(self) -> list[Event]:
        """The events to show now that the reply is over; afterwards generation tells whether it goes on."""
        attempt = self._attempt
        last = attempt.close()
        if self._request.options.corrections:
            self._faults = find_faults(attempt.collected.parsed, self._conversation)
        if self._faults and self._left:
            self._ask_again(attempt)
            return []
        self.generation = None
        self._report(attempt)
        return self._show(self._release(last))

    @property
    def answer(self) -> Answer:
        """The answer as far as it has been read."""
        plan, attempt = self._plan, self._attempt
        return Answer(
            parsed=self._shown.parsed,
            prompt=plan.prompt,
            raw=attempt.raw,
            wrapper=plan.wrapper.name,
            reason=plan.choice.reason,
            format=plan.format.name,
            constraint=plan.generation.constraint.dialect if plan.generation.constraint else None,
            widened=plan.notes,
            rejected=tuple(past.raw for past in self._past),
            faults=tuple(fault.message for fault in self._faults),
            usage=total_usage(one.usage for one in (*self._past, attempt)),
            logprobs=attempt.logprobs,
        )

    def _start(self, plan: Plan) -> None:
        self._plan = plan
        self.generation = plan.generation
        self._attempt = Attempt(plan, self._conversation, self._request.options)
        self._live = not self._left and not self._shown.begun
        if self._live:
            # Everything is shown as it comes, and need not be collected twice.
            self._shown = self._attempt.collected
        constraint = plan.generation.constraint
        log.debug(
            "%s/%s: wrapper %s (%s), format %s, constraint %s",
            self._request.source.name,
            self._request.source.model,
            plan.wrapper.name,
            plan.choice.reason,
            plan.format.name,
            constraint.dialect if constraint else "none",
        )
        if self._request.on_plan is not None:
            self._request.on_plan(plan)

    def _show(self, events: list[Event]) -> list[Event]:
        if not self._live:
            self._shown.events += events
        return events

    def _gate(self, events: list[Event]) -> list[Event]:
        """Of new events those that can be shown already; the others are held until the attempt is accepted."""
        safe = 0
        if not self._holding:
            safe = next((n for n, event in enumerate(events) if not self._is_safe(event)), len(events))
            self._holding = safe < len(events)
        self._held.extend(events[safe:])
        return self._show(events[:safe])

    def _is_safe(self, event: Event) -> bool:
        """Whether an event stays true whatever a correction brings: thoughts and text before the first call."""
        if self._past:
            return False
        free = self._conversation.tool_choice.mode in ("auto", "none") and self._conversation.response_schema is None
        return isinstance(event, Reasoning) or (free and isinstance(event, Text))

    def _release(self, last: list[Event]) -> list[Event]:
        """The held events of an accepted attempt, without what an earlier attempt has shown already."""
        events, self._held = [*self._held, *last], []
        if self._live or not self._past or not self._shown.begun:
            return events
        events = [event for event in events if not isinstance(event, Reasoning)]
        if any(isinstance(event, CallStart) for event in events):
            return [event for event in events if not isinstance(event, Text)]
        first = next((n for n, event in enumerate(events) if isinstance(event, Text)), None)
        if first is None or not self._shown.content:
            return events
        return [*events[:first], Text("\n\n"), *events[first:]]

    def _ask_again(self, attempt: Attempt) -> None:
        log.info("asking %s again: %s", self._request.source.name, " ".join(fault.message for fault in self._faults))
        self._conversation = corrected(self._conversation, attempt.collected.parsed, attempt.raw, self._faults)
        self._past.append(attempt)
        self._left -= 1
        self._held, self._holding = [], False
        self._start(plan_again(self._request, self._plan, self._conversation))

    def _report(self, attempt: Attempt) -> None:
        repairs = attempt.collected.repairs
        if repairs:
            log.info(
                "%s: %d repairs: %s", self._request.source.model, len(repairs), sorted({one.kind for one in repairs})
            )


def _correctable(request: Request) -> bool:
    """Whether anything about an answer to the request could be wrong at all."""
    return bool(request.conversation.offered) or request.conversation.response_schema is not None
