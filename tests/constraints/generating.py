"""Texts that a real llama.cpp server generates under a constraint."""

from __future__ import annotations

from typing import Any

import httpx

from litellm_fnwrap.generation import Constraint

_TRIGGERS = {"word": 1, "pattern": 2}


def generate(base_url: str, constraint: Constraint, **more: Any) -> dict[str, Any]:
    """The server's answer to a prompt under a constraint; fails where the server refuses the constraint."""
    body: dict[str, Any] = {"prompt": "Go.\n", "n_predict": 3000, "grammar": constraint.value, **more}
    if constraint.lazy:
        body["grammar_lazy"] = True
        body["grammar_triggers"] = [{"type": _TRIGGERS[t.kind], "value": t.value} for t in constraint.triggers]
    body["preserved_tokens"] = list(constraint.preserved)
    reply = httpx.post(f"{base_url}/completion", json=body, timeout=600)
    assert reply.status_code == 200, reply.text[:500]
    answer: dict[str, Any] = reply.json()
    return answer
