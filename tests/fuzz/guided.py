"""What every target guided by atheris shares: inputs that are long enough to draw something of realistic size from.

libFuzzer begins with nothing and grows its inputs by single bytes. Drawn from two bytes, a schema is {"type": "string"}
and a text is a row of first marks, for hours.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from types import FrameType
from typing import Any

try:
    import atheris
except ImportError:
    atheris = None

AVAILABLE = atheris is not None


def instrumented(*packages: str) -> AbstractContextManager[Any]:
    """Has what is imported within it tell atheris which of its code an input reaches; nothing without atheris."""
    return atheris.instrument_imports(include=list(packages)) if atheris else nullcontext()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raises TimeoutError in what takes longer, such as a judge whose work doubles with every level of a value."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"It took longer than {seconds} s.")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def fuzz(target: Callable[[bytes], object], seconds: float, *, size: int, read_from_end: bool = False) -> None:
    """Call a target with inputs of size bytes for so many seconds; each kind of finding is printed when first made.

    Ends the process, with 1 where something was found. What atheris has made of an input comes first, or last where the
    target reads from the end, as a FuzzedDataProvider reads its numbers; the other bytes follow from it alone.
    """
    end, found, runs = time.monotonic() + seconds, Counter[str](), 0

    def guarded(data: bytes) -> None:
        nonlocal runs
        more = random.Random(data).randbytes(max(0, size - len(data)))
        try:
            target(more + data if read_from_end else data + more)
        except Exception as error:
            kind = f"{type(error).__name__} in {traceback.extract_tb(error.__traceback__)[-1]}"
            found[kind] += 1
            if found[kind] == 1:
                print(f"{type(error).__name__}: {str(error)[:2000]}", flush=True)
        runs += 1
        if time.monotonic() > end:
            print(f"{runs} inputs, {found.total()} of them found something, of {len(found)} kinds", flush=True)
            os._exit(bool(found))

    quiet = ("-verbosity=0", "-report_slow_units=3600")
    atheris.Setup([sys.argv[0], f"-max_len={size}", "-len_control=0", *quiet], guarded)
    atheris.Fuzz()
