"""Two proxies, three backends and a Redis, as real processes; one backend dies under load."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys

import pytest

from places.proxy_process import ROOT, needs_proxy

pytestmark = [
    needs_proxy,
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="needs redis-server: apt-get install redis-server"),
    pytest.mark.skipif(importlib.util.find_spec("redis") is None, reason="the Python package redis is not installed"),
    pytest.mark.timeout(900),
]


def test_killed_backend_costs_no_request() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "scale_out" / "scale_out.py"), "90"],
        capture_output=True,
        text=True,
        timeout=800,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "sent 90, answered 90, of these with a call 90" in done.stdout
    served = re.search(r"by the backends \[(\d+), (\d+), (\d+)\]", done.stdout)
    assert served, done.stdout
    killed, *others = map(int, served.groups())
    assert killed <= 40
    assert killed + sum(others) == 90
    assert min(others) > 0
    assert "left alone by agreement of the proxies: 1" in done.stdout
