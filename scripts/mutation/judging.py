"""Whether the tests notice a mutant. They are collected once; each mutant meets them in a fork of that process.

The fork gives the mutant's function its other code. What already ran when the package was imported cannot be changed
afterwards: such a mutant is imported by a fork of the first process, which knows nothing of the package, and the tests
are collected anew there. A mutant meets the tests that run its line, and of each test function the quickest case first.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import _lru_cache_wrapper
from importlib import import_module
from importlib.machinery import SourceFileLoader
from multiprocessing.connection import Connection
from types import CodeType, FunctionType
from typing import Any, Literal

import pytest
from collecting import TESTS, runs, spread, with_tests
from mutants import ROOT, Mutant, modules

THEIRS = ("hypothesis", "jinja2", "jsonschema", "llguidance", "numpy", "pydantic", "xllamacpp", "yaml")
SECONDS = 30.0
"""Of processor time that a mutant's tests may take; one that lives so long counts as a survivor."""

MEMORY = 6 << 30
_FORKED = multiprocessing.get_context("fork")
Lines = set[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a mutant ended, and which test saw to it, or how many did not."""

    how: Literal["killed", "survived"]
    why: str


@dataclass(frozen=True, slots=True)
class Test:
    """What is known of a test: its function, its processor time in seconds, the lines of the core that it runs."""

    name: str
    function: str
    seconds: float
    lines: Lines


class Judge:
    """Judges mutants, one after another, until it is closed."""

    def __init__(self) -> None:
        for name in THEIRS:
            import_module(name)
        self._at_import: Lines = _in_fork(_lines_at_import)
        ours, theirs = _FORKED.Pipe()
        process = _FORKED.Process(target=with_tests, args=(TESTS, lambda items: _serve(items, theirs)))
        process.start()
        theirs.close()
        self._collected = ours
        self.tests: list[Test] = ours.recv()

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *error: object) -> None:
        self._collected.send(None)

    def judge(self, mutant: Mutant) -> Verdict:
        """How the tests take a mutant."""
        path, (first, last) = str(ROOT / mutant.module), mutant.lines
        lines = {(path, line) for line in range(first, last + 1)}
        if lines & self._at_import:
            of_module = [test for test in self.tests if any(file == path for file, _ in test.lines)]
            return _verdict(_imported_anew, mutant, _in_order(of_module or self.tests))  # a module of constants only
        chosen = _in_order(test for test in self.tests if test.lines & lines)
        if not chosen:
            return Verdict("survived", "no test runs it")
        self._collected.send((mutant, chosen))
        verdict: Verdict = self._collected.recv()
        return verdict


def _in_order(tests: Iterable[Test]) -> list[Test]:
    """The quickest case of each test function, then the second ones, and so on; their lines are not needed any more."""
    ranked: dict[str, int] = {}
    keyed = []
    for test in sorted(tests, key=lambda test: test.seconds):
        ranked[test.function] = ranked.get(test.function, 0) + 1
        keyed.append(((ranked[test.function], test.seconds), replace(test, lines=set())))
    return [test for _, test in sorted(keyed, key=lambda pair: pair[0])]


def _in_fork(work: Callable[..., Any], *arguments: Any) -> Any:
    """What the work returns, done by a child; None if the child does not come to an end of its own."""
    ours, theirs = _FORKED.Pipe(duplex=False)

    def child() -> None:
        theirs.send(work(*arguments))
        theirs.close()
        os._exit(0)

    process = _FORKED.Process(target=child)
    process.start()
    theirs.close()
    try:
        return ours.recv()
    except EOFError:
        return None
    finally:
        process.join()


def _verdict(work: Callable[..., Verdict], mutant: Mutant, tests: list[Test]) -> Verdict:
    return _in_fork(work, mutant, tests) or Verdict("killed", "out of time or memory, or a crash")


def _serve(items: list[pytest.Item], pipe: Connection) -> None:
    """Tell what is known of the tests, then judge mutants until there are no more."""
    held = [thing for thing in gc.get_objects() if _is_of_the_package(thing)]
    gc.freeze()
    pipe.send(_in_fork(_watched, spread(items), held))
    by_name = {item.nodeid: item for item in items}
    while (asked := pipe.recv()) is not None:
        pipe.send(_verdict(lambda mutant, chosen: _changed(mutant, chosen, by_name, held), *asked))


def _is_of_the_package(thing: object) -> bool:
    """Whether a thing is a function of the package, or remembers what one has given."""
    if isinstance(thing, FunctionType):
        return thing.__code__.co_filename.startswith(f"{ROOT}/litellm_fnwrap/")
    if isinstance(thing, _lru_cache_wrapper):
        return thing.__module__.startswith("litellm_fnwrap")
    return type(thing).__name__ in ("Remembered", "ConstraintCache")


def _changed(mutant: Mutant, tests: list[Test], items: dict[str, pytest.Item], held: list[Any]) -> Verdict:
    """Change the function in this process, and run the tests."""
    codes = _nested(compile(mutant.source, mutant.module, "exec"))
    new, path = {(code.co_qualname, code.co_firstlineno): code for code in codes}, str(ROOT / mutant.module)
    _forget(held)
    for thing in held:
        if isinstance(thing, FunctionType) and thing.__code__.co_filename == path:
            thing.__code__ = new[thing.__code__.co_qualname, thing.__code__.co_firstlineno].replace(co_filename=path)
    return _met(tests, items)


def _forget(held: list[Any]) -> None:
    """Empty what remembers results."""
    for thing in held:
        if isinstance(thing, _lru_cache_wrapper):
            thing.cache_clear()
        elif not isinstance(thing, FunctionType):
            for kept in vars(thing).values():
                if isinstance(kept, dict):
                    kept.clear()


def _imported_anew(mutant: Mutant, tests: list[Test]) -> Verdict:
    """Import the mutant in this process, and run the tests."""
    path, usual = str(ROOT / mutant.module), SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        return compile(mutant.source, path, "exec") if self.path == path else usual(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
    verdicts: list[Verdict] = []

    def meet(items: list[pytest.Item]) -> None:
        found = {item.nodeid: item for item in items}  # names that show a value may have changed with it
        verdicts.append(_met([test for test in tests if test.name in found], found))

    ended = with_tests(dict.fromkeys(test.name.split("::")[0].removeprefix("tests/") for test in tests), meet)
    return verdicts[0] if verdicts else Verdict("killed", f"the tests cannot be collected ({ended})")


def _met(tests: list[Test], items: dict[str, pytest.Item]) -> Verdict:
    """How the tests end, the first that fails being the last; a test takes ten times as long as usual at most."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    end, ended = time.process_time() + SECONDS, runs([items[test.name] for test in tests])
    for met, test in enumerate(tests):
        if time.process_time() > end:
            return Verdict("survived", f"{met} of {len(tests)} tests")
        patience = int(time.process_time() + 10 * test.seconds + 5)
        resource.setrlimit(resource.RLIMIT_CPU, (patience, resource.RLIM_INFINITY))
        _, failed, _ = next(ended)
        if failed:
            return Verdict("killed", test.name)
    return Verdict("survived", f"all {len(tests)} tests")


def _watched(items: list[pytest.Item], held: list[Any]) -> list[Test]:
    """What is known of the tests that pass; each does itself what it needs, and finds nothing remembered."""
    seen = Lines()
    for thing in held:
        for code in _nested(thing.__code__) if isinstance(thing, FunctionType) else ():
            sys.monitoring.set_local_events(_note(seen), code, sys.monitoring.events.LINE)
    tests = []
    _forget(held)
    for number, failed, seconds in runs(items):
        item = items[number]
        if not failed and seen:
            tests.append(Test(item.nodeid, item.nodeid.partition("[")[0], seconds, set(seen)))
        _forget(held)
        seen.clear()
        sys.monitoring.restart_events()
    return tests


def _lines_at_import() -> Lines:
    """The lines that run when the core is imported and its declarations are read."""
    seen = Lines()
    sys.monitoring.set_events(_note(seen), sys.monitoring.events.LINE)
    sys.path.insert(0, str(ROOT))
    for module in modules():
        import_module(module.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    list(import_module("litellm_fnwrap.formats").FORMATS)
    return {(path, line) for path, line in seen if path.startswith(f"{ROOT}/litellm_fnwrap/")}


def _note(seen: Lines) -> int:
    """A tool of sys.monitoring that notes each line when it first runs."""
    tool = sys.monitoring.COVERAGE_ID

    def note(code: CodeType, line: int) -> Any:
        seen.add((code.co_filename, line))
        return sys.monitoring.DISABLE

    if sys.monitoring.get_tool(tool) is None:
        sys.monitoring.use_tool_id(tool, "mutation")
        sys.monitoring.register_callback(tool, sys.monitoring.events.LINE, note)
    return tool


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)
