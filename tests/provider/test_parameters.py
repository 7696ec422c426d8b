from __future__ import annotations

from typing import Any

import pytest

from litellm_fnwrap.errors import InvalidRequestError, InvalidToolsError, UnknownNameError, UnsupportedParameterError
from litellm_fnwrap.options import Options
from litellm_fnwrap.provider.parameters import Parameters, read_parameters

MESSAGES = [{"role": "user", "content": "Hi"}]
TOOL = {"type": "function", "function": {"name": "ping", "parameters": {"type": "object", "properties": {}}}}


def read(given: dict[str, Any], **more: Any) -> Parameters:
    return read_parameters(MESSAGES, given, **more)


@pytest.mark.parametrize(
    ("given", "sampling", "extra"),
    [
        pytest.param({"temperature": 0, "top_p": 0.5}, {"temperature": 0, "top_p": 0.5}, {}, id="openai"),
        pytest.param({"max_completion_tokens": 5, "max_tokens": 9}, {"max_tokens": 5}, {}, id="newer-limit-wins"),
        pytest.param({"num_ctx": 4096, "min_p": 0.1}, {}, {"num_ctx": 4096, "min_p": 0.1}, id="server's-own"),
        pytest.param({"extra_body": {"temperature": 1}}, {"temperature": 1}, {}, id="openai-in-extra-body"),
        pytest.param({"temperature": None, "seed": None, "num_ctx": None}, {}, {}, id="nothing-given"),
        pytest.param({"logprobs": False, "top_logprobs": 0}, {}, {}, id="logprobs-not-wanted"),
        pytest.param({"logprobs": True, "top_logprobs": 2}, {"logprobs": True, "top_logprobs": 2}, {}, id="logprobs"),
        pytest.param({"modalities": ["text"]}, {}, {}, id="text-is-what-there-is"),
    ],
)
def test_parameters_go_where_they_belong(
    given: dict[str, Any], sampling: dict[str, Any], extra: dict[str, Any]
) -> None:
    parameters = read(given)
    assert (dict(parameters.sampling), dict(parameters.extra)) == (sampling, extra)


@pytest.mark.parametrize(
    "name",
    [
        "max_retries",
        "num_retries",
        "stream_options",
        "metadata",
        "stream",
        "_skip_mcp_handler",
        "litellm_param_is_function_call",
        "litellm_trace_id",
        "user",
        "service_tier",
        "store",
        "cooldown_time",
        "drop_params",
        "allowed_openai_params",
    ],
)
def test_litellms_own_parameters_reach_no_server(name: str) -> None:
    parameters = read({name: "value"})
    assert not parameters.sampling
    assert not parameters.extra


def test_other_members_of_extra_body_are_kept_apart() -> None:
    parameters = read({"extra_body": {"top_k": 3, "grammar_v2": {}, "wrapper": "hermes"}, "min_p": 0.1})
    assert dict(parameters.body) == {"top_k": 3, "grammar_v2": {}}
    assert dict(parameters.extra) == {"min_p": 0.1}


def test_given_parameters_are_left_unchanged() -> None:
    given = {"extra_body": {"top_k": 3}, "tools": [TOOL], "stop": ["a"], "n": 1}
    read(given)
    assert given == {"extra_body": {"top_k": 3}, "tools": [TOOL], "stop": ["a"], "n": 1}


@pytest.mark.parametrize(
    ("given", "in_model", "environment", "wrapper"),
    [
        pytest.param({}, None, {}, None, id="none"),
        pytest.param({}, None, {"FNWRAP_WRAPPER": "llama3"}, "llama3", id="environment"),
        pytest.param({}, "hermes", {"FNWRAP_WRAPPER": "llama3"}, "hermes", id="model-string-over-environment"),
        pytest.param({"wrapper": "chatml"}, "hermes", {}, "chatml", id="keyword-over-model-string"),
        pytest.param({"extra_body": {"wrapper": "chatml"}}, "hermes", {}, "chatml", id="extra-body-of-a-client"),
        pytest.param({"wrapper": None}, "hermes", {}, "hermes", id="none-given"),
    ],
)
def test_wrapper_of_the_nearest_place_wins(
    given: dict[str, Any], in_model: str | None, environment: dict[str, str], wrapper: str | None
) -> None:
    assert read(given, wrapper=in_model, environment=environment).options == Options(wrapper=wrapper)


def test_functions_make_a_legacy_call_of_one_function_at_a_time() -> None:
    parameters = read({"functions": [TOOL["function"]], "function_call": {"name": "ping"}})
    assert parameters.legacy
    assert not parameters.conversation.parallel
    assert parameters.conversation.tool_choice.name == "ping"


def test_tools_make_no_legacy_call() -> None:
    assert not read({"tools": [TOOL], "tool_choice": "required"}).legacy


@pytest.mark.parametrize(
    ("stop", "expected"), [(None, ()), ("a", ("a",)), (["a", "", "b"], ("a", "b"))], ids=["none", "text", "list"]
)
def test_stop_is_read_in_every_form(stop: Any, expected: tuple[str, ...]) -> None:
    assert read({"stop": stop}).stop == expected


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        pytest.param({"n": 0}, InvalidRequestError, "whole number", id="n-zero"),
        pytest.param({"n": True}, InvalidRequestError, "whole number", id="n-true"),
        pytest.param({"stop": [1]}, InvalidRequestError, "list of strings", id="stop-of-numbers"),
        pytest.param({"extra_body": [1]}, InvalidRequestError, "extra_body", id="extra-body-list"),
        pytest.param({"wraper": "hermes"}, UnknownNameError, "'wrapper'", id="misspelt-option"),
        pytest.param({"constrain": "maybe"}, InvalidRequestError, "always", id="value-of-option"),
        pytest.param({"modalities": ["text", "audio"]}, UnsupportedParameterError, "modalities", id="audio-out"),
        pytest.param({"audio": {"voice": "x"}}, UnsupportedParameterError, "audio", id="audio"),
        pytest.param({"tools": {"type": "function"}}, InvalidToolsError, "list", id="tools-object"),
    ],
)
def test_bad_parameters_are_refused_with_what_is_accepted(
    given: dict[str, Any], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=words):
        read(given)


def test_other_media_are_dropped_where_dropping_is_asked_for() -> None:
    parameters = read({"modalities": ["audio"], "audio": {"voice": "x"}, "web_search_options": {}}, drop=True)
    assert not parameters.extra


def test_several_answers_are_refused_with_stream_only() -> None:
    assert read({"n": 3}).count == 3
    with pytest.raises(InvalidRequestError, match="n=3 is not possible with stream"):
        read({"n": 3}, stream=True)
