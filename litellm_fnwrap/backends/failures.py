"""What a failed reply says, and the exception it means.

Servers put the reason in eight shapes, and statuses lie (FastChat answers 400 for everything), so a failure is read
in two steps: the shape is undone here, then text and status decide, with what a backend knows better on top.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from ..errors import (
    AuthenticationError,
    BackendError,
    BadRequestError,
    ConnectError,
    ContextWindowError,
    FnWrapError,
    GrammarFaultError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ReadTimeoutError,
    ServerError,
    UnavailableError,
)
from .json_text import encodable, read_json, show_json

_OVERFLOW = re.compile(
    r"exceed_context_size|context_length_exceeded|exceeds? the (?:available|model's|maximum)[\w' ]*context"
    r"|maximum context length|longer than the (?:model's )?context length|prompt is longer than the context"
    r"|`inputs` (?:must have less than|tokens \+ `max_new_tokens`)|context (?:length|size|window) (?:exceeded|overflow)"
    r"|trying to keep the first \d+ tokens|n_keep\b.*n_ctx|n_ctx\b.*n_keep|truncated? prompt.*too long"
    r"|input length .* exceeds|requested tokens .* exceed context window",
    re.IGNORECASE | re.DOTALL,
)
_BY_STATUS: dict[int, type[FnWrapError]] = {
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    405: NotFoundError,
    408: ReadTimeoutError,
    429: RateLimitError,
    499: ConnectError,
    501: BadRequestError,
    502: UnavailableError,
    503: UnavailableError,
    504: ReadTimeoutError,
    529: UnavailableError,
}
ADVICE: dict[type[FnWrapError], str] = {
    AuthenticationError: "Give the server's key as api_key.",
    BadRequestError: "Change what it names; the same request will be refused again.",
    ConnectError: "The request was cancelled on its way; try again.",
    PermissionDeniedError: "The key is accepted but may not do this; ask the server's owner.",
    NotFoundError: "Check the model name and api_base.",
    RateLimitError: "Wait and try again, or spread the load over more deployments.",
    UnavailableError: "The server is loading or busy; try again shortly.",
    ContextWindowError: "Shorten the conversation, lower max_tokens, or give the server a larger context.",
    ReadTimeoutError: "Ask for less, or raise the time limit of the server or of the proxy before it.",
    ServerError: "Look at the server's log; asking again, or another deployment, may help.",
    GrammarFaultError: "The model wrote a token that its grammar engine cannot place; constrain='never' does without.",
}
_GRAMMAR_FAULT = "empty grammar stack"
"""Of llama.cpp's "Unexpected empty grammar stack after accepting piece", its issues 12597 and 26787."""

_LONGEST = 2000
"""Characters of a server's words that are read: no reason is longer, and patterns search them."""

_LONGEST_PAGE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A refusal or breakdown as the server put it.

    status       the HTTP status, or the one named inside a stream; 500 where none is.
    message      the server's own words.
    kind         its "type", "error_type" or textual "code".
    code         its numeric "code".
    retry_after  seconds to wait, where the server says so.
    """

    status: int
    message: str
    kind: str = ""
    code: int | None = None
    raw: str = ""
    retry_after: float | None = None

    @classmethod
    def of_reply(cls, status: int, text: str, headers: Mapping[str, str] | None = None) -> Failure:
        """The failure in a reply whose status is an error; headers are looked up in lower case."""
        headers = headers or {}
        retry_after = _seconds(headers.get("retry-after"))
        try:
            body = read_json(text)
        except ValueError:
            return cls(status=status, message=_plain(text), raw=text, retry_after=retry_after)
        message, kind, code = _reason(body)
        return cls(status=status, message=message, kind=kind, code=code, raw=text, retry_after=retry_after)

    @classmethod
    def inside(cls, reply: Any) -> Failure | None:
        """The failure inside a reply or event of HTTP 200; None where there is none."""
        if not isinstance(reply, dict):
            return None
        if not (reply.get("error") or reply.get("error_code") or reply.get("object") == "error"):
            return None
        message, kind, code = _reason(reply)
        nested = reply.get("error")
        status = nested.get("status_code", code) if isinstance(nested, dict) else code
        sound = isinstance(status, int) and 400 <= status < 600
        return cls(
            status=status if sound and status is not None else 500,
            message=message,
            kind=kind,
            code=code,
            raw=show_json(reply),
        )


def is_overflow(text: str) -> bool:
    """Whether a server's words mean that prompt and token limit do not fit the context window."""
    return bool(_OVERFLOW.search(text[: 2 * _LONGEST]))


def classify(
    failure: Failure, *, backend: str, kind: type[FnWrapError] | None = None, advice: str | None = None
) -> FnWrapError:
    """The exception a failure means: the kind a backend is sure of, else by its words, else by its status."""
    chosen = kind or _kind(failure)
    words = failure.message or f"an empty reply with HTTP status {failure.status}"
    hint = advice if advice is not None else ADVICE.get(chosen, "")
    message = f"{backend} refused the request: {words.rstrip('.')}."
    if chosen in (ServerError, GrammarFaultError, UnavailableError, ReadTimeoutError, RateLimitError, ConnectError):
        message = f"{backend} failed with status {failure.status}: {words.rstrip('.')}."
    return chosen(
        f"{message} {hint}".rstrip(),
        backend=backend,
        status=failure.status if issubclass(chosen, BadRequestError) and failure.status in (400, 422) else None,
        raw=failure.raw,
        retry_after=failure.retry_after,
    )


def unreadable(backend: str, what: str, raw: str = "") -> BackendError:
    """The error of a reply that came but cannot be used."""
    advice = "Check that api_base leads to a server of this kind, and look at its log."
    return ServerError(f"{backend} sent a reply that cannot be read: {what}. {advice}", backend=backend, raw=raw)


def scrubbed(error: FnWrapError, key: str | None) -> FnWrapError:
    """The error without the key, which some servers repeat in their complaint about it."""
    if key and (key in error.message or key in error.raw):
        error.message = error.message.replace(key, "***")
        error.raw = error.raw.replace(key, "***")
        error.args = (error.message,)
    return error


def _kind(failure: Failure) -> type[FnWrapError]:
    if is_overflow(f"{failure.kind} {failure.message}"):
        return ContextWindowError
    if _GRAMMAR_FAULT in failure.message:
        return GrammarFaultError
    if "model_not_found" in failure.kind or "server is pinned to" in failure.message.lower():
        return NotFoundError
    if failure.status in _BY_STATUS:
        return _BY_STATUS[failure.status]
    return BadRequestError if failure.status < 500 else ServerError


def _reason(body: Any) -> tuple[str, str, int | None]:
    """Message, kind and numeric code of an error body, whichever of the known shapes it has."""
    if not isinstance(body, dict):
        return show_json(body)[:500], "", None
    error, detail = body.get("error"), body.get("detail")
    if isinstance(detail, dict) and isinstance(detail.get("error"), dict):
        error, detail = detail["error"], None
    inner = error if isinstance(error, dict) else detail if isinstance(detail, dict) else body
    message = inner.get("message") or inner.get("msg") or inner.get("text")
    if isinstance(error, str):
        message = error
    elif isinstance(detail, str):
        message = detail
    elif isinstance(detail, list):
        message = "; ".join(_validation(entry) for entry in detail)
    kind = inner.get("type") or inner.get("error_type") or ""
    code = inner.get("code", inner.get("error_code", body.get("error_code")))
    if isinstance(code, str):
        kind, code = f"{kind} {code}".strip(), int(code) if re.fullmatch("[0-9]{1,9}", code) else None
    text = message[:_LONGEST] if isinstance(message, str) else show_json(inner)[:500]
    kind = kind[:_LONGEST] if isinstance(kind, str) else ""
    return encodable(text), encodable(kind), code if isinstance(code, int) else None


def _validation(entry: Any) -> str:
    """One entry of a pydantic error list: where, what, and what would have been permitted."""
    if not isinstance(entry, dict):
        return str(entry)
    where = ".".join(map(str, _listed(entry.get("loc"))))
    context = entry.get("ctx")
    permitted = _listed(context.get("permitted")) if isinstance(context, dict) else ()
    allowed = f" (permitted: {', '.join(map(str, permitted))})" if permitted else ""
    return f"{where}: {entry.get('msg', '')}{allowed}".strip(": ")


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _plain(text: str) -> str:
    """The words of a reply that is no JSON: plain text as it is, of HTML only what is readable."""
    text = text[:_LONGEST_PAGE]
    if "<html" in text[:500].lower() or text.lstrip()[:9].lower() == "<!doctype":
        text = "an HTML page, probably of a proxy: " + re.sub(r"<[^<>]*>", " ", text)
    return " ".join(text.split())[:500]


def _seconds(value: str | None) -> float | None:
    """The seconds of a Retry-After header, which is a number or a date."""
    if not value:
        return None
    try:
        seconds = float(value)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
        return max(0.0, (moment - datetime.now(moment.tzinfo)).total_seconds())
    except (ValueError, OverflowError):
        return None
