from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")

from provider.scripted_ollama import ScriptedOllama, scripted_ollama


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    with scripted_ollama() as server:
        yield server


@pytest.fixture(autouse=True)
def _fnwrap() -> None:
    import litellm

    from litellm_fnwrap.provider import register

    litellm.suppress_debug_info = True
    register()
