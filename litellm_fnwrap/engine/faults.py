"""What is wrong with an answer, and the words in which the model is told.

Faults are what would break the caller: a call that must come and did not, arguments or content that do not validate.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from ..events import Parsed, ToolCall
from ..messages import Conversation, Message


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong; call is the call at fault, None where the answer as a whole is."""

    message: str
    call: ToolCall | None = None


def find_faults(parsed: Parsed, conversation: Conversation) -> list[Fault]:
    """What is wrong with an answer; [] for a good one, and for one that the token limit cut, which asking again
    cannot mend."""
    if parsed.finish_reason == "length":
        return []
    if parsed.tool_calls:
        schemas = {tool.name: tool.parameters for tool in conversation.offered}
        checked = ((call, _json_fault(call.arguments, schemas.get(call.name, True))) for call in parsed.tool_calls)
        return [Fault(f"The arguments of {call.name} are not valid: {fault}", call) for call, fault in checked if fault]
    if conversation.tool_choice.mode in ("required", "named"):
        names = " or ".join(tool.name for tool in conversation.offered)
        return [Fault(f"The answer must be a call of {names}, and no complete, readable call was found in it.")]
    if conversation.response_schema is not None:
        fault = _json_fault(conversation.prefix + (parsed.content or ""), conversation.response_schema)
        return [Fault(f"The answer must be JSON that fulfils the schema, and is not: {fault}")] if fault else []
    return []


def corrected(conversation: Conversation, parsed: Parsed, raw: str, faults: list[Fault]) -> Conversation:
    """The conversation that asks again: the answer that was wrong, then what is wrong with it.

    Calls are answered by tool results, as the model knows it from failing tools; the rest by the user.
    """
    turn = Message(
        role="assistant",
        content=conversation.prefix + ((parsed.content or "") if parsed.tool_calls else raw),
        tool_calls=tuple(parsed.tool_calls),
    )
    replies: list[Message] = []
    if parsed.tool_calls:
        wrong = {fault.call.id: fault.message for fault in faults if fault.call is not None}
        replies.extend(_result(call, wrong.get(call.id)) for call in parsed.tool_calls)
    else:
        request = " ".join(fault.message for fault in faults)
        replies.append(Message(role="user", content=f"{request} Answer again, with that only."))
    return replace(conversation, messages=(*conversation.messages, turn, *replies), prefix="")


def _result(call: ToolCall, wrong: str | None) -> Message:
    text = (
        f"Error: {wrong} Nothing was executed. Call it again with arguments that fulfil its schema."
        if wrong
        else "Not executed, because another call of the same answer was invalid. Call it again."
    )
    return Message(role="tool", content=text, name=call.name, tool_call_id=call.id)


def _json_fault(text: str, schema: Any) -> str | None:
    """Why JSON text does not fulfil a schema; None if it does, or where the schema itself cannot be checked."""
    # Imported here: only corrections need it, and it costs more than a whole call.
    from jsonschema.exceptions import SchemaError, best_match
    from jsonschema.validators import Draft202012Validator, validator_for
    from referencing.exceptions import Unresolvable

    try:
        value = json.loads(text)
    except ValueError as error:
        return f"no JSON ({error})."
    try:
        validator = validator_for(schema, default=Draft202012Validator)
        validator.check_schema(schema)
        worst = best_match(validator(schema).iter_errors(value))
    except (SchemaError, Unresolvable, RecursionError):
        return None
    if worst is None:
        return None
    where = f"at {worst.json_path}: " if worst.path else ""
    return f"{where}{worst.message[:300].rstrip('.')}."
