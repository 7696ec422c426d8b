"""What importing costs, each time in a Python of its own, with bytecode cached as where packages are installed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from timing import Measure, Row, at_most

# A program that writes numbers tells the processor's and the clock's seconds of one step, after importing LiteLLM.
_STEP = (
    "import litellm, time; began = time.process_time(), time.perf_counter(); import litellm_fnwrap; {step}; "
    "print(time.process_time() - began[0], time.perf_counter() - began[1])"
)
FIRST_CALL = "import litellm_fnwrap.provider.answering"
PROGRAMS = {
    "python": "pass",
    "import litellm_fnwrap": "import litellm_fnwrap",
    "import litellm": "import litellm",
    "register()": "import litellm_fnwrap; litellm_fnwrap.register()",
    "register(), after import litellm": _STEP.format(step="litellm_fnwrap.register()"),
    "a first call's imports too": _STEP.format(step=f"litellm_fnwrap.register(); {FIRST_CALL}"),
}


@dataclass(slots=True)
class Spent:
    """Milliseconds of one program, run by run: of the process, and of the step that it told about itself."""

    processor: list[float] = field(default_factory=list)
    told: dict[Measure, list[float]] = field(default_factory=lambda: {"processor": [], "wall": []})


def importing(rounds: int) -> Iterator[Row]:
    """Importing the package beside Python's own start, and registering beside importing LiteLLM.

    A process that imports LiteLLM takes seconds, and by chance a tenth more or less than the next. So what registering
    adds is measured inside of the process too, and that figure has the target; the difference of the quickest
    processes is shown beside it.
    """
    spent = _in_turns(max(rounds * 3 // 5, 3))
    python, litellm = (min(spent[name].processor) for name in ("python", "import litellm"))
    more = min(spent["import litellm_fnwrap"].processor) - python
    what = "import litellm_fnwrap: more than python"
    yield at_most(Row(what=what, ours=more, unit="ms", peer="python", theirs=python), 30, of="ours")
    more = min(spent["register()"].processor) - litellm
    yield Row(what="register(): more than import litellm", ours=more, unit="ms", peer="import litellm", theirs=litellm)
    for name, limit in (("register(), after import litellm", 50), ("a first call's imports too", None)):
        for kind, told in spent[name].told.items():
            took = min(told)
            row = Row(what=name, ours=took, unit="ms", peer="import litellm", theirs=litellm, kind=kind)
            yield row if limit is None else at_most(row, limit, of="ours")


def _in_turns(rounds: int) -> dict[str, Spent]:
    spent = {name: Spent() for name in PROGRAMS}
    for number in range(rounds + 1):
        for name in list(PROGRAMS)[:: -1 if number % 2 else 1]:
            _run(PROGRAMS[name], spent[name] if number else Spent())
    return spent


def _run(program: str, spent: Spent) -> None:
    """Run a program in a process of its own, and note what it took."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    reading, writing = os.pipe()
    actions = [(os.POSIX_SPAWN_DUP2, writing, 1)]
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", program], environment, file_actions=actions)
    _, status, used = os.wait4(child, 0)
    os.close(writing)
    with os.fdopen(reading) as output:
        told = output.read().split()
    if status:
        raise SystemExit(f"{program!r} failed.")
    spent.processor.append((used.ru_utime + used.ru_stime) * 1000)
    for kind, seconds in zip(spent.told, told, strict=False):
        spent.told[kind].append(float(seconds) * 1000)
