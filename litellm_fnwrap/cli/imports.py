"""Importing LiteLLM, which is most of the time that a short command takes."""

from __future__ import annotations

import atexit
import contextlib
import gc
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def at_once() -> Iterator[None]:
    """Imports without the garbage collector, which finds nothing in modules: they stay until the process ends.

    While they grow it looks through them again and again, a quarter of LiteLLM's import; at exit it would look through
    them once more, for as long as a third of it. Nothing changes once LiteLLM is there.
    """
    if "litellm" in sys.modules or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        atexit.register(gc.freeze)
