"""The tests of the core: collected in this process, and run one by one."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

import pytest
from mutants import ROOT

TESTS = ("core", "repair", "formats", "constraints", "wrappers/test_golden.py", "fuzz")
CASES = 200
"""Of each test function at most, spread over all it has: a mutant that only others would kill counts as a survivor."""


def with_tests(names: Iterable[str], work: Callable[[list[pytest.Item]], None]) -> int:
    """Collect tests below tests/ and do the work with them, in silence; how pytest ended."""
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutation",
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))  # so that this copy is tested, whichever is installed
    sys.dont_write_bytecode = True
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    options = ["-q", "--tb=no", "-p", "no:cacheprovider", "--hypothesis-profile=mutation", "--hypothesis-seed=1"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of what is imported before pytest begins
    options += [f"--ignore=tests/constraints/test_{name}.py" for name in ("engine", "lazy")]  # llama.cpp takes its time
    return pytest.main([*options, *(f"tests/{name}" for name in names)], plugins=[_Collected(work)])


class _Collected:
    """Hands the collected tests over in place of running them."""

    def __init__(self, work: Callable[[list[pytest.Item]], None]) -> None:
        self.work = work

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed:
            raise session.Failed("the tests cannot be collected")
        self.work(session.items)
        return True


class _Failures:
    """Whether a test has failed."""

    def __init__(self) -> None:
        self.seen = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seen = self.seen or report.failed


def runs(items: Sequence[pytest.Item]) -> Iterator[tuple[int, bool, float]]:
    """Each test's number, whether it fails, and its processor time."""
    failures = _Failures()
    items[0].config.pluginmanager.register(failures)
    for number, (item, following) in enumerate(zip(items, (*items[1:], None), strict=True)):
        began, failures.seen = time.process_time(), False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        yield number, failures.seen, time.process_time() - began


def spread(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Some cases of each test function."""
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    return [
        every[place] for every in cases.values() for place in sorted({len(every) * n // CASES for n in range(CASES)})
    ]
