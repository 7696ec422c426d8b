"""A kept connection that the server closes at the very moment it is used again costs nothing."""

from __future__ import annotations

import pytest

from backends.wire import WIRES
from faults.modes import MODES, STREAMS, generation, source
from faults.wild_server import CLOSE, RESET, Action, Request, WildServer, reply, streamed
from litellm_fnwrap.errors import ConnectError

WHOLE = [reply(WIRES["llamacpp"].reply("Hello", "stop"))]
STREAMED = streamed(*WIRES["llamacpp"].stream(["Hel", "lo"], "stop"))


@pytest.mark.parametrize("end", [CLOSE, RESET], ids=["closed", "reset"])
@pytest.mark.parametrize("mode", ["sync", "stream", "from_thread"])
def test_request_on_a_connection_that_is_gone_is_sent_again(server: WildServer, mode: str, end: Action) -> None:
    served: set[int] = set()

    def once_per_connection(request: Request) -> list[Action]:
        if request.port in served:
            return [end]
        served.add(request.port)
        return STREAMED if mode in STREAMS else WHOLE

    server.answer = once_per_connection
    text = source("llamacpp", server.url)
    assert [MODES[mode](text, generation()).text for _ in range(4)] == ["Hello"] * 4
    assert len({request.port for request in server.requests}) == 4


def test_server_that_never_answers_is_asked_once_more_only_where_a_connection_was_kept(server: WildServer) -> None:
    answers: list[list[Action]] = [[CLOSE], [CLOSE], WHOLE]
    server.answer = lambda request: answers.pop()
    text = source("llamacpp", server.url)
    assert text.complete(generation()).text == "Hello"
    with pytest.raises(ConnectError):
        text.complete(generation())
    assert answers == []
