"""LiteLLM's proxy as the process that its users start, and fnwrap serve as theirs."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
KEY = "sk-places-4f1d90c2"
START_LIMIT = 400.0
PROXY = "import sys; from litellm.proxy.proxy_cli import run_server; sys.exit(run_server())"
SERVE = "import sys; from litellm_fnwrap.cli import main; main()"
HANDLER = {"custom_provider_map": [{"provider": "fnwrap", "custom_handler": "litellm_fnwrap.handler"}]}

needs_proxy = pytest.mark.skipif(
    any(importlib.util.find_spec(module) is None for module in ("fastapi", "uvicorn", "backoff", "orjson")),
    reason="litellm[proxy] is not installed; nox -s proxy makes an environment for these tests",
)
"""Starting takes LiteLLM's proxy up to a minute and a half, so that a module of tests shares one."""


@dataclass(frozen=True)
class Proxy:
    """A running proxy: the base URL of its OpenAI API, the file of what it has printed, the process started for it."""

    base_url: str
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return self.base_url.removesuffix("/v1")

    def printed(self) -> str:
        return self.log.read_text(errors="replace")


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def run_proxy(
    folder: Path, models: list[dict[str, Any]], *, text: str | None = None, **settings: Any
) -> Iterator[Proxy]:
    """The proxy with a model list; settings are further sections of its configuration, text is all of it instead."""
    file = folder / "config.yaml"
    general = {"master_key": "os.environ/LITELLM_MASTER_KEY"}
    litellm_settings = {**HANDLER, **settings.pop("litellm_settings", {})}
    config = {"model_list": models, "litellm_settings": litellm_settings, "general_settings": general, **settings}
    file.write_text(text or yaml.safe_dump(config, sort_keys=False))
    port = free_port()
    options = ["--config", str(file), "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
    with _running([sys.executable, "-c", PROXY, *options], folder, port) as proxy:
        yield proxy


@contextmanager
def run_serve(folder: Path, models: Sequence[str], *options: str) -> Iterator[Proxy]:
    """fnwrap serve with models, as it is typed."""
    port = free_port()
    with _running(
        [sys.executable, "-c", SERVE, "serve", *models, "--port", str(port), *options], folder, port
    ) as proxy:
        yield proxy


@contextmanager
def _running(command: list[str], folder: Path, port: int) -> Iterator[Proxy]:
    log = folder / f"proxy-{port}.log"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LITELLM_", "DATABASE_"))}
    environment = {
        **kept, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_MASTER_KEY": KEY, "PYTHONPATH": str(ROOT),
        "NO_PROXY": "127.0.0.1,localhost", "PYTHONUNBUFFERED": "1", "TMPDIR": str(folder),
    }  # fmt: skip
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=folder, env=environment, start_new_session=True
        )
    proxy = Proxy(f"http://127.0.0.1:{port}/v1", log, process)
    try:
        _await(proxy)
        yield proxy
    finally:
        # What the terminal does at Ctrl-C: the interrupt goes to the command and to all it has started.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await(proxy: Proxy) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        assert proxy.process.poll() is None, f"The proxy ended while starting:\n{proxy.printed()}"
        try:
            if httpx.get(f"{proxy.address}/health/liveliness", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise AssertionError(f"The proxy did not start in {START_LIMIT:g} seconds:\n{proxy.printed()}")
