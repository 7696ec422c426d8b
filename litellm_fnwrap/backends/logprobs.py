"""Log probabilities in the one shape of OpenAI's chat API, whatever a server sends.

{"content": [{"token": "Hi", "logprob": -0.1, "bytes": [72, 105], "top_logprobs": [{"token": ...}, ...]}]}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def as_openai(entries: Sequence[Mapping[str, Any]] | None) -> dict[str, Any] | None:
    """From a list with one object per token, alternatives under top_logprobs (llama.cpp, Ollama)."""
    if not entries:
        return None
    return {
        "content": [{**_entry(e), "top_logprobs": [_entry(t) for t in e.get("top_logprobs") or ()]} for e in entries]
    }


def from_completion(logprobs: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """From the parallel lists of /v1/completions; passes on what already has the chat API's shape."""
    if not logprobs:
        return None
    if "content" in logprobs:
        return dict(logprobs)
    tokens, values = logprobs.get("tokens") or [], logprobs.get("token_logprobs") or []
    tops = logprobs.get("top_logprobs") or [None] * len(tokens)
    if not tokens:
        return None
    return as_openai(
        [
            {
                "token": token,
                "logprob": value,
                "top_logprobs": [{"token": t, "logprob": v} for t, v in (top or {}).items()],
            }
            for token, value, top in zip(tokens, values, tops, strict=False)
        ]
    )


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    token = str(entry.get("token", ""))
    return {
        "token": token,
        "logprob": entry.get("logprob"),
        "bytes": entry.get("bytes") or list(token.encode("utf-8", "replace")),
    }
