"""Every error of this package as the LiteLLM exception of the same meaning.

LiteLLM's retries, cooldowns and fallbacks go by the class: a server in trouble must never look like a bad request.
"""

from __future__ import annotations

from typing import Any

from litellm import exceptions

from .. import errors
from ..logs import mask

PROVIDER = "fnwrap"

# Looked up along the class's own line of descent, so that a new error has its nearest parent's meaning at least.
MEANINGS: dict[type[errors.FnWrapError], type[Exception]] = {
    errors.FnWrapError: exceptions.InternalServerError,
    errors.InvalidRequestError: exceptions.BadRequestError,
    errors.UnknownNameError: exceptions.BadRequestError,
    errors.InvalidToolsError: exceptions.BadRequestError,
    errors.InvalidMessagesError: exceptions.BadRequestError,
    errors.UnsupportedParameterError: exceptions.UnsupportedParamsError,
    errors.TemplateError: exceptions.BadRequestError,
    errors.ConstraintError: exceptions.BadRequestError,
    errors.ContextWindowError: exceptions.ContextWindowExceededError,
    errors.MissingExtraError: exceptions.BadRequestError,
    errors.OutputError: exceptions.InternalServerError,
    errors.UnknownToolError: exceptions.InternalServerError,
    errors.BackendError: exceptions.InternalServerError,
    # Not APIConnectionError: that one gets no cooldown from LiteLLM's Router.
    errors.ConnectError: exceptions.ServiceUnavailableError,
    errors.ReadTimeoutError: exceptions.Timeout,
    errors.AuthenticationError: exceptions.AuthenticationError,
    errors.PermissionDeniedError: exceptions.PermissionDeniedError,
    errors.NotFoundError: exceptions.NotFoundError,
    errors.RateLimitError: exceptions.RateLimitError,
    errors.UnavailableError: exceptions.ServiceUnavailableError,
    errors.ServerError: exceptions.InternalServerError,
    errors.GrammarFaultError: exceptions.InternalServerError,
    errors.BadRequestError: exceptions.BadRequestError,
}
_TAKES_RESPONSE = (exceptions.PermissionDeniedError, exceptions.RateLimitError)


def to_litellm(error: errors.FnWrapError, model: str, *secrets: str | None) -> Exception:
    """The LiteLLM exception of an error, to be raised from it; the secrets are masked in its message."""
    kind = next(MEANINGS[base] for base in type(error).__mro__ if base in MEANINGS)
    details: dict[str, Any] = {"message": mask(error.message, *secrets), "model": model, "llm_provider": PROVIDER}
    headers = {} if error.retry_after is None else {"retry-after": f"{error.retry_after:g}"}
    if issubclass(kind, _TAKES_RESPONSE):
        details["response"] = _response(403 if kind is exceptions.PermissionDeniedError else 429, headers)
    raised = kind(**details)
    if headers:
        # Read by LiteLLM's Router when it decides how long to wait.
        raised.litellm_response_headers = headers  # type: ignore[attr-defined]
    return raised


def _response(status: int, headers: dict[str, str]) -> Any:
    # Two of LiteLLM's exceptions are made from a response of the HTTP library it uses.
    http = exceptions.httpx  # type: ignore[attr-defined]
    return http.Response(status, headers=headers, request=http.Request("POST", "http://fnwrap.invalid"))
