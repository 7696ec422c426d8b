"""Log probabilities of every shape become OpenAI's; schemas are called strict only where OpenAI takes them so."""

from __future__ import annotations

from typing import Any

import pytest

from litellm_fnwrap.backends.logprobs import as_openai, from_completion
from litellm_fnwrap.backends.openai_chat import as_response_format


def entry(token: str, logprob: float | None, **more: Any) -> dict[str, Any]:
    return {"token": token, "logprob": logprob, "bytes": list(token.encode()), **more}


def test_lists_beside_each_other_become_one_entry_a_token() -> None:
    lists = {
        "tokens": ["Hé", "!"],
        "token_logprobs": [None, -0.5],
        "top_logprobs": [None, {"!": -0.5, "?": -1.5}],
        "text_offset": [0, 2],
    }
    assert from_completion(lists) == {
        "content": [
            entry("Hé", None, top_logprobs=[]),
            entry("!", -0.5, top_logprobs=[entry("!", -0.5), entry("?", -1.5)]),
        ]
    }


def test_lists_without_alternatives_have_none() -> None:
    assert from_completion({"tokens": ["a"], "token_logprobs": [-1.0], "top_logprobs": None}) == {
        "content": [entry("a", -1.0, top_logprobs=[])]
    }


@pytest.mark.parametrize("nothing", [None, {}, {"tokens": [], "token_logprobs": []}], ids=["none", "empty", "no-token"])
def test_no_token_has_no_log_probabilities(nothing: Any) -> None:
    assert from_completion(nothing) is None
    assert as_openai([]) is None


def test_shape_of_the_chat_api_is_passed_on() -> None:
    shaped = {"content": [entry("a", -1.0, top_logprobs=[])]}
    assert from_completion(shaped) == shaped


CLOSED: dict[str, Any] = {
    "type": "object",
    "properties": {"a": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
    "required": ["a"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (CLOSED, True),
        ({"type": "array", "items": CLOSED}, True),
        ({"anyOf": [CLOSED, {"type": "null"}]}, True),
        ({**CLOSED, "additionalProperties": True}, False),
        ({**CLOSED, "required": []}, False),
        ({"anyOf": [{"type": "object"}, {"type": "null"}]}, False),
        ({**CLOSED, "$defs": {"open": {"properties": {"b": {}}}}}, False),
    ],
    ids=["closed", "list", "alternatives", "further-members", "optional-member", "open-alternative", "open-definition"],
)
def test_schema_is_strict_where_every_object_is_closed(schema: dict[str, Any], strict: bool) -> None:
    assert as_response_format(schema)["json_schema"] == {"name": "answer", "schema": schema, "strict": strict}
