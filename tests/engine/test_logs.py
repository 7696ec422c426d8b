from __future__ import annotations

import logging

import pytest

from litellm_fnwrap.logs import log, mask


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abcdef123456",
        "api_key='abcdef123456'",
        '{"api-key": "abcdef123456"}',
        "password=abcdef123456",
        "Incorrect API key provided: sk-abcdef123456",
        "hf_abcdef123456 is invalid",
    ],
)
def test_what_is_shaped_like_a_key_is_masked(text: str) -> None:
    assert "abcdef123456" not in mask(text)
    assert "****" in mask(text)


@pytest.mark.parametrize(
    "text", ["the token limit is 2048", "the bearer of news", "a task-specific model", "risk-free"]
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    assert mask(text) == text


def test_known_secrets_are_masked_whatever_their_shape() -> None:
    assert mask("wrong key: open sesame", "open sesame", None, "") == "wrong key: ****"


def test_log_records_reach_handlers_masked(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="litellm_fnwrap"):
        log.info("sent %s", "Bearer abcdef123456")
    assert caplog.messages == ["sent Bearer ****"]
