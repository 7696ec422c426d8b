from __future__ import annotations

import inspect

import litellm
import pytest

from litellm_fnwrap import errors
from litellm_fnwrap.provider.failures import MEANINGS, to_litellm

CLASSES = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.FnWrapError)]


def made(kind: type[errors.FnWrapError]) -> errors.FnWrapError:
    if kind is errors.UnknownNameError:
        return errors.UnknownNameError("wrapper", "hermse", ["hermes"])
    if kind is errors.MissingExtraError:
        return errors.MissingExtraError("The local engine", "local")
    return kind("what went wrong")


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_error_class_has_a_litellm_exception_of_the_same_status(kind: type[errors.FnWrapError]) -> None:
    error = made(kind)
    raised = to_litellm(error, "ollama/x")
    assert kind in MEANINGS
    assert type(raised) is MEANINGS[kind]
    assert raised.status_code == error.status  # type: ignore[attr-defined]
    assert error.message in str(raised)
    assert (raised.model, raised.llm_provider) == ("ollama/x", "fnwrap")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "kind", [kind for kind in CLASSES if issubclass(kind, errors.BackendError)], ids=lambda kind: kind.__name__
)
def test_server_in_trouble_is_never_a_bad_request_nor_a_connection_error(kind: type[errors.FnWrapError]) -> None:
    raised = to_litellm(made(kind), "ollama/x")
    assert not isinstance(raised, litellm.exceptions.APIConnectionError)
    assert isinstance(raised, litellm.exceptions.BadRequestError) == (kind is errors.BadRequestError)


def test_error_class_of_another_package_means_what_its_parent_means() -> None:
    class TooManyCats(errors.RateLimitError):
        pass

    assert isinstance(to_litellm(TooManyCats("cats"), "x"), litellm.exceptions.RateLimitError)


def test_seconds_to_wait_reach_litellms_retries() -> None:
    raised = to_litellm(errors.RateLimitError("slow down", retry_after=7), "x")
    wait = litellm.utils._get_retry_after_from_exception_header(raised.litellm_response_headers)  # type: ignore[attr-defined]
    assert wait == 7
    assert raised.response.headers["retry-after"] == "7"  # type: ignore[attr-defined]


def test_secrets_in_a_server_reply_are_masked() -> None:
    raised = to_litellm(errors.AuthenticationError("key tops3cret is wrong"), "x", "tops3cret", None)
    assert "tops3cret" not in str(raised)
    assert "key **** is wrong" in str(raised)
