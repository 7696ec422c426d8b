"""A soak's judge finds what grows: a leak that it would not see is worse than no soak."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from soak.calls import Call, Tally, process_sample

ROUNDS = 50
LEVEL = {"rss_kb": 300_000, "sockets": 30, "threads": 120, "tasks": 0}


@pytest.fixture
def leak() -> Iterator[Callable[[], None]]:
    """Starts a thread that stays until the test is over."""
    over, leaked = threading.Event(), list[threading.Thread]()

    def start() -> None:
        leaked.append(threading.Thread(target=over.wait, daemon=True))
        leaked[-1].start()

    yield start
    over.set()
    for thread in leaked:
        thread.join()


def tally_of(samples: list[dict[str, int]]) -> Tally:
    tally = Tally(samples=samples)
    tally.note(Call("ollama", "none", tools=False, stream=False, abandoned=False), "", 0.1)
    return tally


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="a soak reads Linux's /proc")
def test_threads_that_are_left_running_are_not_flat(
    leak: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    samples = []
    for _ in range(ROUNDS):
        leak()
        samples.append({**LEVEL, "threads": process_sample()["threads"]})
    assert not tally_of(samples).report("leaking")
    flawed = [line.split(":")[0].strip() for line in capsys.readouterr().out.splitlines() if "NOT FLAT" in line]
    assert flawed == ["threads"]


@pytest.mark.parametrize(("name", "each"), [("threads", 1), ("tasks", 1), ("sockets", 1), ("rss_kb", 2_000)], ids=str)
def test_what_grows_in_every_round_is_not_flat(name: str, each: int, capsys: pytest.CaptureFixture[str]) -> None:
    samples = [{**LEVEL, name: LEVEL[name] + number * each} for number in range(ROUNDS)]
    assert not tally_of(samples).report("growing")
    assert capsys.readouterr().out.count("NOT FLAT") == 1


def test_what_grows_while_all_is_new_is_flat() -> None:
    samples = [{name: level * min(number + 1, 8) // 8 for name, level in LEVEL.items()} for number in range(ROUNDS)]
    assert tally_of(samples).report("warm")
