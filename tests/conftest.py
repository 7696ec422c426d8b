"""What all tests share: no network, no settings of the developer's own, the corpus where it is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Examples are the same in every run, whatever the machine's speed, so that a change alone can make a test fail. With
# FNWRAP_EXAMPLES, and in the fuzz targets, they are new each time.
settings.register_profile(
    "suite",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="FNWRAP_EXAMPLES" not in os.environ,
    database=None,
)
settings.load_profile("suite")

# Read by LiteLLM when it is imported: its price list comes with the package, not from the network.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

_CALLBACKS = (
    "callbacks", "input_callback", "success_callback", "failure_callback", "service_callback",
    "_async_input_callback", "_async_success_callback", "_async_failure_callback",
)  # fmt: skip
_SETTINGS = ("FNWRAP_", "OLLAMA_", "LLAMA_", "HF_", "HUGGINGFACE_", "OPENAI_", "KOBOLD", "VLLM_", "HOSTED_VLLM_")


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers and options named in the developer's environment are out of the tests' sight."""
    for name in os.environ:
        if name.startswith(_SETTINGS) and name != "FNWRAP_CORPUS":
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def routers_of_this_test_alone() -> Iterator[None]:
    """LiteLLM's callbacks are after a test what they were before it.

    Each Router adds its own and takes none away, and LiteLLM 1.60 takes 30: a later Router would never learn which of
    its deployments failed, and ask them again.
    """
    litellm = sys.modules.get("litellm")
    before = [(kept, list(kept)) for kept in (getattr(litellm, name, []) for name in _CALLBACKS)]
    yield
    for kept, callbacks in before:
        kept[:] = callbacks


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real generations and templates; tests that need it are skipped where it is not."""
    where = os.environ.get("FNWRAP_CORPUS")
    if not where:
        pytest.skip("FNWRAP_CORPUS names no folder")
    return Path(where)
