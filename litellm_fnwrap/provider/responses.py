"""Answers as LiteLLM's response objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import litellm
from litellm.types.utils import Choices, Message, ModelResponse, Usage

from ..engine import Answer
from ..events import ToolCall
from ..generation import Usage as Tokens


def fill(response: ModelResponse, answers: Sequence[Answer], *, model: str, legacy: bool) -> ModelResponse:
    """LiteLLM's empty response object, filled with one choice for each answer."""
    response.choices = [_choice(answer, n, legacy) for n, answer in enumerate(answers)]
    response.model = model
    response.usage = _total(answers)  # type: ignore[attr-defined]
    response._hidden_params["fnwrap"] = report(answers[0])
    if len(answers) > 1:
        response._hidden_params["fnwrap_choices"] = [report(answer) for answer in answers]
    return response


def report(answer: Answer) -> dict[str, Any]:
    """How an answer came about, as plain values: what users find in response._hidden_params["fnwrap"]."""
    return {
        "prompt": answer.prompt.text,
        "raw": answer.raw,
        "wrapper": answer.wrapper,
        "reason": answer.reason,
        "format": answer.format,
        "constraint": answer.constraint,
        "widened": list(answer.widened),
        "repairs": [
            {"kind": repair.kind, "detail": repair.detail, "where": repair.where} for repair in answer.parsed.repairs
        ],
        "rejected": list(answer.rejected),
        "faults": list(answer.faults),
    }


def finish_reason(reason: str, legacy: bool) -> str:
    """OpenAI's finish reason of an answer; requests with functions have their own word for calls."""
    return "function_call" if legacy and reason == "tool_calls" else reason


def usage_of(answer: Answer) -> Usage:
    """The tokens of an answer; what the server did not say is counted with LiteLLM's tokenizer."""
    tokens = _counted(answer)
    prompt, completion = tokens.prompt_tokens or 0, tokens.completion_tokens or 0
    return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)


def _counted(answer: Answer) -> Tokens:
    prompt, completion = answer.usage.prompt_tokens, answer.usage.completion_tokens
    return Tokens(
        litellm.token_counter(model="", text=answer.prompt.text) if prompt is None else prompt,
        sum(litellm.token_counter(model="", text=text) for text in (*answer.rejected, answer.raw) if text)
        if completion is None
        else completion,
    )


def _total(answers: Sequence[Answer]) -> Usage:
    """Several answers to one prompt: the prompt counts once, as OpenAI counts it."""
    first = usage_of(answers[0])
    if len(answers) == 1:
        return first
    prompt = first.prompt_tokens
    completion = sum(usage_of(answer).completion_tokens for answer in answers)
    return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)


def _choice(answer: Answer, index: int, legacy: bool) -> Choices:
    parsed = answer.parsed
    details: dict[str, Any] = {}
    if parsed.reasoning_content:
        details["reasoning_content"] = parsed.reasoning_content
    if parsed.tool_calls and legacy:
        first = parsed.tool_calls[0]
        details["function_call"] = {"name": first.name, "arguments": first.arguments}
    elif parsed.tool_calls:
        details["tool_calls"] = [_call(call) for call in parsed.tool_calls]
    content = parsed.content if parsed.content or parsed.tool_calls else ""
    choice = Choices(
        finish_reason=finish_reason(parsed.finish_reason, legacy),
        index=index,
        message=Message(content=content, role="assistant", **details),
    )
    if answer.logprobs is not None:
        choice.logprobs = answer.logprobs
    return choice


def _call(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
