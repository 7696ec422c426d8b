"""Options among a call's parameters."""

from __future__ import annotations

import pytest

from litellm_fnwrap.errors import InvalidRequestError, UnknownNameError
from litellm_fnwrap.options import OPTION_NAMES, Options, split_options


def test_options_are_separated_from_server_parameters() -> None:
    options, rest = split_options({"wrapper": "chatml", "num_ctx": 4096, "min_p": 0.1, "corrections": "2"})
    assert (options.wrapper, options.corrections) == ("chatml", 2)
    assert rest == {"num_ctx": 4096, "min_p": 0.1}


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("wraper", "wrapper"),
        ("wrappers", "wrapper"),
        ("Wrapper", "wrapper"),
        ("chattemplate", "chat_template"),
        ("chat-template", "chat_template"),
        ("constrian", "constrain"),
        ("correction", "corrections"),
        ("unknown_tools", "unknown_tool"),
        ("contextwindow", "context_window"),
    ],
)
def test_near_miss_is_an_error_that_offers_the_right_name(slip: str, meant: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        split_options({slip: 1})
    assert caught.value.suggestions[0] == meant
    assert repr(meant) in str(caught.value)


@pytest.mark.parametrize(
    "parameter",
    ["top_k", "grammar", "template", "repeat_penalty", "reasoning_effort", "tool_choice", "think", "samplers"],
)
def test_server_parameters_are_no_near_misses(parameter: str) -> None:
    assert split_options({parameter: 1})[1] == {parameter: 1}


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ({"constrain": "sometimes"}, "auto, always, never"),
        ({"reasoning": "hidden"}, "separate, content, drop"),
        ({"unknown_tool": "raise"}, "content, error, pass"),
        ({"repair": "perhaps"}, "true or false"),
        ({"corrections": "many"}, "a whole number"),
        ({"corrections": -1}, "0 or more"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_impossible_values_say_what_is_accepted(given: dict[str, object], accepted: str) -> None:
    with pytest.raises(InvalidRequestError, match=accepted):
        split_options(given)


def test_environment_gives_defaults_and_the_request_wins() -> None:
    environment = {"FNWRAP_WRAPPER": "llama3", "FNWRAP_REPAIR": "off", "FNWRAP_CORRECTIONS": "3", "PATH": "x"}
    options, _ = split_options({"corrections": 1}, environment)
    assert (options.wrapper, options.repair, options.corrections) == ("llama3", False, 1)


def test_none_means_the_default() -> None:
    assert split_options(dict.fromkeys(OPTION_NAMES))[0] == Options()
