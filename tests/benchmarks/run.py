"""All benchmarks in one table, or the parts that are named: `python tests/benchmarks/run.py [part ...]`.

README.md beside this file says what each part measures, and how to read the table.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

from timing import HEAD, Row, show, show_row

# Each part imports what it measures when it is run, so that a missing package stops that part alone.


def _calls(given: argparse.Namespace) -> Iterable[Row]:
    from calls import calls

    return calls(given.rounds)


def _chunks(given: argparse.Namespace) -> Iterable[Row]:
    from calls import chunks

    return chunks(given.rounds)


def _first_chunk(given: argparse.Namespace) -> Iterable[Row]:
    from calls import first_chunk

    return first_chunk(given.rounds)


def _reading(given: argparse.Namespace) -> Iterable[Row]:
    from reading import reading

    return reading(given.rounds, given.all)


def _noise(given: argparse.Namespace) -> Iterable[Row]:
    from noise import rows

    return rows(given.all)


def _rendering(given: argparse.Namespace) -> Iterable[Row]:
    from rendering import rendering

    return rendering(given.rounds, given.all)


def _constraints(given: argparse.Namespace) -> Iterable[Row]:
    from constraining import constraining

    return constraining(given.rounds, given.all)


def _imports(given: argparse.Namespace) -> Iterable[Row]:
    from importing import importing

    return importing(given.rounds)


def _memory(given: argparse.Namespace) -> Iterable[Row]:
    from remembering import remembering

    return remembering()


def _load(given: argparse.Namespace) -> Iterable[Row]:
    from load import load

    return load()


def _growth(given: argparse.Namespace) -> Iterable[Row]:
    from growth import growth

    return growth(given.rounds, given.plots)


def _published(given: argparse.Namespace) -> Iterable[Row]:
    from published import published

    return published(given.scorer)


PARTS: dict[str, Callable[[argparse.Namespace], Iterable[Row]]] = {
    "calls": _calls,
    "chunks": _chunks,
    "first_chunk": _first_chunk,
    "reading": _reading,
    "noise": _noise,
    "rendering": _rendering,
    "constraints": _constraints,
    "imports": _imports,
    "memory": _memory,
    "load": _load,
    "growth": _growth,
    "published": _published,
}


def main() -> None:
    """Measure the parts and print the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("parts", nargs="*", metavar="part", help=f"{', '.join(PARTS)}; all of them if none is named")
    options.add_argument("--rounds", type=int, default=25, help="rounds of a comparison, or a multiple of it")
    options.add_argument("--all", action="store_true", help="a row for every format and template")
    options.add_argument("--plots", type=Path, help="a folder for the plots of the part growth")
    options.add_argument("--scorer", type=Path, help="the scoring program of the part published")
    given = options.parse_args()
    unknown = set(given.parts) - PARTS.keys()
    if unknown:
        options.error(f"no such part: {', '.join(sorted(unknown))}. Parts: {', '.join(PARTS)}")
    show(HEAD)
    for name in given.parts or PARTS:
        try:
            for row in PARTS[name](given):
                show_row(row)
        except ModuleNotFoundError as missing:
            print(f"{name}: left out, it needs the package {missing.name} (pip install -e '.[dev,local,bench]')")


if __name__ == "__main__":
    main()
