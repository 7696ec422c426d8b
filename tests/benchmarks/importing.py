"""What importing costs, each time in a Python of its own."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Iterator

from timing import Row, at_most

PROGRAMS = {
    "python": "pass",
    "import litellm_fnwrap": "import litellm_fnwrap",
    "import litellm": "import litellm",
    "register()": "import litellm_fnwrap; litellm_fnwrap.register()",
}


def importing(rounds: int) -> Iterator[Row]:
    """Importing the package beside Python's own start, and registering beside importing LiteLLM."""
    spent: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for number in range(max(rounds // 6, 3) + 1):
        for name in list(PROGRAMS)[:: -1 if number % 2 else 1]:
            took = _milliseconds(PROGRAMS[name])
            if number:
                spent[name].append(took)
    for name, peer, limit in (("import litellm_fnwrap", "python", 30), ("register()", "import litellm", 50)):
        more = statistics.median(mine - theirs for mine, theirs in zip(spent[name], spent[peer], strict=True))
        row = Row(
            what=f"{name}: more than {peer}", ours=more, unit="ms", peer=peer, theirs=statistics.median(spent[peer])
        )
        yield at_most(row, limit, of="ours")


def _milliseconds(program: str) -> float:
    """Processor time of a process that runs a program."""
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", program], os.environ)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{program!r} failed.")
    return (used.ru_utime + used.ru_stime) * 1000
