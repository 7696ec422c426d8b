"""Everything that can go wrong, in one tree.

FnWrapError
 +- InvalidRequestError             the caller must change the request (400)
 |   +- UnknownNameError            no such backend, wrapper, format, or option; the nearest names are offered
 |   +- InvalidToolsError           the tool definitions are malformed
 |   +- InvalidMessagesError        the messages cannot be rendered for this wrapper or backend
 |   +- UnsupportedParameterError   the backend has no such parameter
 |   +- TemplateError               a chat template is broken, refused by the sandbox, or exceeds its bounds
 |   +- ConstraintError             a schema cannot be expressed in the dialect asked for
 |   +- ContextWindowError          prompt and token limit exceed the context window
 |   +- MissingExtraError           an optional dependency is not installed
 +- OutputError                     the model's text is not what was asked for, after every repair and correction
 |   +- UnknownToolError            the model called a tool that was not declared (unknown_tool="error")
 +- BackendError                    the server is in trouble; retryable says whether asking again can help
     +- ConnectError                unreachable, refused, reset before the first byte (503)
     +- ReadTimeoutError            no answer in time (408)
     +- AuthenticationError         key missing or wrong (401)
     +- PermissionDeniedError       key valid, access refused (403)
     +- NotFoundError               no such model or route (404)
     +- RateLimitError              too many requests (429)
     +- UnavailableError            loading, busy, queue full (503)
     +- ServerError                 the server failed (500), or its reply broke off or is unreadable
     |   +- GrammarFaultError       the server's own grammar engine gave up in the middle of an answer
     +- BadRequestError             the server refused the request (400, 422) for a reason no other class names

The provider maps each class to the litellm exception of the same meaning.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LISTED = 24  # more names than this are no help in a message


class FnWrapError(Exception):
    """Any failure of this package.

    message  four parts: what could not be done, with which value, what would be accepted, what to do.
    status   the HTTP status with the same meaning.
    raw      the text that caused it (model output, reply body), cut to 2,000 characters; "" where there is none.
    retryable  True where sending the same request again can succeed.
    """

    status = 500
    retryable = False

    def __init__(
        self,
        message: str,
        *,
        backend: str | None = None,
        wrapper: str | None = None,
        status: int | None = None,
        raw: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.backend = backend
        self.wrapper = wrapper
        self.raw = raw[:2000]
        self.retry_after = retry_after
        if status is not None:
            self.status = status


class InvalidRequestError(FnWrapError):
    """The request cannot be carried out as it stands; the caller must change it."""

    status = 400


class UnknownNameError(InvalidRequestError):
    """A backend, wrapper, format or option name that does not exist.

    suggestions  the nearest existing names, best first.
    known        all names, aliases too; listed: those to be listed, where that is not all.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str], listed: Iterable[str] | None = None) -> None:
        known = sorted(set(known))
        names = known if listed is None else sorted(listed)
        self.kind, self.name = kind, name
        self.suggestions = nearest(name, known)
        hint = f"Did you mean {' or '.join(map(repr, self.suggestions))}?" if self.suggestions else ""
        if len(names) > _LISTED:
            told = f"fnwrap list {kind}s shows the {len(names)} that there are."
        else:
            told = f"Known {kind}s: {', '.join(names)}."
        super().__init__(" ".join(part for part in (f"No {kind} is called {name!r}.", hint, told) if part))


class InvalidToolsError(InvalidRequestError):
    """The tools (or functions) of the request are malformed."""


class InvalidMessagesError(InvalidRequestError):
    """The messages cannot be rendered: unknown role, image content on a text backend, and the like."""


class UnsupportedParameterError(InvalidRequestError):
    """The backend has no such parameter, and drop_params is off."""


class TemplateError(InvalidRequestError):
    """A chat template cannot be compiled or rendered, or exceeded the sandbox's bounds."""


class ConstraintError(InvalidRequestError):
    """A schema cannot be expressed in the constraint dialect asked for."""


class ContextWindowError(InvalidRequestError):
    """Prompt and token limit do not fit the model's context window."""


class MissingExtraError(InvalidRequestError):
    """An optional dependency is not installed; the message holds the install line."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs an optional dependency. Install it with: pip install 'litellm-fnwrap[{extra}]'")


class OutputError(FnWrapError):
    """The model's output is not what the request demanded, after every repair and correction."""


class UnknownToolError(OutputError):
    """The model called a tool that the request does not declare (unknown_tool="error")."""


class BackendError(FnWrapError):
    """The server failed or refused."""

    retryable = True


class ConnectError(BackendError):
    """The server cannot be reached, or the connection broke before the first byte."""

    status = 503


class ReadTimeoutError(BackendError):
    """The server did not answer in time."""

    status = 408


class AuthenticationError(BackendError):
    """The key is missing or wrong."""

    status = 401
    retryable = False


class PermissionDeniedError(BackendError):
    """The key is valid but access is refused."""

    status = 403
    retryable = False


class NotFoundError(BackendError):
    """The server knows no such model or route."""

    status = 404
    retryable = False


class RateLimitError(BackendError):
    """Too many requests; retry_after holds the seconds the server asked to wait, if it said so."""

    status = 429


class UnavailableError(BackendError):
    """The server is loading, busy, or its queue is full."""

    status = 503


class ServerError(BackendError):
    """The server failed, its reply broke off, or its reply cannot be read."""

    status = 500


class GrammarFaultError(ServerError):
    """The server's grammar engine gave up in the middle of an answer; without the grammar, asking again can succeed."""


class BadRequestError(BackendError):
    """The server refused the request for a reason that no other class names."""

    status = 400
    retryable = False


def nearest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """The known names most like the given one, best first; empty when none is close."""
    folded = {candidate.lower().replace("_", "-"): candidate for candidate in known}
    return [folded[match] for match in difflib.get_close_matches(name.lower().replace("_", "-"), folded, limit, 0.6)]
