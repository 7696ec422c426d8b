"""What every HTTP backend is: a pure description of one kind of server's wire.

A Backend does no I/O. It builds requests and reads replies, streams, errors and model facts; runner.HttpSource makes a
TextSource out of it. To add a server, write one module that declares a subclass and registers it in BACKENDS.
"""

from __future__ import annotations

import base64
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, Literal
from urllib.parse import unquote, urlsplit

from ..errors import FnWrapError, InvalidRequestError
from ..generation import Chunk, Generation, ModelInfo
from .base import Opener, Opening, TextSource
from .failures import Failure, classify

Framing = Literal["json", "sse", "ndjson"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where requests go, and what does not change between the requests of one source.

    base_url     without a trailing slash.
    drop_params  parameters that the server lacks are left out instead of refused.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    drop_params: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """One request, ready to be sent.

    framing    how the reply is read: one JSON value, server-sent events, or one JSON value a line.
    cut        stop strings to be searched on this side, because the server leaves them in or takes too few.
    """

    path: str
    body: Mapping[str, Any] | None = None
    method: str = "POST"
    framing: Framing = "json"
    cut: tuple[str, ...] = ()


@dataclass(slots=True)
class Reading:
    """What a backend may remember while it reads one reply.

    info       what is known about the model.
    seen       what of the reply decides how the next piece is read: the text so far, or that it is reasoning.
    in_pieces  a stream that may repeat its text was found not to.
    counted    how many tokens of a stream that repeats them have been passed on.
    """

    generation: Generation
    info: ModelInfo | None = None
    seen: str = ""
    in_pieces: bool = False
    counted: int = 0


class Backend(Opener):
    """One kind of server: how it is asked and how its answers are read. Pure: no I/O, no clock, no environment.

    default_base  where the server listens unless told otherwise.
    base_names    environment names of its base URL, strongest first.
    key_names     environment names of its API key, strongest first.
    """

    default_base: ClassVar[str]
    base_names: ClassVar[tuple[str, ...]] = ()
    key_names: ClassVar[tuple[str, ...]] = ()

    def open(self, opening: Opening) -> TextSource:
        """The source of a model on this kind of server."""
        from .runner import HttpSource

        return HttpSource(self, self.target(opening), timeout=opening.timeout, client=opening.client)

    def target(self, opening: Opening) -> Target:
        """Where the requests of a source go."""
        base, login = without_login(self.base_url(opening.api_base, opening.environment))
        login = {} if _says_who(opening.headers) else login
        return Target(
            base_url=base,
            model=opening.model,
            api_key=self.api_key(opening.api_key, opening.environment),
            headers={**login, **opening.headers},
            drop_params=opening.drop_params,
        )

    def base_url(self, given: str | None, environment: Mapping[str, str]) -> str:
        """The base URL: the caller's, else the environment's, else the server's default; no trailing slash.

        Raises InvalidRequestError for what is no address.
        """
        names = (environment[name] for name in self.base_names if environment.get(name))
        base = (given or next(names, None) or self.default_base).strip()
        try:
            return self.normal_base(base) if "@" in base else _normal_base(self, base)
        except ValueError:
            raise InvalidRequestError(
                f"The address of {self.name} is no URL: {base.rpartition('@')[2]!r}. Accepted: http://host:port.",
                backend=self.name,
            ) from None

    def normal_base(self, base: str) -> str:
        """A base URL as users spell it, in the form that paths are appended to."""
        return (base if "://" in base else f"http://{base}").rstrip("/")

    def api_key(self, given: str | None, environment: Mapping[str, str]) -> str | None:
        """The API key: the caller's, else the environment's, else None."""
        return given or next((environment[name] for name in self.key_names if environment.get(name)), None)

    def headers(self, target: Target) -> dict[str, str]:
        """Headers of every request: the caller's own, and the bearer key unless one of them says who asks."""
        known = not target.api_key or _says_who(target.headers)
        key = {} if known else {"Authorization": f"Bearer {target.api_key}"}
        return {**key, **target.headers}

    def needs_info(self, generation: Generation) -> bool:
        """Whether the request depends on facts about the model that info() holds."""
        return False

    @abstractmethod
    def request(self, generation: Generation, target: Target, info: ModelInfo | None = None) -> HttpRequest:
        """The request for a generation.

        Raises UnsupportedParameterError for a parameter that the server lacks (unless target.drop_params) and
        ConstraintError for a constraint in a dialect that it does not take.
        """

    @abstractmethod
    def read_reply(self, reply: Any, reading: Reading) -> Chunk:
        """The whole answer in one chunk, from the JSON of a reply that is no failure."""

    @abstractmethod
    def read_event(self, event: Any, reading: Reading) -> Chunk | None:
        """The chunk in one JSON value of a stream; None where it carries nothing."""

    def failure_of(self, reply: Any) -> Failure | None:
        """The failure that a reply or stream event of HTTP 200 carries; None for a good one."""
        return Failure.inside(reply)

    def error(self, failure: Failure, target: Target) -> FnWrapError:
        """The exception that a failure means here; overridden where a server's signals differ from the usual."""
        return classify(failure, backend=self.name)

    def info_requests(self, target: Target) -> tuple[HttpRequest, ...]:
        """The requests that tell about the model; () where the server tells nothing."""
        return ()

    def read_info(self, replies: Sequence[Any], target: Target) -> ModelInfo:
        """What the replies to info_requests say; a reply is None where its request failed."""
        return ModelInfo(name=target.model)


def without_login(url: str) -> tuple[str, dict[str, str]]:
    """A URL without user name and password, and the header that says them instead, which nothing logs."""
    try:
        login = urlsplit(url).netloc.rpartition("@")[0]
    except ValueError:
        login = ""  # no URL at all, which is said when a request is made of it
    if not login:
        return url, {}
    user, _, password = login.partition(":")
    basic = base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
    return url.replace(f"{login}@", "", 1), {"Authorization": f"Basic {basic}"}


def _says_who(headers: Mapping[str, str]) -> bool:
    return any(name.lower() == "authorization" for name in headers)


@lru_cache(maxsize=256)
def _normal_base(backend: Backend, base: str) -> str:
    """A base URL without a password, found once: every request has it."""
    return backend.normal_base(base)
