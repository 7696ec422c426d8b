"""What all tests share: no network, no settings of the developer's own, the corpus where it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Read by LiteLLM when it is imported: its price list comes with the package, not from the network.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

_SETTINGS = ("FNWRAP_", "OLLAMA_", "LLAMA_", "HF_", "HUGGINGFACE_", "OPENAI_", "KOBOLD", "VLLM_", "HOSTED_VLLM_")


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers and options named in the developer's environment are out of the tests' sight."""
    for name in os.environ:
        if name.startswith(_SETTINGS) and name != "FNWRAP_CORPUS":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real generations and templates; tests that need it are skipped where it is not."""
    where = os.environ.get("FNWRAP_CORPUS")
    if not where:
        pytest.skip("FNWRAP_CORPUS names no folder")
    return Path(where)
