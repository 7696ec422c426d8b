"""Prints which noise takes a format's reader more than a second for a megabyte: every format and pattern.

    python tests/benchmarks/every_noise.py [format ...]

Each pattern is read in two short lengths. Where that is slow already, or the longer one costs more for a character than
the shorter one, the whole megabyte is read, and counts: the first thousand failed attempts are a fixed cost, which a
short text shows too large. Seconds are processor time. Ends with status 1 where any pattern takes more than a second.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from noise import LIMIT, MEGABYTE, noise, patterns_of, seconds

from litellm_fnwrap.formats import FORMATS, get_format
from litellm_fnwrap.formats.spec import Format

SHORT, LONGER = 10_000, 40_000
SLOW, GROWS = 0.6, 1.3


def cost(format: Format, pattern: tuple[str, ...], size: int) -> float:
    """Seconds for a megabyte, from reading so many characters of a pattern whole."""
    return seconds(format, noise(pattern, size), 2 * size)


def costs(format: Format) -> Iterator[tuple[float, str]]:
    """What a megabyte takes, and of which pattern, for those that had to be read whole."""
    for name, pattern in patterns_of(format):
        short, longer = cost(format, pattern, SHORT), cost(format, pattern, LONGER)
        if longer > SLOW or (longer > SLOW / 10 and longer > GROWS * short):
            yield cost(format, pattern, MEGABYTE), name


def main(names: list[str]) -> int:
    """Print the patterns over the limit; 1 if there is one."""
    count = over = 0
    worst = (0.0, "")
    for name in names:
        format = get_format(name)
        count += sum(1 for _ in patterns_of(format))
        for spent, pattern in costs(format):
            worst = max(worst, (spent, f"{name} {pattern}"))
            if spent > LIMIT:
                over += 1
                print(f"{spent:.2f} s for a megabyte: {name} {pattern}", flush=True)
    print(f"{count} patterns in {len(names)} formats, {over} over {LIMIT:g} s for a megabyte; worst {worst[0]:.2f} s")
    print(f"  {worst[1]}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or sorted(FORMATS.names())))
