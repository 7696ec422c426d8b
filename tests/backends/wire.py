"""What each kind of server sends for a given text: whole replies and the pieces of a stream, as the wire has them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


def sse(value: Any) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


@dataclass(frozen=True, slots=True)
class Wire:
    """How a server writes.

    reply   the body of an answer that is not streamed.
    stream  the pieces of a streamed answer, and its end, in the given finish reason ("stop" or "length").
    error   a failure in the middle of a stream.
    usage   whether reply and stream tell prompt and completion tokens (9 and 3 then).
    """

    reply: Callable[[str, str], Any]
    stream: Callable[[Sequence[str], str], list[str]]
    error: str
    usage: tuple[bool, bool] = (True, True)


def _ollama_reply(text: str, finish: str) -> Any:
    counts = {"prompt_eval_count": 9, "eval_count": 3, "total_duration": 5}
    return {"model": "m", "created_at": "t", "response": text, "done": True, "done_reason": finish, **counts}


def _ollama_stream(pieces: Sequence[str], finish: str) -> list[str]:
    lines: list[Any] = [{"model": "m", "created_at": "t", "response": piece, "done": False} for piece in pieces]
    return [json.dumps(line, ensure_ascii=False) + "\n" for line in [*lines, _ollama_reply("", finish)]]


def _llamacpp_reply(text: str, finish: str) -> Any:
    kind = "limit" if finish == "length" else "eos"
    counts = {"tokens_evaluated": 9, "tokens_predicted": 3}
    return {"content": text, "stop": True, "stop_type": kind, "stopping_word": "", **counts}


def _llamacpp_stream(pieces: Sequence[str], finish: str) -> list[str]:
    events = [{"index": 0, "content": piece, "tokens": [1], "stop": False} for piece in pieces]
    return [sse(event) for event in [*events, _llamacpp_reply("", finish)]]


def _tgi_reply(text: str, finish: str) -> Any:
    reason = "length" if finish == "length" else "eos_token"
    tokens = [{"id": 1, "text": text, "logprob": -0.5, "special": False}]
    if finish == "stop":
        tokens.append({"id": 2, "text": "</s>", "logprob": 0, "special": True})
    details = {"finish_reason": reason, "generated_tokens": 3, "prefill": [{}] * 9, "tokens": tokens, "seed": None}
    return {"generated_text": text, "details": details}


def _tgi_event(index: int, text: str, special: bool, details: Any = None) -> str:
    token = {"id": index, "text": text, "logprob": -0.1, "special": special}
    whole = None if details is None else "whatever"
    event = {"index": index, "token": token, "generated_text": whole, "details": details}
    return f"data:{json.dumps(event, ensure_ascii=False)}\n\n"


def _tgi_stream(pieces: Sequence[str], finish: str) -> list[str]:
    events = [_tgi_event(n, piece, False) for n, piece in enumerate(pieces)]
    details = {"finish_reason": "eos_token", "generated_tokens": 3, "input_length": 9, "seed": None}
    if finish == "stop":
        return [*events, _tgi_event(99, "</s>", True, details)]
    return [*events[:-1], _tgi_event(98, pieces[-1], False, {**details, "finish_reason": "length"})]


def _kobold_reply(text: str, finish: str) -> Any:
    return {"results": [{"text": text, "finish_reason": finish, "prompt_tokens": 9, "completion_tokens": 3}]}


def _kobold_stream(pieces: Sequence[str], finish: str) -> list[str]:
    events = [{"token": piece, "finish_reason": None} for piece in pieces]
    return [f"event: message\n{sse(event)}" for event in [*events, {"token": "", "finish_reason": finish}]]


def _sglang_meta(finish: str | None) -> Any:
    reason = finish and ({"type": "stop", "matched": 2} if finish == "stop" else {"type": "length", "length": 3})
    return {"id": "x", "finish_reason": reason, "prompt_tokens": 9, "completion_tokens": 3}


def _sglang_stream(pieces: Sequence[str], finish: str) -> list[str]:
    events = [{"text": "".join(pieces[: n + 1]), "meta_info": _sglang_meta(None)} for n in range(len(pieces))]
    last = {"text": "".join(pieces), "meta_info": _sglang_meta(finish)}
    return [*(sse(event) for event in [*events, last]), "data: [DONE]\n\n"]


_USAGE = {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}


def _text_reply(text: str, finish: str) -> Any:
    return {
        "object": "text_completion",
        "choices": [{"index": 0, "text": text, "finish_reason": finish}],
        "usage": _USAGE,
    }


def _text_stream(pieces: Sequence[str], finish: str) -> list[str]:
    events: list[Any] = [{"choices": [{"index": 0, "text": piece, "finish_reason": None}]} for piece in pieces]
    events += [{"choices": [{"index": 0, "text": "", "finish_reason": finish}]}, {"choices": [], "usage": _USAGE}]
    return [*map(sse, events), "data: [DONE]\n\n"]


def _uncounted(stream: Callable[[Sequence[str], str], list[str]]) -> Callable[[Sequence[str], str], list[str]]:
    return lambda pieces, finish: [event for event in stream(pieces, finish) if '"usage"' not in event]


def _chat_reply(text: str, finish: str) -> Any:
    message = {"role": "assistant", "content": text}
    return {"choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": _USAGE}


def _chat_stream(pieces: Sequence[str], finish: str) -> list[str]:
    deltas: list[Any] = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in pieces)]
    events: list[Any] = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    events += [{"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}, {"choices": [], "usage": _USAGE}]
    return [*map(sse, events), "data: [DONE]\n\n"]


_OPENAI_ERROR = sse({"error": {"message": "it went wrong", "type": "server_error", "code": 500}})
_TEXT = Wire(_text_reply, _text_stream, _OPENAI_ERROR)
_CHAT = Wire(_chat_reply, _chat_stream, _OPENAI_ERROR)

WIRES: dict[str, Wire] = {
    "ollama": Wire(_ollama_reply, _ollama_stream, '{"error": "it went wrong"}\n'),
    "llamacpp": Wire(
        _llamacpp_reply,
        _llamacpp_stream,
        'error: {"code": 500, "message": "it went wrong", "type": "server_error"}\n\n',
    ),
    "tgi": Wire(_tgi_reply, _tgi_stream, 'data:{"error":"it went wrong","error_type":"generation"}\n\n'),
    "koboldcpp": Wire(_kobold_reply, _kobold_stream, _OPENAI_ERROR, (True, False)),
    "sglang": Wire(
        lambda text, finish: {"text": text, "meta_info": _sglang_meta(finish)},
        _sglang_stream,
        sse(
            {
                "text": "",
                "meta_info": {"finish_reason": {"type": "abort", "message": "it went wrong", "status_code": 500}},
            }
        ),
    ),
    "webui_2023": Wire(
        lambda text, finish: {"results": [{"text": text}]},
        lambda pieces, finish: [json.dumps({"results": [{"text": "".join(pieces)}]}, ensure_ascii=False)],
        '{"error": "it went wrong"}',
        (False, False),
    ),
    "fastchat": Wire(
        _text_reply, _uncounted(_text_stream), sse({"text": "it went wrong", "error_code": 50002}), (True, False)
    ),
    "llama_factory": Wire(_chat_reply, _uncounted(_chat_stream), _OPENAI_ERROR, (True, False)),
    "openai_chat": _CHAT,
    **dict.fromkeys(("openai_text", "vllm", "sglang_openai", "webui", "lmstudio", "anyscale"), _TEXT),
}
"""By backend name; "local" speaks llamacpp's wire, and "litellm" has none of its own."""
