"""A wild server for each test, and the proof that nothing of it stays open."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from faults.wild_server import WildServer, eventually
from litellm_fnwrap.backends import runner


@pytest.fixture
def server() -> Iterator[WildServer]:
    wild = WildServer()
    yield wild
    assert eventually(lambda: wild.answering == 0), "a request is still being answered"
    wild.close()
    assert eventually(lambda: wild.connections == 0)


@pytest.fixture(autouse=True)
def _no_stray_threads() -> Iterator[None]:
    """The package has one thread of its own; pools of the tests and servers wind down by themselves."""
    before = set(threading.enumerate())
    yield
    own = ("litellm-fnwrap-io", "asyncio_", "wild-server", "Thread-", "ThreadPoolExecutor")
    stray = [thread.name for thread in set(threading.enumerate()) - before if not thread.name.startswith(own)]
    assert not stray
    assert [thread.name for thread in threading.enumerate()].count("litellm-fnwrap-io") <= 1


@pytest.fixture(autouse=True)
def _nothing_known() -> None:
    """Ports are used again, so what was learned about one server must not be believed of the next."""
    runner._known.clear()
