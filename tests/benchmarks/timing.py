"""How every benchmark measures, and the one table they all print.

Contenders take turns in one process: A B C, then C B A, and so on. Processor time is this process's, background
threads included, and is what the ratios are made of on a machine that does other work too; wall time is printed where
waiting is the point. A difference between contenders is the median of the differences round by round.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

Measure = Literal["processor", "wall", "memory", "count"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: a figure of ours, its peer's from the same run, and what was aimed at.

    kind    what was measured: processor time, wall time, memory, or something counted.
    target  in words; met says whether it was reached, None where nothing was aimed at.
    """

    what: str
    ours: float
    peer: str
    theirs: float
    unit: str
    kind: Measure = "processor"
    target: str = ""
    met: bool | None = None

    @property
    def ratio(self) -> float:
        """Ours divided by the peer's."""
        return self.ours / self.theirs if self.theirs else float("inf")


def at_most(row: Row, limit: float, *, of: Literal["ratio", "ours"] = "ratio") -> Row:
    """The row with its target: a ratio to the peer, or a figure in the row's own unit."""
    words = f"<= {limit:g} x" if of == "ratio" else f"<= {limit:g} {row.unit}"
    value = row.ratio if of == "ratio" else row.ours
    return Row(
        what=row.what,
        ours=row.ours,
        peer=row.peer,
        theirs=row.theirs,
        unit=row.unit,
        kind=row.kind,
        target=words,
        met=value <= limit,
    )


@dataclass(slots=True)
class Times:
    """Seconds of every contender in every round."""

    processor: dict[str, list[float]] = field(default_factory=dict)
    wall: dict[str, list[float]] = field(default_factory=dict)

    def median(self, name: str, kind: Measure = "processor") -> float:
        """A contender's median."""
        return statistics.median(self._of(kind)[name])

    def beyond(self, name: str, *others: str, kind: Measure = "processor") -> float:
        """What a contender takes more than some others together, compared round by round."""
        times = self._of(kind)
        rounds = zip(times[name], *(times[other] for other in others), strict=True)
        return statistics.median(mine - sum(rest) for mine, *rest in rounds)

    def _of(self, kind: Measure) -> dict[str, list[float]]:
        return self.processor if kind == "processor" else self.wall


Contender = Callable[[], Any]


async def in_turns_async(
    contenders: Mapping[str, Callable[[], Awaitable[Any]] | Contender],
    rounds: int,
    *,
    warm: int = 3,
    settle: Callable[[], Awaitable[None]] | None = None,
) -> Times:
    """The times of contenders that may be coroutine functions.

    The first rounds do not count. settle waits for what a contender has left to other threads or tasks: its processor
    time is the contender's too, its wall time is not.
    """
    times = Times({name: [] for name in contenders}, {name: [] for name in contenders})
    for number in range(rounds + warm):
        order = list(contenders)[:: -1 if number % 2 else 1]
        for name in order:
            worked, began = time.process_time(), time.perf_counter()
            pending = contenders[name]()
            if pending is not None and hasattr(pending, "__await__"):
                await pending
            took = time.perf_counter() - began
            if settle is not None:
                await settle()
            if number >= warm:
                times.processor[name].append(time.process_time() - worked)
                times.wall[name].append(took)
    return times


def in_turns(
    contenders: Mapping[str, Contender], rounds: int, *, warm: int = 3, settle: Callable[[], None] | None = None
) -> Times:
    """As in_turns_async, for contenders that block; no event loop runs meanwhile."""

    async def settled() -> None:
        if settle is not None:
            settle()

    return _driven(in_turns_async(contenders, rounds, warm=warm, settle=settled))


def _driven(work: Coroutine[Any, Any, Times]) -> Times:
    """What a coroutine gives that never waits."""
    try:
        work.send(None)
    except StopIteration as end:
        found: Times = end.value
        return found
    raise RuntimeError("A contender that blocks has waited for an event loop.")


HEAD = ("what", "ours", "unit", "peer's", "ratio", "peer", "measured", "target", "")
WIDTHS = (54, 9, 5, 9, 7, 34, 10, 14, 5)


def show(cells: Iterable[str]) -> None:
    """One line of the table."""
    line = [cell.rjust(width) if n in (1, 3, 4) else cell.ljust(width) for n, (cell, width) in _aligned(cells)]
    print("  ".join(line).rstrip(), flush=True)


def _aligned(cells: Iterable[str]) -> Iterable[tuple[int, tuple[str, int]]]:
    return enumerate(zip(cells, WIDTHS, strict=True))


def show_row(row: Row) -> None:
    """A row as a line of the table."""
    met = "" if row.met is None else "yes" if row.met else "NO"
    ratio = f"{row.ratio:.2f}" if row.theirs else ""
    figures = (_figure(row.ours), row.unit, _figure(row.theirs), ratio)
    show((row.what, *figures, row.peer, row.kind, row.target, met))


def _figure(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
