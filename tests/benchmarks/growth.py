"""How cost grows with size: the cost of a unit at the largest size beside that at the smallest, and plots."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

from constraining import build
from reading import STEP, reader
from samples import WRITE, call_of, definitions, history
from timing import Row, at_most, in_turns

from litellm_fnwrap.formats import get_format
from litellm_fnwrap.formats.writer import write_calls
from litellm_fnwrap.messages import read_conversation, read_tools
from litellm_fnwrap.wrappers import get_wrapper

FACTOR = 1.5
"""How much more a unit may cost at the largest size; growth with the square would be the ratio of the sizes."""

_SEEDS = count()


@dataclass(frozen=True, slots=True)
class Curve:
    """Work of several sizes; peer is the same work by the standard library, where it has such."""

    name: str
    unit: str
    sizes: tuple[int, ...]
    work: Callable[[int], Callable[[], object]]
    peer: Callable[[int], Callable[[], object]] | None = None


def curves() -> Iterator[Curve]:
    """Everything whose cost depends on a size."""
    hermes = get_format("hermes")

    def texts(size: int) -> str:
        return write_calls(hermes, [call_of(size)], [WRITE])

    def loads(size: int) -> Callable[[], object]:
        arguments = call_of(size).arguments
        return lambda: json.loads(arguments)

    sizes = (1_000, 4_000, 16_000, 64_000)
    yield Curve("reading whole", "characters", sizes, lambda n: reader(hermes, texts(n), [WRITE]), loads)
    yield Curve(
        f"reading by {STEP}", "characters", sizes, lambda n: reader(hermes, texts(n), [WRITE], step=STEP), loads
    )
    yield Curve("reading by 1", "characters", sizes, lambda n: reader(hermes, texts(n), [WRITE], step=1), loads)
    yield Curve("reading calls", "calls", (10, 30, 100, 300), _many)
    yield Curve("building grammars", "tools", (10, 30, 100, 300), _grammar)
    yield Curve("rendering", "messages", (20, 60, 200, 600), _prompt)
    yield Curve("reading tools", "tools", (30, 100, 300, 1_000), _tools)


def _many(size: int) -> Callable[[], object]:
    text = write_calls(get_format("hermes"), [call_of(100, n) for n in range(size)], [WRITE])
    return reader(get_format("hermes"), text, [WRITE], step=STEP, calls=size)


def _grammar(size: int) -> Callable[[], object]:
    requests = _unseen(size)
    return lambda: build(read_tools(next(requests)), "hermes")


def _prompt(size: int) -> Callable[[], object]:
    conversation = read_conversation(history(size, text=True), tools=definitions(10))
    return lambda: get_wrapper("qwen2.5").render(conversation)


def _tools(size: int) -> Callable[[], object]:
    requests = _unseen(size)
    return lambda: read_tools(next(requests))


def _unseen(size: int) -> Iterator[list[dict[str, Any]]]:
    """Tools that nothing has been made of yet, as many times as a comparison may ask for them."""
    requests = [definitions(size, seed) for seed in islice(_SEEDS, 40)]
    # So many objects of the benchmark's own would keep the garbage collector busy in the midst of what is measured.
    gc.freeze()
    return iter(requests)


def growth(rounds: int, plots: Path | None) -> Iterator[Row]:
    """A row for each curve, and a plot of each where a folder is named."""
    for curve in curves():
        contenders = {str(size): curve.work(size) for size in curve.sizes}
        times = in_turns(contenders, max(rounds // 3, 5), warm=1)
        costs = [times.median(str(size)) for size in curve.sizes]
        each = [cost / size * 1e6 for cost, size in zip(costs, curve.sizes, strict=True)]
        first, last = curve.sizes[0], curve.sizes[-1]
        what = f"{curve.name}: one of {last:,} {curve.unit}"
        yield at_most(Row(what=what, ours=each[-1], unit="us", peer=f"one of {first:,}", theirs=each[0]), FACTOR)
        if plots is not None:
            floor = in_turns({str(size): curve.peer(size) for size in curve.sizes}, rounds) if curve.peer else None
            line = [floor.median(str(size)) for size in curve.sizes] if floor else None
            _plot(curve, costs, line, plots)


def _plot(curve: Curve, costs: list[float], floor: list[float] | None, folder: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    folder.mkdir(parents=True, exist_ok=True)
    figure, axes = pyplot.subplots(figsize=(6, 4), layout="constrained")
    axes.loglog(curve.sizes, [cost * 1e3 for cost in costs], "o-", label=curve.name)
    straight = [costs[0] * 1e3 * size / curve.sizes[0] for size in curve.sizes]
    axes.loglog(curve.sizes, straight, "--", color="grey", label="linear")
    if floor is not None:
        axes.loglog(curve.sizes, [cost * 1e3 for cost in floor], "s:", label="json.loads")
    axes.set(xlabel=curve.unit, ylabel="processor time, ms", title=curve.name)
    axes.legend()
    figure.savefig(folder / f"{curve.name.replace(' ', '_')}.png", dpi=120)
    pyplot.close(figure)
