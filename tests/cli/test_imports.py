"""The commands import LiteLLM without the garbage collector, and only then."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Python 3.12 begins with some objects frozen.
BEGIN = "import gc; from litellm_fnwrap.cli.imports import at_once; before = gc.get_freeze_count()\n"
CASES = {
    "off-meanwhile-on-afterwards": """
with at_once():
    assert not gc.isenabled()
    loop = []; loop.append(loop)
assert gc.isenabled() and gc.get_freeze_count() > before + 1000
""",
    "on-after-a-failed-import": """
try:
    with at_once():
        import no_such_module
except ImportError:
    assert gc.isenabled()
else:
    raise AssertionError
""",
    "left-off-where-it-was-off": """
gc.disable()
with at_once():
    pass
assert not gc.isenabled() and gc.get_freeze_count() == before
""",
    "nothing-once-LiteLLM-is-there": """
import litellm
with at_once():
    assert gc.isenabled()
assert gc.get_freeze_count() == before
""",
    "the-commands-do-it": """
from litellm_fnwrap.cli.turns import start
assert gc.get_freeze_count() == before
start()
assert gc.isenabled() and gc.get_freeze_count() > before + 100_000
""",
}


@pytest.mark.parametrize("code", CASES.values(), ids=CASES)
def test_collector_is_off_for_the_import_alone(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", BEGIN + code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
