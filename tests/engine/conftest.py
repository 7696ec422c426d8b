from __future__ import annotations

from collections.abc import Iterator

import pytest

from provider.scripted_ollama import ScriptedOllama, scripted_ollama


@pytest.fixture
def ollama() -> Iterator[ScriptedOllama]:
    with scripted_ollama() as server:
        yield server
